// Rows on their way into a table: gathered as plain cells, then bound several to a statement.

internal import CSQLite

/// Writes many rows through one kind of statement. What is appended is copied; SQLite is lent the
/// copies and copies nothing itself.
///
/// A row is begun by the first append and ended by ``endRow()``. Rows reach the database when enough
/// of them are together, in the order of appending, or with ``flush()``.
@safe public final class RowBatch {
  /// Parameters that one statement may have in any SQLite.
  private static let mostParameters = 999

  /// How many rows have been ended since it was made.
  public private(set) var rows: Int64 = 0
  private let database: Database
  private let columns: Int
  private let rowsTogether: Int
  private let sql: (Int) -> String
  /// For ``rowsTogether`` rows, and for one: compiled when it is needed, which most tables of most
  /// nights never do.
  private var many: BoundStatement?
  private var one: BoundStatement?
  private let cells: UnsafeMutablePointer<Cell>
  private var used = 0
  private var bytes: UnsafeMutablePointer<UInt8>
  private var byteCount = 0
  private var capacity = 4_096

  private struct Cell {
    /// The number, or where the bytes start.
    var value: Int64
    /// How many bytes; ``number`` and ``null`` are none.
    var length: Int32
    var isText: Bool

    static let number: Int32 = -1
    static let null: Int32 = -2
  }

  @safe private struct BoundStatement {
    let sql: String
    let handle: OpaquePointer
  }

  /// A batch of rows for one table.
  ///
  /// - Parameter columns: The columns, separated by commas.
  /// - Parameter verb: A row that breaks a constraint undoes the whole transaction, unless the verb
  ///   says otherwise; SQLite need not keep what each statement has changed then.
  /// - Parameter rowsTogether: How many rows a statement takes at the most.
  public convenience init(
    _ database: Database, insertInto table: String, _ columns: String,
    verb: String = "INSERT OR ROLLBACK", rowsTogether: Int = 16
  ) {
    let count = columns.split(separator: ",").count
    let row = "(" + Array(repeating: "?", count: count).joined(separator: ", ") + ")"
    self.init(database, columns: count, rowsTogether: rowsTogether) { rows in
      let places = Array(repeating: row, count: rows).joined(separator: ", ")
      return "\(verb) INTO \(table) (\(columns)) VALUES \(places)"
    }
  }

  /// A batch for a statement that may take several rows, or, with `rowsTogether` 1, for any.
  ///
  /// - Parameter sql: The statement for a number of rows, with `columns` parameters for each.
  public init(
    _ database: Database, columns: Int, rowsTogether: Int, sql: @escaping (Int) -> String
  ) {
    self.database = database
    self.columns = columns
    self.rowsTogether = max(1, min(rowsTogether, Self.mostParameters / max(columns, 1)))
    self.sql = sql
    unsafe cells = .allocate(capacity: self.rowsTogether * columns)
    unsafe bytes = .allocate(capacity: capacity)
  }

  deinit {
    if let one { _ = unsafe sqlite3_finalize(one.handle) }
    if let many { _ = unsafe sqlite3_finalize(many.handle) }
    unsafe cells.deallocate()
    unsafe bytes.deallocate()
  }

  /// The statement for all rows that fit together.
  private func forMany() throws(DatabaseFault) -> BoundStatement {
    if let many { return many }
    let made = try Self.prepare(sql(rowsTogether), database)
    many = made
    return made
  }

  /// The statement for one row.
  private func forOne() throws(DatabaseFault) -> BoundStatement {
    if let one { return one }
    let made = try Self.prepare(sql(1), database)
    one = made
    return made
  }

  private static func prepare(
    _ sql: String, _ database: Database
  ) throws(DatabaseFault) -> BoundStatement {
    var handle: OpaquePointer?
    let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
    let code = unsafe sqlite3_prepare_v3(database.handle, sql, -1, flags, &handle, nil)
    guard code == SQLITE_OK, let handle = unsafe handle else {
      throw database.fault(code, sql: sql)
    }
    return unsafe BoundStatement(sql: sql, handle: handle)
  }

  private func append(_ cell: Cell) {
    precondition(used < rowsTogether * columns, "a row has more values than columns")
    unsafe cells[used] = cell
    used += 1
  }

  /// Makes room for more bytes.
  private func reserve(_ count: Int) {
    guard byteCount + count > capacity else { return }
    let wider = max(capacity * 2, byteCount + count)
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: wider)
    unsafe copy.update(from: bytes, count: byteCount)
    unsafe bytes.deallocate()
    unsafe bytes = copy
    capacity = wider
  }

  private func append(_ source: UnsafeBufferPointer<UInt8>, isText: Bool) {
    reserve(source.count)
    if let start = source.baseAddress {
      unsafe (bytes + byteCount).update(from: start, count: source.count)
    }
    append(
      Cell(value: Int64(byteCount), length: Int32(clamping: source.count), isText: isText))
    byteCount += source.count
  }

  private func append(word: UInt64) {
    var big = word.bigEndian
    unsafe withUnsafeBytes(of: &big) { source in
      guard let start = source.baseAddress else { return }
      unsafe UnsafeMutableRawPointer(bytes + byteCount).copyMemory(from: start, byteCount: 8)
    }
    byteCount += 8
  }
}

