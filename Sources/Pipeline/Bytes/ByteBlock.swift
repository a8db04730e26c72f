// 64 bytes at once: which of them equal a byte, as a bit mask. The only vector code there is.

#if arch(x86_64)
  internal import CByteMask
#endif

/// 64 bytes in vector registers.
struct ByteBlock {
  let bytes: SIMD64<UInt8>

  /// Loads the 64 bytes at `pointer`, which must all be readable.
  @inline(__always) @unsafe init(_ pointer: UnsafePointer<UInt8>) {
    // SAFETY: the caller promises 64 readable bytes.
    bytes = unsafe UnsafeRawPointer(pointer).loadUnaligned(as: SIMD64<UInt8>.self)
  }

  /// The bytes as words.
  @inline(__always) var words: SIMD8<UInt64> {
    // SAFETY: both are 64 bytes of plain bits.
    unsafe unsafeBitCast(bytes, to: SIMD8<UInt64>.self)
  }

  /// 0xFF for every byte that equals `byte`, 0x00 for every other.
  ///
  /// The types are spelled out because the compiler else picks a comparison that goes lane by lane,
  /// at a hundredth of the speed.
  @inline(__always) func hits(of byte: UInt8) -> SIMD8<UInt64> {
    let hits = bytes .== SIMD64<UInt8>(repeating: byte)
    // SAFETY: both are 64 bytes of plain bits.
    return unsafe unsafeBitCast(hits, to: SIMD8<UInt64>.self)
  }

  /// 0xFF for every byte that is less than `limit`, 0x00 for every other.
  @inline(__always) func hits(below limit: UInt8) -> SIMD8<UInt64> {
    let hits = bytes .< SIMD64<UInt8>(repeating: limit)
    // SAFETY: both are 64 bytes of plain bits.
    return unsafe unsafeBitCast(hits, to: SIMD8<UInt64>.self)
  }

  /// Whether no byte is beyond ASCII.
  @inline(__always) var isASCII: Bool {
    let four = words.lowHalf | words.highHalf
    let two = four.lowHalf | four.highHalf
    return (two[0] | two[1]) & 0x8080_8080_8080_8080 == 0
  }

  /// Bit i says whether byte i equals `byte`.
  @inline(__always) func mask(of byte: UInt8) -> UInt64 { Self.mask(ofHits: hits(of: byte)) }

  /// Bit i says whether byte i of `hits`, each 0x00 or 0xFF, is set.
  @inline(__always) static func mask(ofHits hits: SIMD8<UInt64>) -> UInt64 {
    #if arch(x86_64)
      // SAFETY: 64 bytes are read, which `hits` has.
      return unsafe withUnsafeBytes(of: hits) { unsafe byte_mask($0.baseAddress) }
    #else
      return wordMask(ofHits: hits)
    #endif
  }

  /// The same without an instruction for it.
  @inline(__always) static func wordMask(ofHits hits: SIMD8<UInt64>) -> UInt64 {
    // Word k keeps bit k of each of its bytes, so that all eight words fit into one.
    let bits =
      hits
      & SIMD8<UInt64>(
        0x0101_0101_0101_0101, 0x0202_0202_0202_0202, 0x0404_0404_0404_0404,
        0x0808_0808_0808_0808, 0x1010_1010_1010_1010, 0x2020_2020_2020_2020,
        0x4040_4040_4040_4040, 0x8080_8080_8080_8080)
    let four = bits.lowHalf | bits.highHalf
    let two = four.lowHalf | four.highHalf
    return transposed(two[0] | two[1])
  }

  /// Eight by eight bits with rows and columns exchanged: bit k of byte j becomes bit j of byte k
  /// (on the little-endian machines that the product is built for).
  ///
  /// Source: Henry S. Warren, "Hacker's Delight", 2nd edition, 7-3, transpose8.
  @inline(__always) private static func transposed(_ bits: UInt64) -> UInt64 {
    var result = bits
    var change = (result ^ (result >> 7)) & 0x00AA_00AA_00AA_00AA
    result ^= change ^ (change << 7)
    change = (result ^ (result >> 14)) & 0x0000_CCCC_0000_CCCC
    result ^= change ^ (change << 14)
    change = (result ^ (result >> 28)) & 0x0000_0000_F0F0_F0F0
    return result ^ change ^ (change << 28)
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
