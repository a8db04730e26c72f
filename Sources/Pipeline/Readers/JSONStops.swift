// Where strings of JSON may end, found for a whole stretch at once, 64 bytes a word.

#if arch(x86_64)
  internal import CByteMask
#endif

/// The quote marks, backslashes and control characters of a stretch of JSONL, as bit masks.
@safe final class JSONStops {
  // SAFETY: one word for each 64 bytes, that of the first line feed behind them included, and one
  // more of ones; `view` lends them until `find` is called again.
  private let words = FlatList<UInt64>(capacity: 16)
  /// The offsets of the blocks of 64 bytes that have a byte beyond ASCII, rising.
  let blocksBeyondASCII = FlatList<Int>(capacity: 16)
  #if arch(x86_64)
    private static let width = cell_masks_width()
    /// A bit for each block that has one.
    private let beyondASCII = FlatList<UInt64>(capacity: 16)
  #endif

  /// Looks through `count` bytes.
  ///
  /// - Precondition: 64 line feeds follow them.
  @unsafe func find(in base: UnsafePointer<UInt8>, count: Int) {
    let blocks = count >> 6 &+ 1
    words.reserve(blocks &+ 1)
    words.count = blocks &+ 1
    blocksBeyondASCII.count = 0
    unsafe fill(from: base, blocks: blocks)
    unsafe words.base[blocks] = .max
  }

  #if arch(x86_64)
    /// - Precondition: That many blocks are readable, and have room among the words.
    @unsafe private func fill(from base: UnsafePointer<UInt8>, blocks: Int) {
      let count = (blocks + 63) >> 6
      beyondASCII.reserve(count)
      // SAFETY: the precondition; the last block begins at the bytes' end at the latest, and 64
      // bytes follow.
      unsafe string_stops_fill(Self.width, base, blocks, words.base, beyondASCII.base)
      for word in 0..<count {
        var bits = unsafe beyondASCII.base[word]
        while bits != 0 {
          blocksBeyondASCII.append((word << 6 + bits.trailingZeroBitCount) << 6)
          bits &= bits &- 1
        }
      }
    }
  #else
    @unsafe private func fill(from base: UnsafePointer<UInt8>, blocks: Int) {
      for index in 0..<blocks {
        // SAFETY: the last block begins at the bytes' end at the latest, and 64 bytes follow.
        let block = unsafe ByteBlock(base + index << 6)
        let hits =
          block.hits(of: quoteMark) | block.hits(of: UInt8(ascii: "\\")) | block.hits(below: 0x20)
        unsafe words.base[index] = ByteBlock.mask(ofHits: hits)
        if !block.isASCII { blocksBeyondASCII.append(index << 6) }
      }
    }
  #endif

  /// The masks, on loan.
  var view: JSONStopView { unsafe JSONStopView(words: UnsafePointer(words.base)) }
}

/// The masks of ``JSONStops``, for an inner loop.
@safe struct JSONStopView: BitwiseCopyable {
  // SAFETY: the words of a JSONStops, until it looks through other bytes.
  private let words: UnsafePointer<UInt64>

  @unsafe init(words: UnsafePointer<UInt64>) { unsafe self.words = words }

  /// The offset of the first stop at `offset` or behind it; the line feed behind the bytes is one.
  ///
  /// - Precondition: `offset` is at most that of the line feed behind the bytes.
  @inline(__always) func next(from offset: Int) -> Int {
    var offset = offset
    while true {
      let shift = UInt64(truncatingIfNeeded: offset & 63)
      let index = offset &>> 6
      // SAFETY: by the precondition, or because no stop is among the 64 bytes before, there is a
      // stop at `offset` or behind it; so its word has one behind it.
      let bits = unsafe words[index] &>> shift | (words[index &+ 1] &<< 1) &<< (63 &- shift)
      if bits != 0 { return offset &+ bits.trailingZeroBitCount }
      offset &+= 64
    }
  }
}
