// Rows spread over nights and hours: which row is when, and which row is there at an instant.

/// The time that the nights of a sample cover.
struct SampleCalendar: Sendable {
  static let day: Int64 = 86_400_000
  /// Where the first night's history begins, in milliseconds since 1970 UTC.
  let start: Int64
  /// Days in the first night; every later one has one.
  let days: Int

  init(_ options: SampleOptions) {
    days = options.days
    start = Int64(options.firstDate.number - options.days + 1) * Self.day
  }

  /// Where a night begins, in milliseconds since 1970 UTC; nights count from 0.
  func start(of night: Int) -> Int64 {
    night == 0 ? start : start + Int64(days + night - 1) * Self.day
  }

  /// Where a night ends, and the next one begins.
  func end(of night: Int) -> Int64 { start + Int64(days + night) * Self.day }

  /// The days a night covers.
  func days(of night: Int) -> Int { night == 0 ? days : 1 }

  /// The night an instant lies in.
  func night(at instant: Int64) -> Int {
    max(0, Int((instant - start) / Self.day) - days + 1)
  }
}

/// Numbered rows of one kind, spread over the nights as people are awake.
struct SampleSeries: Sendable {
  private let calendar: SampleCalendar
  private let first: Int
  private let later: Int

  /// - Parameter count: The rows of the first night; later nights have a day's share, at least
  ///   one where there are any.
  init(count: Int, calendar: SampleCalendar) {
    self.calendar = calendar
    first = count
    later = count == 0 ? 0 : max(1, count / calendar.days)
  }

  func count(in night: Int) -> Int { night == 0 ? first : later }

  /// The numbers of a night's rows.
  func rows(in night: Int) -> Range<Int> {
    let start = night == 0 ? 0 : first + (night - 1) * later
    return start..<(start + count(in: night))
  }

  func night(of row: Int) -> Int { row < first ? 0 : 1 + (row - first) / later }

  /// The mean time from one row to the next, in milliseconds.
  func gap(in night: Int) -> Int {
    max(1, calendar.days(of: night) * Int(SampleCalendar.day) / max(1, count(in: night)))
  }

  /// When a row is due, in milliseconds since 1970 UTC, without any chance in it.
  @inline(__always) func instant(of row: Int, in night: Int) -> Int64 {
    let rows = rows(in: night)
    let whole = UInt64(calendar.days(of: night) * Self.dayUnits)
    let place = Int(
      truncatingIfNeeded: UInt64(rows.count).dividingFullWidth(
        UInt64(row - rows.lowerBound).multipliedFullWidth(by: whole)
      ).quotient)
    let (day, unit) = place.quotientAndRemainder(dividingBy: Self.dayUnits)
    var hour = unit / (Self.dayUnits / 24)
    while hour > 0, Self.hourStarts[hour] > unit { hour -= 1 }
    while hour < 23, Self.hourStarts[hour + 1] <= unit { hour += 1 }
    let inHour = (unit - Self.hourStarts[hour]) * 1_000 / Self.hourWeights[hour]
    return calendar.start(of: night) + Int64(day * 86_400_000 + hour * 3_600_000 + inHour)
  }

  /// The row that is due at an instant, or the last one before it.
  func row(at instant: Int64) -> Int {
    let bounded = max(instant, calendar.start)
    let night = calendar.night(at: bounded)
    let rows = rows(in: night)
    let (day, rest) = Int(bounded - calendar.start(of: night))
      .quotientAndRemainder(dividingBy: 86_400_000)
    let (hour, inHour) = rest.quotientAndRemainder(dividingBy: 3_600_000)
    let unit = Self.hourStarts[hour] + inHour * Self.hourWeights[hour] / 1_000
    let whole = UInt64(calendar.days(of: night) * Self.dayUnits)
    let place = UInt64(day * Self.dayUnits + unit)
    let offset = whole.dividingFullWidth(place.multipliedFullWidth(by: UInt64(rows.count))).quotient
    return rows.lowerBound + min(Int(offset), max(0, rows.count - 1))
  }

  /// How busy each hour of the day is, UTC.
  private static let hourWeights = [
    22, 16, 12, 10, 10, 13, 20, 29, 38, 45, 49, 52, 54, 53, 52, 53, 56, 60, 65, 71, 75, 68, 49, 28,
  ]
  /// The seconds of each hour before it, times its weight.
  private static let hourStarts = hourWeights.indices.map { hour in
    hourWeights[..<hour].reduce(0, +) * 3_600
  }
  private static let dayUnits = hourWeights.reduce(0, +) * 3_600
}
