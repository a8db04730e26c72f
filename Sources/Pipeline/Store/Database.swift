// One SQLite connection: opening, transactions, checks. With Statement.swift the only file that
// calls SQLite.

internal import CSQLite

/// A connection to a SQLite database, and the sole owner of its handle.
///
/// It belongs to the thread that made it. Any number of connections, read-only ones above all, may
/// be open on the same file at once: a reader sees the last committed state and blocks no writer.
@safe public final class Database {
  /// How a database is opened.
  public enum Mode: Hashable, Sendable {
    /// Reads and writes; makes the file if there is none.
    case readWriteCreate
    /// Reads only; the file must exist.
    case readOnly
  }

  /// How changes are kept from being torn.
  public enum Journal: Hashable, Sendable {
    /// A write-ahead log: readers go on beside the writer.
    case writeAheadLog
    /// A write-ahead log, but for a database without anything in it a rollback journal until
    /// ``Database/useWriteAheadLog()``: the first rows are then written once and not twice, and
    /// nobody else can read what there is not yet.
    case rollbackWhileNew
  }

  /// How many bytes a page of a new database has.
  public static let pageBytes = 8_192

  /// How long a statement waits for another connection's lock, in milliseconds.
  public static let busyTimeoutMilliseconds: Int32 = 5_000

  /// The path it was opened by.
  public let path: String
  /// How it was opened.
  public let mode: Mode
  /// Whether there was nothing in it when it was opened with a schema: a new one, or one whose
  /// content is lost.
  public private(set) var wasEmpty = false
  let handle: OpaquePointer

  private init(path: String, mode: Mode, handle: OpaquePointer) {
    self.path = path
    self.mode = mode
    unsafe self.handle = handle
  }

  deinit { _ = unsafe sqlite3_close_v2(handle) }

  /// Opens a database with write-ahead log, full synchronisation and enforced foreign keys.
  ///
  /// - Parameter schema: When given, a writer brings the database up to it, and a reader demands
  ///   exactly it. A database of a later or of another program is left as it is.
  /// - Parameter journal: Counts for writers only.
  /// - Parameter cacheKibibytes: The most memory the page cache may take; nil for SQLite's own.
  /// - Parameter busyMilliseconds: How long it waits for another connection's lock.
  /// - Throws: ``DatabaseFault``.
  public static func open(
    path: String, mode: Mode, schema: Schema? = nil, journal: Journal = .writeAheadLog,
    cacheKibibytes: Int? = nil, busyMilliseconds: Int32 = Database.busyTimeoutMilliseconds
  ) throws(DatabaseFault) -> Database {
    let isWritten = mode == .readWriteCreate && schema != nil
    let database = try connect(
      path: path, mode: mode, layer: isWritten ? layer(for: path, journal) : nil)
    _ = unsafe sqlite3_busy_timeout(database.handle, busyMilliseconds)
    if let schema { database.wasEmpty = try schema.checkOwnership(of: database) }
    try database.configure(journal, cacheKibibytes: cacheKibibytes)
    guard let schema else { return database }
    switch mode {
    case .readWriteCreate: try schema.apply(to: database)
    case .readOnly: try schema.demand(of: database)
    }
    return database
  }

  /// A statement of several rows keeps copies of the pages it changes until it is done, should it
  /// have to be undone alone. SQLite's own limit of 64 KiB would send nearly all to a file. Settled
  /// once for the process, before the first connection.
  static let keepsStatementJournalsInMemory =
    refbatch_keep_statement_journals_in_memory() == SQLITE_OK
  private static let countsNoMemory = refbatch_count_no_memory() == SQLITE_OK

  /// Makes the settings of the whole process: before anything else is asked of SQLite, as they count
  /// only until then. Where it is in use already, journals go to files as before; nothing else
  /// changes.
  static func settle() { _ = (keepsStatementJournalsInMemory, countsNoMemory) }

  /// What a database is written through; nil for SQLite's own.
  private static func layer(for path: String, _ journal: Journal) -> String? {
    let byteCount = (try? FileInformation.of(path))?.byteCount ?? 0
    return byteCount == 0 && journal == .rollbackWhileNew ? StoreLayer.new : StoreLayer.existing
  }

