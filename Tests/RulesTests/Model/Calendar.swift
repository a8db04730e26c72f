// Instants, days and months in UTC, by plain arithmetic on the proleptic Gregorian calendar.

let dayMilliseconds: Int64 = 86_400_000

/// A quotient rounded towards minus infinity.
func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
  let quotient = value / divisor
  return value % divisor < 0 ? quotient - 1 : quotient
}

/// The UTC day that holds an instant, counted from 1970-01-01.
func day(of instant: Int64) -> Int64 { floorDivide(instant, by: dayMilliseconds) }

/// Year, month and day of the month.
struct CivilDate: Equatable {
  var year: Int64
  var month: Int64
  var day: Int64

  init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date of a count of days since 1970-01-01, found by walking years and months.
  init(days: Int64) {
    var left = days
    var year: Int64 = 1970
    while left < 0 {
      year -= 1
      left += yearLength(year)
    }
    while left >= yearLength(year) {
      left -= yearLength(year)
      year += 1
    }
    var month: Int64 = 1
    while left >= monthLength(year, month) {
      left -= monthLength(year, month)
      month += 1
    }
    self.init(year: year, month: month, day: left + 1)
  }

  /// Days since 1970-01-01.
  var days: Int64 {
    var total: Int64 = 0
    if year >= 1970 {
      for earlier in 1970..<year { total += yearLength(earlier) }
    } else {
      for later in year..<1970 { total -= yearLength(later) }
    }
    for earlier in 1..<month { total += monthLength(year, earlier) }
    return total + day - 1
  }

  var text: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
}

private func isLeap(_ year: Int64) -> Bool {
  year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

private func yearLength(_ year: Int64) -> Int64 { isLeap(year) ? 366 : 365 }

private func monthLength(_ year: Int64, _ month: Int64) -> Int64 {
  switch month {
  case 2: return isLeap(year) ? 29 : 28
  case 4, 6, 9, 11: return 30
  default: return 31
  }
}

private func padded(_ value: Int64, _ width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// An instant as RFC 3339 in UTC, with milliseconds only where they are not zero.
func printed(_ instant: Int64) -> String {
  let days = day(of: instant)
  let rest = instant - days * dayMilliseconds
  let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60]
    .map { padded($0, 2) }.joined(separator: ":")
  let fraction = rest % 1000 == 0 ? "" : "." + padded(rest % 1000, 3)
  return CivilDate(days: days).text + "T" + clock + fraction + "Z"
}

/// The days since 1970-01-01 of `YYYY-MM-DD`, or nil.
func parsedDate(_ text: String) -> Int64? {
  let parts = text.utf8.split(separator: 0x2D, omittingEmptySubsequences: false)
  guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
    let year = digits(parts[0]), let month = digits(parts[1]), let day = digits(parts[2]),
    (1...12).contains(month), day >= 1, day <= monthLength(year, month)
  else { return nil }
  return CivilDate(year: year, month: month, day: day).days
}

/// Milliseconds since 1970 of an RFC 3339 instant with offset; finer digits are cut off. Nil where
/// it is none: a space for the T, a second of 60 and an hour of 24 are none.
func parsedInstant(_ text: String) -> Int64? {
  let bytes = Array(text.utf8)
  guard bytes.count >= 20, let days = parsedDate(String(decoding: bytes[..<10], as: UTF8.self)),
    bytes[10] == 0x54, bytes[13] == 0x3A, bytes[16] == 0x3A,
    let hour = digits(bytes[11..<13]), let minute = digits(bytes[14..<16]),
    let second = digits(bytes[17..<19]), hour < 24, minute < 60, second < 60
  else { return nil }
  var at = 19
  var fraction: Int64 = 0
  if bytes[at] == 0x2E {
    at += 1
    let start = at
    while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
    guard at > start else { return nil }
    let three = Array((bytes[start..<at] + [0x30, 0x30]).prefix(3))
    guard let value = digits(three) else { return nil }
    fraction = value
  }
  guard let offset = offsetMinutes(bytes[at...]) else { return nil }
  return days * dayMilliseconds + (hour * 60 + minute - offset) * 60_000 + second * 1000 + fraction
}

private func offsetMinutes(_ bytes: ArraySlice<UInt8>) -> Int64? {
  let zone = Array(bytes)
  if zone == [0x5A] { return 0 }
  guard zone.count == 6, zone[0] == 0x2B || zone[0] == 0x2D, zone[3] == 0x3A,
    let hours = digits(zone[1..<3]), let minutes = digits(zone[4..<6]), hours < 24, minutes < 60
  else { return nil }
  return (zone[0] == 0x2B ? 1 : -1) * (hours * 60 + minutes)
}

private func digits(_ bytes: some Collection<UInt8>) -> Int64? {
  guard !bytes.isEmpty, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  return Int64(String(decoding: Array(bytes), as: UTF8.self))
}
