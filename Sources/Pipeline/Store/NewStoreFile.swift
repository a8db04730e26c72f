// The file of a new store, as SQLite sees it: a layer over SQLite's own file that writes past the
// page cache while the store is being filled.

internal import CSQLite
internal import Glibc

/// A database file whose pages are gathered while SQLite has it for itself.
///
/// Only under an exclusive lock do pages go through ``PageBlocks``: nobody else, in this process or
/// another, then reads or writes the file. Before the lock is lowered all of them are written, the
/// second descriptor is closed, and everything is SQLite's own file's again. POSIX locks demand as
/// much: closing any descriptor of a file gives up all that the process has on it.
@safe final class NewStoreFile: LayeredFile {
  private let path: String
  private var lock = SQLITE_LOCK_NONE
  private var blocks: PageBlocks?
  private var isRefused = false

  /// - Parameter own: SQLite's own file, opened by `path`.
  @unsafe init?(over own: UnsafeMutablePointer<sqlite3_file>, path: String) {
    self.path = path
    unsafe super.init(over: own)
  }

  /// The pages on their way. Begins to gather them where SQLite has the file for itself.
  private func gathering() -> PageBlocks? {
    if blocks == nil, lock == SQLITE_LOCK_EXCLUSIVE, !isRefused, isStillThere {
      let (own, methods) = unsafe (own, methods)
      blocks = try? unsafe PageBlocks(path: path) { bytes, count, offset in
        // SAFETY: the blocks go before the file is closed.
        unsafe methods.pointee.xWrite(own, bytes, Int32(count), offset)
      }
      isRefused = blocks == nil
    }
    return blocks
  }

  /// Whether the path leads to the file that SQLite has opened by it.
  private var isStillThere: Bool {
    var hasMoved: Int32 = 0
    let code = unsafe methods.pointee.xFileControl(own, SQLITE_FCNTL_HAS_MOVED, &hasMoved)
    return code == SQLITE_OK && hasMoved == 0
  }

  /// The page that lies at `offset`; nil for bytes that are no whole page.
  private static func page(_ count: Int32, _ offset: Int64) -> Int? {
    let (page, inPage) = Int(offset).quotientAndRemainder(dividingBy: PageBlock.pageBytes)
    return Int(count) == PageBlock.pageBytes && inPage == 0 ? page : nil
  }

  @unsafe override func read(
    _ target: UnsafeMutableRawPointer, _ count: Int32, _ offset: Int64
  ) -> Int32 {
    if let blocks {
      if let page = Self.page(count, offset) {
        if unsafe blocks.read(page, into: target) { return SQLITE_OK }
      } else {
        let code = blocks.flush()
        guard code == SQLITE_OK else { return code }
      }
    }
    return unsafe methods.pointee.xRead(own, target, count, offset)
  }

  @unsafe override func write(_ source: UnsafeRawPointer, _ count: Int32, _ offset: Int64) -> Int32
  {
    if let page = Self.page(count, offset) {
      if let blocks = gathering() { return unsafe blocks.write(source, page: page) }
    } else if let blocks {
      let code = blocks.flush()
      guard code == SQLITE_OK else { return code }
      defer { blocks.forgetReads() }
      return unsafe methods.pointee.xWrite(own, source, count, offset)
    }
    return unsafe methods.pointee.xWrite(own, source, count, offset)
  }

  override func truncate(_ end: Int64) -> Int32 {
    guard let blocks else { return unsafe methods.pointee.xTruncate(own, end) }
    let (pages, inPage) = Int(end).quotientAndRemainder(dividingBy: PageBlock.pageBytes)
    let written = inPage == 0 ? blocks.settle() : blocks.flush()
    guard written == SQLITE_OK else { return written }
    let code = unsafe methods.pointee.xTruncate(own, end)
    guard code == SQLITE_OK else { return code }
    if inPage == 0 { blocks.truncate(to: pages) } else { blocks.forgetReads() }
    return SQLITE_OK
  }

  override func synchronize(_ flags: Int32) -> Int32 {
    let code = blocks?.flush() ?? SQLITE_OK
    guard code == SQLITE_OK else { return code }
    return unsafe methods.pointee.xSync(own, flags)
  }

  @unsafe override func size(_ size: UnsafeMutablePointer<Int64>) -> Int32 {
    guard let blocks else { return unsafe methods.pointee.xFileSize(own, size) }
    unsafe size.pointee = blocks.end
    return SQLITE_OK
  }

  override func lock(_ level: Int32) -> Int32 {
    let code = unsafe methods.pointee.xLock(own, level)
    if code == SQLITE_OK { lock = max(lock, level) }
    return code
  }

  override func unlock(_ level: Int32) -> Int32 {
    // Written before anyone else may read. What cannot be is of a transaction that was not synced.
    let written = level < SQLITE_LOCK_EXCLUSIVE ? endGathering() : SQLITE_OK
    let code = unsafe methods.pointee.xUnlock(own, level)
    if code == SQLITE_OK { lock = min(lock, level) }
    return code == SQLITE_OK ? written : code
  }

  override func close() -> Int32 {
    let written = endGathering()
    let code = unsafe methods.pointee.xClose(own)
    return code == SQLITE_OK ? written : code
  }

  private func endGathering() -> Int32 {
    let code = blocks?.flush() ?? SQLITE_OK
    blocks = nil
    return code
  }
}
