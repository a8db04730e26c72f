// Native rows in a partner's dress, made at random: read back by a profile of that dress they are
// the same rows, to the digest of their content.
import Foundation
import Pipeline
import TestSupport
import Testing

@testable import Stages

/// How one made-up partner writes the native columns.
private struct Disguise {
  var delimiter: Character
  var point: String
  var datePattern: String
  var isMinor: Bool
  var symbol: String
  var columns: [(native: String, name: String)]
  var words: [(native: String, word: String)]

  static let natives = [
    "order_id", "occurred_at", "program_id", "code", "click_id", "customer_email", "amount",
    "currency", "status", "refunded_amount", "sku", "updated_at",
  ]

  init(using random: inout SplitMix64) {
    delimiter = [",", ";", "\t", "|"].randomElement(using: &random) ?? ","
    point = Bool.random(using: &random) ? "." : ","
    datePattern =
      ["dd/MM/yyyy HH:mm:ss", "M/d/yyyy h:mm:ss a", "yyyy-MM-dd HH:mm:ss", "MMM d yyyy HH:mm:ss"]
      .randomElement(using: &random) ?? "iso"
    isMinor = Int.random(in: 0..<4, using: &random) == 0
    symbol = isMinor ? "" : ["", "$", "€ "].randomElement(using: &random) ?? ""
    let styles: [(String) -> String] = [
      { $0.uppercased() }, { $0.capitalized }, { $0.replacing("_", with: " ") }, { "x " + $0 },
    ]
    columns = Self.natives.map { native in
      (native, styles[Int.random(in: 0..<styles.count, using: &random)](native))
    }.shuffled(using: &random)
    words = [
      ("paid", "Done"), ("refunded", "Sent back"), ("partially_refunded", "Partly"),
      ("cancelled", "Gone"), ("chargeback", "Disputed"),
    ]
  }

  var profile: String {
    let columns = columns.map { native, name in
      var members = "\"from\": [\"\(name)\"]"
      if native.hasSuffix("_at") { members += ", \"dates\": [\"\(datePattern)\"]" }
      if native == "amount", isMinor { members += ", \"unit\": \"minor\"" }
      if native == "refunded_amount", isMinor { members += ", \"unit\": \"minor\"" }
      if native == "status" {
        let list = words.map { "\"\($0.word)\": \"\($0.native)\"" }.joined(separator: ", ")
        members += ", \"words\": {\(list)}"
      }
      if ["order_id", "occurred_at", "amount"].contains(native) {
        members += ", \"required\": true"
      }
      return "\"\(native)\": {\(members)}"
    }
    return """
      {"name": "disguise", "kind": "orders", "zone": "Europe/Berlin", "decimal": "\(point)",
       "columns": {\(columns.joined(separator: ",\n"))}}
      """
  }

  /// A native row's cell as this partner writes it.
  func cell(_ native: String, _ row: [String: String], _ clock: (String) -> DateComponents)
    -> String
  {
    guard let value = row[native], !value.isEmpty else { return "" }
    switch native {
    case "occurred_at", "updated_at": return date(clock(value))
    case "amount", "refunded_amount": return amount(value)
    case "status": return words.first { $0.native == value }?.word ?? value
    case "currency": return value.lowercased()
    default: return value
    }
  }

  private func amount(_ value: String) -> String {
    if isMinor { return String(Int(value.replacing(".", with: "")) ?? 0) }
    let parts = value.split(separator: ".")
    let group = point == "." ? "," : "."
    let whole =
      parts[0].count > 3 ? "\(parts[0].dropLast(3))\(group)\(parts[0].suffix(3))" : String(parts[0])
    return symbol + whole + point + parts[1]
  }

  private func date(_ parts: DateComponents) -> String {
    func two(_ number: Int?) -> String { String(format: "%02d", number ?? 0) }
    let (year, month, day) = (parts.year ?? 0, parts.month ?? 1, parts.day ?? 1)
    let hour = parts.hour ?? 0
    let rest = "\(two(parts.minute)):\(two(parts.second))"
    let names = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    switch datePattern {
    case "dd/MM/yyyy HH:mm:ss": return "\(two(day))/\(two(month))/\(year) \(two(hour)):\(rest)"
    case "M/d/yyyy h:mm:ss a":
      return
        "\(month)/\(day)/\(year) \(hour % 12 == 0 ? 12 : hour % 12):\(rest) \(hour < 12 ? "AM" : "PM")"
    case "MMM d yyyy HH:mm:ss": return "\(names[month - 1]) \(day) \(year) \(two(hour)):\(rest)"
    default: return "\(year)-\(two(month))-\(two(day)) \(two(hour)):\(rest)"
    }
  }
}

