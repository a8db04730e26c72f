// What sample data is asked for.

/// How the rows of sample files are written.
public enum SampleFormat: String, CaseIterable, Sendable {
  case csv, jsonl
  /// Some kinds the one, some the other, changing from night to night.
  case mixed
}

/// The size and the shape of a sample. The same options give the same bytes on every machine.
public struct SampleOptions: Equatable, Sendable {
  /// Which of the samples of this shape.
  public var seed: UInt64 = 1
  /// Rows of clicks in the first night; each later night has a day's share of them.
  public var clicks = 100_000
  /// Rows of orders in the first night; each later night has a day's share of them.
  public var orders = 10_000
  /// How many nights of files.
  public var nights = 1
  /// The business date of the first night, whose files end with that day, UTC.
  public var firstDate = SampleDay(number: 20_543)
  /// Over how many days, up to its date, the first night is spread.
  public var days = 1
  public var format = SampleFormat.csv
  /// Whether each file is compressed by the system's gzip program.
  public var isCompressed = false
  public var programs = 20
  /// Affiliates in the first night; later nights add one in a hundred.
  public var affiliates = 400
  /// Codes in the first night; later nights add one for each new affiliate.
  public var codes = 1_000
  /// Of clicks and of orders, how many in a million repeat an earlier row.
  public var duplicatesPerMillion = 50_000
  /// Of clicks and of orders, how many in a million are malformed.
  public var rejectsPerMillion = 1_000
  /// From the second night on, how many in a million belong to a day before.
  public var latePerMillion = 5_000
  /// Of orders, how many in a million amend an earlier one.
  public var amendmentsPerMillion = 30_000
  /// Whether the sample keeps to the core of the rules, which a short script can follow: visitors
  /// as evidence, the last click, tiers, refunds and monthly payouts in USD, by a registry that
  /// never changes. The dirt among the rows stays.
  public var isCore = false

  /// 100,000 clicks and 10,000 orders of one night that ends with 2026-03-31.
  public init() {}

  /// The most clicks, and the most orders, of the first night.
  public static let rowsMaximum = 5_000_000_000
  public static let nightsMaximum = 1_000
  public static let daysMaximum = 3_650
  /// The most programs, affiliates, and codes.
  public static let registryMaximum = 1_000_000

  /// Refuses what cannot be written.
  ///
  /// - Throws: ``SampleFault/badOption(name:value:expected:)``.
  func check() throws(SampleFault) {
    let counts = [
      ("clicks", clicks, 0...Self.rowsMaximum), ("orders", orders, 0...Self.rowsMaximum),
      ("nights", nights, 1...Self.nightsMaximum), ("days", days, 1...Self.daysMaximum),
      ("programs", programs, 1...Self.registryMaximum),
      ("affiliates", affiliates, 1...Self.registryMaximum),
      ("codes", codes, 1...Self.registryMaximum),
      ("duplicates-share", duplicatesPerMillion, 0...1_000_000),
      ("rejects-share", rejectsPerMillion, 0...1_000_000),
      ("late-share", latePerMillion, 0...1_000_000),
      ("amendments-share", amendmentsPerMillion, 0...1_000_000),
    ]
    for (name, value, range) in counts where !range.contains(value) {
      let expected = "\(range.lowerBound) to \(range.upperBound)"
      throw .badOption(name: name, value: value, expected: expected)
    }
    let shares =
      duplicatesPerMillion + rejectsPerMillion + latePerMillion + amendmentsPerMillion
    guard shares <= 900_000 else {
      throw .badOption(
        name: "the sum of the shares", value: shares, expected: "at most 900000 in a million")
    }
  }
}
