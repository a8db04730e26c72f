// RFC 3339 instants, read and written by hand: Foundation's readers accept 30 February and 25:00.

/// Reads and prints instants as milliseconds since 1970-01-01T00:00:00 UTC.
public enum InstantText {
  /// The first instant that can be read and printed: 0000-01-01T00:00:00Z.
  public static let earliestMilliseconds: Int64 = -62_167_219_200_000
  /// The last one: 9999-12-31T23:59:59.999Z.
  public static let latestMilliseconds: Int64 = 253_402_300_799_999

  /// Reads `YYYY-MM-DDTHH:MM:SS[.f+](Z|±HH:MM)`; nil when the bytes are anything else.
  ///
  /// As RFC 3339 allows, `t` and `z` may be lower-case. A space for `T`, second 60, hour 24, a day
  /// that its month lacks, an offset beyond ±23:59 and an instant outside the years 0000 to 9999
  /// UTC are refused. Digits after the third of the fraction are dropped.
  public static func scan(_ bytes: ByteView) -> Int64? {
    guard bytes.count >= 20, hasSeparators(bytes) else { return nil }
    guard let century = pair(bytes, 0), let yearOfCentury = pair(bytes, 2),
      let month = pair(bytes, 5), let day = pair(bytes, 8),
      let hour = pair(bytes, 11), let minute = pair(bytes, 14), let second = pair(bytes, 17)
    else { return nil }
    let year = century * 100 + yearOfCentury
    guard month >= 1, month <= 12, day >= 1, day <= daysInMonth(month, year: year),
      hour < 24, minute < 60, second < 60
    else { return nil }
    var offset = 19
    guard let fraction = millisecondsOfFraction(bytes, from: &offset),
      let zoneMinutes = minutesOfZone(bytes, from: offset)
    else { return nil }
    let minutes = (daysSince1970(year, month, day) &* 24 &+ hour) &* 60 &+ minute &- zoneMinutes
    let result = Int64((minutes &* 60 &+ second) &* 1000 &+ fraction)
    return result >= earliestMilliseconds && result <= latestMilliseconds ? result : nil
  }

  /// Prints an instant in UTC, with its milliseconds only where they are not zero.
  ///
  /// Instants outside the years 0000 to 9999 are printed as the nearest one inside.
  public static func text(milliseconds: Int64) -> String {
    let instant = min(max(milliseconds, earliestMilliseconds), latestMilliseconds)
    let day = Int(instant - instant.modulo(86_400_000)) / 86_400_000
    let rest = Int(instant.modulo(86_400_000))
    let date = civilDate(daysSince1970: day)
    var text: [UInt8] = []
    text.reserveCapacity(24)
    append(date.year, digits: 4, then: "-", to: &text)
    append(date.month, digits: 2, then: "-", to: &text)
    append(date.day, digits: 2, then: "T", to: &text)
    append(rest / 3_600_000, digits: 2, then: ":", to: &text)
    append(rest / 60_000 % 60, digits: 2, then: ":", to: &text)
    let fraction = rest % 1000
    append(rest / 1000 % 60, digits: 2, then: fraction == 0 ? "Z" : ".", to: &text)
    if fraction != 0 { append(fraction, digits: 3, then: "Z", to: &text) }
    return String(decoding: text, as: UTF8.self)
  }
}

extension InstantText {
  @inline(__always) private static func hasSeparators(_ bytes: ByteView) -> Bool {
    // Bytes 0 to 7 are "YYYY-MM-", bytes 8 to 15 "DDTHH:MM"; setting bit 5 makes T lower-case and
    // leaves '-' and ':' as they are.
    let first = bytes.word(at: 0) & 0xFF00_00FF_0000_0000
    let second = (bytes.word(at: 8) | 0x0000_0000_0020_0000) & 0x0000_FF00_00FF_0000
    return first == 0x2D00_002D_0000_0000 && second == 0x0000_3A00_0074_0000
      && bytes[16] == UInt8(ascii: ":")
  }

  /// Two digits as a number.
  @inline(__always) private static func pair(_ bytes: ByteView, _ offset: Int) -> Int? {
    let tens = bytes[offset] &- UInt8(ascii: "0")
    let ones = bytes[offset &+ 1] &- UInt8(ascii: "0")
    return tens < 10 && ones < 10 ? Int(tens) &* 10 &+ Int(ones) : nil
  }

  /// The milliseconds of an optional fraction, which `offset` is moved behind.
  @inline(__always) private static func millisecondsOfFraction(
    _ bytes: ByteView, from offset: inout Int
  ) -> Int? {
    guard bytes[offset] == UInt8(ascii: ".") else { return 0 }
    var milliseconds = 0
    var unit = 100
    let start = offset &+ 1
    offset = start
    while offset < bytes.count {
      let digit = bytes[offset] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      milliseconds &+= Int(digit) &* unit
      unit /= 10
      offset &+= 1
    }
    return offset > start ? milliseconds : nil
  }

  /// The minutes that the zone at `offset`, up to the end of the text, is ahead of UTC.
  @inline(__always) private static func minutesOfZone(
    _ bytes: ByteView, from offset: Int
  ) -> Int? {
    guard offset < bytes.count else { return nil }
    let sign = bytes[offset]
    if sign | 0x20 == UInt8(ascii: "z") { return bytes.count == offset &+ 1 ? 0 : nil }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), bytes.count == offset &+ 6,
      bytes[offset &+ 3] == UInt8(ascii: ":"), let hours = pair(bytes, offset &+ 1),
      let minutes = pair(bytes, offset &+ 4), hours < 24, minutes < 60
    else { return nil }
    let ahead = hours &* 60 &+ minutes
    return sign == UInt8(ascii: "-") ? -ahead : ahead
  }

  @inline(__always) private static func daysInMonth(_ month: Int, year: Int) -> Int {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    // April, June, September and November have 30.
    return 0b1010_0101_0000 >> month & 1 == 1 ? 30 : 31
  }

  /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
  ///
  /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
  @inline(__always) private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int
  {
    let shifted = month <= 2 ? year &+ 399 : year &+ 400
    let era = shifted / 400
    let yearOfEra = shifted &- era &* 400
    let monthFromMarch = month > 2 ? month &- 3 : month &+ 9
    let dayOfYear = (153 &* monthFromMarch &+ 2) / 5 &+ day &- 1
    let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
    return (era &- 1) &* 146_097 &+ dayOfEra &- 719_468
  }

  /// The inverse of `daysSince1970`, civil_from_days of the same source.
  static func civilDate(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468 + 146_097
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + (era - 1) * 400 + (month <= 2 ? 1 : 0)
    return (year, month, day)
  }

  private static func append(
    _ number: Int, digits: Int, then mark: Unicode.Scalar, to text: inout [UInt8]
  ) {
    var unit = 1
    for _ in 1..<digits { unit *= 10 }
    while unit > 0 {
      text.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
      unit /= 10
    }
    text.append(UInt8(ascii: mark))
  }
}

extension Int64 {
  /// The remainder that is not negative.
  fileprivate func modulo(_ divisor: Int64) -> Int64 {
    let rest = self % divisor
    return rest < 0 ? rest + divisor : rest
  }
}
