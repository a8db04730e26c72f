// Exports: whole tables, or what one run changed of them, sorted by the bytes of their ids.
public import Pipeline

/// Which table to write, how, and how much of it.
public struct Export {
  public var name: ExportName
  public var format: ExportFormat
  /// What `payable` is judged at: the last run's as_of (SPEC 10, Runs).
  public var asOf: Instant
  /// Number of the run whose changes are wanted; nil for everything.
  public var run: Int64?

  public init(_ name: ExportName, _ format: ExportFormat, asOf: Instant, run: Int64? = nil) {
    self.name = name
    self.format = format
    self.asOf = asOf
    self.run = run
  }

  /// Writes the table to a sink, row by row; memory does not grow with the table.
  ///
  /// - Parameter database: The store. Postings are read from the journals beside it.
  /// - Returns: How many rows there were.
  /// - Throws: ``DatabaseFault``, ``JournalFault``, what the sink throws.
  @discardableResult
  public func write(from database: Database, to sink: any ByteSink) throws -> Int64 {
    if name == .postings { return try writePostings(from: database, to: sink) }
    var table = try TableWriter(name.columns, format, to: sink)
    switch name {
    case .conversions: try writeConversions(from: database, to: &table)
    case .rewards: try writeRewards(from: database, to: &table)
    case .payouts: try writePayouts(from: database, to: &table)
    case .postings: break
    case .clicksDaily: try writeClicks(from: database, to: &table)
    case .tiers: try writeTiers(from: database, to: &table)
    case .tierUpgrades: try writeTierUpgrades(from: database, to: &table)
    case .referrals: try writeReferrals(from: database, to: &table)
    case .runs: try writeRuns(from: database, to: &table)
    case .files: try writeFiles(from: database, to: &table)
    }
    try table.finish()
    return table.rows
  }

  /// `WHERE column = ?1` for the rows of one run; nothing for all.
  func condition(_ column: String) -> String { run == nil ? "" : "WHERE \(column) = ?1" }

  /// What ``condition(_:)`` binds.
  var parameters: [Int64] { run.map { [$0] } ?? [] }
}
