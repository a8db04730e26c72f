// One committed state of the store, as the endpoint's queries see it.
public import Pipeline

/// A connection that reads, and which run it sees.
///
/// All queries of one answer run between ``begin()`` and ``end()``: in one read transaction, so that
/// a run which commits meanwhile does not show in the middle of it. It belongs to one thread.
public final class StoreReading {
  /// The last committed run of the state that is read.
  public struct Run: Hashable, Sendable {
    /// Its number in the store.
    public let number: Int64
    /// Its name, such as `2026-03-31.1`.
    public let name: String
    /// What counts as now (ENDPOINT G.1).
    public let asOf: Instant
  }

  /// The statements of the connection.
  public let statements: PreparedStatements
  /// The last committed run; nil before the first one. Kept up to date by ``begin()``.
  public private(set) var run: Run?
  /// The store's version at the last ``begin()``: it changes with every commit of anyone. Those of
  /// two connections have nothing to do with each other.
  public private(set) var version: Int64 = 0
  /// Tells the connections of a process apart: their versions count for each alone.
  public var ordinal: Int64 = 0
  /// Whether another thread puts lists in order after a run: asking for one meanwhile throws
  /// ``ListsInTheMaking`` instead of doing it here.
  public var leavesListsToOthers = false
  /// Which file is read: its device and inode; nothing for a database of its own.
  let file: [UInt64]
  private var derived: [String: Any] = [:]

  /// The connection itself.
  public var database: Database { statements.database }

  /// What counts as now; the distant past before the first run.
  public var asOf: Instant { run?.asOf ?? .distantPast }

  /// Wraps a connection.
  public init(_ database: Database) {
    statements = PreparedStatements(database)
    file = []
  }

  private init(_ database: Database, file: [UInt64]) {
    statements = PreparedStatements(database)
    self.file = file
  }

  /// Opens a workspace's store; one that has none yet, or whose very first run is still going on,
  /// reads as empty.
  ///
  /// - Parameter cacheKibibytes: The most memory of the page cache.
  /// - Throws: ``DatabaseFault``, ``FileFault``; ``NoStore`` where the directory itself is missing.
  public convenience init(of workspace: Workspace, cacheKibibytes: Int = 4_096) throws {
    guard try FileInformation.of(workspace.path) != nil else {
      throw NoStore(workspace: workspace.path)
    }
    let file = try FileInformation.of(workspace.storePath)
    self.init(
      try Self.open(workspace, cacheKibibytes) ?? Self.nothing(),
      file: file.map { [$0.device, $0.inode] } ?? [])
  }

  /// The store; nil before anything is committed to it.
  private static func open(_ workspace: Workspace, _ cacheKibibytes: Int) throws -> Database? {
    guard let file = try FileInformation.of(workspace.storePath), file.byteCount > 0 else {
      return nil
    }
    do {
      return try Database.open(
        path: workspace.storePath, mode: .readOnly, schema: StoreSchema.schema,
        cacheKibibytes: cacheKibibytes, busyMilliseconds: 100)
    } catch let fault where fault.kind == .busy {
      return nil
    } catch let fault where fault.kind == .otherSchema {
      let plain = try Database.open(path: workspace.storePath, mode: .readOnly)
      guard try plain.integer("SELECT count(*) FROM sqlite_schema") == 0 else { throw fault }
      return nil
    }
  }

  private static func nothing() throws -> Database {
    try Database.open(path: ":memory:", mode: .readWriteCreate, schema: StoreSchema.schema)
  }

  /// The store's version now, outside of a transaction.
  ///
  /// - Throws: ``DatabaseFault``.
  public func currentVersion() throws -> Int64 {
    try statements.with("PRAGMA data_version") { statement in
      try statement.step() ? statement.int(0) : 0
    }
  }

  /// Begins a read transaction, and notices a run committed since.
  ///
  /// - Throws: ``DatabaseFault``.
  public func begin() throws {
    try statements.with("BEGIN DEFERRED") { try $0.run() }
    let seen = try currentVersion()
    guard seen != version else { return }
    version = seen
    run = try statements.with(
      "SELECT no, name, as_of FROM runs ORDER BY no DESC LIMIT 1"
    ) { statement in
      guard try statement.step() else { return nil }
      return Run(
        number: statement.int(0), name: statement.text(1).string,
        asOf: Instant(milliseconds: statement.int(2)))
    }
    derived.removeAll()
  }

  /// Ends the read transaction.
  public func end() {
    // A failure here means that the transaction has ended by itself.
    if database.isInTransaction { try? statements.with("COMMIT") { try $0.run() } }
  }

  /// A value that follows from the committed run alone, made when first asked for and kept until
  /// the next run.
  ///
  /// - Parameter name: Unique to the kind of value and its parameters.
  /// - Throws: What `make` throws.
  public func derived<Value>(_ name: String, _ make: () throws -> Value) rethrows -> Value {
    if let value = derived[name] as? Value { return value }
    let value = try make()
    derived[name] = value
    return value
  }
}
