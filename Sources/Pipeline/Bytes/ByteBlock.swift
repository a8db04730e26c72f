// 64 bytes at once: which of them equal a byte, as a bit mask. The only vector code there is.

/// 64 bytes in vector registers.
struct ByteBlock {
  let bytes: SIMD64<UInt8>

  /// Loads the 64 bytes at `pointer`, which must all be readable.
  @inline(__always) @unsafe init(_ pointer: UnsafePointer<UInt8>) {
    // SAFETY: the caller promises 64 readable bytes.
    bytes = unsafe UnsafeRawPointer(pointer).loadUnaligned(as: SIMD64<UInt8>.self)
  }

  /// Bit i says whether byte i equals `byte`.
  ///
  /// The types are spelled out because the compiler else picks a comparison that goes lane by lane,
  /// at a hundredth of the speed.
  @inline(__always) func mask(of byte: UInt8) -> UInt64 {
    let hits = bytes .== SIMD64<UInt8>(repeating: byte)
    // SAFETY: both are 64 bytes of plain bits; a lane of the mask is 0x00 or 0xFF.
    let words = unsafe unsafeBitCast(hits, to: SIMD8<UInt64>.self)
    // Another bit of each byte of a word, the least first (on the little-endian machines that the
    // product is built for); the product gathers the eight in its top byte.
    let bits = words & SIMD8<UInt64>(repeating: 0x8040_2010_0804_0201)
    let low = top(bits[0]) >> 56 | top(bits[1]) >> 48 | top(bits[2]) >> 40 | top(bits[3]) >> 32
    let high = top(bits[4]) >> 24 | top(bits[5]) >> 16 | top(bits[6]) >> 8 | top(bits[7])
    return low | high
  }

  @inline(__always) private func top(_ word: UInt64) -> UInt64 {
    word &* 0x0101_0101_0101_0101 & 0xFF00_0000_0000_0000
  }

  /// Bit i of the result is the exclusive or of bits 0 to i: what lies between quote marks.
  @inline(__always) static func prefixXor(_ mask: UInt64) -> UInt64 {
    var bits = mask
    bits ^= bits << 1
    bits ^= bits << 2
    bits ^= bits << 4
    bits ^= bits << 8
    bits ^= bits << 16
    bits ^= bits << 32
    return bits
  }
}
