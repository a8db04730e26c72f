// Days on which banks settle: of the euro's system T2, and of the Federal Reserve.

/// A calendar of banking days.
public enum BankingCalendar: Sendable {
  /// Payments in euro.
  case t2
  /// Payments through the Automated Clearing House.
  case federalReserve

  /// The banking day that is `count` banking days after the first one at or after a day.
  ///
  /// - Parameter day: Days since 1970-01-01.
  public func day(_ count: Int64, after day: Int64) -> Int64 {
    var found = settling(day)
    for _ in 0..<max(0, count) { found = settling(found + 1) }
    return found
  }

  /// The first banking day at or after a day.
  private func settling(_ day: Int64) -> Int64 {
    var day = day
    while !isBankingDay(day) { day += 1 }
    return day
  }

  /// Whether payments settle on a day, counted from 1970-01-01.
  public func isBankingDay(_ day: Int64) -> Bool {
    let weekday = Self.weekday(of: day)
    guard weekday < 5 else { return false }
    let date = CivilDate(dayNumber: day)
    switch self {
    case .t2: return !Self.isT2Holiday(date, day)
    case .federalReserve:
      // A holiday on a Sunday is kept on the Monday after it; one on a Saturday is not moved.
      return !Self.isFederalHoliday(date, weekday)
        && !(weekday == 0 && Self.isFixedFederalHoliday(CivilDate(dayNumber: day - 1)))
    }
  }

  /// 0 is Monday, 6 is Sunday.
  private static func weekday(of day: Int64) -> Int64 { ((day + 3) % 7 + 7) % 7 }

  private static func isT2Holiday(_ date: CivilDate, _ day: Int64) -> Bool {
    switch (date.month, date.day) {
    case (1, 1), (5, 1), (12, 25), (12, 26): return true
    default:
      let easter = easterSunday(date.year)
      return day == easter - 2 || day == easter + 1
    }
  }

  private static func isFixedFederalHoliday(_ date: CivilDate) -> Bool {
    switch (date.month, date.day) {
    case (1, 1), (6, 19), (7, 4), (11, 11), (12, 25): true
    default: false
    }
  }

  private static func isFederalHoliday(_ date: CivilDate, _ weekday: Int64) -> Bool {
    let week = (date.day - 1) / 7 + 1
    switch (date.month, weekday) {
    case (1, 0), (2, 0): if week == 3 { return true }
    case (5, 0): if date.day > 24 { return true }
    case (9, 0): if week == 1 { return true }
    case (10, 0): if week == 2 { return true }
    case (11, 3): if week == 4 { return true }
    default: break
    }
    return isFixedFederalHoliday(date)
  }

  /// Days since 1970-01-01.
  ///
  /// - Note: Source: the Gregorian computus of Meeus, Jones and Butcher.
  private static func easterSunday(_ year: Int64) -> Int64 {
    let a = year % 19
    let b = year / 100
    let c = year % 100
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7
    let m = (a + 11 * h + 22 * l) / 451
    let shifted = h + l - 7 * m + 114
    return CivilDate(year: year, month: shifted / 31, day: shifted % 31 + 1).dayNumber
  }
}
