import Glibc
import Pipeline
import TestSupport
import Testing

/// A store that is being filled writes past the page cache; what is in it must not show that.
struct NewStoreTests {
  private let folder: ScratchFolder
  private let schema = Schema(
    applicationID: 0x5246_4231,
    migrations: [
      Migration(
        version: 1, name: "things",
        sql: """
          CREATE TABLE thing (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, body BLOB NOT NULL);
          CREATE TABLE word (word TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
          """)
    ])

  init() throws { folder = try ScratchFolder() }

  /// A new store with so small a cache that nearly every page is written before the commit.
  private func fill(_ name: String, _ journal: Database.Journal = .rollbackWhileNew) throws
    -> Database
  {
    try Database.open(
      path: folder[name], mode: .readWriteCreate, schema: schema, journal: journal,
      cacheKibibytes: 64)
  }

  private func read(_ name: String) throws -> Database {
    try Database.open(path: folder[name], mode: .readOnly, busyMilliseconds: 0)
  }

  private func addThings(_ database: Database, _ ids: ClosedRange<Int>, bytes: Int) throws {
    try database.execute(
      """
      WITH RECURSIVE n(n) AS (SELECT \(ids.lowerBound) UNION ALL
        SELECT n + 1 FROM n WHERE n < \(ids.upperBound))
      INSERT INTO thing SELECT n, \(bytes), randomblob(\(bytes)) FROM n
      """)
  }

  /// How many descriptors of this process lead to a file.
  private func descriptors(of name: String) -> Int {
    (0..<1_024).count { number in
      var target = [CChar](repeating: 0, count: 4_096)
      let count = unsafe readlink("/proc/self/fd/\(number)", &target, target.count)
      guard count > 0 else { return false }
      let bytes = target[..<count].map { UInt8(bitPattern: $0) }
      return String(decoding: bytes, as: UTF8.self) == folder[name]
    }
  }

  /// Everything in a store, in short.
  private func content(_ database: Database) throws -> [String] {
    var lines: [String] = []
    for query in [
      "SELECT id, size, hex(substr(body, 1, 12)) || hex(substr(body, -12)) FROM thing ORDER BY id",
      "SELECT id, length(word), word FROM word ORDER BY word",
    ] {
      let rows = try database.prepare(query)
      while try rows.step() { lines.append("\(rows.int(0)) \(rows.int(1)) \(rows.text(2))") }
    }
    return lines
  }

