// Memory that waiting clicks lie in: cut from large stretches, which the system can back by large
// pages, and given back piece by piece.
import Glibc

/// A piece of memory that fills with whole clicks.
///
/// It is mapped, so that letting it go gives its pages back: by far the most of a night's memory
/// is clicks, and what comes after them finds room where they were.
@safe final class ClickChunk {
  // SAFETY: `capacity` bytes are mapped there from init to deinit, and nobody else has them.
  let base: UnsafeMutableRawPointer
  let capacity: Int
  /// Bytes that are filled, as of the last time its writer paused.
  var used = 0

  /// Takes over a piece of mapped memory, whole pages of it.
  @unsafe fileprivate init(_ base: UnsafeMutableRawPointer, capacity: Int) {
    unsafe self.base = base
    self.capacity = capacity
  }

  deinit { unsafe munmap(base, capacity) }

  /// The filled bytes, on loan for as long as somebody else keeps this object.
  @unsafe var unsafeReader: RawReader { unsafe RawReader(base: base, count: used) }
}

/// Where one thread's chunks are cut from.
@safe final class ClickGround {
  private static let stretch = 4 << 20
  /// What large pages are aligned to; the stretch is a multiple of it.
  private static let largePage = 2 << 20
  private static let page = 4_096

  // SAFETY: `left` bytes are mapped from `next` on, and belong to nobody else.
  private var next: UnsafeMutableRawPointer?
  private var left = 0

  deinit { dropRest() }

  /// A chunk of at least so many bytes.
  ///
  /// - Throws: ``ClickFault/system(operation:path:code:)`` where the system has no memory left.
  func chunk(_ wanted: Int) throws(ClickFault) -> ClickChunk {
    let capacity = (wanted + Self.page - 1) & ~(Self.page - 1)
    guard capacity <= Self.stretch else {
      return try unsafe ClickChunk(Self.map(capacity), capacity: capacity)
    }
    if left < capacity { try beginStretch() }
    guard let base = unsafe next else { return try chunk(wanted) }
    unsafe next = base + capacity
    left -= capacity
    return unsafe ClickChunk(base, capacity: capacity)
  }

  /// Maps a stretch whose beginning large pages can back.
  private func beginStretch() throws(ClickFault) {
    dropRest()
    let mapped = try unsafe Self.map(Self.stretch + Self.largePage)
    let before = -Int(bitPattern: mapped) & (Self.largePage - 1)
    // SAFETY: both ends are whole pages of what was just mapped, outside of the stretch.
    if before > 0 { unsafe munmap(mapped, before) }
    if before < Self.largePage {
      unsafe munmap(mapped + before + Self.stretch, Self.largePage - before)
    }
    // Where the system has no large pages to give, small ones do.
    unsafe madvise(mapped + before, Self.stretch, MADV_HUGEPAGE)
    unsafe next = mapped + before
    left = Self.stretch
  }

  private func dropRest() {
    if let rest = unsafe next, left > 0 { unsafe munmap(rest, left) }
    unsafe next = nil
    left = 0
  }

  private static func map(_ count: Int) throws(ClickFault) -> UnsafeMutableRawPointer {
    let mapped = unsafe mmap(
      nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
      throw .system(operation: "making room for clicks", path: "memory", code: errno)
    }
    return unsafe mapped
  }
}
