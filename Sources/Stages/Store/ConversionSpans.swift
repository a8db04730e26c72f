// Where the rows of a programme's orders lie, by time: a small table in the place of an index of
// every row. Rows of one night and programme are neighbours and in the order of time.
import Pipeline

/// Writes `conversion_spans` as rows of `conversion_rows` are numbered and changed.
struct SpanWriter {
  /// How many rows a span has at the most: what a search by time reads in vain at either end.
  static let mostRows: Int64 = 256

  private let insert: RowBatch
  private let find: Statement
  private let update: Statement
  private var span: Span?
  /// Of the programme's rows of earlier nights.
  private var changes: [Change] = []

  private struct Span {
    var program: ProgramOrdinal
    var first: Int64
    var last: Int64
    var earliest: Instant
    var latest: Instant
    var loose = LooseFlags()
    /// None of the loose commissions is payable before.
    var payableFrom: Instant?

    /// Notes when a row's order was, and since when its first commission is payable; nil for one
    /// that is not loose.
    mutating func note(_ number: Int64, _ at: Instant?, loose payableAt: Instant?) {
      if let at {
        earliest = min(earliest, at)
        latest = max(latest, at)
      }
      loose[Int(number - first)] = payableAt != nil
      if loose.isEmpty {
        payableFrom = nil
      } else if let payableAt {
        payableFrom = min(payableFrom ?? payableAt, payableAt)
      }
    }
  }

  /// What becomes of a row of an earlier night.
  private struct Change {
    var number: Int64
    /// nil where the order's instant is as it was.
    var at: Instant?
    var loose: Instant?
  }

  init(_ database: Database) throws {
    insert = RowBatch(
      database, insertInto: "conversion_spans",
      "program, first, last, earliest, latest, loose, payable_from")
    find = try database.prepare(
      """
      SELECT first, last, earliest, latest, loose, payable_from FROM conversion_spans
      WHERE program = ? AND first <= ? ORDER BY first DESC LIMIT 1
      """)
    update = try database.prepare(
      """
      UPDATE conversion_spans SET earliest = ?, latest = ?, loose = ?, payable_from = ?
      WHERE program = ? AND first = ?
      """)
  }

  /// Takes a new row; numbers must follow one another within a programme.
  ///
  /// - Parameter loose: When its first commission is payable, if that is approved and in no payout.
  mutating func take(
    _ number: Int64, _ at: Instant, loose: Instant?, program: ProgramOrdinal
  ) throws {
    if var span = span.take() {
      if span.program == program, number - span.first < Self.mostRows {
        span.last = number
        span.note(number, at, loose: loose)
        self.span = span
        return
      }
      try end(span)
    }
    var span = Span(program: program, first: number, last: number, earliest: at, latest: at)
    span.note(number, at, loose: loose)
    self.span = span
  }

  /// Notes what becomes of a row of an earlier night, once for each.
  ///
  /// - Parameter at: The order's instant, where it may be another now.
  /// - Parameter loose: As in ``take(_:_:loose:program:)``.
  mutating func change(_ number: Int64, _ at: Instant?, loose: Instant?) {
    changes.append(Change(number: number, at: at, loose: loose))
  }

  /// Ends a programme: its last span, and what became of its earlier rows.
  ///
  /// - Throws: ``MissingReference`` for a row that no span has.
  mutating func endProgram(_ program: ProgramOrdinal) throws {
    if let span = span.take() { try end(span) }
    try insert.flush()
    changes.sort { $0.number < $1.number }
    var next = 0
    while next < changes.count {
      guard var span = try span(of: changes[next].number, program) else {
        throw MissingReference(table: "conversion_spans", number: changes[next].number)
      }
      let before = span
      while next < changes.count, changes[next].number <= span.last {
        span.note(changes[next].number, changes[next].at, loose: changes[next].loose)
        next += 1
      }
      if span.earliest != before.earliest || span.latest != before.latest
        || span.loose != before.loose || span.payableFrom != before.payableFrom
      {
        try write(span)
      }
    }
    changes.removeAll(keepingCapacity: true)
  }

  private func span(of number: Int64, _ program: ProgramOrdinal) throws -> Span? {
    defer { find.reset() }
    try find.bind(int: Int64(program.index), at: 1)
    try find.bind(int: number, at: 2)
    guard try find.step() else { return nil }
    var cursor = ColumnCursor(find)
    var span = Span(
      program: program, first: cursor.int(), last: cursor.int(), earliest: cursor.instant(),
      latest: cursor.instant())
    span.loose = cursor.optionalText().map { LooseFlags($0) } ?? LooseFlags()
    span.payableFrom = cursor.optionalInstant()
    return number <= span.last ? span : nil
  }

  private func write(_ span: Span) throws {
    var cursor = ParameterCursor(update)
    try cursor.bind(span.earliest)
    try cursor.bind(span.latest)
    try cursor.bind(span.loose.utf8.map { Text(String(decoding: $0, as: UTF8.self)) })
    try cursor.bind(span.payableFrom)
    try cursor.bind(span.program)
    try cursor.bind(span.first)
    try update.run()
  }

  private func end(_ span: Span) throws {
    insert.append(span.program)
    insert.append(span.first)
    insert.append(span.last)
    insert.append(span.earliest)
    insert.append(span.latest)
    if let loose = span.loose.utf8 { insert.append(utf8: loose) } else { insert.appendNull() }
    insert.append(span.payableFrom)
    try insert.endRow()
  }
}

/// Gives new payouts their numbers.
struct PayoutNumbers {
  private var next: Int64

  init(_ database: Database) throws {
    next = try database.integer("SELECT coalesce(max(no), 0) + 1 FROM payouts")
  }

  /// The numbers of a programme's payouts; new ones get theirs.
  mutating func numbers(of payouts: [Payout]) -> [Int64] {
    var numbers: [Int64] = []
    numbers.reserveCapacity(payouts.count)
    for place in payouts.indices {
      if let number = payouts[place].storedRow {
        numbers.append(number)
      } else {
        numbers.append(next)
        next += 1
      }
    }
    return numbers
  }
}
