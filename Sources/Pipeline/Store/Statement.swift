// One compiled statement: binding, stepping, reading columns by type.

internal import CSQLite

/// A compiled SQL statement of one ``Database``. Parameters count from 1, columns from 0.
@safe public final class Statement {
  /// The text it was compiled from, with its placeholders.
  public let sql: String
  private let database: Database
  private let handle: OpaquePointer
  private let columnCount: Int32

  init(database: Database, handle: OpaquePointer, sql: String) {
    self.database = database
    self.sql = sql
    unsafe self.handle = handle
    columnCount = unsafe sqlite3_column_count(handle)
  }

  deinit { _ = unsafe sqlite3_finalize(handle) }

  /// Goes to the next row.
  ///
  /// - Returns: Whether there is one. After the last, the statement may be stepped anew.
  /// - Throws: ``DatabaseFault``; the statement is then reset.
  @discardableResult
  public func step() throws(DatabaseFault) -> Bool {
    let code = unsafe sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      _ = unsafe sqlite3_reset(handle)
      return false
    default:
      let fault = database.fault(code, sql: sql)
      _ = unsafe sqlite3_reset(handle)
      throw fault
    }
  }

  /// Runs a statement whose rows nobody wants, to its end, and makes it ready again.
  ///
  /// - Throws: ``DatabaseFault``.
  public func run() throws(DatabaseFault) { while try step() {} }

  /// Makes it ready to be stepped from the start. What is bound stays bound.
  public func reset() { _ = unsafe sqlite3_reset(handle) }

  private func check(_ code: Int32) throws(DatabaseFault) {
    guard code == SQLITE_OK else { throw database.fault(code, sql: sql) }
  }
}

extension Statement {
  /// Binds a number.
  public func bind(int value: Int64, at index: Int32) throws(DatabaseFault) {
    try check(unsafe sqlite3_bind_int64(handle, index, value))
  }

  /// Binds a text, copied.
  public func bind(text value: Text, at index: Int32) throws(DatabaseFault) {
    var string = value.string
    let code = string.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        // A nil pointer would bind NULL: an empty text needs an address, too.
        guard let start = characters.baseAddress else {
          return unsafe sqlite3_bind_text(handle, index, "", 0, Self.transient)
        }
        return unsafe sqlite3_bind_text64(
          handle, index, start, UInt64(characters.count), Self.transient, UInt8(SQLITE_UTF8))
      }
    }
    try check(code)
  }

  /// Binds bytes, copied.
  public func bind(blob value: [UInt8], at index: Int32) throws(DatabaseFault) {
    let code = unsafe value.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress, !value.isEmpty else {
        return unsafe sqlite3_bind_zeroblob(handle, index, 0)
      }
      return unsafe sqlite3_bind_blob64(
        handle, index, start, UInt64(bytes.count), Self.transient)
    }
    try check(code)
  }

  /// Binds a digest as its sixteen bytes.
  public func bind(digest value: Digest128, at index: Int32) throws(DatabaseFault) {
    var halves = (value.high.bigEndian, value.low.bigEndian)
    let code = unsafe withUnsafeBytes(of: &halves) { bytes in
      unsafe sqlite3_bind_blob(handle, index, bytes.baseAddress, 16, Self.transient)
    }
    try check(code)
  }

  /// Binds NULL.
  public func bindNull(at index: Int32) throws(DatabaseFault) {
    try check(unsafe sqlite3_bind_null(handle, index))
  }

  /// Binds a number, or NULL.
  public func bind(_ index: Int32, _ value: Int64?) throws(DatabaseFault) {
    if let value { try bind(int: value, at: index) } else { try bindNull(at: index) }
  }

  /// Binds a text, or NULL.
  public func bind(_ index: Int32, _ value: Text?) throws(DatabaseFault) {
    if let value { try bind(text: value, at: index) } else { try bindNull(at: index) }
  }

  /// Binds bytes, or NULL.
  public func bind(_ index: Int32, _ value: [UInt8]?) throws(DatabaseFault) {
    if let value { try bind(blob: value, at: index) } else { try bindNull(at: index) }
  }

  /// Binds a digest as its sixteen bytes, or NULL.
  public func bind(_ index: Int32, _ value: Digest128?) throws(DatabaseFault) {
    if let value { try bind(digest: value, at: index) } else { try bindNull(at: index) }
  }

  // SAFETY: SQLite defines this destructor as the address -1: "copy before you return".
  private static var transient: sqlite3_destructor_type {
    unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }
}

extension Statement {
  /// A number; 0 for NULL.
  public func int(_ column: Int32) -> Int64 {
    require(column)
    return unsafe sqlite3_column_int64(handle, column)
  }

  /// A number, or nil for NULL.
  public func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

  /// A text; empty for NULL.
  public func text(_ column: Int32) -> Text {
    require(column)
    guard let start = unsafe sqlite3_column_text(handle, column) else { return Text("") }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
    return unsafe Text(String(decoding: bytes, as: UTF8.self))
  }

  /// A text, or nil for NULL.
  public func optionalText(_ column: Int32) -> Text? { isNull(column) ? nil : text(column) }

  /// Bytes; none for NULL.
  public func blob(_ column: Int32) -> [UInt8] {
    require(column)
    guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  /// Bytes, lent to `body`; none for NULL.
  public func withBlob<Result>(
    _ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    require(column)
    let start = unsafe sqlite3_column_blob(handle, column)
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
  }

  /// A digest.
  ///
  /// - Throws: ``DatabaseFault`` when the column does not hold sixteen bytes.
  public func digest(_ column: Int32) throws(DatabaseFault) -> Digest128 {
    require(column)
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    guard count == 16, let start = unsafe sqlite3_column_blob(handle, column) else {
      let message = "column \(column) holds \(count) bytes where a digest has 16"
      throw DatabaseFault(kind: .damaged, message: message, path: database.path, sql: sql)
    }
    let high = unsafe start.loadUnaligned(as: UInt64.self)
    let low = unsafe start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    return Digest128(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
  }

  /// A digest, or nil for NULL.
  public func optionalDigest(_ column: Int32) throws(DatabaseFault) -> Digest128? {
    isNull(column) ? nil : try digest(column)
  }

  /// Whether the column is NULL.
  public func isNull(_ column: Int32) -> Bool {
    require(column)
    return unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  private func require(_ column: Int32) {
    precondition(column >= 0 && column < columnCount, "the statement has no such column")
  }
}
