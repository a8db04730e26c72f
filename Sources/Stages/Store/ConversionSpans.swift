// Where the rows of a programme's orders lie, by time: a small table in the place of an index of
// every row. Rows of one night and programme are neighbours and in the order of time.
import Pipeline

/// Writes `conversion_spans` as rows of `conversion_rows` are numbered.
struct SpanWriter {
  /// How many rows a span has at the most: what a search by time reads in vain at either end.
  static let mostRows: Int64 = 256

  private let insert: RowBatch
  private let widen: Statement
  private var span: Span?

  private struct Span {
    var program: ProgramOrdinal
    var first: Int64
    var last: Int64
    var earliest: Instant
    var latest: Instant
  }

  init(_ database: Database) throws {
    insert = try RowBatch(
      database, insertInto: "conversion_spans", "program, first, last, earliest, latest")
    widen = try database.prepare(
      """
      UPDATE conversion_spans SET earliest = min(earliest, ?3), latest = max(latest, ?3)
      WHERE program = ?1 AND (earliest > ?3 OR latest < ?3) AND first =
        (SELECT max(first) FROM conversion_spans WHERE program = ?1 AND first <= ?2)
      """)
  }

  /// Takes a new row; numbers must follow one another within a programme.
  mutating func take(_ number: Int64, _ at: Instant, program: ProgramOrdinal) throws {
    if var span, span.program == program, number - span.first < Self.mostRows {
      span.last = number
      span.earliest = min(span.earliest, at)
      span.latest = max(span.latest, at)
      self.span = span
      return
    }
    try end()
    span = Span(program: program, first: number, last: number, earliest: at, latest: at)
  }

  /// Lets the span of a row of an earlier night hold another instant.
  func widen(_ number: Int64, _ at: Instant, program: ProgramOrdinal) throws {
    var cursor = ParameterCursor(widen)
    try cursor.bind(program)
    try cursor.bind(number)
    try cursor.bind(at)
    try widen.run()
  }

  /// Ends a programme's last span.
  mutating func endProgram() throws {
    try end()
    try insert.flush()
  }

  private mutating func end() throws {
    guard let span else { return }
    insert.append(span.program)
    insert.append(span.first)
    insert.append(span.last)
    insert.append(span.earliest)
    insert.append(span.latest)
    try insert.endRow()
    self.span = nil
  }
}

/// The numbers of payouts by their ids, within one programme's night.
struct PayoutNumbers {
  private let query: Statement
  private var next: Int64
  private var known: [Text: Int64] = [:]

  init(_ database: Database) throws {
    query = try database.prepare("SELECT no FROM payouts WHERE payout_id = ?")
    next = try database.integer("SELECT coalesce(max(no), 0) + 1 FROM payouts")
  }

  /// Begins a programme: its new payouts get their numbers.
  mutating func begin(_ payouts: inout [Payout]) throws {
    known.removeAll(keepingCapacity: true)
    for place in payouts.indices {
      let number = payouts[place].storedRow ?? next
      if payouts[place].storedRow == nil {
        payouts[place].storedRow = number
        next += 1
      }
      known[payouts[place].id] = number
    }
  }

  /// - Throws: ``UnknownPayout``.
  mutating func number(of id: Text?) throws -> Int64? {
    guard let id else { return nil }
    if let number = known[id] { return number }
    defer { query.reset() }
    try query.bind(text: id, at: 1)
    guard try query.step() else { throw UnknownPayout(id: id) }
    known[id] = query.int(0)
    return query.int(0)
  }
}

/// A reward that names a payout which is not there: a fault of the program.
struct UnknownPayout: ExitCoded, CustomStringConvertible {
  let id: Text

  var exitStatus: ExitStatus { .failed }
  var description: String { "a reward names payout \(id), and there is no such payout" }
}
