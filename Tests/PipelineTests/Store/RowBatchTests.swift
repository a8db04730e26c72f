// Batches of rows: what a broken constraint undoes, and what it is reported as.

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

  @Test func `what statements may have to undo is kept in memory`() {
    #expect(Database.keepsStatementJournalsInMemory)
  }
}
