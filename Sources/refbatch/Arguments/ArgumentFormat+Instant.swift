// Days and instants on the command line.

import Stages

extension ArgumentFormat where Value == SampleDay {
  /// A day of the calendar: `2026-03-31`.
  static let day = ArgumentFormat(expected: "a day such as 2026-03-31") { text in
    calendarDay(Array(text.utf8))
  }
}

extension ArgumentFormat where Value == Instant {
  /// What a run takes as now: a business date, which stands for 00:00 UTC of the day after it, so
  /// that the day is whole; or an RFC 3339 instant with its offset, cut to milliseconds.
  static let asOf = ArgumentFormat(
    expected: "a day such as 2026-03-31, or an instant such as 2026-04-01T00:00:00Z"
  ) { text in
    let bytes = Array(text.utf8)
    if let day = calendarDay(bytes) {
      return Instant(milliseconds: (Int64(day.number) + 1) * 86_400_000)
    }
    return instant(bytes)
  }

  /// `2026-03-31T23:59:59.999+02:00`: a day, `T`, a time of day, an offset or `Z`.
  private static func instant(_ bytes: [UInt8]) -> Instant? {
    guard bytes.count > 19, bytes[10] == 0x54, bytes[13] == 0x3A, bytes[16] == 0x3A,
      let day = calendarDay(bytes[..<10]),
      let hour = wholeNumber(bytes[11..<13]), hour < 24,
      let minute = wholeNumber(bytes[14..<16]), minute < 60,
      let second = wholeNumber(bytes[17..<19]), second < 60
    else { return nil }
    var rest = bytes[19...]
    guard let thousandths = milliseconds(takenFrom: &rest), let offset = offsetMinutes(rest)
    else { return nil }
    let seconds = ((day.number * 24 + hour) * 60 + minute - offset) * 60 + second
    return Instant(milliseconds: Int64(seconds) * 1_000 + Int64(thousandths))
  }

  /// Takes `.` and its digits off the front, if they stand there: the first three count.
  private static func milliseconds(takenFrom rest: inout ArraySlice<UInt8>) -> Int? {
    guard rest.first == 0x2E else { return 0 }
    let digits = rest.dropFirst().prefix { $0 >= 0x30 && $0 <= 0x39 }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(1 + digits.count)
    let three = Array(digits.prefix(3)) + Array(repeating: 0x30, count: max(0, 3 - digits.count))
    return wholeNumber(three)
  }

  /// Minutes east of UTC.
  private static func offsetMinutes(_ zone: ArraySlice<UInt8>) -> Int? {
    if zone.elementsEqual([0x5A]) { return 0 }
    let bytes = Array(zone)
    guard bytes.count == 6, bytes[0] == 0x2B || bytes[0] == 0x2D, bytes[3] == 0x3A,
      let hours = wholeNumber(bytes[1..<3]), hours < 24,
      let minutes = wholeNumber(bytes[4..<6]), minutes < 60
    else { return nil }
    return (bytes[0] == 0x2D ? -1 : 1) * (hours * 60 + minutes)
  }
}

/// The day that ten bytes such as `2026-03-31` name; nil for any other bytes.
private func calendarDay(_ text: some Collection<UInt8>) -> SampleDay? {
  let bytes = Array(text)
  guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D,
    let year = wholeNumber(bytes[0..<4]), let month = wholeNumber(bytes[5..<7]),
    let day = wholeNumber(bytes[8..<10])
  else { return nil }
  return SampleDay(year: year, month: month, day: day)
}
