// Rows from literals, so that a test shows what it reads.
import Foundation
import Pipeline
import Testing

@testable import Stages

/// Rows of JSONL as a reader lends them.
enum RowsFromText {
  /// Decodes every line by `decode`; origins are file 0 and the line's number from 1.
  static func read<Row>(
    _ layout: RowLayout, _ lines: [String],
    _ decode: (RecordBatch, Int, RowOrigin) -> Decoded<Row>
  ) -> [Decoded<Row>] {
    var rows: [Decoded<Row>] = []
    withBatch(of: lines, layout.request) { batch in
      for row in 0..<batch.count {
        rows.append(decode(batch, row, RowOrigin(file: 0, line: Int32(batch.line(row)))))
      }
    }
    return rows
  }

  /// Lends lines of JSONL as the reader does: they pass through a file.
  static func withBatch(
    of lines: [String], _ request: ColumnRequest, _ body: (RecordBatch) -> Void
  ) {
    let path = "\(NSTemporaryDirectory())/rows-\(UUID().uuidString).jsonl"
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      try lines.joined(separator: "\n").write(toFile: path, atomically: false, encoding: .utf8)
      let source = try RecordSource(
        path: path, displayName: "rows", format: .jsonl, columns: request, threads: 1)
      for range in source.ranges(1) { try source.read(range, body) }
    } catch {
      Issue.record("the rows cannot be read: \(error)")
    }
  }

  static func programs(_ lines: String...) -> [ProgramRow] {
    read(ProgramRow.layout, lines, ProgramRow.decode).compactMap(\.row)
  }

  static func affiliates(_ lines: String...) -> [AffiliateRow] {
    read(AffiliateRow.layout, lines, AffiliateRow.decode).compactMap(\.row)
  }

  static func codes(_ lines: String...) -> [CodeRow] {
    read(CodeRow.layout, lines, CodeRow.decode).compactMap(\.row)
  }

  static func referrals(asOf: Instant = .distantFuture, _ lines: [String]) -> [ReferralRow] {
    read(ReferralRow.layout, lines) { ReferralRow.decode($0, $1, $2, asOf: asOf) }
      .compactMap(\.row)
  }

  static func decisions(_ lines: [String]) -> [DecisionRow] {
    read(DecisionRow.layout, lines) { DecisionRow.decode($0, $1, $2, asOf: .distantFuture) }
      .compactMap(\.row)
  }

  static func requests(_ lines: [String]) -> [PayoutRequestRow] {
    read(PayoutRequestRow.layout, lines) {
      PayoutRequestRow.decode($0, $1, $2, asOf: .distantFuture)
    }
    .compactMap(\.row)
  }

  static func settlements(_ lines: [String]) -> [SettlementRow] {
    read(SettlementRow.layout, lines) { SettlementRow.decode($0, $1, $2, asOf: .distantFuture) }
      .compactMap(\.row)
  }
}

extension Instant {
  /// An instant of RFC 3339; 1970 where the text is none.
  init(_ text: String) {
    self.init(milliseconds: ByteView.withBytes(of: text) { InstantText.scan($0) } ?? 0)
  }
}

extension RejectedRow {
  /// Reason and column, as `bad_value amount`.
  var summary: String { "\(reason.rawValue) \(column ?? "")" }
}

/// Earlier runs from literals.
struct LiteralHistory: NightHistory {
  var contents: Set<RowContent> = []
  var referrals: [ReferralID: ProgramOrdinal] = [:]
  var leads: [ProgramOrdinal: Set<Digest128>] = [:]
  var orders: [OrderID: [ProgramOrdinal]] = [:]
  var conversions: [Text: (program: ProgramOrdinal, order: OrderID)] = [:]
  var payouts: [Text: ProgramOrdinal] = [:]

  func hasContent(_ kind: InputKind, _ digest: Digest128) -> Bool {
    contents.contains(RowContent(kind: kind, digest: digest))
  }

  func program(ofReferral id: ReferralID) -> ProgramOrdinal? { referrals[id] }

  func hasLead(_ email: Digest128, in program: ProgramOrdinal) -> Bool {
    leads[program]?.contains(email) ?? false
  }

  func programs(havingOrder id: OrderID) -> [ProgramOrdinal] { orders[id] ?? [] }

  func hasOrder(_ id: OrderID, in program: ProgramOrdinal) -> Bool {
    orders[id]?.contains(program) ?? false
  }

  func orders(
    ofConversions ids: Set<Text>
  ) -> [Text: (program: ProgramOrdinal, order: OrderID)] {
    conversions.filter { ids.contains($0.key) }
  }

  func program(ofPayout id: Text) -> ProgramOrdinal? { payouts[id] }
}

/// Runs of the registry, one after the other.
struct RegistryRuns {
  var records = RegistryRecords()
  var history = LiteralHistory()
  var last: RegistryNight?

  /// Judges a run's rows and keeps what it leaves.
  mutating func run(
    asOf: String, programs: [ProgramRow] = [], affiliates: [AffiliateRow] = [],
    codes: [CodeRow] = []
  ) throws {
    var night = RegistryNight(records: records, known: history.contents, asOf: Instant(asOf))
    night.judge(programs: programs)
    night.judge(affiliates: affiliates)
    night.judge(codes: codes)
    records = night.records
    history.contents.formUnion(night.contents)
    last = night
  }

  /// The last run's rejects, as `line reason column`, by line.
  var rejects: [String] {
    (last?.rejects ?? []).sorted { $0.origin < $1.origin }.map { "\($0.origin.line) \($0.summary)" }
  }

  /// The last run's fates of file 0.
  var fates: FateCounts { last?.fates.files[0] ?? FateCounts() }
}
