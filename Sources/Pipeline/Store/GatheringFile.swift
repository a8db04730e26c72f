// The files of a store that has content: its pages and its write-ahead log, which SQLite writes piece
// by piece, mostly one behind the other. A few large writes take a third of the time.

internal import CSQLite
internal import Glibc

/// A file whose neighbouring writes are put together.
///
/// What waits is written before anything else could see the file without it: before a sync, before a
/// read of those bytes, before the file's size is asked, and before any lock is given up or the shared
/// memory of a write-ahead log tells of it. A database file sees to its log as well, since the log's
/// locks are taken on it. Connections must write with `synchronous = FULL`, so that SQLite syncs a log
/// before it tells others of a commit.
@safe final class GatheringFile: LayeredFile {
  /// Most bytes that wait; of 128 KiB and more SQLite's own file writes only the remainder by 128 KiB.
  static let byteCount = 120 << 10

  // SAFETY: room for `byteCount` once it is there, until the end; `used` of it are set.
  private var room: UnsafeMutableRawPointer?
  /// Where in the file the bytes belong that wait.
  private var start: Int64 = 0
  private var used = 0
  /// A database's write-ahead log.
  weak var log: GatheringFile?

  deinit { unsafe room?.deallocate() }

  @unsafe override func write(
    _ source: UnsafeRawPointer, _ count: Int32, _ offset: Int64
  ) -> Int32 {
    let count = Int(count)
    if used > 0, offset != start + Int64(used) || used + count > Self.byteCount {
      let code = flush()
      guard code == SQLITE_OK else { return code }
    }
    guard count <= Self.byteCount else {
      return unsafe super.write(source, Int32(count), offset)
    }
    let target = unsafe room ?? .allocate(byteCount: Self.byteCount, alignment: 64)
    unsafe room = target
    if used == 0 { start = offset }
    // SAFETY: used + count ≤ byteCount.
    unsafe (target + used).copyMemory(from: source, byteCount: count)
    used += count
    return SQLITE_OK
  }

  /// Writes what waits, which waits on where it cannot be written.
  private func flush() -> Int32 {
    guard used > 0, let source = unsafe room else { return SQLITE_OK }
    let code = unsafe super.write(source, Int32(used), start)
    if code == SQLITE_OK { used = 0 }
    return code
  }

  /// Writes what waits, of the log too. What cannot be written is of a transaction or a checkpoint
  /// that has failed or will: it must not come later, when others may have written there.
  private func settle() {
    if flush() != SQLITE_OK { used = 0 }
    log?.settle()
  }

  @unsafe override func read(
    _ target: UnsafeMutableRawPointer, _ count: Int32, _ offset: Int64
  ) -> Int32 {
    if used > 0, offset < start + Int64(used), offset + Int64(count) > start {
      let code = flush()
      guard code == SQLITE_OK else { return code }
    }
    return unsafe super.read(target, count, offset)
  }

  override func truncate(_ end: Int64) -> Int32 {
    let code = flush()
    return code == SQLITE_OK ? super.truncate(end) : code
  }

  override func synchronize(_ flags: Int32) -> Int32 {
    let code = flush()
    return code == SQLITE_OK ? super.synchronize(flags) : code
  }

  @unsafe override func size(_ size: UnsafeMutablePointer<Int64>) -> Int32 {
    let code = flush()
    return code == SQLITE_OK ? unsafe super.size(size) : code
  }

  @unsafe override func control(
    _ operation: Int32, _ argument: UnsafeMutableRawPointer?
  ) -> Int32 {
    let code = flush()
    return code == SQLITE_OK ? unsafe super.control(operation, argument) : code
  }

  override func unlock(_ level: Int32) -> Int32 {
    settle()
    return super.unlock(level)
  }

  override func lockShared(_ offset: Int32, _ count: Int32, _ flags: Int32) -> Int32 {
    if flags & SQLITE_SHM_UNLOCK != 0 { settle() }
    return super.lockShared(offset, count, flags)
  }

  override func barrier() {
    settle()
    super.barrier()
  }

  override func close() -> Int32 {
    settle()
    return super.close()
  }
}
