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
  @inline(__always) func mask(of byte: UInt8) -> UInt64 {
    let hits = bytes .== SIMD64(repeating: byte)
    // SAFETY: both are 64 bytes of plain bits; a mask lane is 0x00 or 0xFF.
    let lanes = unsafe unsafeBitCast(hits, to: SIMD8<UInt64>.self)
    // One bit of each byte, the least first; the product gathers the eight in the top byte.
    let bits = lanes & SIMD8(repeating: 0x8040_2010_0804_0201)
    let gathered = (bits &* SIMD8(repeating: 0x0101_0101_0101_0101)) &>> SIMD8(repeating: 56)
    let packed = SIMD8<UInt8>(truncatingIfNeeded: gathered)
    // SAFETY: eight bytes either way; little-endian, as every platform of the product is.
    return unsafe unsafeBitCast(packed, to: UInt64.self)
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
