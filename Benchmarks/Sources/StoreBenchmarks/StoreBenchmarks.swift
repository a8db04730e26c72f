// Rows per second into SQLite: made-up orders of the shape of the store's `conversion_rows`, in one
// transaction, as the merge of a first night writes them.
import Foundation
import Glibc
import Pipeline

@main
struct StoreBenchmarks {
  struct Usage: Error, CustomStringConvertible {
    let description = "usage: StoreBenchmarks DIRECTORY ROWS"
  }

  static func main() throws {
    guard CommandLine.arguments.count == 3, let rows = Int64(CommandLine.arguments[2]) else {
      throw Usage()
    }
    let directory = CommandLine.arguments[1]
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    print("journal, rows a statement: rows/s, CPU s of rows + index + commit and close, MB")
    for journal in [Database.Journal.writeAheadLog, .rollbackWhileNew] {
      for together in [1, 4, 16, 32] {
        try measure("\(directory)/bench.sqlite", journal, together, rows)
      }
    }
  }

  static let schema = Schema(
    applicationID: 1,
    migrations: [
      Migration(
        version: 1, name: "orders",
        sql: """
          CREATE TABLE orders (no INTEGER PRIMARY KEY, program INTEGER NOT NULL,
            order_id TEXT NOT NULL, run INTEGER NOT NULL, occurred_at INTEGER NOT NULL,
            origin INTEGER NOT NULL, keys BLOB NOT NULL, code TEXT, click_id TEXT,
            currency INTEGER NOT NULL, amount_minor INTEGER NOT NULL, sku TEXT, category TEXT,
            marks INTEGER NOT NULL, fraud INTEGER NOT NULL, generation INTEGER NOT NULL,
            credit_code INTEGER, credit_affiliate INTEGER, credit_click_id TEXT,
            click_before INTEGER, terms INTEGER, tier TEXT, commission_minor INTEGER,
            payout_minor INTEGER, payout_no INTEGER, rest TEXT);
          """)
    ])
  static let columns = """
    no, program, order_id, run, occurred_at, origin, keys, code, click_id, currency, amount_minor, \
    sku, category, marks, fraud, generation, credit_code, credit_affiliate, credit_click_id, \
    click_before, terms, tier, commission_minor, payout_minor, payout_no, rest
    """

  static func measure(
    _ path: String, _ journal: Database.Journal, _ together: Int, _ rows: Int64
  ) throws {
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    var clock = Clock()
    var parts: [Double] = []
    try {
      let database = try Database.open(
        path: path, mode: .readWriteCreate, schema: schema, journal: journal,
        cacheKibibytes: 32_768)
      try database.transaction {
        clock.start()
        let batch = try RowBatch(
          database, insertInto: "orders", columns, rowsTogether: together)
        var order = MadeUpOrder()
        for number in 1...rows { try order.append(number, of: rows, to: batch) }
        try batch.flush()
        parts.append(clock.lap())
        try database.execute("CREATE UNIQUE INDEX by_order ON orders (program, order_id)")
        parts.append(clock.lap())
      }
      try database.useWriteAheadLog()
    }()
    parts.append(clock.lap())
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    let cpu = parts.map { String(format: "%.2f", $0) }.joined(separator: " + ")
    print("\(journal), \(together): \(Int(Double(rows) / parts[0])), \(cpu), \(size / 1_000_000)")
  }
}

/// CPU seconds of this process, the kernel's for it included.
struct Clock {
  private var last = 0.0

  static var seconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let (user, system) = (usage.ru_utime, usage.ru_stime)
    return Double(user.tv_sec + system.tv_sec) + Double(user.tv_usec + system.tv_usec) / 1e6
  }

  mutating func start() { last = Self.seconds }

  mutating func lap() -> Double {
    let now = Self.seconds
    defer { last = now }
    return now - last
  }
}

/// Orders of 200 programmes, each programme's in the order of time.
struct MadeUpOrder {
  private var random: UInt64 = 42

  private mutating func next() -> UInt64 {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return random >> 16
  }

  mutating func append(_ number: Int64, of rows: Int64, to batch: RowBatch) throws {
    let program = (number - 1) * 200 / rows
    let place = number * 200 % rows / 200
    batch.append(number)
    batch.append(program)
    batch.append(Text("o_\(100_000_000 + place * 200 + program)"))
    batch.append(1 as Int64)
    batch.append(1_770_000_000_000 + place * 3_000_000)
    batch.append(8 << 32 | number)
    batch.beginBlob(atMost: 68)
    for _ in 0..<7 { batch.blob(next()) }
    batch.endBlob()
    batch.appendNull()
    batch.append(number % 2 == 0 ? Text("c_\(1_000_000_000 + number)") : nil)
    batch.append(0x55_53_44 as Int64)
    batch.append(Int64(next() % 30_000))
    batch.append(Text("SKU-\(10_000 + next() % 30_000)"))
    batch.append(number % 4 == 0 ? nil : Text("apparel"))
    batch.append(1_000_000_000 + Int64(next() % 1_000_000))
    batch.append(0 as Int64)
    batch.append(1 as Int64)
    batch.append(Int64(next() % 20_000))
    batch.append(Int64(next() % 8_000))
    batch.append(number % 2 == 0 ? nil : Text("c_\(1_000_000_000 + number)"))
    batch.append(Int64(next() % 100_000_000))
    batch.append((30 << 28) | (8_000 << 14) | 1_000 as Int64)
    batch.append(Text("Silver"))
    batch.append(Int64(next() % 3_000))
    batch.append(Int64(next() % 3_000))
    batch.append(number % 2 == 0 ? nil : Int64(next() % 10_000))
    batch.append(number % 10 == 0 ? Text(#"{"refunded":500}"#) : nil)
    try batch.endRow()
  }
}
