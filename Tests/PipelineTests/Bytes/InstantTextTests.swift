// RFC 3339 instants, read and printed.

import Pipeline
import TestSupport
import Testing

private func scan(_ text: String) -> Int64? {
  ByteView.withBytes(of: text) { InstantText.scan($0) }
}

struct InstantTextTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1),
    ("2026-03-31T10:00:00Z", 1_774_951_200_000), ("2026-03-31T12:00:00+02:00", 1_774_951_200_000),
    ("2026-03-31T10:00:00.25Z", 1_774_951_200_250), ("2000-02-29T23:59:59Z", 951_868_799_000),
    ("2026-03-31t10:00:00z", 1_774_951_200_000), ("1970-01-01T00:00:00-00:00", 0),
    ("1970-01-01T23:59:00+23:59", 0), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
    ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ("1970-01-01T00:00:00.1239999999999Z", 123), ("1969-12-31T23:59:59.9999Z", -1),
  ])
  func `an instant is read to the millisecond`(text: String, expected: Int64) {
    #expect(scan(text) == expected)
  }

  @Test(arguments: [
    "", "2026-03-31", "2026-03-31 10:00:00Z", "2026-03-31T10:00:60Z", "2026-03-31T24:00:00Z",
    "2026-02-30T10:00:00Z", "2026-02-29T10:00:00Z", "1900-02-29T10:00:00Z",
    "2026-13-01T10:00:00Z", "2026-00-01T10:00:00Z", "2026-04-31T10:00:00Z",
    "2026-03-00T10:00:00Z", "2026-03-32T10:00:00Z", "2026-03-31T10:60:00Z",
    "2026-03-31T10:00:00", "2026-03-31T10:00:00.Z", "2026-03-31T10:00:00,5Z",
    "2026-03-31T10:00:00+24:00", "2026-03-31T10:00:00+02:60", "2026-03-31T10:00:00+0200",
    "2026-03-31T10:00:00+02", "2026-03-31T10:00:00Zx", "2026-03-31T10:00:00.5",
    "2026-03-31T10:00Z", "2026-3-31T10:00:00Z", "20260331T100000Z", " 2026-03-31T10:00:00Z",
    "2026-03-31T10:00:00ZZ", "2026/03/31T10:00:00Z", "2026-03-31T10-00:00Z",
    "2026-03-31T10:00-00Z", "+026-03-31T10:00:00Z", "2026-03-31T1a:00:00Z",
    "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
  ])
  func `what is not an RFC 3339 instant is refused`(text: String) { #expect(scan(text) == nil) }

  @Test func `every day of the calendar is where counting puts it`() {
    var day: Int64 = -719_528
    for year in 0...9999 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let months = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      // All years' first and last days, all days of some.
      for (month, days) in months.enumerated() {
        for date in year % 97 == 0 || year % 400 == 0 ? Array(1...days) : [1, days] {
          let text = padded(year, 4) + "-" + padded(month + 1, 2) + "-" + padded(date, 2)
          let milliseconds = (day + Int64(date) - 1) * 86_400_000
          #expect(scan(text + "T00:00:00Z") == milliseconds)
          #expect(InstantText.text(milliseconds: milliseconds) == text + "T00:00:00Z")
        }
        day += Int64(days)
      }
    }
  }

  @Test func `what is printed is read back`() {
    var random = SplitMix64(seed: 5)
    let span = InstantText.earliestMilliseconds...InstantText.latestMilliseconds
    for _ in 0..<2000 {
      let instant = Int64.random(in: span, using: &random)
      #expect(scan(InstantText.text(milliseconds: instant)) == instant)
    }
  }

  @Test(arguments: [
    (1_774_951_200_250, "2026-03-31T10:00:00.250Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (5, "1970-01-01T00:00:00.005Z"), (0, "1970-01-01T00:00:00Z"),
    (Int64.max, "9999-12-31T23:59:59.999Z"), (Int64.min, "0000-01-01T00:00:00Z"),
  ])
  func `milliseconds are printed only where there are some`(instant: Int64, expected: String) {
    #expect(InstantText.text(milliseconds: instant) == expected)
  }

  private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: width - digits.count) + digits
  }
}
