// Amounts, dates, zones and values inside texts, one by one.
import Pipeline
import Testing

@testable import Stages

struct MoneyFormTests {
  private static func read(_ text: String, _ point: Character = ".") throws -> MoneyCell {
    let form =
      point == "." ? MoneyForm(point: 0x2E, group: 0x2C) : MoneyForm(point: 0x2C, group: 0x2E)
    return try ByteView.withBytes(of: text) { try form.read($0) }
  }

  @Test(
    arguments: [
      ("12.50", 125, 1, nil), ("1,234.56", 123456, 2, nil), ("$1,234.56", 123456, 2, "USD"),
      ("৳2,999", 2999, 0, "BDT"), ("RM 1,234.56", 123456, 2, "MYR"), ("7.781", 7781, 3, nil),
      ("12.00 EUR", 12, 0, "EUR"), ("usd 3", 3, 0, "USD"), (".5", 5, 1, nil), ("12.", 12, 0, nil),
      ("1 234.5", 12345, 1, nil), ("1\u{202F}234.5", 12345, 1, nil), ("1'234.50", 12345, 1, nil),
      ("1,23,456.7", 1234567, 1, "") as (String, Int64, Int, String?),
    ] as [(String, Int64, Int, String?)])
  func `an amount is read whatever stands around it`(
    text: String, digits: Int64, scale: Int, currency: String?
  ) throws {
    let cell = try Self.read(text)
    #expect(cell.digits == digits)
    #expect(cell.scale == scale)
    if let currency, !currency.isEmpty { #expect(cell.currency?.code == currency) }
    #expect(!cell.isNegative)
  }

  @Test(arguments: ["-50.00", "(50.00)", "50.00-", "−50", "$-50.00", "-$50.00", "($50.00)"])
  func `an amount below zero is told in several ways`(text: String) throws {
    let cell = try Self.read(text)
    #expect(cell.digits == 50)
    #expect(cell.isNegative)
  }

  @Test(
    arguments: [("1.250,00", 1250, 0), ("1.234.567,8", 12_345_678, 1), ("0,07 €", 7, 2)]
      as [(String, Int64, Int)])
  func `a decimal comma is read where the profile says so`(
    text: String, digits: Int64, scale: Int
  ) throws {
    let cell = try Self.read(text, ",")
    #expect(cell.digits == digits)
    #expect(cell.scale == scale)
  }

  @Test(arguments: [
    "12,50", "1,2345", "1.2.3", "12,3.4", "", "abc", "12 bananas", "1,234,56", "--5",
    "99999999999999999999",
  ]) func `what is no amount, or has the other marks, is refused`(text: String) {
    #expect(throws: MoneyFault.self) { try Self.read(text) }
  }

  @Test(
    arguments: [
      (7785, 3, ValueRule.Rounding.halfUp, 779), (7785, 3, .halfEven, 778),
      (7775, 3, .halfEven, 778),
      (7789, 3, .down, 778), (-7785, 3, .halfUp, -779), (7784, 3, .halfUp, 778),
    ] as [(Int64, Int, ValueRule.Rounding, Int64)])
  func `three decimals are rounded as stated`(
    digits: Int64, scale: Int, rounding: ValueRule.Rounding, expected: Int64
  ) {
    let rounded = ExactAmount(mantissa: digits, scale: scale).rounded(to: 2, rounding)
    #expect(rounded?.mantissa == expected)
    #expect(ExactAmount(mantissa: digits, scale: scale).rounded(to: 2, .exact) == nil)
  }
}

struct DateFormTests {
  private static func read(_ pattern: String, _ text: String) throws -> String? {
    let form = try DateForm(pattern)
    guard let moment = ByteView.withBytes(of: text, { form.read($0) }) else { return nil }
    return InstantText.text(
      milliseconds: moment.clock - Int64(moment.zoneMinutes ?? 0) * 60_000)
  }

  @Test(arguments: [
    ("iso", "2024-05-01 10:00:00 +0000", "2024-05-01T10:00:00Z"),
    ("iso", "2025-10-07 09:50:26 +0200", "2025-10-07T07:50:26Z"),
    ("iso", "2026-07-01 09:12", "2026-07-01T09:12:00Z"),
    ("iso", "2026-07-01", "2026-07-01T00:00:00Z"),
    ("iso", "2026-07-01T09:12:33.250", "2026-07-01T09:12:33.250Z"),
    ("iso", "2026-07-01 09:12:33 UTC", "2026-07-01T09:12:33Z"),
    ("M/d/yy", "8/24/11", "2011-08-24T00:00:00Z"),
    ("MM/dd/yyyy hh:mm:ss a", "09/03/2014 12:05:09 AM", "2014-09-03T00:05:09Z"),
    ("dd/MM/yyyy HH:mm", "31/12/2025 23:59", "2025-12-31T23:59:00Z"),
    ("dd/MM/yyyy HH:mm", "31/12/2025", "2025-12-31T00:00:00Z"),
    ("MMMM d yyyy", "September 15 2026", "2026-09-15T00:00:00Z"),
    ("d. MMMM yyyy", "3. März 2026", "2026-03-03T00:00:00Z"),
    ("EEE, d MMM yyyy HH:mm:ss Z", "Tue, 01 Jul 2025 10:00:00 +0200", "2025-07-01T08:00:00Z"),
    ("yyyyMMdd", "20260228", "2026-02-28T00:00:00Z"),
    ("unix", "1714557600", "2024-05-01T10:00:00Z"),
    ("unix", "1714557600.5", "2024-05-01T10:00:00.500Z"),
    ("unix", "1714557600123", "2024-05-01T10:00:00.123Z"),
    ("unix_ms", "1714557600123", "2024-05-01T10:00:00.123Z"),
  ]) func `a date is read by its form`(pattern: String, text: String, instant: String) throws {
    #expect(try Self.read(pattern, text) == instant)
  }

