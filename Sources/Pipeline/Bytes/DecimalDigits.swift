// Numbers in ASCII digits at the end of bytes, without a String on the way.

extension Array where Element == UInt8 {
  /// Appends a number in decimal digits, with a minus sign where it is below 0.
  public mutating func append(decimal value: Int64) {
    if value < 0 { append(0x2D) }
    append(digitsOf: value.magnitude)
  }

  private mutating func append(digitsOf magnitude: UInt64) {
    guard magnitude >= 10 else { return append(0x30 | UInt8(truncatingIfNeeded: magnitude)) }
    guard magnitude < 100_000_000 else {
      let (rest, last) = magnitude.quotientAndRemainder(dividingBy: 100_000_000)
      append(digitsOf: rest)
      return append(RowEncoder.eightDigits(last), 8)
    }
    let digits = RowEncoder.eightDigits(magnitude)
    let zeros = Swift.min(7, (digits ^ 0x3030_3030_3030_3030).trailingZeroBitCount / 8)
    append(digits &>> (8 &* UInt64(truncatingIfNeeded: zeros)), 8 &- zeros)
  }

  /// Appends the lowest bytes of a word, the least one first.
  private mutating func append(_ word: UInt64, _ count: Int) {
    var rest = word
    for _ in 0..<count {
      append(UInt8(truncatingIfNeeded: rest))
      rest &>>= 8
    }
  }
}
