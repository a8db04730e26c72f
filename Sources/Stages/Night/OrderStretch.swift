// Orders as one reader brought them, sorted by programme: none of them moves before its programme
// is worked on.
import Glibc
import Pipeline
import Synchronization

/// Some thousand records that were read one after another, sorted by their programmes' ranks.
final class OrderStretch: Sendable {
  /// Bytes from which on reading ahead is worth it.
  private static let leastAhead = 64 << 10

  /// Where a programme's records begin, and how many there are.
  struct Part: Sendable {
    var rank: Int32
    var count: Int32
    var start: Int
  }

  enum Place {
    case kept(MappedRecords)
    case spilled(ChunkSpill, SpillExtent)
  }

  /// Each programme that has rows, by rank.
  let parts: [Part]
  private let byteCount: Int
  private let place: Place
  /// Of a spilled stretch, what was read along with the parts that were asked for last: buckets come in
  /// the order of the ranks.
  private let ahead = Guarded(Ahead())

  private struct Ahead {
    var start = 0
    var bytes = OwnedBytes(count: 0) { _ in }

    /// Where these bytes begin in those read ahead; nil where some are missing.
    func offset(of from: Int, _ count: Int) -> Int? {
      from >= start && from + count <= start + bytes.count ? from - start : nil
    }
  }

  init(parts: [Part], byteCount: Int, _ place: Place) {
    self.parts = parts
    self.byteCount = byteCount
    self.place = place
  }

  var isSpilled: Bool {
    if case .spilled = place { true } else { false }
  }

  /// The parts of programmes with these ranks.
  func parts(_ ranks: Range<Int>) -> Range<Int> {
    let first = parts.partitionPoint { Int($0.rank) >= ranks.lowerBound }
    let end = parts.partitionPoint { Int($0.rank) >= ranks.upperBound }
    return first..<end
  }

  /// Where a part begins; behind the last one, where the bytes end.
  func start(_ part: Int) -> Int { part < parts.count ? parts[part].start : byteCount }

  /// Lends the bytes of some parts.
  ///
  /// - Throws: ``ClickFault`` where spilled ones cannot be read back.
  func withBytes(of range: Range<Int>, _ body: (RawReader) -> Void) throws(ClickFault) {
    let from = start(range.lowerBound)
    let count = start(range.upperBound) - from
    switch place {
    case .kept(let memory): memory.withReader { body($0.slice(from, count)) }
    case .spilled(let spill, let extent):
      try withBytes(from, count, of: extent, in: spill.file, body)
    }
  }

  /// Lends some of the spilled bytes, and reads what follows them along: a sixteenth of the stretch at a
  /// time, where that is worth it.
  private func withBytes(
    _ from: Int, _ count: Int, of extent: SpillExtent, in file: SpillFile,
    _ body: (RawReader) -> Void
  ) throws(ClickFault) {
    func piece(_ count: Int) -> SpillExtent {
      SpillExtent(offset: extent.offset + Int64(from), count: count)
    }
    let most = min(byteCount / 16, byteCount - from)
    guard count < most, most >= Self.leastAhead else {
      return try file.withBytes(piece(count), body)
    }
    try ahead.withLock { ahead throws(ClickFault) in
      if ahead.offset(of: from, count) == nil {
        ahead = Ahead(start: from, bytes: try file.bytes(piece(most)))
      }
      guard let offset = ahead.offset(of: from, count) else { return }
      ahead.bytes.withReader { body($0.slice(offset, count)) }
    }
  }

  /// Gives back the memory of some parts, but for pages that hold others as well and for what is too
  /// little, which goes with later parts or with the stretch; nobody reads those parts any more.
  func release(_ parts: Range<Int>) {
    guard case .kept(let memory) = place, !parts.isEmpty else { return }
    memory.release(from: start(parts.lowerBound), upTo: start(parts.upperBound))
  }
}

/// Records in memory of their own pages, which go back to the system piece by piece.
@safe final class MappedRecords: @unchecked Sendable {
  // SAFETY: `count` bytes are mapped there from init to deinit. They are filled in init; later only
  // `release` changes them, of which its caller says that nobody reads there any more.
  private let base: UnsafeMutableRawPointer
  private let count: Int
  /// Bytes from the front that went back.
  private let released = Atomic(0)
  /// Less than that is not worth a call, after which every processor looks its pages up anew.
  private static let leastRelease = 256 << 10

  init(count: Int, fill: (RawWriter) -> Void) throws(ClickFault) {
    unsafe base = try SystemPages.map(count, for: "orders", atOnce: true)
    self.count = count
    unsafe fill(RawWriter(base: base, count: count))
  }

  deinit { unsafe munmap(base, max(count, 1)) }

  func withReader(_ body: (RawReader) -> Void) {
    withExtendedLifetime(self) { unsafe body(RawReader(base: base, count: count)) }
  }

  func release(from start: Int, upTo end: Int) {
    // The mapping ends with a whole page.
    let first = max(SystemPages.whole(start), start > 0 ? 0 : released.load(ordering: .relaxed))
    let last = end < count ? end & ~(SystemPages.byteCount - 1) : count
    guard last - first >= Self.leastRelease else { return }
    unsafe madvise(base + first, last - first, MADV_DONTNEED)
    if start == 0 { released.store(last, ordering: .relaxed) }
  }
}
