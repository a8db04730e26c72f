// Reading instants row after row: most are of the day of the one before.

/// Reads RFC 3339 instants as ``InstantText/scan(_:)`` does, and remembers the last date.
public struct InstantReader {
  /// The bytes `YYYY-MM-` of the last date.
  @usableFromInline var yearAndMonth: UInt64 = 0
  /// The two digits of its day.
  @usableFromInline var day: UInt16 = 0
  /// Its first millisecond.
  @usableFromInline var midnight: Int64 = 0

  @inlinable public init() {}

  /// Milliseconds since 1970; nil when the bytes are no instant.
  @inlinable @inline(__always) public mutating func scan(_ bytes: ByteView) -> Int64? {
    let hasMilliseconds = bytes.count == 24
    guard bytes.count == 20 || hasMilliseconds, bytes.word(at: 0) == yearAndMonth else {
      return scanWhole(bytes)
    }
    let dayAndLetter = bytes.word(at: 8)
    guard UInt16(truncatingIfNeeded: dayAndLetter) == day, bytes[10] == UInt8(ascii: "T"),
      bytes[bytes.count &- 1] == UInt8(ascii: "Z")
    else { return scanWhole(bytes) }
    // "HH:MM:SS", less the same of zeros: digits are 0 to 9, colons 0.
    let time = bytes.word(at: 11) ^ 0x3030_3A30_303A_3030
    let wrong = ((time &+ 0x7676_7F76_767F_7676) | time) & 0x8080_8080_8080_8080
    let pairs = time &* 10 &+ time >> 8
    let hour = pairs & 0xFF
    let minute = pairs >> 24 & 0xFF
    let second = pairs >> 48 & 0xFF
    guard wrong == 0, hour < 24, minute < 60, second < 60 else { return scanWhole(bytes) }
    var milliseconds = Int64(bitPattern: ((hour &* 60 &+ minute) &* 60 &+ second) &* 1_000)
    if hasMilliseconds {
      let hundreds = UInt32(bytes[20] ^ 0x30)
      let tens = UInt32(bytes[21] ^ 0x30)
      let ones = UInt32(bytes[22] ^ 0x30)
      guard bytes[19] == UInt8(ascii: "."), hundreds < 10, tens < 10, ones < 10 else {
        return scanWhole(bytes)
      }
      milliseconds &+= Int64(hundreds &* 100 &+ tens &* 10 &+ ones)
    }
    return midnight &+ milliseconds
  }

  /// Reads any instant, and remembers the date of one in UTC.
  @usableFromInline @inline(never) mutating func scanWhole(_ bytes: ByteView) -> Int64? {
    guard let instant = InstantText.scan(bytes) else { return nil }
    if bytes[bytes.count - 1] | 0x20 == UInt8(ascii: "z") {
      let sinceMidnight = instant % 86_400_000
      midnight = instant - (sinceMidnight < 0 ? sinceMidnight + 86_400_000 : sinceMidnight)
      yearAndMonth = bytes.word(at: 0)
      day = UInt16(truncatingIfNeeded: bytes.word(at: 8))
    }
    return instant
  }
}
