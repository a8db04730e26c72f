// Neighbouring pages of a new store that are written together.

internal import CSQLite
internal import Glibc

/// Room for 64 pages that stand together in the file, and which of them are there.
///
/// It belongs to one thread at a time, or to several that only read it.
@safe final class PageBlock: @unchecked Sendable {
  static let pageBytes = Database.pageBytes
  /// As many as a word has bits.
  static let pageCount = 64
  static let byteCount = pageBytes * pageCount
  /// How many stretches are on their way to the disk at once.
  private static let mostThreads = 8

  /// Writes bytes, of which there are so many, to where they belong; gives a code of SQLite's.
  typealias Fallback = (UnsafeRawPointer, Int, Int64) -> Int32

  /// Which block of the file it is.
  var number = 0
  /// A bit for each page that is here and not yet on the disk.
  var waiting: UInt64 = 0
  /// When it last took a page.
  var lastUse = 0
  // SAFETY: `base` has room for `byteCount` from init to deinit.
  private let base: UnsafeMutableRawPointer

  init() { unsafe base = .allocate(byteCount: Self.byteCount, alignment: Self.pageBytes) }

  deinit { unsafe base.deallocate() }

  /// Where the last page that is here ends in the file, in bytes; there must be one.
  var end: Int64 {
    Int64(number * Self.byteCount) + Int64((64 - waiting.leadingZeroBitCount) * Self.pageBytes)
  }

  /// Whether a page of the block is here.
  func has(_ page: Int) -> Bool { waiting & 1 << UInt64(page) != 0 }

  /// Takes a page.
  ///
  /// - Parameter page: 0 to 63, here as below.
  @unsafe func take(_ page: Int, from source: UnsafeRawPointer) {
    // SAFETY: a page lies at each of the places 0 to 63.
    unsafe (base + page * Self.pageBytes).copyMemory(from: source, byteCount: Self.pageBytes)
    waiting |= 1 << UInt64(page)
  }

  /// Gives a page.
  @unsafe func give(_ page: Int, to target: UnsafeMutableRawPointer) {
    // SAFETY: a page lies at each of the places 0 to 63.
    unsafe target.copyMemory(from: base + page * Self.pageBytes, byteCount: Self.pageBytes)
  }

  /// Forgets pages from one on.
  func forget(from page: Int) {
    guard page < Self.pageCount else { return }
    waiting &= page > 0 ? (1 << UInt64(page)) - 1 : 0
  }

  /// Fills the block with what the file has of it past the page cache, from a page on.
  func fill(from page: Int, count: Int, of descriptor: Int32) {
    // SAFETY: page + count ≤ 64.
    let got = unsafe pread(
      descriptor, base + page * Self.pageBytes, count * Self.pageBytes,
      off_t(number * Self.byteCount + page * Self.pageBytes))
    let pages = max(got, 0) / Self.pageBytes
    waiting = pages > 0 ? (UInt64.max >> UInt64(64 - pages)) << UInt64(page) : 0
  }

  /// Writes what waits past the page cache, several stretches at once: pages that stand alone would
  /// each wait for the disk.
  ///
  /// - Returns: Whether the system has taken all of it.
  func write(to descriptor: Int32) -> Bool {
    let runs = runs
    // SAFETY: runs do not overlap, lie within the block, and nobody touches it meanwhile.
    nonisolated(unsafe) let base = unsafe base
    let start = number * Self.byteCount
    do {
      let threads = min(runs.count / 2, Self.mostThreads)
      try forEachWaiting(count: runs.count, threads: threads) { place in
        let run = runs[place]
        let isWritten = unsafe Self.write(
          base + run.lowerBound, run.count, at: start + run.lowerBound, to: descriptor)
        guard isWritten else { throw DirectWriteRefused() }
      }
    } catch { return false }
    return true
  }

  @unsafe private static func write(
    _ source: UnsafeRawPointer, _ count: Int, at offset: Int, to descriptor: Int32
  ) -> Bool {
    var done = 0
    while done < count {
      // SAFETY: done < count, the bytes of the run.
      let put = unsafe pwrite(descriptor, source + done, count - done, off_t(offset + done))
      if put > 0 {
        done += put
      } else if put == 0 || errno != EINTR {
        return false
      }
    }
    return true
  }

  /// Writes what waits by another way.
  ///
  /// - Returns: SQLITE_OK, or why that way does not take it.
  func write(by fallback: Fallback) -> Int32 {
    for run in runs {
      let offset = Int64(number * Self.byteCount + run.lowerBound)
      // SAFETY: a run lies within the block.
      let code = unsafe fallback(base + run.lowerBound, run.count, offset)
      guard code == SQLITE_OK else { return code }
    }
    return SQLITE_OK
  }

  /// The bytes of what waits, neighbours together, in their order.
  private var runs: [Range<Int>] {
    var runs: [Range<Int>] = []
    var left = waiting
    while left != 0 {
      let first = left.trailingZeroBitCount
      let count = (~(left >> UInt64(first))).trailingZeroBitCount
      runs.append(first * Self.pageBytes..<(first + count) * Self.pageBytes)
      left &= ~((UInt64.max >> UInt64(64 - count)) << UInt64(first))
    }
    return runs
  }
}

/// The system does not take a write past the page cache.
private struct DirectWriteRefused: Error {}
