// The files of payment services against the payouts of the store: each stands in exactly one.
import Pipeline

extension Verification {
  /// A payout that a run emitted.
  private struct Emission {
    var payout: Text
    /// The file that carries it; nil for one that stands in `payouts.csv` alone.
    var file: Text?
  }

  /// What each run emitted against the references in the files beside its `payouts.csv`.
  ///
  /// SEPA and ACH payouts stand in no file where the run's schedule did not state the payer's account.
  func checkMethodFiles(_ findings: inout [Finding]) throws {
    var known: Set<Text> = []
    try database.forEachRow("SELECT payout_id FROM payouts") { row in known.insert(row.text()) }
    var emitted: [Text: [Emission]] = [:]
    let query = """
      SELECT r.name, o.payout_id, e.file FROM emissions e CROSS JOIN payouts o ON o.no = e.payout
      CROSS JOIN runs r ON r.no = e.run ORDER BY o.payout_id
      """
    try database.forEachRow(query) { row in
      emitted[row.text(), default: []].append(
        Emission(payout: row.text(), file: row.optionalText()))
    }
    var runs: [Text] = []
    try database.forEachRow("SELECT name FROM runs ORDER BY no") { row in runs.append(row.text()) }
    for run in runs {
      let directory = "out/\(run)/payouts"
      let carried = try references(under: directory, known, &findings)
      for emission in emitted[run] ?? [] {
        check(emission, carried[emission.payout] ?? [], directory, &findings)
      }
    }
    try checkEmitted(&findings)
  }

  private func check(
    _ emission: Emission, _ files: [Text], _ directory: String, _ findings: inout [Finding]
  ) {
    guard files != (emission.file.map { [$0] } ?? []) else { return }
    let expected = emission.file.map { "once in \($0)" } ?? "in none"
    let message =
      "payout \(emission.payout) stands \(files.count) times in the files beside it, and should "
      + "stand \(expected)"
    findings.append(Finding(path: "\(directory)/payouts.csv", message: message))
  }

  /// Payouts that are said to be emitted by a run that did not.
  private func checkEmitted(_ findings: inout [Finding]) throws {
    let query = """
      SELECT o.payout_id FROM payouts o LEFT JOIN emissions e
        ON e.payout = o.no AND e.run = o.emitted_run
      WHERE o.emitted_run <> 0 AND e.run IS NULL ORDER BY 1
      """
    try database.forEachRow(query) { row in
      let message = "payout \(row.text()) is not listed among what its run emitted"
      findings.append(Finding(path: Self.store, message: message))
    }
  }

  /// By payout: the files under a directory that carry it.
  private func references(
    under directory: String, _ known: Set<Text>, _ findings: inout [Finding]
  ) throws -> [Text: [Text]] {
    var carried: [Text: [Text]] = [:]
    for path in try files(under: directory) {
      let name = path.utf8.dropFirst(directory.utf8.count + 1)
      guard let kind = MethodFileReferences(name: name) else { continue }
      let bytes = try WholeFile.read("\(workspace)/\(path)")
      for id in kind.references(in: bytes) {
        carried[id, default: []].append(Text(String(Substring(name))))
        guard !known.contains(id) else { continue }
        findings.append(Finding(path: path, message: "\(id) is no payout of the store"))
      }
    }
    return carried
  }
}

/// Finds the payouts' references in a payment service's file.
enum MethodFileReferences {
  case payPal, wise, sepa, ach

  /// - Returns: nil for a file that is not a service's.
  init?(name: Substring.UTF8View) {
    if name.starts(with: "paypal-".utf8) {
      self = .payPal
    } else if name.starts(with: "wise-".utf8) {
      self = .wise
    } else if name.starts(with: "sepa-".utf8) {
      self = .sepa
    } else if name.starts(with: "ach-".utf8) {
      self = .ach
    } else {
      return nil
    }
  }

  /// The references in the order of the file; none in one that is damaged beyond reading, which its
  /// digest tells.
  func references(in bytes: [UInt8]) -> [Text] {
    switch self {
    case .payPal:
      // An address has no comma, so that the fourth field is easily found.
      lines(of: bytes).compactMap { line in
        let fields = line.split(separator: UInt8(ascii: ","), maxSplits: 4)
        return fields.count > 3 ? text(fields[3]) : nil
      }
    case .wise: (try? ResultTable(bytes)).map(Self.wiseReferences) ?? []
    case .sepa:
      lines(of: bytes).compactMap { line in
        between("<EndToEndId>", "</EndToEndId>", String(decoding: line, as: UTF8.self))
      }
    case .ach:
      lines(of: bytes).compactMap { line in
        guard line.first == UInt8(ascii: "6"), line.count >= 54 else { return nil }
        return text(line.dropFirst(39).prefix(15).prefix { $0 != 0x20 })
      }
    }
  }

  private static func wiseReferences(_ table: ResultTable) -> [Text] {
    let column = table.column(["paymentReference"])
    return table.rows.map { $0.cell(column) }
  }

  private func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] { bytes.split(separator: 0x0A) }

  private func text(_ bytes: ArraySlice<UInt8>) -> Text {
    Text(String(decoding: bytes, as: UTF8.self))
  }

  private func between(_ start: String, _ end: String, _ line: String) -> Text? {
    guard let first = line.firstRange(of: start) else { return nil }
    let rest = line[first.upperBound...]
    guard let last = rest.firstRange(of: end) else { return nil }
    return Text(String(rest[..<last.lowerBound]))
  }
}
