import Testing

@testable import Stages

@Suite struct BankingDayTests {
  private func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    CivilDate(year: year, month: month, day: day).dayNumber
  }

  @Test func `euro payments rest on weekends and the six holidays of T2`() {
    let year = (day(2026, 1, 1)...day(2026, 12, 31)).filter {
      !BankingCalendar.t2.isBankingDay($0)
    }
    let weekends = (day(2026, 1, 1)...day(2026, 12, 31)).filter { ($0 + 3) % 7 >= 5 }
    // 26 December 2026 is a Saturday.
    let holidays = [
      day(2026, 1, 1), day(2026, 4, 3), day(2026, 4, 6), day(2026, 5, 1), day(2026, 12, 25),
    ]
    #expect(Set(year) == Set(weekends + holidays))
  }

  @Test func `the Federal Reserve rests on eleven holidays`() {
    let year = (day(2027, 1, 1)...day(2027, 12, 31)).filter {
      !BankingCalendar.federalReserve.isBankingDay($0) && ($0 + 3) % 7 < 5
    }
    // In 2027 Juneteenth and Christmas are Saturdays, which are not moved; 4 July is a Sunday.
    #expect(
      year == [
        day(2027, 1, 1), day(2027, 1, 18), day(2027, 2, 15), day(2027, 5, 31), day(2027, 7, 5),
        day(2027, 9, 6), day(2027, 10, 11), day(2027, 11, 11), day(2027, 11, 25),
      ])
  }

  @Test func `days are counted from the first banking day on`() {
    let saturday = day(2026, 4, 4)
    #expect(BankingCalendar.t2.day(0, after: saturday) == day(2026, 4, 7))
    #expect(BankingCalendar.t2.day(1, after: saturday) == day(2026, 4, 8))
    #expect(BankingCalendar.federalReserve.day(1, after: saturday) == day(2026, 4, 7))
    #expect(BankingCalendar.t2.day(0, after: day(2026, 4, 1)) == day(2026, 4, 1))
  }

  @Test func `Easter is found in other years`() {
    for (year, month, date) in [(2024, 3, 29), (2025, 4, 18), (2027, 3, 26), (2038, 4, 23)] {
      #expect(!BankingCalendar.t2.isBankingDay(day(Int64(year), Int64(month), Int64(date))))
    }
  }
}
