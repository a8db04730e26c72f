// Memory that waiting clicks lie in: cut from large stretches, which the system can back by large
// pages, and given back piece by piece.
import Glibc
import Pipeline

/// A piece of memory that fills with whole clicks.
///
/// It is mapped, so that letting it go gives its pages back, or those of its stretch once nobody has
/// a piece of it any more; what comes after it finds room there. It belongs to one thread at a time,
/// which hands it to the next.
@safe final class ClickChunk: @unchecked Sendable {
  // SAFETY: `capacity` bytes are mapped there from init to deinit, by itself or by the stretch that it
  // keeps, and nobody else has them.
  let base: UnsafeMutableRawPointer
  let capacity: Int
  /// Bytes that are filled, as of the last time its writer paused.
  var used = 0
  /// What it is a piece of and goes back with; nil where its pages are its own.
  private let stretch: ClickRoom?

  /// Takes over a piece of mapped memory, whole pages of it.
  @unsafe fileprivate init(
    _ base: UnsafeMutableRawPointer, capacity: Int, of stretch: ClickRoom? = nil
  ) {
    unsafe self.base = base
    self.capacity = capacity
    self.stretch = stretch
  }

  /// A piece of memory of its own.
  ///
  /// - Parameter capacity: Whole pages.
  /// - Throws: ``ClickFault/system(operation:path:code:)`` where the system has no memory left.
  convenience init(_ capacity: Int) throws(ClickFault) {
    try unsafe self.init(SystemPages.map(capacity, for: "rows"), capacity: capacity)
  }

  deinit { if stretch == nil { unsafe munmap(base, capacity) } }

  /// The room, on loan for as long as somebody else keeps this object.
  @unsafe var unsafeWriter: RawWriter { unsafe RawWriter(base: base, count: capacity) }

  /// The filled bytes, on loan for as long as somebody else keeps this object.
  @unsafe var unsafeReader: RawReader { unsafe RawReader(base: base, count: used) }
}

/// Large pages: a stretch that chunks are cut from, or memory that a bucket's records lie in while it
/// is judged, one bucket's after another's.
@safe final class ClickRoom: @unchecked Sendable {
  // SAFETY: `capacity` bytes are mapped there from init to deinit.
  fileprivate let base: UnsafeMutableRawPointer
  let capacity: Int

  /// - Throws: ``ClickFault/system(operation:path:code:)`` where the system has no memory left.
  init(_ wanted: Int) throws(ClickFault) {
    capacity = ClickGround.wholeLargePages(wanted)
    unsafe base = try ClickGround.mapLargePages(capacity)
  }

  deinit { unsafe munmap(base, capacity) }

  /// The room, on loan for as long as somebody else keeps this object.
  @unsafe var unsafeWriter: RawWriter { unsafe RawWriter(base: base, count: capacity) }
}

/// Rooms that are used again: their pages are near at hand, where new ones would have to be cleared.
final class ClickRooms: Sendable {
  private let free = Guarded<[ClickRoom]>([])

  /// A room of at least so many bytes.
  func take(_ wanted: Int) throws(ClickFault) -> ClickRoom {
    if let room = free.withLock({ $0.popLast() }), room.capacity >= wanted { return room }
    return try ClickRoom(wanted)
  }

  func giveBack(_ room: ClickRoom) { free.withLock { $0.append(room) } }
}

/// Where one thread's chunks are cut from.
@safe final class ClickGround {
  private static let stretchSize = 4 << 20
  /// What large pages are aligned to; the stretch is a multiple of it.
  private static let largePage = 2 << 20

  private let givesBackPieces: Bool
  // SAFETY: `left` bytes are mapped from `next` on, and belong to nobody else.
  private var next: UnsafeMutableRawPointer?
  private var left = 0
  /// What they are the end of, where no pieces go back.
  private var stretch: ClickRoom?

  /// - Parameter givesBackPieces: Whether each chunk's pages go back with it, which takes large pages
  ///   apart and has every processor look them up anew, or a whole stretch's with its last chunk.
  init(givesBackPieces: Bool) { self.givesBackPieces = givesBackPieces }

  deinit { dropRest() }

  /// A chunk of at least so many bytes.
  ///
  /// - Throws: ``ClickFault/system(operation:path:code:)`` where the system has no memory left.
  func chunk(_ wanted: Int) throws(ClickFault) -> ClickChunk {
    let capacity = SystemPages.whole(wanted)
    guard capacity <= Self.stretchSize else {
      return try unsafe ClickChunk(SystemPages.map(capacity, for: "clicks"), capacity: capacity)
    }
    if left < capacity { try beginStretch() }
    guard let base = unsafe next else { return try chunk(wanted) }
    unsafe next = base + capacity
    left -= capacity
    return unsafe ClickChunk(base, capacity: capacity, of: stretch)
  }

  private func beginStretch() throws(ClickFault) {
    dropRest()
    if givesBackPieces {
      unsafe next = try Self.mapLargePages(Self.stretchSize)
    } else {
      let room = try ClickRoom(Self.stretchSize)
      stretch = room
      unsafe next = room.base
    }
    left = Self.stretchSize
  }

  /// Bytes of the large pages that hold so many.
  fileprivate static func wholeLargePages(_ count: Int) -> Int {
    max(count + largePage - 1, largePage) & ~(largePage - 1)
  }

  /// Maps whole large pages; where the system has none to give, small ones take their place.
  fileprivate static func mapLargePages(
    _ count: Int
  ) throws(ClickFault) -> UnsafeMutableRawPointer {
    let mapped = try unsafe SystemPages.map(count + largePage, for: "clicks")
    let before = -Int(bitPattern: mapped) & (largePage - 1)
    // SAFETY: both ends are whole pages of what was just mapped, outside of what is kept.
    if before > 0 { unsafe munmap(mapped, before) }
    unsafe munmap(mapped + before + count, largePage - before)
    unsafe madvise(mapped + before, count, MADV_HUGEPAGE)
    return unsafe mapped + before
  }

  private func dropRest() {
    if let rest = unsafe next, left > 0, stretch == nil { unsafe munmap(rest, left) }
    stretch = nil
    unsafe next = nil
    left = 0
  }
}
