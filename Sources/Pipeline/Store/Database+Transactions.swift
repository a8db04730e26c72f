// Transactions and the questions one asks of a whole database.

internal import CSQLite

extension Database {
  /// Runs `body` in one write transaction: all of it is committed, or, when it throws, none.
  ///
  /// The write lock is taken at once, so that the transaction cannot fail half way for another
  /// writer. A fault of the COMMIT itself leaves the outcome to be read from the database.
  ///
  /// - Throws: What `body` throws, or a ``DatabaseFault``.
  public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    try bracket(beginning: "BEGIN IMMEDIATE", body)
  }

  /// Runs `body` on one unchanging snapshot of the database.
  ///
  /// - Throws: What `body` throws, or a ``DatabaseFault``.
  public func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
    try bracket(beginning: "BEGIN DEFERRED", body)
  }

  private func bracket<Result>(beginning: String, _ body: () throws -> Result) throws -> Result {
    try execute(beginning)
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // The first error is the one to report; SQLite rolls back by itself if this fails, too.
      if isInTransaction { try? execute("ROLLBACK") }
      throw error
    }
  }

  /// Writes the pages that the open transaction has changed so far, and keeps them in memory. Those
  /// that wait to be written take the cache's room from those that are read again and again.
  ///
  /// - Throws: ``DatabaseFault``.
  public func writeChangedPages() throws(DatabaseFault) {
    let code = unsafe sqlite3_db_cacheflush(handle)
    // Busy is for those that a statement still works on: they are written later.
    guard code == SQLITE_OK || code & 0xFF == SQLITE_BUSY else {
      throw fault(code, sql: "writing changed pages")
    }
  }

  /// Where the write-ahead log stands, as far as there is one.
  public var logPath: String { "\(path)-wal" }

  /// The first column of the only row of a query without parameters.
  ///
  /// - Throws: ``DatabaseFault``, also when there is no row.
  public func integer(_ sql: String) throws(DatabaseFault) -> Int64 {
    let statement = try prepare(sql)
    guard try statement.step() else {
      throw DatabaseFault(kind: .misuse, message: "a row was expected", path: path, sql: sql)
    }
    return statement.int(0)
  }

  /// A number that changes when another connection has committed.
  ///
  /// - Throws: ``DatabaseFault``.
  public func dataVersion() throws(DatabaseFault) -> Int64 { try integer("PRAGMA data_version") }

  /// Everything SQLite's own checks find wrong, in its words; empty for a sound database.
  ///
  /// - Throws: ``DatabaseFault`` when the file is too damaged to be checked at all.
  public func integrityCheck() throws(DatabaseFault) -> [String] {
    var findings: [String] = []
    let check = try prepare("PRAGMA integrity_check")
    while try check.step() {
      let line = check.text(0)
      if line != "ok" { findings.append(line.string) }
    }
    let references = try prepare("PRAGMA foreign_key_check")
    while try references.step() {
      let row = references.optionalInt(1).map { "row \($0)" } ?? "a row"
      let (table, parent) = (references.text(0), references.text(2))
      findings.append("\(row) of \(table) refers to a row that \(parent) does not have")
    }
    return findings
  }
}
