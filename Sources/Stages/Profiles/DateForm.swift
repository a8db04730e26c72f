// Dates as partners write them, by a pattern of letters, and the common forms that need none.
import Pipeline

/// A moment as a cell states it.
struct CellMoment {
  /// Milliseconds since 1970 on the clock that the cell shows.
  var clock: Int64
  /// Minutes that the clock is ahead of UTC, where the cell says so.
  var zoneMinutes: Int?
  /// Whether the year had two digits.
  var hasShortYear = false
  /// Whether day and month stood as two numbers of at most 12, so that either order reads.
  var isAmbiguous = false
}

/// What is wrong with a pattern.
struct DateFormFault: Error {
  let message: String
}

/// One form of a date: a pattern such as `dd/MM/yyyy HH:mm`, or one of the words `iso`, `unix`
/// and `unix_ms`.
struct DateForm: Sendable {
  enum Part: Sendable, Equatable {
    case year(digits: Int), month, monthName, day, hour, hour12, minute, second, fraction
    case half, zone, weekday, space
    case literal(UInt8)
  }

  enum Form: Sendable {
    case iso, unixSeconds, unixMilliseconds
    case parts([Part])
  }

  let form: Form
  /// Whether day and month are both numbers, and can be mistaken for each other.
  let mixesDayAndMonth: Bool

  init(_ pattern: String) throws(DateFormFault) {
    switch pattern {
    case "iso": form = .iso
    case "unix": form = .unixSeconds
    case "unix_ms": form = .unixMilliseconds
    default:
      let parts = try Self.parts(pattern)
      form = .parts(parts)
      let first = parts.first { $0 != .space && $0 != .weekday }
      mixesDayAndMonth =
        parts.contains(.month) && parts.contains(.day) && (first == .month || first == .day)
      return
    }
    mixesDayAndMonth = false
  }

  private static func parts(_ pattern: String) throws(DateFormFault) -> [Part] {
    var parts: [Part] = []
    let bytes = Array(pattern.utf8)
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "'") {
        let end = bytes[(place + 1)...].firstIndex(of: byte) ?? bytes.count
        parts.append(contentsOf: bytes[(place + 1)..<end].map { .literal($0) })
        place = end + 1
        continue
      }
      var end = place
      while end < bytes.count, bytes[end] == byte { end += 1 }
      parts.append(contentsOf: try part(byte, end - place))
      place = end
    }
    let hasMonth = parts.contains(.month) || parts.contains(.monthName)
    let hasYear = parts.contains(.year(digits: 2)) || parts.contains(.year(digits: 4))
    guard parts.contains(.day), hasMonth, hasYear else {
      throw DateFormFault(message: "a date needs a day (d), a month (M) and a year (y)")
    }
    return parts
  }

  private static func part(_ letter: UInt8, _ count: Int) throws(DateFormFault) -> [Part] {
    switch letter {
    case UInt8(ascii: "y"): return [.year(digits: count == 2 ? 2 : 4)]
    case UInt8(ascii: "M"): return [count > 2 ? .monthName : .month]
    case UInt8(ascii: "d"): return [.day]
    case UInt8(ascii: "H"): return [.hour]
    case UInt8(ascii: "h"): return [.hour12]
    case UInt8(ascii: "m"): return [.minute]
    case UInt8(ascii: "s"): return [.second]
    case UInt8(ascii: "S"): return [.fraction]
    case UInt8(ascii: "a"): return [.half]
    case UInt8(ascii: "Z"), UInt8(ascii: "z"), UInt8(ascii: "X"): return [.zone]
    case UInt8(ascii: "E"): return [.weekday]
    case UInt8(ascii: " "): return [.space]
    case UInt8(ascii: "T"): return [.literal(letter)]
    default:
      let isLetter = (letter | 0x20) &- 0x61 < 26
      guard !isLetter else {
        let shown = String(decoding: [letter], as: UTF8.self)
        throw DateFormFault(
          message: "the letter \(shown) is none of y M d H h m s S a Z E; put words in ' '")
      }
      return Array(repeating: .literal(letter), count: count)
    }
  }

  /// Reads a cell without white space around it; nil where it has another form.
  func read(_ bytes: ByteView) -> CellMoment? {
    switch form {
    case .iso: Self.readISO(bytes)
    // Seconds have ten digits; twelve and more are milliseconds.
    case .unixSeconds:
      Self.readUnix(bytes, thousandths: bytes.count >= 12 && !bytes.hasPoint ? 1 : 1000)
    case .unixMilliseconds: Self.readUnix(bytes, thousandths: 1)
    case .parts(let parts): read(bytes, parts)
    }
  }

  private func read(_ bytes: ByteView, _ parts: [Part]) -> CellMoment? {
    var scan = DateScan(bytes)
    for (number, part) in parts.enumerated() {
      // A pattern with a time takes a date alone as well: its midnight.
      if scan.isAtEnd, number > 0, scan.hasDate,
        parts[number...].allSatisfy({ $0.isOfTheTime })
      {
        break
      }
      guard scan.take(part) else { return nil }
    }
    guard scan.isAtEnd, var moment = scan.moment else { return nil }
    moment.isAmbiguous =
      mixesDayAndMonth && scan.day <= 12 && scan.month <= 12 && scan.day != scan.month
    return moment
  }

  /// `2026-03-31`, then perhaps a time after `T` or spaces, then perhaps a zone.
  private static func readISO(_ bytes: ByteView) -> CellMoment? {
    if let instant = InstantText.scan(bytes) { return CellMoment(clock: instant, zoneMinutes: 0) }
    var scan = DateScan(bytes)
    guard scan.take(.year(digits: 4)), scan.take(.literal(UInt8(ascii: "-"))), scan.take(.month),
      scan.take(.literal(UInt8(ascii: "-"))), scan.take(.day)
    else { return nil }
    if scan.isAtEnd { return scan.moment }
    guard scan.takeTimeMark(), scan.take(.hour), scan.take(.literal(UInt8(ascii: ":"))),
      scan.take(.minute)
    else { return nil }
    if scan.next == UInt8(ascii: ":") {
      guard scan.take(.literal(UInt8(ascii: ":"))), scan.take(.second) else { return nil }
      if scan.next == UInt8(ascii: ".") || scan.next == UInt8(ascii: ",") {
        scan.place += 1
        guard scan.take(.fraction) else { return nil }
      }
    }
    _ = scan.take(.space)
    if !scan.isAtEnd, !scan.take(.zone) { return nil }
    return scan.isAtEnd ? scan.moment : nil
  }

  private static func readUnix(_ bytes: ByteView, thousandths: Int64) -> CellMoment? {
    guard let written = try? DecimalText.scan(bytes) else { return nil }
    let exponent = thousandths == 1000 ? 3 : 0
    var value = written
    // Finer than a millisecond is cut off.
    while value.scale > exponent {
      value.mantissa /= 10
      value.scale -= 1
    }
    guard let milliseconds = value.units(exponent: exponent),
      (InstantText.earliestMilliseconds...InstantText.latestMilliseconds).contains(milliseconds)
    else { return nil }
    return CellMoment(clock: milliseconds, zoneMinutes: 0)
  }
}

extension ByteView {
  fileprivate var hasPoint: Bool { (0..<count).contains { self[$0] == UInt8(ascii: ".") } }
}

extension DateForm.Part {
  /// Whether it can be left out with the time of the day.
  fileprivate var isOfTheTime: Bool {
    switch self {
    case .year, .month, .monthName, .day, .weekday: false
    default: true
    }
  }
}