  private static func connect(
    path: String, mode: Mode, layer: String?
  ) throws(DatabaseFault) -> Database {
    settle()
    let access =
      switch mode {
      case .readWriteCreate: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      case .readOnly: SQLITE_OPEN_READONLY
      }
    var handle: OpaquePointer?
    let code = unsafe sqlite3_open_v2(path, &handle, access | SQLITE_OPEN_NOMUTEX, layer)
    guard let handle = unsafe handle else {
      throw DatabaseFault(code: SQLITE_NOMEM, message: "out of memory", sql: nil, path: path)
    }
    let database = unsafe Database(path: path, mode: mode, handle: handle)
    guard code == SQLITE_OK else { throw database.fault(code, sql: nil) }
    _ = unsafe sqlite3_extended_result_codes(handle, 1)
    return database
  }

  private func configure(_ journal: Journal, cacheKibibytes: Int?) throws(DatabaseFault) {
    if mode == .readWriteCreate {
      // Counts only before anything is written.
      try execute("PRAGMA page_size = \(Self.pageBytes)")
      if !(wasEmpty && journal == .rollbackWhileNew) { try useWriteAheadLog() }
      try execute("PRAGMA synchronous = FULL")
    }
    try execute("PRAGMA foreign_keys = ON")
    if let cacheKibibytes { try execute("PRAGMA cache_size = -\(max(cacheKibibytes, 64))") }
  }

  /// Has changes go through a write-ahead log from now on; outside of a transaction.
  ///
  /// - Throws: ``DatabaseFault``, also where the filesystem has none.
  public func useWriteAheadLog() throws(DatabaseFault) {
    let sql = "PRAGMA journal_mode = WAL"
    let answer = try prepare(sql)
    let journal = try answer.step() ? answer.text(0) : ""
    guard journal == "wal" || journal == "memory" else {
      let message = "this filesystem has no write-ahead log; put the workspace on a local disk"
      throw DatabaseFault(kind: .inputOutput, message: message, path: path, sql: sql)
    }
  }

  /// Runs one or more statements that have no parameters and whose rows nobody wants.
  ///
  /// - Throws: ``DatabaseFault``, at the first statement that fails.
  public func execute(_ sql: String) throws(DatabaseFault) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw fault(code, sql: sql) }
  }

  /// Compiles one statement, to be bound and stepped as often as wanted.
  ///
  /// - Throws: ``DatabaseFault``.
  public func prepare(_ sql: String) throws(DatabaseFault) -> Statement {
    var statement: OpaquePointer?
    let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
    let code = unsafe sqlite3_prepare_v3(handle, sql, -1, flags, &statement, nil)
    guard code == SQLITE_OK else { throw fault(code, sql: sql) }
    guard let statement = unsafe statement else {
      throw DatabaseFault(kind: .misuse, message: "no statement given", path: path, sql: sql)
    }
    return unsafe Statement(database: self, handle: statement, sql: sql)
  }

  /// The row id of the last row this connection inserted.
  public var lastInsertRowID: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  /// How many rows the last INSERT, UPDATE or DELETE touched.
  public var changes: Int64 { unsafe sqlite3_changes64(handle) }

  /// How many rows this connection has inserted, updated or deleted since it was opened.
  public var totalChanges: Int64 { unsafe sqlite3_total_changes64(handle) }

  /// Whether a transaction is open on this connection.
  public var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  /// Describes the failure this connection has just had.
  func fault(_ code: Int32, sql: String?) -> DatabaseFault {
    let extended = unsafe sqlite3_extended_errcode(handle)
    let exact = extended & 0xFF == code & 0xFF ? extended : code
    let message = unsafe String(cString: sqlite3_errmsg(handle))
    return DatabaseFault(code: exact, message: message, sql: sql, path: path)
  }

  /// Copies what the write-ahead log holds into the database and empties the log, without waiting
  /// for readers.
  ///
  /// - Returns: Whether the log is empty now; false when a reader still needs it.
  /// - Throws: ``DatabaseFault``, but not for being busy.
  @discardableResult
  public func checkpoint() throws(DatabaseFault) -> Bool {
    _ = unsafe sqlite3_busy_timeout(handle, 0)
    defer { _ = unsafe sqlite3_busy_timeout(handle, Self.busyTimeoutMilliseconds) }
    let code = unsafe sqlite3_wal_checkpoint_v2(
      handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
    if code & 0xFF == SQLITE_BUSY { return false }
    guard code == SQLITE_OK else { throw fault(code, sql: "checkpoint") }
    return true
  }
}
