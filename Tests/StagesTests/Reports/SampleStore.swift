// A small store whose rows are put in by hand, in a workspace of its own.
import Foundation
import Pipeline
import Testing

@testable import Stages

/// A workspace that lasts for one test.
final class SampleStore {
  let path: String
  let database: Database

  static let asOf = Instant(milliseconds: 1_775_001_600_000)  // 2026-04-01T00:00:00Z
  static let zero16 = "x'00000000000000000000000000000000'"

  init() throws {
    path = NSTemporaryDirectory() + "refbatch-sample-" + UUID().uuidString
    try DirectoryTree.make(path)
    database = try Database.open(
      path: path + "/refbatch.sqlite", mode: .readWriteCreate, schema: StoreSchema.schema)
    try database.execute(SampleTriggers.sql)
    try fillRegistry()
  }

  deinit { try? DirectoryTree.remove(path) }

  /// Inserts a row; the values are SQL's own literals.
  func insert(_ table: String, _ values: KeyValuePairs<String, String>) throws {
    let columns = values.map(\.key).joined(separator: ", ")
    let literals = values.map(\.value).joined(separator: ", ")
    try database.execute("INSERT INTO \(table) (\(columns)) VALUES (\(literals))")
  }

  /// Numbers are not in the order of the ids, and bytes order differently from words.
  private func fillRegistry() throws {
    for (number, id) in ["zeta", "alpha", "Beta:1%"].enumerated() {
      try insert(
        "programs",
        ["no": "\(number)", "program_id": "'\(id)'", "first_seen": "1", "last_seen": "1"])
    }
    for (number, id) in ["b2", "A1", "a,3"].enumerated() {
      try insert(
        "affiliates",
        [
          "no": "\(number)", "affiliate_id": "'\(id)'", "email": "'\(number)@x.test'",
          "status": "'active'", "first_seen": "1", "last_seen": "1",
        ])
    }
    for (number, code) in ["ZED", "alf", "ALF"].enumerated() {
      try insert(
        "codes",
        [
          "no": "\(number)", "code": "'\(code)'", "affiliate_no": "\(number)",
          "program_no": number == 0 ? "0" : "1", "is_active": "1", "first_seen": "1",
          "last_seen": "1",
        ])
    }
  }

  /// The registry as the store has it.
  static var registry: Registry {
    var registry = Registry()
    for (number, id) in ["zeta", "alpha", "Beta:1%"].enumerated() {
      registry.programs.append(
        Program(
          id: ProgramID(Text(id)), ordinal: ProgramOrdinal(number),
          timeline: [Program.DatedTerms(from: .distantPast, terms: Terms())], statuses: []))
    }
    for (number, id) in ["b2", "A1", "a,3"].enumerated() {
      registry.affiliates.append(
        Affiliate(
          id: AffiliateID(Text(id)), ordinal: AffiliateOrdinal(number),
          email: Text("\(number)@x.test"), emailKey: Digest128(high: 0, low: UInt64(number))))
    }
    registry.affiliates[1].paymentMethod = .payPal
    registry.affiliates[1].paymentEmail = "a1@x.test"
    return registry
  }

  /// A run with its number, as of midnight after 31 March 2026.
  func addRun(_ number: Int64, name: String? = nil) throws {
    try insert(
      "runs",
      [
        "no": "\(number)", "name": "'\(name ?? "2026-03-31.\(number)")'",
        "as_of": "\(Self.asOf.milliseconds)", "schedule": "'s'", "stages": "''",
      ])
  }

  /// An unattributed order of 10.00 USD; `changes` are laid over its columns.
  func addConversion(
    _ number: Int, program: Int, order: String, run: Int64 = 1,
    _ changes: KeyValuePairs<String, String> = [:]
  ) throws {
    try insert(
      "conversions",
      [
        "no": "\(number)", "program": "\(program)", "order_id": "'\(order)'", "run": "\(run)",
        "occurred_at": "1774000000000", "content": Self.zero16, "file": "1", "line": "2",
        "currency": "'USD'", "amount_minor": "1000", "returned_minor": "0", "order_status": "0",
        "status": "0", "flags": "0", "score_bps": "0", "code_counts": "0", "decided": "0",
        "closed": "0", "generation": "1", "credits": "0",
      ])
    try update("conversions", "no = \(number)", changes)
  }

  func update(
    _ table: String, _ condition: String, _ changes: KeyValuePairs<String, String>
  ) throws {
    guard !changes.isEmpty else { return }
    let list = changes.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
    try database.execute("UPDATE \(table) SET \(list) WHERE \(condition)")
  }

  /// The columns of a credit of 10 % and 80 % on 10.00, with its approved reward.
  static func credit(
    code: Int, affiliate: Int, clickAt: String = "1773999000500", clickID: String = "'k1'"
  ) -> KeyValuePairs<String, String> {
    [
      "credit_code": "\(code)", "credit_affiliate": "\(affiliate)", "credit_click_id": clickID,
      "credit_click_at": clickAt, "weight": "1", "rate_bps": "1000", "rate_rule": "4",
      "share_bps": "8000", "fee_bps": "0", "commission_minor": "100", "payout_minor": "80",
      "override_minor": "0", "reward_state": "1", "reward_minor": "80",
      "payable_at": "1774000000000",
    ]
  }

  /// The text of an export.
  func export(
    _ name: ExportName, _ format: ExportFormat = .csv, run: Int64? = nil
  ) throws -> String {
    let buffer = ByteBuffer()
    let export = Export(name, format, asOf: Self.asOf, run: run)
    try export.write(from: database, to: buffer)
    return buffer.text
  }
}
