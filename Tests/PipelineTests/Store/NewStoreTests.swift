import Glibc
import Pipeline
import TestSupport
import Testing

/// A store that is being filled writes past the page cache; what is in it must not show that.
struct NewStoreTests {
  private let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  /// A new store with so small a cache that nearly every page is written before the commit.
  private func fill(_ name: String, _ journal: Database.Journal = .rollbackWhileNew) throws
    -> Database
  {
    try Database.open(
      path: folder[name], mode: .readWriteCreate, schema: Things.schema, journal: journal,
      cacheKibibytes: 64)
  }

  private func read(_ name: String) throws -> Database {
    try Database.open(path: folder[name], mode: .readOnly, busyMilliseconds: 0)
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

  @Test(arguments: 1...4)
  func `a store filled past the page cache holds what any other holds`(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let (direct, plain) = (try fill("direct"), try fill("plain", .writeAheadLog))
    for round in 1...12 {
      for database in [direct, plain] { try database.execute("BEGIN IMMEDIATE") }
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        try Things.change([direct, plain], &random)
      }
      // In the middle of a transaction, too.
      if round % 4 == 0 { #expect(try Things.content(direct) == Things.content(plain)) }
      let end = Int.random(in: 0..<4, using: &random) == 0 ? "ROLLBACK" : "COMMIT"
      for database in [direct, plain] { try database.execute(end) }
      let reader = try read("direct")
      #expect(try Things.content(reader) == Things.content(plain))
      #expect(try reader.integrityCheck() == [])
    }
    try direct.execute("VACUUM")
    try direct.useWriteAheadLog()
    for database in [direct, plain] { try database.execute("BEGIN IMMEDIATE") }
    for _ in 0..<6 { try Things.change([direct, plain], &random) }
    for database in [direct, plain] { try database.execute("COMMIT") }
    #expect(try Things.content(read("direct")) == Things.content(plain))
    #expect(try direct.checkpoint())
    #expect(try direct.integrityCheck() == [])
  }

  @Test func `the second descriptor is there only while nobody else may read`() throws {
    let database = try fill("store")
    #expect(descriptors(of: "store") == 1)
    try database.transaction {
      try Things.add(database, 1...400, bytes: 5_000)
      #expect(descriptors(of: "store") == 2)
      let reader = try read("store")
      let fault = #expect(throws: DatabaseFault.self) { try Things.content(reader) }
      #expect(fault?.kind == .busy)
    }
    #expect(descriptors(of: "store") == 1)
    try database.useWriteAheadLog()
    try database.transaction {
      try Things.add(database, 401...800, bytes: 5_000)
      #expect(descriptors(of: "store") == 1)
    }
    #expect(try read("store").integer("SELECT count(*) FROM thing") == 800)
  }

  @Test func `a store that has content is opened as ever`() throws {
    try fill("store").transaction {}
    let database = try fill("store")
    try database.transaction {
      try Things.add(database, 1...400, bytes: 5_000)
      #expect(descriptors(of: "store") == 1)
    }
    #expect(try database.integrityCheck() == [])
  }

  @Test(arguments: [Database.Journal.rollbackWhileNew, .writeAheadLog])
  func `changed pages can be written before the commit, and are undone with it`(
    journal: Database.Journal
  ) throws {
    let database = try Database.open(
      path: folder["store"], mode: .readWriteCreate, schema: Things.schema, journal: journal)
    try database.transaction { try Things.add(database, 1...50, bytes: 3_000) }
    let before = try Things.content(database)
    try database.execute("BEGIN IMMEDIATE")
    try Things.add(database, 51...200, bytes: 3_000)
    try database.writeChangedPages()
    #expect(descriptors(of: "store") == (journal == .rollbackWhileNew ? 2 : 1))
    try database.execute("DELETE FROM thing WHERE id < 100")
    try database.execute("ROLLBACK")
    #expect(try Things.content(database) == before)
    #expect(try database.integrityCheck() == [])
    try database.transaction {
      try Things.add(database, 51...200, bytes: 3_000)
      try database.writeChangedPages()
    }
    #expect(try read("store").integer("SELECT count(*) FROM thing") == 200)
  }

  @Test func `a crash in the middle leaves what was committed`() throws {
    let database = try fill("store")
    try database.transaction { try Things.add(database, 1...300, bytes: 3_000) }
    let before = try Things.content(database)
    try database.execute("BEGIN IMMEDIATE")
    try database.execute("UPDATE thing SET body = zeroblob(9000), size = 9000")
    try Things.add(database, 301...900, bytes: 6_000)
    let sizes = try Things.crash(folder["store"], "-journal", as: folder["crashed"])
    #expect(sizes.allSatisfy { $0 > 100_000 })
    try database.execute("ROLLBACK")
    let crashed = try Database.open(
      path: folder["crashed"], mode: .readWriteCreate, schema: Things.schema,
      journal: .rollbackWhileNew)
    #expect(try Things.content(crashed) == before)
    #expect(try crashed.integrityCheck() == [])
    #expect(try Things.content(database) == before)
    #expect(try database.integrityCheck() == [])
  }

  @Test(.serialized, arguments: [Database.Journal.rollbackWhileNew, .writeAheadLog])
  func `where the disk takes no more, the transaction is undone`(
    journal: Database.Journal
  ) throws {
    // A limit stands for a full disk; it is above what other tests write in this process.
    _ = signal(SIGXFSZ, SIG_IGN)
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    var limit = rlimit()
    #expect(unsafe getrlimit(resource, &limit) == 0)
    let database = try fill("store", journal)
    try database.transaction { try Things.add(database, 1...300, bytes: 3_000) }
    let before = try Things.content(database)
    var low = limit
    low.rlim_cur = 64 << 20
    #expect(unsafe setrlimit(resource, &low) == 0)
    let fault = #expect(throws: DatabaseFault.self) {
      try database.transaction {
        try database.execute("UPDATE thing SET body = zeroblob(9000), size = 9000")
        try Things.add(database, 301...400, bytes: 1 << 20)
      }
    }
    #expect(unsafe setrlimit(resource, &limit) == 0)
    #expect(fault?.kind == .inputOutput)
    #expect(!database.isInTransaction)
    #expect(try Things.content(database) == before)
    #expect(try database.integrityCheck() == [])
    #expect(descriptors(of: "store") == 1)
    try database.transaction { try Things.add(database, 301...400, bytes: 1 << 20) }
    #expect(try read("store").integer("SELECT count(*) FROM thing") == 400)
  }

  @Test(.enabled(if: ScratchFolder.hasOtherFilesystem))
  func `a filesystem in memory is served as well`() throws {
    let path = "/dev/shm/refbatch-store-\(getpid())"
    defer { try? DirectoryTree.removeFile(path) }
    let database = try Database.open(
      path: path, mode: .readWriteCreate, schema: Things.schema, journal: .rollbackWhileNew,
      cacheKibibytes: 64)
    try database.transaction { try Things.add(database, 1...400, bytes: 5_000) }
    #expect(try database.integrityCheck() == [])
    let reader = try Database.open(path: path, mode: .readOnly, schema: Things.schema)
    #expect(try reader.integer("SELECT sum(length(body) = size) FROM thing") == 400)
  }
}
