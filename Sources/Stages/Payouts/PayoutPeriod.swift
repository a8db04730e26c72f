// Which payout period is due (SPEC 5, Periods; SPEC 9 and 10, Payouts).

/// The time from one end of a programme's payout period to the next.
struct PayoutPeriod: Hashable {
  var start: Instant
  var end: Instant

  init(start: Instant, end: Instant) {
    self.start = start
    self.end = end
  }

  /// The latest period whose end plus the n days of NET-n is at or before `asOf`.
  init(latestDue asOf: Instant, _ terms: Terms) {
    let lastDay = Int64((asOf + -terms.payoutTermDays * Instant.day).utcDay)
    switch terms.payoutSchedule {
    case .weekly: self.init(every: 7, from: Self.firstMonday, until: lastDay)
    case .biweekly: self.init(every: 14, from: terms.payoutAnchorDay, until: lastDay)
    case .monthly:
      let first = CivilDate(dayNumber: lastDay)
      let end = CivilDate(year: first.year, month: first.month, day: 1).dayNumber
      let before = CivilDate(dayNumber: end - 1)
      let start = CivilDate(year: before.year, month: before.month, day: 1).dayNumber
      self.init(startDay: start, endDay: end)
    }
  }

  /// What a request is paid for: from the schedule's last boundary before it up to it.
  init(requestedAt asOf: Instant, _ terms: Terms) {
    var terms = terms
    terms.payoutTermDays = 0
    self.init(start: PayoutPeriod(latestDue: asOf + -1, terms).end, end: asOf)
  }

  /// 1970-01-05.
  private static let firstMonday: Int64 = 4

  private init(every days: Int64, from anchor: Int64, until lastDay: Int64) {
    let since = (lastDay - anchor) % days
    let end = lastDay - (since < 0 ? since + days : since)
    self.init(startDay: end - days, endDay: end)
  }

  private init(startDay: Int64, endDay: Int64) {
    start = Instant(milliseconds: startDay * Instant.day)
    end = Instant(milliseconds: endDay * Instant.day)
  }
}
