// The figures of a run's report, gathered inside its transaction. Nothing here formats them.
import Pipeline

/// What `report.json` says of a run, and what other reports may draw from.
public struct ReportFacts {
  let run: RunName
  let asOf: Instant
  /// The run's input files with the fates of their rows.
  let files: [FileFacts]
  /// The orders that the run's files brought or amended, grouped.
  let conversions: [ConversionGroup]
  /// How many conversions the run touched in any way.
  let changedConversions: Int64
  /// The last days up to the business date.
  let period: PeriodFacts
  let tierUpgrades: [UpgradeGroup]
  let payouts: [PayoutGroup]
  /// Payouts that wait for approval since this run.
  let proposed: [EmittedTotal]
  /// Payouts for which the schedule does not state the payer's account.
  let withoutFile: [PayoutsWithoutFile]
  let held: [HeldGroup]
  let balances: [AccountTotal]
  let liability: [LiabilityTotal]
  let finance: FinanceFacts
  let reconciliation: Reconciliation

  init(_ inputs: ReportInputs, emitted: EmittedPayouts) throws {
    run = inputs.run
    asOf = inputs.asOf
    let database = inputs.database
    files = try FileFacts.all(ofRun: inputs.number, in: database)
    let changed =
      try inputs.extracts?.groups ?? ConversionGroup.all(ofRun: inputs.number, in: database)
    changedConversions =
      changed.reduce(0) { $0 + $1.count } + (inputs.extracts?.touchedElsewhere ?? 0)
    conversions = changed.filter(\.isBrought)
    period = try PeriodFacts(inputs)
    tierUpgrades = try UpgradeGroup.all(ofRun: inputs.number, in: database)
    payouts = try PayoutGroup.all(ofRun: inputs.number, in: database)
    proposed = emitted.proposed
    withoutFile = emitted.withoutFile
    held = try HeldGroup.all(ofRun: inputs.number, in: database)
    balances = try AccountTotal.all(in: database)
    finance = try FinanceFacts(inputs, emitted: emitted, held: held)
    liability = try LiabilityTotal.all(of: finance.accounts)
    reconciliation = try Reconciliation(
      inputs, files: files, emitted: emitted, loose: finance.loose)
  }

  /// All rows of the run, by fate.
  var fates: RowFates { files.reduce(into: RowFates()) { $0.add($1.fates) } }

  /// How many rows had this fate for each reason, over files of one kind or of all, by reason.
  func reasons(_ fate: String, of kind: InputKind? = nil) -> [ReasonCount] {
    var counts: [Text: Int64] = [:]
    for file in files where kind == nil || file.kind == Text(kind?.rawValue ?? "") {
      for count in file.reasons where count.fate == Text(fate) {
        counts[count.reason, default: 0] += count.count
      }
    }
    return counts.sorted { $0.key < $1.key }.map {
      ReasonCount(fate: Text(fate), reason: $0.key, count: $0.value)
    }
  }
}

/// Rows of a file, or of all, by what became of them.
struct RowFates: Hashable {
  var rows: Int64 = 0
  var accepted: Int64 = 0
  var duplicate: Int64 = 0
  var filtered: Int64 = 0
  var rejected: Int64 = 0

  mutating func add(_ other: RowFates) {
    rows += other.rows
    accepted += other.accepted
    duplicate += other.duplicate
    filtered += other.filtered
    rejected += other.rejected
  }

  /// Whether each row has exactly one fate.
  var addUp: Bool { rows == accepted + duplicate + filtered + rejected }
}

/// Rows of one fate that share a reason.
struct ReasonCount: Hashable {
  var fate: Text
  var reason: Text
  var count: Int64
}

/// One input file of a run.
struct FileFacts: Hashable {
  var kind: Text
  var name: Text
  var fates: RowFates
  /// By fate and reason.
  var reasons: [ReasonCount]

  /// By kind, name and content.
  static func all(ofRun run: Int64, in database: Database) throws -> [FileFacts] {
    var files: [FileFacts] = []
    let reasons = try database.prepare(
      "SELECT fate, reason, count FROM file_reasons WHERE file = ? ORDER BY fate, reason")
    let query = """
      SELECT no, kind, name, rows, accepted, duplicate, filtered, rejected FROM files
      WHERE run = ?1 ORDER BY kind, name, digest, profile
      """
    try database.forEachRow(query, [run]) { row in
      try reasons.bind(int: row.int(), at: 1)
      var file = FileFacts(
        kind: row.text(), name: row.text(),
        fates: RowFates(
          rows: row.int(), accepted: row.int(), duplicate: row.int(), filtered: row.int(),
          rejected: row.int()), reasons: [])
      while try reasons.step() {
        var cursor = ColumnCursor(reasons)
        file.reasons.append(
          ReasonCount(fate: cursor.text(), reason: cursor.text(), count: cursor.int()))
      }
      files.append(file)
    }
    return files
  }
}
