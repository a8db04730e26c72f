// The name of a run: its business date and its number on that date.

/// A run's name, such as `2026-03-31.1`. Names order by date, then by number.
public struct RunName: Hashable, Sendable {
  /// The business date, in days since 1970-01-01.
  public let day: Int
  /// The number on that date, from 1.
  public let number: Int

  private static let days = -719_162...2_932_896  // 0001-01-01 to 9999-12-31
  private static let dayMilliseconds: Int64 = 86_400_000

  /// Names the run as of an instant, whose business date is the UTC day of the millisecond before.
  ///
  /// - Parameter asOfMilliseconds: Milliseconds since 1970 UTC.
  /// - Returns: nil when the year has not four digits, or the number is below 1.
  public init?(asOfMilliseconds: Int64, number: Int) {
    let (last, hasOverflowed) = asOfMilliseconds.subtractingReportingOverflow(1)
    guard !hasOverflowed else { return nil }
    let remainder = last % Self.dayMilliseconds
    let day = Int(last / Self.dayMilliseconds) - (remainder < 0 ? 1 : 0)
    self.init(day: day, number: number)
  }

  private init?(day: Int, number: Int) {
    guard Self.days.contains(day), number >= 1 else { return nil }
    self.day = day
    self.number = number
  }

  /// Reads a name exactly as it is printed; nil for anything else.
  public init?(_ text: String) {
    let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard parts.count == 2, let day = Self.day(of: Array(parts[0])),
      let number = Self.number(Array(parts[1])), parts[1].first != 0x30
    else { return nil }
    self.init(day: day, number: number)
  }

  private static func number(_ digits: [UInt8]) -> Int? {
    guard (1...9).contains(digits.count) else { return nil }
    var value = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      value = value * 10 + Int(digit - 0x30)
    }
    return value
  }

  private static func day(of date: [UInt8]) -> Int? {
    guard date.count == 10, date[4] == 0x2D, date[7] == 0x2D, let year = number(Array(date[..<4])),
      let month = number(Array(date[5..<7])), let day = number(Array(date[8...])),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let found = daysSince1970(year: year, month: month, day: day)
    return civil(found) == (year, month, day) ? found : nil
  }
}

extension RunName: Comparable {
  public static func < (left: RunName, right: RunName) -> Bool {
    (left.day, left.number) < (right.day, right.number)
  }
}

extension RunName: CustomStringConvertible {
  /// The date and the number, with a dot between.
  public var description: String { "\(businessDate).\(number)" }

  /// The date, as `2026-03-31`.
  public var businessDate: String {
    let (year, month, day) = Self.civil(day)
    return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

// Howard Hinnant's civil calendar: years begin in March, so that the leap day comes last.
extension RunName {
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }

  private static func civil(_ daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
    let days = daysSince1970 + 719_468
    let era = days / 146_097
    let rest = days % 146_097
    let year = (rest - rest / 1_460 + rest / 36_524 - rest / 146_096) / 365
    let dayOfYear = rest - (365 * year + year / 4 - year / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    return (era * 400 + year + (month <= 2 ? 1 : 0), month, day)
  }
}