  @Test(arguments: [
    ("iso", "2026-02-30"), ("iso", "2026-13-01"), ("iso", "01/02/2026"),
    ("iso", "2026-01-01 25:00"),
    ("M/d/yy", "8/24/2011"), ("M/d/yyyy", "8/24/11"), ("dd/MM/yyyy", "12/31/2025"),
    ("MMMM d yyyy", "Smarch 1 2026"), ("unix", "soon"), ("iso", "2026-01-01x"),
  ]) func `what has another form, or is no day, is no date`(pattern: String, text: String) throws {
    #expect(try Self.read(pattern, text) == nil)
  }

  @Test(arguments: ["hh:mm", "yyyy-MM", "dd/MM/jjjj"]) func `a pattern that is none is refused`(
    pattern: String
  ) {
    #expect(throws: DateFormFault.self) { try DateForm(pattern) }
  }

  @Test(arguments: [
    ("Europe/Berlin", "2026-01-15T12:00:00Z", "2026-01-15T11:00:00Z"),
    ("Europe/Berlin", "2026-07-15T12:00:00Z", "2026-07-15T10:00:00Z"),
    // Put forward on 29 March at 2:00; 2:30 does not come.
    ("Europe/Berlin", "2026-03-29T01:59:59Z", "2026-03-29T00:59:59Z"),
    ("Europe/Berlin", "2026-03-29T02:30:00Z", "2026-03-29T01:30:00Z"),
    ("Europe/Berlin", "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z"),
    // Put back on 25 October at 3:00; 2:30 comes twice, and the first counts.
    ("Europe/Berlin", "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"),
    ("Europe/Berlin", "2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z"),
    ("America/New_York", "2026-11-01T00:30:00Z", "2026-11-01T04:30:00Z"),
    ("America/New_York", "2026-11-01T23:30:00Z", "2026-11-02T04:30:00Z"),
    ("Asia/Kolkata", "2026-05-01T00:00:00Z", "2026-04-30T18:30:00Z"),
    ("+02:00", "2026-05-01T00:00:00Z", "2026-04-30T22:00:00Z"),
    ("UTC", "2026-05-01T00:00:00Z", "2026-05-01T00:00:00Z"),
  ]) func `a clock of a zone is that instant`(zone: String, clock: String, instant: String) throws {
    let shown = try #require(ByteView.withBytes(of: clock) { InstantText.scan($0) })
    let offsets = ZoneOffsets(zone)
    #expect(InstantText.text(milliseconds: offsets.instant(clock: shown)) == instant)
    #expect(InstantText.text(milliseconds: offsets.instant(clock: shown)) == instant)
  }
}

struct KeyExtractionTests {
  private static func value(_ text: String, _ keys: [String], path: String? = nil) -> String? {
    ByteView.withBytes(of: text) { view in
      KeyExtraction(keys: keys, path: path).value(in: view).map {
        view.slice(from: $0.lowerBound, to: $0.upperBound).string()
      }
    }
  }

  @Test(
    arguments: [
      ("https://x.example/?utm=1&ref=JANE&y=2", "JANE"), ("ref: JANE\ncolor: red", "JANE"),
      ("color: red\nREF : JANE", "JANE"), (#"{"a":1,"ref":"JANE"}"#, "JANE"),
      ("https://x.example/?xref=NO&ref=JANE#top", "JANE"), ("order 7, ref=JANE; paid", "JANE"),
      ("?via=BOB&ref=JANE", "JANE"), ("?via=BOB", "BOB"), ("?ref=&via=BOB", "BOB"),
      ("nothing here", nil), ("preference: x", nil), ("ref", nil),
    ] as [(String, String?)]) func `a value behind a key is found`(text: String, code: String?)
  {
    #expect(Self.value(text, ["ref", "via"]) == code)
  }

  @Test func `a value behind a path is found`() {
    #expect(Self.value("https://x.example/r/JANE?a=1", [], path: "/r/") == "JANE")
    #expect(Self.value("go.example/jane", [], path: "/") == "jane")
    #expect(Self.value("https://go.example/jane", [], path: "/") == "jane")
    #expect(Self.value("Ann <a@example.com>", [], path: "<") == "a@example.com")
    #expect(Self.value("https://go.example/", [], path: "/") == nil)
  }
}
