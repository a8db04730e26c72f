// Reading the rows of a query one after another.
import Pipeline

extension Database {
  /// Calls `body` with each row of a query, a cursor standing before its first column.
  ///
  /// - Throws: ``DatabaseFault``, and what `body` throws.
  func forEachRow(
    _ sql: String, _ parameters: [Int64] = [], _ body: (inout ColumnCursor) throws -> Void
  ) throws {
    let statement = try prepare(sql)
    for (place, value) in parameters.enumerated() {
      try statement.bind(int: value, at: Int32(place + 1))
    }
    while try statement.step() {
      var cursor = ColumnCursor(statement)
      try body(&cursor)
    }
  }
}

/// A row that names a programme, an affiliate or a code that the registry's tables do not have.
struct MissingReference: ExitCoded, CustomStringConvertible {
  let table: String
  let number: Int64

  var exitStatus: ExitStatus { .dataRefused }
  var description: String {
    "the store names number \(number) of \(table), which is not there; `refbatch verify` tells more"
  }
}

/// The ids behind the numbers of one of the registry's tables, all in memory.
struct ReferenceNames {
  private let table: String
  private var names: [Text] = []

  /// Reads the ids of a table.
  ///
  /// - Throws: ``DatabaseFault``.
  init(_ column: String, of table: String, in database: Database) throws {
    self.table = table
    let all = try database.prepare("SELECT no, \(column) FROM \(table) ORDER BY no")
    while try all.step() {
      // Numbers are dense from 0; a gap would be a defect that the look-up reports.
      guard all.int(0) == Int64(names.count) else { break }
      names.append(all.text(1))
    }
  }

  /// The id with this number.
  ///
  /// - Throws: ``MissingReference``.
  func name(_ number: Int64) throws -> Text {
    guard names.indices.contains(Int(number)) else {
      throw MissingReference(table: table, number: number)
    }
    return names[Int(number)]
  }
}
