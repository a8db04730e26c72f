import Glibc
import Pipeline
import Testing

struct DatabaseTests {
  private let folder: ScratchFolder
  private var path: String { folder["store.sqlite"] }
  private let schema = Schema(
    applicationID: 0x5246_4231,
    migrations: [
      Migration(
        version: 1, name: "things",
        sql: """
          CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, digest BLOB);
          CREATE TABLE part (thing INTEGER NOT NULL REFERENCES thing);
          """)
    ])

  init() throws { folder = try ScratchFolder() }

  private func open(_ mode: Database.Mode = .readWriteCreate) throws -> Database {
    try Database.open(path: path, mode: mode, schema: schema)
  }

  @Test func `a new database is durable, logged ahead, and strict about references`() throws {
    let database = try open()
    #expect(try database.integer("PRAGMA synchronous") == 2)
    #expect(try database.integer("PRAGMA foreign_keys") == 1)
    #expect(try database.integer("PRAGMA application_id") == 0x5246_4231)
    #expect(try database.integer("PRAGMA user_version") == 1)
    #expect(try database.integer("PRAGMA busy_timeout") == 5_000)
    let journal = try database.prepare("PRAGMA journal_mode")
    #expect(try journal.step())
    #expect(journal.text(0) == "wal")
  }

  @Test func `a statement may change megabytes before it is undone alone`() throws {
    let database = try open()
    try database.transaction {
      try database.execute(
        """
        WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000)
        INSERT INTO thing SELECT n, printf('%0200d', n), NULL FROM n
        """)
    }
    try database.transaction {
      // The last row breaks a constraint; until then some four megabytes of pages were changed.
      #expect(throws: DatabaseFault.self) {
        try database.execute(
          "UPDATE thing SET name = CASE id WHEN 20000 THEN 'x1' ELSE 'x' || id END")
      }
      #expect(try database.integer("SELECT count(*) FROM thing WHERE length(name) = 200") == 20_000)
      try database.execute("UPDATE thing SET name = 'y' || id")
    }
    #expect(try database.integer("SELECT count(*) FROM thing WHERE name = 'y' || id") == 20_000)
  }

  @Test func `values of each type come back as they went in`() throws {
    let database = try open()
    let digest = Digest128(high: 0x0123_4567_89AB_CDEF, low: .max)
    let statement = try database.prepare("SELECT ?1, ?2, ?3, ?4, ?5, ?6")
    try statement.bind(1, Int64.min)
    try statement.bind(2, Text("né\0e\u{301}"))
    try statement.bind(3, [0, 255, 0] as [UInt8])
    try statement.bind(4, digest)
    try statement.bind(5, Text(""))
    try statement.bind(6, [] as [UInt8])
    #expect(try statement.step())
    #expect(statement.int(0) == .min)
    #expect(statement.text(1) == "né\0e\u{301}")
    #expect(statement.blob(2) == [0, 255, 0])
    #expect(try statement.digest(3) == digest)
    let first: [UInt8] = [1, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF]
    #expect(statement.blob(3) == first + [UInt8](repeating: 255, count: 8))
    #expect(statement.optionalText(4) == "")
    #expect(!statement.isNull(5))
    #expect(statement.blob(5) == [])
    #expect(try !statement.step())
  }

  @Test func `what is absent is NULL, and comes back as absent`() throws {
    let database = try open()
    let statement = try database.prepare("SELECT ?1, ?2, ?3, ?4")
    try statement.bind(1, nil as Int64?)
    try statement.bind(2, nil as Text?)
    try statement.bind(3, nil as [UInt8]?)
    try statement.bind(4, nil as Digest128?)
    #expect(try statement.step())
    #expect(statement.optionalInt(0) == nil)
    #expect(statement.optionalText(1) == nil)
    #expect(statement.isNull(2))
    #expect(try statement.optionalDigest(3) == nil)
    #expect(statement.int(0) == 0)
    #expect(statement.text(1) == "")
  }

  @Test func `a digest of another length is damage`() throws {
    let database = try open()
    let statement = try database.prepare("SELECT x'0102'")
    #expect(try statement.step())
    let fault = #expect(throws: DatabaseFault.self) { try statement.digest(0) }
    #expect(fault?.kind == .damaged)
    #expect(fault?.exitStatus == .dataRefused)
  }

  @Test func `a statement is run again with other values`() throws {
    let database = try open()
    let insert = try database.prepare("INSERT INTO thing (name) VALUES (?1)")
    for name in ["a", "b", "c"] as [Text] {
      try insert.bind(text: name, at: 1)
      try insert.run()
    }
    #expect(database.lastInsertRowID == 3)
    #expect(database.changes == 1)
    #expect(database.totalChanges == 3)
    #expect(try database.integer("SELECT count(*) FROM thing") == 3)
  }

  @Test func `a transaction that throws leaves nothing`() throws {
    struct Refusal: Error {}
    let database = try open()
    #expect(throws: Refusal.self) {
      try database.transaction {
        try database.execute("INSERT INTO thing (name) VALUES ('a')")
        #expect(database.isInTransaction)
        throw Refusal()
      }
    }
    #expect(!database.isInTransaction)
    #expect(try database.integer("SELECT count(*) FROM thing") == 0)
    let count = try database.transaction {
      try database.execute("INSERT INTO thing (name) VALUES ('a')")
      return try database.integer("SELECT count(*) FROM thing")
    }
    #expect(count == 1)
  }

  @Test func `a fault names the statement and never the values`() throws {
    let database = try open()
    let insert = try database.prepare("INSERT INTO thing (name) VALUES (?1)")
    try insert.bind(1, Text("secret"))
    try insert.run()
    let fault = #expect(throws: DatabaseFault.self) { try insert.run() }
    #expect(fault?.kind == .constraint)
    #expect(fault?.code == 2067)
    #expect(
      fault?.description
        == "\(path): UNIQUE constraint failed: thing.name (SQLite code 2067),"
        + " in: INSERT INTO thing (name) VALUES (?1)")
    try insert.bind(1, Text("other"))
    try insert.run()
  }

  @Test func `a reference to nothing is refused`() throws {
    let database = try open()
    let fault = #expect(throws: DatabaseFault.self) {
      try database.execute("INSERT INTO part VALUES (7)")
    }
    #expect(fault?.kind == .constraint)
    try database.execute("PRAGMA foreign_keys = OFF; INSERT INTO part VALUES (7)")
    #expect(
      try database.integrityCheck() == ["row 1 of part refers to a row that thing does not have"])
  }

  @Test func `a wrong statement is misuse`() throws {
    let database = try open()
    for sql in ["SELEKT 1", "", "SELECT * FROM nothing"] {
      let fault = #expect(throws: DatabaseFault.self) { try database.prepare(sql) }
      #expect(fault?.kind == .misuse)
    }
  }

  @Test func `readers see the last commit while a transaction is open, and block nobody`() throws {
    let writer = try open()
    try writer.execute("INSERT INTO thing (name) VALUES ('a')")
    let (one, two) = (try open(.readOnly), try open(.readOnly))
    let version = try one.dataVersion()
    try one.snapshot {
      #expect(try one.integer("SELECT count(*) FROM thing") == 1)
      try writer.transaction {
        try writer.execute("INSERT INTO thing (name) VALUES ('b')")
        #expect(try one.integer("SELECT count(*) FROM thing") == 1)
        #expect(try two.integer("SELECT count(*) FROM thing") == 1)
      }
      #expect(try two.integer("SELECT count(*) FROM thing") == 2)
      #expect(try one.integer("SELECT count(*) FROM thing") == 1)
      #expect(try !writer.checkpoint())
    }
    #expect(try one.integer("SELECT count(*) FROM thing") == 2)
    #expect(try one.dataVersion() != version)
    #expect(try writer.checkpoint())
    #expect(try FileInformation.of(path + "-wal")?.byteCount == 0)
  }

  @Test func `a second writer is told that the database is busy`() throws {
    let first = try open()
    let second = try open()
    try second.execute("PRAGMA busy_timeout = 0")
    try first.transaction {
      let fault = #expect(throws: DatabaseFault.self) { try second.transaction {} }
      #expect(fault?.kind == .busy)
      #expect(fault?.exitStatus == .temporaryFailure)
    }
    try second.transaction {}
  }

  @Test func `a reader cannot write`() throws {
    _ = try open()
    let reader = try open(.readOnly)
    let fault = #expect(throws: DatabaseFault.self) {
      try reader.execute("INSERT INTO thing (name) VALUES ('a')")
    }
    #expect(fault?.kind == .inputOutput)
  }

  @Test func `a database that is not there cannot be read`() {
    let fault = #expect(throws: DatabaseFault.self) { try open(.readOnly) }
    #expect(fault?.kind == .inputOutput)
    #expect(fault?.code == 14)
    #expect(fault?.exitStatus == .inputOutput)
  }

  @Test func `a full database is an input and output fault, and nothing is committed`() throws {
    let database = try open()
    try database.execute("PRAGMA max_page_count = 8")
    let fault = #expect(throws: DatabaseFault.self) {
      try database.transaction {
        try database.execute("INSERT INTO thing (name) VALUES ('a')")
        try database.execute("INSERT INTO thing (name, digest) VALUES ('b', zeroblob(100000))")
      }
    }
    #expect(fault?.isOutOfSpace == true)
    #expect(fault?.exitStatus == .inputOutput)
    #expect(try database.integer("SELECT count(*) FROM thing") == 0)
  }

  @Test func `a file that is no database is refused and left alone`() throws {
    let text = String(repeating: "this is no database at all\n", count: 100)
    try folder.put("store.sqlite", text)
    for mode in [Database.Mode.readWriteCreate, .readOnly] {
      let fault = #expect(throws: DatabaseFault.self) { try open(mode) }
      #expect(fault?.kind == .damaged)
      #expect(fault?.exitStatus == .dataRefused)
    }
    #expect(try folder.text("store.sqlite") == text)
  }

  @Test func `a damaged page is found`() throws {
    do {
      let database = try open()
      try database.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
          + " INSERT INTO thing (name, digest) SELECT 'n' || i, zeroblob(40) FROM n")
      #expect(try database.integrityCheck() == [])
      #expect(try database.checkpoint())
    }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let file = try Descriptor(opening: path, for: .read)
    let count = try file.read(into: &bytes)
    for offset in 8_192..<8_400 { bytes[offset] = 0xA5 }
    try WholeFile.replace(path, with: Array(bytes[..<count]))
    let database = try Database.open(path: path, mode: .readOnly)
    // SQLite either lists what is wrong, or finds the file too damaged to go through.
    let findings = Result { try database.integrityCheck() }
    switch findings {
    case .success(let lines): #expect(lines != [])
    case .failure(let error): #expect((error as? DatabaseFault)?.kind == .damaged)
    }
  }
}

