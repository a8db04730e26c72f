// A file of a store as SQLite sees it: something of ours before SQLite's own file.

internal import CSQLite

/// Does what SQLite asks of a file by SQLite's own file; what is written otherwise is a subclass's.
///
/// SQLite calls it from one thread at a time. All codes are SQLite's; offsets and counts are bytes.
@safe class LayeredFile {
  // SAFETY: SQLite keeps the memory of a file where it is until the file is closed, and calls nothing
  // of it afterwards. `own` is open from init until ``close()``.
  let own: UnsafeMutablePointer<sqlite3_file>
  let methods: UnsafePointer<sqlite3_io_methods>

  /// - Parameter own: SQLite's own file, open.
  @unsafe init?(over own: UnsafeMutablePointer<sqlite3_file>) {
    guard let methods = unsafe own.pointee.pMethods else { return nil }
    unsafe self.own = own
    unsafe self.methods = methods
  }

  @unsafe func read(
    _ target: UnsafeMutableRawPointer, _ count: Int32, _ offset: Int64
  ) -> Int32 {
    unsafe methods.pointee.xRead(own, target, count, offset)
  }

  @unsafe func write(_ source: UnsafeRawPointer, _ count: Int32, _ offset: Int64) -> Int32 {
    unsafe methods.pointee.xWrite(own, source, count, offset)
  }

  func truncate(_ end: Int64) -> Int32 { unsafe methods.pointee.xTruncate(own, end) }

  func synchronize(_ flags: Int32) -> Int32 { unsafe methods.pointee.xSync(own, flags) }

  @unsafe func size(_ size: UnsafeMutablePointer<Int64>) -> Int32 {
    unsafe methods.pointee.xFileSize(own, size)
  }

  @unsafe func control(_ operation: Int32, _ argument: UnsafeMutableRawPointer?) -> Int32 {
    unsafe methods.pointee.xFileControl(own, operation, argument)
  }

  func lock(_ level: Int32) -> Int32 { unsafe methods.pointee.xLock(own, level) }

  func unlock(_ level: Int32) -> Int32 { unsafe methods.pointee.xUnlock(own, level) }

  /// Takes or gives up locks of the memory that connections to a write-ahead log share.
  func lockShared(_ offset: Int32, _ count: Int32, _ flags: Int32) -> Int32 {
    unsafe methods.pointee.xShmLock?(own, offset, count, flags) ?? SQLITE_IOERR
  }

  /// Has everyone see what was written there before.
  func barrier() { unsafe methods.pointee.xShmBarrier?(own) }

  func close() -> Int32 { unsafe methods.pointee.xClose(own) }
}