extension RowBatch {
  /// Appends a number.
  public func append(_ value: Int64) {
    append(Cell(value: value, length: Cell.number, isText: false))
  }

  /// Appends a number, or NULL.
  public func append(_ value: Int64?) {
    if let value { append(value) } else { appendNull() }
  }

  /// Appends NULL.
  public func appendNull() { append(Cell(value: 0, length: Cell.null, isText: false)) }

  /// Appends a text.
  public func append(_ value: Text) {
    let isLent: Void? = unsafe value.utf8.withContiguousStorageIfAvailable { source in
      unsafe append(source, isText: true)
    }
    if isLent == nil {
      let copy = Array(value.utf8)
      unsafe copy.withUnsafeBufferPointer { unsafe append($0, isText: true) }
    }
  }

  /// Appends a text, or NULL.
  public func append(_ value: Text?) {
    if let value { append(value) } else { appendNull() }
  }

  /// Appends a text that stands there as UTF-8.
  public func append(utf8 value: [UInt8]) {
    unsafe value.withUnsafeBufferPointer { unsafe append($0, isText: true) }
  }

  /// Appends a text that stands there as UTF-8.
  public func append(utf8 value: ByteView) {
    unsafe value.withUnsafeBytes {
      unsafe append($0.assumingMemoryBound(to: UInt8.self), isText: true)
    }
  }

  /// Appends a text that stands among others.
  public func append(utf8 texts: EncodedRows, _ range: Range<Int>) {
    texts.withSpan { bytes in
      unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe append($0, isText: true) }
    }
  }

  /// Appends bytes.
  public func append(_ value: [UInt8]) {
    unsafe value.withUnsafeBufferPointer { unsafe append($0, isText: false) }
  }

  /// Appends a digest as its sixteen bytes.
  public func append(_ value: Digest128) {
    beginBlob(atMost: 16)
    blob(value.high)
    blob(value.low)
    endBlob()
  }

  /// Appends a digest as its sixteen bytes, or NULL.
  public func append(_ value: Digest128?) {
    if let value { append(value) } else { appendNull() }
  }

  /// Begins a value that is put together of parts.
  public func beginBlob(atMost count: Int) {
    reserve(count + 8)
    append(Cell(value: Int64(byteCount), length: 0, isText: false))
  }

  /// Adds eight big-endian bytes to the value begun.
  public func blob(_ word: UInt64) { append(word: word) }

  /// Adds the first twelve bytes of a digest to the value begun.
  public func blobKey(_ digest: Digest128) {
    append(word: digest.high)
    append(word: digest.low)
    byteCount -= 4
  }

  /// Ends the value begun.
  public func endBlob() {
    let start = unsafe cells[used - 1].value
    unsafe cells[used - 1].length = Int32(clamping: Int64(byteCount) - start)
  }

  /// Ends a row; when enough of them are together, writes them.
  ///
  /// - Throws: ``DatabaseFault``.
  public func endRow() throws(DatabaseFault) {
    rows += 1
    precondition(used % columns == 0, "a row has fewer values than columns")
    if used == rowsTogether * columns {
      try run(forMany(), from: 0, count: used)
      used = 0
      byteCount = 0
    }
  }

  /// Writes what is still here.
  ///
  /// - Throws: ``DatabaseFault``.
  public func flush() throws(DatabaseFault) {
    defer {
      used = 0
      byteCount = 0
    }
    for start in stride(from: 0, to: used, by: columns) {
      try run(forOne(), from: start, count: columns)
    }
  }

  /// Binds and runs. What is lent to SQLite stays where it is until the next time.
  private func run(
    _ statement: BoundStatement, from start: Int, count: Int
  ) throws(DatabaseFault) {
    let handle = unsafe statement.handle
    var bad: Int32 = SQLITE_OK
    for place in 0..<count {
      let cell = unsafe cells[start + place]
      let index = Int32(truncatingIfNeeded: place &+ 1)
      let code: Int32
      if cell.length == Cell.number {
        code = unsafe sqlite3_bind_int64(handle, index, cell.value)
      } else if cell.length == Cell.null {
        code = unsafe sqlite3_bind_null(handle, index)
      } else {
        let source = unsafe bytes + Int(cell.value)
        code =
          cell.isText
          ? unsafe sqlite3_bind_text64(
            handle, index, UnsafeRawPointer(source).assumingMemoryBound(to: CChar.self),
            UInt64(cell.length), nil, UInt8(SQLITE_UTF8))
          : unsafe sqlite3_bind_blob(handle, index, source, cell.length, nil)
      }
      bad |= code
    }
    guard bad == SQLITE_OK else {
      throw DatabaseFault(
        kind: .misuse, message: "a value cannot be bound", path: database.path, sql: statement.sql)
    }
    let code = unsafe sqlite3_step(handle)
    guard code == SQLITE_DONE else {
      let fault = database.fault(code, sql: statement.sql)
      _ = unsafe sqlite3_reset(handle)
      throw fault
    }
    _ = unsafe sqlite3_reset(handle)
  }
}
