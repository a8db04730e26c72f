// From clocks on a wall to UTC. Foundation knows the zones; it is asked twice a day of a file, not
// for each row.
import Foundation
import Pipeline

/// The offsets of one time zone. One for each thread: it remembers days.
final class ZoneOffsets {
  private struct Day {
    var number = Int64.min
    /// The offset at its start and at its end, in milliseconds.
    var first: Int64 = 0
    var last: Int64 = 0
  }

  private let zone: TimeZone?
  private var days = [Day](repeating: Day(), count: 256)

  /// - Parameter name: A name of the IANA database, `UTC`, or `+02:00`.
  init(_ name: String) { zone = Self.zone(name) }

  /// Whether there is such a zone.
  static func isKnown(_ name: String) -> Bool { name == "UTC" || zone(name) != nil }

  /// nil for UTC, and for what is no zone.
  private static func zone(_ name: String) -> TimeZone? {
    guard name != "UTC", name != "Z", !name.isEmpty else { return nil }
    if name.hasPrefix("+") || name.hasPrefix("-") {
      let digits = name.dropFirst().filter { $0 != ":" }
      guard digits.utf8.count == 4, let number = Int(digits), number % 100 < 60, number < 2400
      else { return nil }
      let seconds = (number / 100 * 60 + number % 100) * 60
      return TimeZone(secondsFromGMT: name.hasPrefix("-") ? -seconds : seconds)
    }
    return TimeZone(identifier: name)
  }

  /// The instant at which the zone's clocks show this.
  ///
  /// A time that comes twice, when clocks are put back, is the first one; one that does not come,
  /// when they are put forward, is what it would be by the offset before.
  ///
  /// - Parameter clock: Milliseconds since 1970 on those clocks.
  func instant(clock: Int64) -> Int64 {
    guard let zone else { return clock }
    let number = clock >= 0 ? clock / Instant.day : (clock - Instant.day + 1) / Instant.day
    let slot = Int(number & 255)
    if days[slot].number != number { days[slot] = day(number, zone) }
    let day = days[slot]
    if day.first == day.last { return clock - day.first }
    let before = clock - day.first
    if Self.offset(zone, at: before) == day.first { return before }
    let behind = clock - day.last
    return Self.offset(zone, at: behind) == day.last ? behind : before
  }

  private func day(_ number: Int64, _ zone: TimeZone) -> Day {
    let start = number * Instant.day
    // The offset a little before the day begins and a little behind its end, whatever it is.
    let first = Self.offset(zone, at: start - Self.offset(zone, at: start) - 1)
    let end = start + Instant.day
    return Day(number: number, first: first, last: Self.offset(zone, at: end - first))
  }

  /// How far the zone's clocks are ahead of UTC at an instant, in milliseconds.
  private static func offset(_ zone: TimeZone, at instant: Int64) -> Int64 {
    let date = Date(timeIntervalSince1970: Double(instant) / 1000)
    return Int64(zone.secondsFromGMT(for: date)) * 1000
  }
}
