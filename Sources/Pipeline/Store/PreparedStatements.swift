// Statements that are compiled once for a connection and used again and again.

/// The statements of one connection, by their text.
///
/// It belongs to the thread of its database. A statement is lent for one use at a time: who asks
/// for a text again before having stepped the first one to its end gets a second statement.
public final class PreparedStatements {
  /// The connection.
  public let database: Database
  private var idle: [String: [Statement]] = [:]

  /// Starts with none.
  public init(_ database: Database) { self.database = database }

  /// Runs `body` with the statement of this text, reset before and after. What an earlier use bound
  /// stays bound until it is bound anew.
  ///
  /// - Throws: ``DatabaseFault``, what `body` throws.
  public func with<Result>(
    _ sql: String, _ body: (Statement) throws -> Result
  ) throws -> Result {
    let statement = try take(sql)
    defer { giveBack(statement) }
    return try body(statement)
  }

  /// The statement of this text, for as long as the caller needs it: a list that is written in
  /// pieces keeps it between them.
  ///
  /// - Throws: ``DatabaseFault``.
  public func take(_ sql: String) throws(DatabaseFault) -> Statement {
    if let statement = idle[sql]?.popLast() { return statement }
    return try database.prepare(sql)
  }

  /// Takes a statement back for the next one who asks.
  public func giveBack(_ statement: Statement) {
    statement.reset()
    idle[statement.sql, default: []].append(statement)
  }
}
