import Pipeline
import TestSupport

/// A store of things and words, and changes of it.
enum Things {
  static let sql = """
    CREATE TABLE thing (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE TABLE word (word TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
    """
  static let schema = Schema(
    applicationID: 0x5246_4231,
    migrations: [
      Migration(
        version: 1, name: "things",
        sql: sql)
    ])

  static func add(_ database: Database, _ ids: ClosedRange<Int>, bytes: Int) throws {
    try database.execute(
      """
      WITH RECURSIVE n(n) AS (SELECT \(ids.lowerBound) UNION ALL
        SELECT n + 1 FROM n WHERE n < \(ids.upperBound))
      INSERT INTO thing SELECT n, \(bytes), randomblob(\(bytes)) FROM n
      """)
  }

  /// Everything in a store, in short.
  static func content(_ database: Database) throws -> [String] {
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
  static func change(_ databases: [Database], _ random: inout SplitMix64) throws {
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

  /// Copies a store and its journal as the disk has them now: what a crash leaves.
  ///
  /// - Returns: Their sizes in bytes.
  @discardableResult
  static func crash(_ store: String, _ journal: String, as copy: String) throws -> [Int] {
    try ["", journal].map { suffix in
      let bytes = try WholeFile.read(store + suffix)
      try WholeFile.replace(copy + suffix, with: bytes)
      return bytes.count
    }
  }
}