struct SchemaTests {
  private let folder: ScratchFolder
  private var path: String { folder["store.sqlite"] }

  init() throws { folder = try ScratchFolder() }

  private func schema(versions: Int32, applicationID: Int32 = 77) -> Schema {
    let migrations = (1...versions).map { version in
      Migration(version: version, name: "v\(version)", sql: "CREATE TABLE t\(version) (a);")
    }
    return Schema(applicationID: applicationID, migrations: migrations)
  }

  private func open(_ schema: Schema?, _ mode: Database.Mode = .readWriteCreate) throws -> Database
  {
    try Database.open(path: path, mode: mode, schema: schema)
  }

  @Test func `missing changes are applied once, in order`() throws {
    _ = try open(schema(versions: 1))
    let database = try open(schema(versions: 3))
    #expect(try database.integer("PRAGMA user_version") == 3)
    #expect(try database.integer("SELECT count(*) FROM sqlite_schema") == 3)
    _ = try open(schema(versions: 3))
  }

  @Test(arguments: [true, false])
  func `rows are brought along where there may be any`(isNew: Bool) throws {
    let first = Migration(version: 1, name: "", sql: "CREATE TABLE t1 (a)")
    let second = Migration(
      version: 2, name: "",
      steps: [
        .layout("CREATE TABLE t2 (a)"), .rows("INSERT INTO t2 VALUES (1)"),
        .layout("CREATE TABLE t3 (a)"), .rows("INSERT INTO t3 SELECT a + 1 FROM t2"),
      ])
    if !isNew { _ = try open(Schema(applicationID: 77, migrations: [first])) }
    let database = try open(Schema(applicationID: 77, migrations: [first, second]))
    #expect(try database.integer("SELECT count(*) FROM sqlite_schema") == 3)
    #expect(try database.integer("SELECT coalesce(sum(a), 0) FROM t3") == (isNew ? 0 : 2))
  }

