// Batches of rows: what a broken constraint undoes, and what it is reported as.

import TestSupport
import Testing

@testable import Pipeline

struct RowBatchTests {
  private let folder: ScratchFolder
  private let database: Database

  init() throws {
    folder = try ScratchFolder()
    database = try Database.open(path: folder["rows.sqlite"], mode: .readWriteCreate)
    try database.execute("CREATE TABLE thing (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)")
  }

  private func things() throws -> Int64 { try database.integer("SELECT count(*) FROM thing") }

  private func add(_ numbers: ClosedRange<Int64>, to batch: RowBatch) throws {
    for number in numbers {
      batch.append(number)
      batch.append(Text("thing \(number)"))
      try batch.endRow()
    }
  }

  @Test func `rows reach the table together, the last ones with the flush`() throws {
    let batch = RowBatch(database, insertInto: "thing", "no, name", rowsTogether: 4)
    try database.transaction {
      try add(1...10, to: batch)
      #expect(try things() == 8)
      try batch.flush()
    }
    #expect(try things() == 10)
  }

  @Test(arguments: [false, true])
  func `a row that breaks a constraint undoes its whole transaction`(byName: Bool) throws {
    let batch = RowBatch(database, insertInto: "thing", "no, name", rowsTogether: 4)
    let fault = #expect(throws: DatabaseFault.self) {
      try database.transaction {
        try add(1...6, to: batch)
        batch.append(byName ? 7 : 2)
        batch.append(Text("thing 2"))
        try batch.endRow()
        try batch.flush()
      }
    }
    #expect(fault?.kind == .constraint)
    #expect(try things() == 0)
    #expect(!database.isInTransaction)
    try database.transaction {
      try add(20...27, to: batch)
      try batch.flush()
    }
    #expect(try things() == 8)
  }

  @Test func `values of every kind arrive as they were appended, whatever is between them`() throws
  {
    try database.execute("CREATE TABLE anything (no INTEGER PRIMARY KEY, a, b, c, d)")
    var random = SplitMix64(seed: 5)
    let count = 1_000
    let texts = (0..<count).map { _ in
      String(repeating: "é", count: Int.random(in: 0...300, using: &random))
    }
    let numbers = (0..<count).map { _ in Int64(bitPattern: random.next()) }
    let batch = RowBatch(database, insertInto: "anything", "no, a, b, c, d")
    try database.transaction {
      for place in 0..<count {
        batch.append(Int64(place))
        batch.append(place % 3 == 0 ? nil : Text(texts[place]))
        batch.append(numbers[place])
        batch.append(Array(texts[place].utf8))
        batch.append(place % 5 == 0 ? nil : numbers[place])
        try batch.endRow()
      }
      try batch.flush()
    }
    #expect(batch.rows == Int64(count))
    let rows = try database.prepare(
      "SELECT a, b, c, d, typeof(a), typeof(b), typeof(c), typeof(d) FROM anything ORDER BY no")
    var place = 0
    while try rows.step() {
      #expect(rows.optionalText(0) == (place % 3 == 0 ? nil : Text(texts[place])))
      #expect(rows.int(1) == numbers[place])
      #expect(rows.blob(2) == Array(texts[place].utf8))
      #expect(rows.int(3) == (place % 5 == 0 ? 0 : numbers[place]))
      #expect(rows.text(4) == Text(place % 3 == 0 ? "null" : "text"))
      #expect(rows.text(5) == Text("integer"))
      #expect(rows.text(6) == Text("blob"))
      #expect(rows.text(7) == Text(place % 5 == 0 ? "null" : "integer"))
      place += 1
    }
    #expect(place == count)
  }

  @Test func `a clause for conflicts follows the rows, and one row may update`() throws {
    let adding = RowBatch(database, columns: 2) { rows in
      "INSERT INTO thing (no, name) \(rows) ON CONFLICT (no) DO UPDATE SET name = excluded.name"
    }
    let naming = RowBatch(
      database, columns: 2, oneByOne: "UPDATE thing SET name = ?2 WHERE no = ?1")
    try database.transaction {
      try add(1...100, to: adding)
      adding.append(Int64(7))
      adding.append(Text("seven"))
      try adding.endRow()
      try adding.flush()
      for (number, name) in [(Int64(8), "eight"), (9, "nine")] {
        naming.append(number)
        naming.append(Text(name))
        try naming.endRow()
      }
    }
    #expect(try things() == 100)
    let named = "SELECT count(*) FROM thing WHERE (no, name) IN "
    #expect(try database.integer(named + "(VALUES (7, 'seven'), (8, 'eight'), (9, 'nine'))") == 3)
  }

  @Test func `batches come and go beside each other on one connection`() throws {
    for round in Int64(0)..<20 {
      let one = RowBatch(database, insertInto: "thing", "no, name")
      let other = RowBatch(database, insertInto: "thing", "no, name")
      let unused = RowBatch(database, insertInto: "thing", "no, name")
      try add(round * 100 + 1...round * 100 + 50, to: one)
      try add(round * 100 + 51...round * 100 + 100, to: other)
      try other.flush()
      try one.flush()
      #expect(unused.rows == 0)
    }
    #expect(try things() == 2_000)
  }

  @Test func `what statements may have to undo is kept in memory`() {
    #expect(Database.keepsStatementJournalsInMemory)
  }
}