  /// The same random changes of both.
  private func change(_ databases: [Database], _ random: inout SplitMix64, _ round: Int) throws {
    let bytes = Int.random(in: 1...40_000, using: &random)
    let id = Int.random(in: 1...400, using: &random)
    let seed = Int.random(in: 0...1_000_000, using: &random)
    let sql =
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1, 2:
        """
        INSERT OR REPLACE INTO thing
        WITH RECURSIVE n(n) AS (SELECT \(id) UNION ALL SELECT n + 1 FROM n WHERE n < \(id + 20))
        SELECT n, \(bytes), CAST(printf('%0\(bytes)d', n * \(seed)) AS BLOB) FROM n
        """
      case 3: "DELETE FROM thing WHERE id BETWEEN \(id) AND \(id + 30)"
      case 4:
        "UPDATE thing SET body = CAST(printf('%020000d', id + \(seed)) AS BLOB), size = 20000"
          + " WHERE id % 17 = \(seed % 17)"
      case 5: "INSERT OR REPLACE INTO word SELECT hex(body % 991 || id * \(seed)), id FROM thing"
      case 6: "DELETE FROM word WHERE id % 3 = \(seed % 3)"
      default: "CREATE INDEX IF NOT EXISTS word_by_id_\(seed % 2) ON word (id, word)"
      }
    let isUndone = Int.random(in: 0..<5, using: &random) == 0
    for database in databases {
      try database.execute("SAVEPOINT change")
      try database.execute(sql)
      if isUndone { try database.execute("ROLLBACK TO change") }
      try database.execute("RELEASE change")
    }
  }

  @Test(arguments: 1...4)
  func `a store filled past the page cache holds what any other holds`(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let (direct, plain) = (try fill("direct"), try fill("plain", .writeAheadLog))
    for round in 1...12 {
      for database in [direct, plain] { try database.execute("BEGIN IMMEDIATE") }
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        try change([direct, plain], &random, round)
      }
      // In the middle of a transaction, too.
      if round % 4 == 0 { #expect(try content(direct) == content(plain)) }
      let end = Int.random(in: 0..<4, using: &random) == 0 ? "ROLLBACK" : "COMMIT"
      for database in [direct, plain] { try database.execute(end) }
      let reader = try read("direct")
      #expect(try content(reader) == content(plain))
      #expect(try reader.integrityCheck() == [])
    }
    try direct.execute("VACUUM")
    try direct.useWriteAheadLog()
    for database in [direct, plain] { try database.execute("BEGIN IMMEDIATE") }
    for _ in 0..<6 { try change([direct, plain], &random, 0) }
    for database in [direct, plain] { try database.execute("COMMIT") }
    #expect(try content(read("direct")) == content(plain))
    #expect(try direct.checkpoint())
    #expect(try direct.integrityCheck() == [])
  }

  @Test func `the second descriptor is there only while nobody else may read`() throws {
    let database = try fill("store")
    #expect(descriptors(of: "store") == 1)
    try database.transaction {
      try addThings(database, 1...400, bytes: 5_000)
      #expect(descriptors(of: "store") == 2)
      let reader = try read("store")
      let fault = #expect(throws: DatabaseFault.self) { try content(reader) }
      #expect(fault?.kind == .busy)
    }
    #expect(descriptors(of: "store") == 1)
    try database.useWriteAheadLog()
    try database.transaction {
      try addThings(database, 401...800, bytes: 5_000)
      #expect(descriptors(of: "store") == 1)
    }
    #expect(try read("store").integer("SELECT count(*) FROM thing") == 800)
  }

  @Test func `a store that has content is opened as ever`() throws {
    try fill("store").transaction {}
    let database = try fill("store")
    try database.transaction {
      try addThings(database, 1...400, bytes: 5_000)
      #expect(descriptors(of: "store") == 1)
    }
    #expect(try database.integrityCheck() == [])
  }

  @Test(arguments: [Database.Journal.rollbackWhileNew, .writeAheadLog])
  func `changed pages can be written before the commit, and are undone with it`(
    journal: Database.Journal
  ) throws {
    let database = try Database.open(
      path: folder["store"], mode: .readWriteCreate, schema: schema, journal: journal)
    try database.transaction { try addThings(database, 1...50, bytes: 3_000) }
    let before = try content(database)
    try database.execute("BEGIN IMMEDIATE")
    try addThings(database, 51...200, bytes: 3_000)
    try database.writeChangedPages()
    #expect(descriptors(of: "store") == (journal == .rollbackWhileNew ? 2 : 1))
    try database.execute("DELETE FROM thing WHERE id < 100")
    try database.execute("ROLLBACK")
    #expect(try content(database) == before)
    #expect(try database.integrityCheck() == [])
    try database.transaction {
      try addThings(database, 51...200, bytes: 3_000)
      try database.writeChangedPages()
    }
    #expect(try read("store").integer("SELECT count(*) FROM thing") == 200)
  }

  @Test func `a crash in the middle leaves what was committed`() throws {
    let database = try fill("store")
    try database.transaction { try addThings(database, 1...300, bytes: 3_000) }
    let before = try content(database)
    try database.execute("BEGIN IMMEDIATE")
    try database.execute("UPDATE thing SET body = zeroblob(9000), size = 9000")
    try addThings(database, 301...900, bytes: 6_000)
    // As the disk has it now; the journal in it is what a crash leaves.
    for suffix in ["", "-journal"] {
      let source = try Descriptor(opening: folder["store\(suffix)"], for: .read)
      var bytes = [UInt8](repeating: 0, count: Int(try source.information().byteCount))
      #expect(try source.read(into: &bytes) == bytes.count)
      #expect(bytes.count > 100_000)
      try WholeFile.replace(folder["crashed\(suffix)"], with: bytes)
    }
    try database.execute("ROLLBACK")
    let crashed = try Database.open(
      path: folder["crashed"], mode: .readWriteCreate, schema: schema, journal: .rollbackWhileNew)
    #expect(try content(crashed) == before)
    #expect(try crashed.integrityCheck() == [])
    #expect(try content(database) == before)
    #expect(try database.integrityCheck() == [])
  }

  @Test func `where the disk takes no more, the transaction is undone`() throws {
    // A limit stands for a full disk; it is above what other tests write in this process.
    _ = signal(SIGXFSZ, SIG_IGN)
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    var limit = rlimit()
    #expect(unsafe getrlimit(resource, &limit) == 0)
    let database = try fill("store")
    try database.transaction { try addThings(database, 1...300, bytes: 3_000) }
    let before = try content(database)
    var low = limit
    low.rlim_cur = 64 << 20
    #expect(unsafe setrlimit(resource, &low) == 0)
    let fault = #expect(throws: DatabaseFault.self) {
      try database.transaction {
        try database.execute("UPDATE thing SET body = zeroblob(9000), size = 9000")
        try addThings(database, 301...400, bytes: 1 << 20)
      }
    }
    #expect(unsafe setrlimit(resource, &limit) == 0)
    #expect(fault?.kind == .inputOutput)
    #expect(!database.isInTransaction)
    #expect(try content(database) == before)
    #expect(try database.integrityCheck() == [])
    #expect(descriptors(of: "store") == 1)
    try database.transaction { try addThings(database, 301...400, bytes: 1 << 20) }
    #expect(try read("store").integer("SELECT count(*) FROM thing") == 400)
  }

  @Test(.enabled(if: ScratchFolder.hasOtherFilesystem))
  func `a filesystem in memory is served as well`() throws {
    let path = "/dev/shm/refbatch-store-\(getpid())"
    defer { try? DirectoryTree.removeFile(path) }
    let database = try Database.open(
      path: path, mode: .readWriteCreate, schema: schema, journal: .rollbackWhileNew,
      cacheKibibytes: 64)
    try database.transaction { try addThings(database, 1...400, bytes: 5_000) }
    #expect(try database.integrityCheck() == [])
    let reader = try Database.open(path: path, mode: .readOnly, schema: schema)
    #expect(try reader.integer("SELECT sum(length(body) = size) FROM thing") == 400)
  }
}
