// Rows on their way into a table: gathered as plain cells, from which SQLite takes them itself.

internal import CRowSource
internal import CSQLite

/// Writes many rows through one statement. What is appended is copied; SQLite is lent the copies and
/// copies nothing but into the rows that it writes.
///
/// A row is begun by the first append and ended by ``endRow()``. Rows reach the database when enough
/// of them are together, in the order of appending, or with ``flush()``.
@safe public final class RowBatch {
  /// How many rows have been ended since it was made.
  public private(set) var rows: Int64 = 0
  private let database: Database
  private let columns: Int
  private let rowsTogether: Int
  private let sql: String
  /// What the rows are called in `sql`; nil where it has parameters for one row.
  private let sourceName: String?
  /// Compiled when it is needed, which most tables of most nights never do.
  private var statement: OpaquePointer?
  // SAFETY: one source, and cells for `rowsTogether` rows, from the making to the end.
  private let source: UnsafeMutablePointer<row_source>
  private let cells: UnsafeMutablePointer<row_cell>
  private var used = 0
  private var bytes: UnsafeMutablePointer<UInt8>
  private var byteCount = 0
  private var capacity = 4_096

  /// Rows a statement where SQLite need not be able to undo it alone: their memory is near at hand.
  private static let fewTogether = 64
  /// Rows a statement that may have to be undone alone. SQLite then copies every page that it
  /// changes, once a statement: with few rows, that go all over a table, that is a page a row.
  private static let manyTogether = 1_024

  private static let number = Int32(row_cell_number)
  private static let null = Int32(row_cell_null)

  /// A batch of rows for one table.
  ///
  /// - Parameter columns: The columns, separated by commas.
  /// - Parameter verb: A row that breaks a constraint undoes the whole transaction, unless the verb
  ///   says otherwise; SQLite need not keep what each statement has changed then.
  /// - Parameter rowsTogether: How many rows a statement takes at the most.
  public convenience init(
    _ database: Database, insertInto table: String, _ columns: String,
    verb: String = undoingVerb, rowsTogether: Int? = nil
  ) {
    let count = columns.split(separator: ",").count
    let together = verb == Self.undoingVerb ? Self.fewTogether : Self.manyTogether
    self.init(database, columns: count, rowsTogether: rowsTogether ?? together) { rows in
      "\(verb) INTO \(table) (\(columns)) \(rows)"
    }
  }

  /// Undoes the whole transaction for a row that breaks a constraint.
  public static let undoingVerb = "INSERT OR ROLLBACK"

  /// A batch for a statement that takes several rows.
  ///
  /// - Parameter sql: The statement; it is given the query that stands for the rows, in place of
  ///   `VALUES` and what follows.
  public init(
    _ database: Database, columns: Int, rowsTogether: Int? = nil, sql: (String) -> String
  ) {
    let rowsTogether = rowsTogether ?? Self.manyTogether
    unsafe source = .allocate(capacity: 1)
    unsafe cells = .allocate(capacity: rowsTogether * columns)
    unsafe bytes = .allocate(capacity: capacity)
    unsafe source.initialize(to: row_source())
    unsafe source.pointee.columns = Int32(clamping: columns)
    self.database = database
    self.columns = columns
    self.rowsTogether = rowsTogether
    let name = "rows_\(UInt(bitPattern: unsafe source))"
    sourceName = name
    let names = (0..<columns).map { "c\($0)" }.joined(separator: ", ")
    // Where a clause for conflicts follows, SQLite must be told that the query has ended.
    self.sql = sql("SELECT \(names) FROM \(name) WHERE true")
  }

  /// A batch for a statement that takes one row at a time.
  ///
  /// - Parameter sql: The statement, with a parameter for each of the columns.
  public init(_ database: Database, columns: Int, oneByOne sql: String) {
    unsafe source = .allocate(capacity: 1)
    unsafe cells = .allocate(capacity: columns)
    unsafe bytes = .allocate(capacity: capacity)
    unsafe source.initialize(to: row_source())
    self.database = database
    self.columns = columns
    rowsTogether = 1
    sourceName = nil
    self.sql = sql
  }

