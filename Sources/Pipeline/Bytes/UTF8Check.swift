// Whether bytes are well-formed UTF-8 (Unicode 15, table 3-7), and where they stop being it.

extension ByteView {
  /// The offset of the first byte of the first sequence that is not UTF-8; nil when all is well.
  ///
  /// Overlong forms, surrogates and what lies above U+10FFFF are not UTF-8.
  func firstInvalidUTF8() -> Int? {
    var offset = 0
    while offset < count {
      // SAFETY: 64 bytes are left.
      while count &- offset >= 64, unsafe ByteBlock(base + offset).isASCII { offset &+= 64 }
      guard offset < count else { return nil }
      if count &- offset >= 8, word(at: offset) & 0x8080_8080_8080_8080 == 0 {
        offset &+= 8
        continue
      }
      let length = sequenceLength(at: offset)
      if length == 0 { return offset }
      offset &+= length
    }
    return nil
  }

  /// The length of the well-formed sequence at an offset, or 0.
  @inline(__always) private func sequenceLength(at offset: Int) -> Int {
    let lead = self[offset]
    if lead < 0x80 { return 1 }
    if lead < 0xC2 { return 0 }
    if lead < 0xE0 { return isContinuation(offset &+ 1) ? 2 : 0 }
    guard lead < 0xF5, offset &+ 1 < count else { return 0 }
    let second = self[offset &+ 1]
    if lead < 0xF0 {
      let low: UInt8 = lead == 0xE0 ? 0xA0 : 0x80
      let high: UInt8 = lead == 0xED ? 0x9F : 0xBF
      return second >= low && second <= high && isContinuation(offset &+ 2) ? 3 : 0
    }
    let low: UInt8 = lead == 0xF0 ? 0x90 : 0x80
    let high: UInt8 = lead == 0xF4 ? 0x8F : 0xBF
    let isWhole = isContinuation(offset &+ 2) && isContinuation(offset &+ 3)
    return second >= low && second <= high && isWhole ? 4 : 0
  }

  @inline(__always) private func isContinuation(_ offset: Int) -> Bool {
    offset < count && self[offset] & 0xC0 == 0x80
  }

  /// Whether every byte is ASCII other than NUL; one pass over whole words.
  func isPlainASCII() -> Bool {
    var seen: UInt64 = 0
    var zero: UInt64 = 0
    var offset = 0
    let ones: UInt64 = 0x0101_0101_0101_0101
    while count &- offset >= 8 {
      let word = word(at: offset)
      seen |= word
      zero |= (word &- ones) & ~word
      offset &+= 8
    }
    while offset < count {
      let byte = UInt64(self[offset])
      seen |= byte
      zero |= byte == 0 ? 0x80 : 0
      offset &+= 1
    }
    return (seen | zero) & 0x8080_8080_8080_8080 == 0
  }
}