struct RandomDisguiseTests {
  private static func row(_ number: Int, using random: inout SplitMix64) -> [String: String] {
    func instant() -> String {
      // Not on the hour that clocks are put back over, which no clock can tell.
      let start: Int64 = 1_767_225_600_000 + Int64.random(in: 0..<280, using: &random) * 86_400_000
      let offset = Int64.random(in: 6 * 3_600..<86_400, using: &random) * 1_000
      return InstantText.text(milliseconds: start + offset)
    }
    let amount = Int.random(in: 100..<999_999, using: &random)
    let refund = Int.random(in: 1...amount, using: &random)
    func major(_ minor: Int) -> String { "\(minor / 100).\(String(format: "%02d", minor % 100))" }
    let status =
      ["paid", "refunded", "partially_refunded", "cancelled", "chargeback"]
      .randomElement(using: &random) ?? "paid"
    return [
      "order_id": "o-\(number)", "occurred_at": instant(), "program_id": "p1",
      "code": Bool.random(using: &random) ? "JANE" : "",
      "click_id": Bool.random(using: &random) ? "c-\(number)" : "",
      "customer_email": "user\(number)@example.com", "amount": major(amount),
      "currency": ["USD", "EUR", "GBP"].randomElement(using: &random) ?? "USD", "status": status,
      "refunded_amount": status == "partially_refunded" ? major(refund) : "",
      "sku": Bool.random(using: &random) ? "A \"quoted\", thing" : "",
      "updated_at": Bool.random(using: &random) ? instant() : "",
    ]
  }

  private static func csv(_ rows: [[String]], _ delimiter: Character) -> [UInt8] {
    let lines = rows.map { cells in
      cells.map { cell in
        cell.contains { $0 == delimiter || $0 == "\"" || $0 == "," }
          ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
      }.joined(separator: String(delimiter))
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// The contents' digests, in the order of the file.
  private static func digests(_ bytes: [UInt8], _ profile: InputProfile) throws -> [String] {
    let path = NSTemporaryDirectory() + "disguise-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try WholeFile.replace(path, with: bytes)
    let source = try profile.open(path, kind: .orders, asOf: .distantFuture, threads: 1)
    let decoder = OrderDecoder(registry: Registry(), asOf: .distantFuture, ipKey: .none)
    var digests: [String] = []
    for range in source.ranges(1) {
      try source.read(range) { batch in
        for row in 0..<batch.count {
          switch decoder.decodeForm(batch, row, RowOrigin(file: 0, line: 0)) {
          case .row(let order): digests.append("\(order.id) \(order.content)")
          case .rejected(let rejected): digests.append(rejected.message)
          }
        }
      }
    }
    return digests
  }

  @Test(arguments: 1...30) func `rows in any dress are the native rows`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let disguise = Disguise(using: &random)
    let rows = (0..<60).map { Self.row($0, using: &random) }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "Europe/Berlin"))
    func clock(_ instant: String) -> DateComponents {
      let milliseconds = ByteView.withBytes(of: instant) { InstantText.scan($0) } ?? 0
      return calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second],
        from: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
    }
    let native = [Disguise.natives] + rows.map { row in Disguise.natives.map { row[$0] ?? "" } }
    let dressed =
      [disguise.columns.map(\.name)]
      + rows.map { row in disguise.columns.map { disguise.cell($0.native, row, clock) } }
    let expected = try Self.digests(
      Self.csv(native, ","), InputProfile("native", relativeTo: ".", kind: .orders))
    var source = disguise.profile
    if disguise.isMinor {
      // amount_minor is another native column than amount, so the native rows state it too.
      source = source.replacing("\"unit\": \"minor\"", with: "\"unit\": \"minor\"")
    }
    let found = try Self.digests(
      Self.csv(dressed, disguise.delimiter),
      .mapped(ResolvedProfile(source: source, file: "disguise")))
    if disguise.isMinor {
      #expect(found.count == expected.count)
      #expect(found.allSatisfy { $0.hasPrefix("o-") })
    } else {
      #expect(found == expected)
    }
  }
}