  deinit {
    if let statement = unsafe statement {
      _ = unsafe sqlite3_finalize(statement)
      // It was opened before the statement, and no other statement knows its name.
      if let sourceName { _ = unsafe row_source_drop(database.handle, sourceName) }
    }
    unsafe source.deallocate()
    unsafe cells.deallocate()
    unsafe bytes.deallocate()
  }

  /// The statement, compiled.
  private func compiled() throws(DatabaseFault) -> OpaquePointer {
    if let statement = unsafe statement { return unsafe statement }
    if let sourceName {
      let code = unsafe row_source_open(database.handle, sourceName, source)
      guard code == SQLITE_OK else { throw database.fault(code, sql: sql) }
    }
    var made: OpaquePointer?
    let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
    let code = unsafe sqlite3_prepare_v3(database.handle, sql, -1, flags, &made, nil)
    guard code == SQLITE_OK, let made = unsafe made else {
      if let sourceName { _ = unsafe row_source_drop(database.handle, sourceName) }
      throw database.fault(code, sql: sql)
    }
    unsafe statement = made
    return unsafe made
  }

  private func append(_ cell: row_cell) {
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
      row_cell(
        value: Int64(byteCount), length: Int32(clamping: source.count), is_text: isText ? 1 : 0))
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
    append(row_cell(value: value, length: Self.number, is_text: 0))
  }

  /// Appends a number, or NULL.
  public func append(_ value: Int64?) {
    if let value { append(value) } else { appendNull() }
  }

  /// Appends NULL.
  public func appendNull() { append(row_cell(value: 0, length: Self.null, is_text: 0)) }

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
    append(row_cell(value: Int64(byteCount), length: 0, is_text: 0))
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
    if used == rowsTogether * columns { try flush() }
  }

  /// Writes what is still here.
  ///
  /// - Throws: ``DatabaseFault``.
  public func flush() throws(DatabaseFault) {
    guard used > 0 else { return }
    defer {
      used = 0
      byteCount = 0
    }
    let handle = try unsafe compiled()
    if sourceName == nil { try unsafe bind(to: handle) }
    unsafe source.pointee.cells = UnsafePointer(cells)
    unsafe source.pointee.bytes = UnsafePointer(bytes)
    unsafe source.pointee.rows = Int64(used / columns)
    let code = unsafe sqlite3_step(handle)
    guard code == SQLITE_DONE else {
      let fault = database.fault(code, sql: sql)
      _ = unsafe sqlite3_reset(handle)
      throw fault
    }
    _ = unsafe sqlite3_reset(handle)
  }

  /// Binds a row. What is lent to SQLite stays where it is until the next time.
  private func bind(to handle: OpaquePointer) throws(DatabaseFault) {
    var bad: Int32 = SQLITE_OK
    for place in 0..<used {
      let cell = unsafe cells[place]
      let index = Int32(truncatingIfNeeded: place &+ 1)
      if cell.length == Self.number {
        bad |= unsafe sqlite3_bind_int64(handle, index, cell.value)
      } else if cell.length == Self.null {
        bad |= unsafe sqlite3_bind_null(handle, index)
      } else if cell.is_text != 0 {
        let text = unsafe UnsafeRawPointer(bytes + Int(cell.value))
        bad |= unsafe sqlite3_bind_text64(
          handle, index, text.assumingMemoryBound(to: CChar.self), UInt64(cell.length), nil,
          UInt8(SQLITE_UTF8))
      } else {
        bad |= unsafe sqlite3_bind_blob(
          handle, index, bytes + Int(cell.value), cell.length, nil)
      }
    }
    guard bad == SQLITE_OK else {
      throw DatabaseFault(
        kind: .misuse, message: "a value cannot be bound", path: database.path, sql: sql)
    }
  }
}
