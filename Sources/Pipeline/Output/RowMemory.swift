// The memory that rows are encoded in. Large pieces are kept and used again: fresh ones would cost a
// page fault, and a page cleared by the system, for every 4096 bytes of output.
internal import Glibc

/// A piece of memory from malloc.
@safe struct RowMemory: @unchecked Sendable {
  // SAFETY: whoever holds the piece owns it alone, until it is given back.
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  /// Pieces that are less than this come from malloc and go back there.
  private static let least = 1 << 16
  /// As many bytes are kept at most.
  private static let mostSpare = 12 << 20
  private static let spare = Guarded(Spare())

  fileprivate struct Spare: Sendable {
    var pieces: [RowMemory] = []
    var byteCount = 0
  }

  init(base: UnsafeMutableRawPointer, byteCount: Int) {
    unsafe self.base = base
    self.byteCount = byteCount
  }

  /// A piece of at least so many bytes.
  static func take(_ byteCount: Int) -> RowMemory {
    if byteCount >= least, let piece = spare.withLock({ $0.take(byteCount) }) { return piece }
    guard let base = unsafe malloc(byteCount) else {
      preconditionFailure("no memory for \(byteCount) bytes")
    }
    return unsafe RowMemory(base: base, byteCount: byteCount)
  }

  /// Gives a piece back, which is not used any more.
  static func give(_ piece: RowMemory) {
    let isKept = piece.byteCount >= least && spare.withLock { $0.keep(piece, upTo: mostSpare) }
    if !isKept { unsafe free(piece.base) }
  }
}

extension RowMemory.Spare {
  /// Takes out the smallest piece that is large enough and not much too large.
  fileprivate mutating func take(_ byteCount: Int) -> RowMemory? {
    var best: Int?
    for place in pieces.indices {
      let size = pieces[place].byteCount
      guard size >= byteCount, size <= 4 * byteCount else { continue }
      if let known = best, pieces[known].byteCount <= size { continue }
      best = place
    }
    guard let best else { return nil }
    let piece = pieces[best]
    pieces.swapAt(best, pieces.count - 1)
    pieces.removeLast()
    self.byteCount -= piece.byteCount
    return piece
  }

  fileprivate mutating func keep(_ piece: RowMemory, upTo most: Int) -> Bool {
    guard byteCount + piece.byteCount <= most else { return false }
    pieces.append(piece)
    byteCount += piece.byteCount
    return true
  }
}
