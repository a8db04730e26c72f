// Payout files read back by the plainest means, independent of the writers.
import Pipeline
import Testing

@testable import Stages

enum PlainPayoutFile {
  struct Row {
    var payoutID: String
    var amount: String
    var currency: String
    var cells: [String]
  }

  static func rows(of file: MethodFile) throws -> [Row] {
    if file.name.hasPrefix("paypal") {
      return try csv(file).map { cells in
        try #require(cells.count == 6)
        return Row(payoutID: cells[3], amount: cells[1], currency: cells[2], cells: cells)
      }
    }
    if file.name.hasPrefix("wise") {
      return try csv(file).dropFirst().map { cells in
        try #require(cells.count == (file.name.hasPrefix("wise-iban") ? 9 : 8))
        #expect(cells[0].utf8.count <= 70)
        return Row(payoutID: cells[2], amount: cells[5], currency: cells[7], cells: cells)
      }
    }
    return file.name.hasPrefix("sepa") ? try sepa(file) : try ach(file)
  }

  private static func csv(_ file: MethodFile) throws -> [[String]] {
    try file.lines.map { line in
      var cells: [String] = [""]
      var isQuoted = false
      var before: Character = ","
      for character in line {
        defer { before = character }
        if character == "\"" {
          // The second of two within a cell stands for one.
          if !isQuoted, before == "\"" { cells[cells.count - 1].append(character) }
          isQuoted.toggle()
        } else if character == ",", !isQuoted {
          cells.append("")
        } else {
          cells[cells.count - 1].append(character)
        }
      }
      try #require(!isQuoted)
      return cells
    }
  }

  private static func sepa(_ file: MethodFile) throws -> [Row] {
    var rows: [Row] = []
    var events = XMLEvents(file.bytes)
    var text = ""
    var fields: [String: String] = [:]
    var counts: [String] = []
    var sums: [String] = []
    while let event = try events.next() {
      switch event {
      case .text(let more): text += more
      case .start: text = ""
      case .end(let name):
        fields[name] = text
        if name == "NbOfTxs" { counts.append(text) }
        if name == "CtrlSum" { sums.append(text) }
        guard name == "CdtTrfTxInf" else { continue }
        let payee = try #require(fields["Nm"])
        #expect((1...70).contains(payee.utf8.count) && payee.utf8.allSatisfy(SEPAText.isAllowed))
        rows.append(
          Row(
            payoutID: try #require(fields["EndToEndId"]), amount: try #require(fields["InstdAmt"]),
            currency: "EUR", cells: [payee]))
      }
    }
    #expect(counts == [String(rows.count), String(rows.count)])
    let total = Money(minorUnits: file.totalMinor, .eur).majorUnits
    #expect(sums == [total, total])
    return rows
  }

  private static func field(_ line: String, _ positions: ClosedRange<Int>) -> String {
    String(
      decoding: Array(line.utf8)[(positions.lowerBound - 1)..<positions.upperBound], as: UTF8.self)
  }

  private static func trimmed(_ text: String) -> String {
    String(text.reversed().drop { $0 == " " }.reversed())
  }

  private static func ach(_ file: MethodFile) throws -> [Row] {
    try file.lines.filter { $0.hasPrefix("6") }.map { line in
      let cents = try #require(Int64(field(line, 30...39)))
      return Row(
        payoutID: trimmed(field(line, 40...54)), amount: Money(minorUnits: cents, .usd).majorUnits,
        currency: "USD", cells: [field(line, 13...29), field(line, 55...76)])
    }
  }

  /// Recomputes what the control records state.
  static func checkACH(_ file: MethodFile) throws {
    let lines = file.lines
    #expect(lines.count % 10 == 0)
    #expect(lines.allSatisfy { $0.utf8.count == 94 })
    var count: Int64 = 0
    var hash: Int64 = 0
    var credit: Int64 = 0
    var fileSums: (count: Int64, hash: Int64, credit: Int64) = (0, 0, 0)
    var traces: [String] = []
    var batches = 0
    for line in lines {
      switch line.first {
      case "5":
        (count, hash, credit) = (0, 0, 0)
        batches += 1
        #expect(field(line, 2...4) == "220")
      case "6":
        count += 1
        hash += try #require(Int64(field(line, 4...11)))
        credit += try #require(Int64(field(line, 30...39)))
        traces.append(field(line, 80...94))
      case "8":
        #expect(Int64(field(line, 5...10)) == count)
        #expect(Int64(field(line, 11...20)) == hash % 10_000_000_000)
        #expect(Int64(field(line, 21...32)) == 0)
        #expect(Int64(field(line, 33...44)) == credit)
        fileSums = (fileSums.count + count, fileSums.hash + hash, fileSums.credit + credit)
      default: break
      }
    }
    let control = try #require(lines.last { $0.hasPrefix("9000") })
    #expect(Int(field(control, 2...7)) == batches)
    #expect(Int(field(control, 8...13)) == lines.count / 10)
    #expect(Int64(field(control, 14...21)) == fileSums.count)
    #expect(Int64(field(control, 22...31)) == fileSums.hash % 10_000_000_000)
    #expect(Int64(field(control, 44...55)) == fileSums.credit)
    #expect(fileSums.credit == file.totalMinor)
    #expect(traces == traces.sorted() && Set(traces).count == traces.count)
  }
}
