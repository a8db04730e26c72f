// `export postings`: the journals one after another, checked against the store.
import Pipeline

extension Export {
  /// By (transaction_id, account): the order in which the journals were written, and in which their
  /// names sort.
  func writePostings(from database: Database, to sink: any ByteSink) throws -> Int64 {
    let workspace = DirectoryTree.parent(of: database.path) ?? "."
    let journals = try StoredJournal.all(in: database).filter { run == nil || $0.number == run }
    var table = try TableWriter(name.columns, format, to: sink)
    if format == .csv { try table.finish() }
    for journal in journals {
      let reader = JournalReader(path: "\(workspace)/\(journal.path)")
      let facts =
        format == .csv
        ? try reader.copyRows(to: sink)
        : try reader.read { posting in try Self.write(posting, to: &table) }
      guard facts.sha256 == journal.sha256 else {
        throw JournalFault(
          path: "\(workspace)/\(journal.path)", line: nil,
          message: "its SHA-256 is \(facts.sha256), and not the store's \(journal.sha256)")
      }
    }
    if format == .jsonl { try table.finish() }
    return journals.reduce(0) { $0 + $1.postings }
  }

  private static func write(_ posting: Posting, to table: inout TableWriter) throws {
    table.append(posting.transactionID)
    table.append(posting.run)
    table.append(posting.occurredAt)
    table.append(posting.account)
    table.append(posting.currency)
    table.append(posting.amountMinor)
    table.append(posting.rewardID)
    try table.endRow()
  }
}
