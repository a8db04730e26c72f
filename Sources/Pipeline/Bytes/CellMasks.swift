// Where quote marks, delimiters and line feeds stand, worked out for many blocks of 64 bytes at once
// by the widest vectors that the processor has.

internal import CByteMask

/// The masks of the blocks that lie ahead of a scan, 4 KiB of them at a time.
///
/// Blocks are asked for one behind the other; after ``restart()`` from anywhere.
@safe struct CellMasks {
  /// Blocks that are looked through at once.
  private static let mostBlocks = 64
  #if arch(x86_64)
    private static let width = cell_masks_width()
  #endif

  let delimiter: UInt8
  /// Whether no byte looked through so far was NUL or beyond ASCII. It may be one behind the last
  /// block that was asked for.
  var sawPlainBytesOnly: Bool { found == 0 }
  // SAFETY: room for `mostBlocks`, lent by `with`; the first `filled` are set.
  private let masks: UnsafeMutablePointer<cell_masks>
  private var next = 0
  private var filled = 0
  private var found: Int32 = 0

  private init(delimiter: UInt8, masks: UnsafeMutablePointer<cell_masks>) {
    self.delimiter = delimiter
    unsafe self.masks = masks
  }

  /// Lends masks, which must not be kept.
  static func with<Result>(delimiter: UInt8, _ body: (CellMasks) -> Result) -> Result {
    unsafe withUnsafeTemporaryAllocation(of: cell_masks.self, capacity: mostBlocks) { room in
      guard let start = room.baseAddress else { preconditionFailure("no room for masks") }
      return unsafe body(CellMasks(delimiter: delimiter, masks: start))
    }
  }

  /// The masks of the 64 bytes at `pointer`.
  ///
  /// - Parameter blocks: How many blocks are still to come, this one included, all of which must be
  ///   readable.
  @inline(__always) @unsafe mutating func take(
    _ pointer: UnsafePointer<UInt8>, of blocks: Int
  ) -> cell_masks {
    if next == filled { unsafe fill(pointer, blocks) }
    defer { next &+= 1 }
    return unsafe masks[next]
  }

  /// Forgets what lies ahead, as the next block does not begin where this one ends.
  mutating func restart() {
    next = 0
    filled = 0
  }

  @inline(never) @unsafe private mutating func fill(
    _ pointer: UnsafePointer<UInt8>, _ blocks: Int
  ) {
    next = 0
    filled = min(blocks, Self.mostBlocks)
    #if arch(x86_64)
      // SAFETY: `filled` blocks are readable and have room in `masks`.
      found |= unsafe cell_masks_fill(Self.width, pointer, filled, delimiter, masks)
    #else
      for place in 0..<filled {
        let block = unsafe ByteBlock(pointer + place * 64)
        unsafe masks[place] = block.cellMasks(delimiter: delimiter)
        if !block.isASCII { found |= Int32(cell_bytes_beyond_ascii) }
        if block.hits(of: 0) != SIMD8<UInt64>() { found |= Int32(cell_bytes_zero) }
      }
    #endif
  }
}

extension ByteBlock {
  /// The same of one block, without an instruction for it.
  func cellMasks(delimiter: UInt8) -> cell_masks {
    let marks = mask(of: quoteMark)
    return cell_masks(
      marks: marks, feeds: mask(of: lineFeed), delimiters: mask(of: delimiter),
      quoted: Self.prefixXor(marks))
  }
}
