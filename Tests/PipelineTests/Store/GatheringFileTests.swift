import Pipeline
import TestSupport
import Testing

/// A store that has content is written in large pieces; neither what is in it nor what others see of
/// it may show that.
struct GatheringFileTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// A store with so small a cache that nearly every page is written before the commit.
  private func open(_ name: String) throws -> Database {
    try Database.open(
      path: folder[name], mode: .readWriteCreate, schema: Things.schema, cacheKibibytes: 64)
  }

  /// The same through nothing but SQLite.
  private func openPlain(_ name: String) throws -> Database {
    let database = try Database.open(
      path: folder[name], mode: .readWriteCreate, cacheKibibytes: 64)
    if try database.integer("SELECT count(*) FROM sqlite_schema") == 0 {
      try database.execute(Things.sql)
    }
    return database
  }

  private func read(_ name: String) throws -> Database {
    try Database.open(path: folder[name], mode: .readOnly, busyMilliseconds: 0)
  }

  @Test(arguments: 1...6)
  func `a store written in large pieces holds what any other holds, and shows it when committed`(
    seed: Int
  ) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let (gathered, plain) = (try open("gathered"), try openPlain("plain"))
    var committed = try Things.content(plain)
    for round in 1...12 {
      for database in [gathered, plain] { try database.execute("BEGIN IMMEDIATE") }
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        try Things.change([gathered, plain], &random)
      }
      if round % 3 == 0 { try gathered.writeChangedPages() }
      #expect(try Things.content(read("gathered")) == committed)
      if round % 4 == 0 { #expect(try Things.content(gathered) == Things.content(plain)) }
      let end = Int.random(in: 0..<4, using: &random) == 0 ? "ROLLBACK" : "COMMIT"
      for database in [gathered, plain] { try database.execute(end) }
      committed = try Things.content(plain)
      let reader = try read("gathered")
      #expect(try Things.content(reader) == committed)
      #expect(try reader.integrityCheck() == [])
      if round % 5 == 0 { #expect(try gathered.checkpoint()) }
    }
    #expect(try gathered.integrityCheck() == [])
  }

  @Test(arguments: 1...4)
  func `it takes turns with a writer that knows nothing of it`(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let gathered = try open("store")
    let other = try openPlain("store")
    let model = try openPlain("model")
    for _ in 1...20 {
      let writer = Bool.random(using: &random) ? gathered : other
      // What is undone has been written in part, and the next writer writes in its place.
      let isUndone = Int.random(in: 0..<3, using: &random) == 0
      for database in [writer, model] { try database.execute("BEGIN IMMEDIATE") }
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        try Things.change([writer, model], &random)
      }
      for database in [writer, model] { try database.execute(isUndone ? "ROLLBACK" : "COMMIT") }
      if Int.random(in: 0..<4, using: &random) == 0 {
        #expect(try (Bool.random(using: &random) ? gathered : other).checkpoint())
      }
      #expect(try Things.content(other) == Things.content(model))
      #expect(try Things.content(gathered) == Things.content(model))
    }
    #expect(try gathered.integrityCheck() == [])
    #expect(try other.integrityCheck() == [])
  }

  @Test func `a crash leaves what was committed, and no more`() throws {
    let database = try open("store")
    try database.transaction { try Things.add(database, 1...300, bytes: 3_000) }
    let before = try Things.content(database)
    try database.execute("BEGIN IMMEDIATE")
    try database.execute("UPDATE thing SET body = zeroblob(9000), size = 9000")
    try Things.add(database, 301...900, bytes: 6_000)
    try Things.crash(folder["store"], "-wal", as: folder["during"])
    let after = try Things.content(database)
    try database.execute("COMMIT")
    try Things.crash(folder["store"], "-wal", as: folder["behind"])
    for (name, content) in [("during", before), ("behind", after)] {
      let crashed = try open(name)
      #expect(try Things.content(crashed) == content)
      #expect(try crashed.integrityCheck() == [])
    }
  }
}