  @Test func `a change that fails leaves the version before`() throws {
    _ = try open(schema(versions: 1))
    let broken = Schema(
      applicationID: 77,
      migrations: [
        Migration(version: 1, name: "", sql: "CREATE TABLE t1 (a)"),
        Migration(version: 2, name: "", sql: "CREATE TABLE t2 (a); CREATE TABLE t1 (a)"),
      ])
    #expect(throws: DatabaseFault.self) { try open(broken) }
    let database = try open(schema(versions: 1))
    #expect(try database.integer("PRAGMA user_version") == 1)
    #expect(try database.integer("SELECT count(*) FROM sqlite_schema") == 1)
  }

  @Test(arguments: [Database.Mode.readWriteCreate, .readOnly])
  func `a later schema is refused and nothing changes`(mode: Database.Mode) throws {
    _ = try open(schema(versions: 3))
    let before = try folder.text("store.sqlite")
    let fault = #expect(throws: DatabaseFault.self) { try open(schema(versions: 2), mode) }
    #expect(fault?.kind == .otherSchema)
    #expect(fault?.exitStatus == .dataRefused)
    #expect(
      fault?.description
        == "\(path): its schema has version 3, and this program knows up to 2; nothing changed."
        + " Use the newer program.")
    #expect(try folder.text("store.sqlite") == before)
  }

  @Test func `another program's database is refused and nothing changes`() throws {
    let foreign = try open(nil)
    try foreign.execute("PRAGMA journal_mode = DELETE; CREATE TABLE theirs (a)")
    for identifier in [0, 5] {
      try foreign.execute("PRAGMA application_id = \(identifier)")
      let before = try folder.text("store.sqlite")
      let fault = #expect(throws: DatabaseFault.self) { try open(schema(versions: 1)) }
      #expect(fault?.kind == .otherSchema)
      #expect(try folder.text("store.sqlite") == before)
    }
  }

  @Test func `a database tells whether it was empty, as one that lost its content is`() throws {
    #expect(try open(schema(versions: 1)).wasEmpty)
    #expect(try !open(schema(versions: 1)).wasEmpty)
    try WholeFile.replace(path, with: [])
    #expect(try open(schema(versions: 1)).wasEmpty)
  }

  @Test func `a reader demands the version it knows`() throws {
    _ = try open(schema(versions: 1))
    let fault = #expect(throws: DatabaseFault.self) { try open(schema(versions: 2), .readOnly) }
    #expect(fault?.kind == .otherSchema)
    _ = try open(schema(versions: 1), .readOnly)
  }

  @Test func `migrations are numbered from one without gaps`() async {
    await #expect(processExitsWith: .failure) {
      _ = Schema(applicationID: 1, migrations: [Migration(version: 2, name: "", sql: "")])
    }
  }
}
