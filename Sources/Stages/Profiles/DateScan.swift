// The parts of a date, one after the other.
import Pipeline

/// Goes along a cell and collects what it says of a date.
struct DateScan {
  private let bytes: ByteView
  var place = 0
  private var year = -1
  private(set) var month = -1
  private(set) var day = -1
  private var hour = 0
  private var minute = 0
  private var second = 0
  private var milliseconds = 0
  private var isAfternoon: Bool?
  private var zoneMinutes: Int?
  private var hasShortYear = false

  init(_ bytes: ByteView) { self.bytes = bytes }

  var isAtEnd: Bool { place >= bytes.count }
  var next: UInt8? { place < bytes.count ? bytes[place] : nil }
  var hasDate: Bool { year >= 0 && month >= 0 && day >= 0 }

  /// Takes a part; false where something else stands there.
  mutating func take(_ part: DateForm.Part) -> Bool {
    switch part {
    case .year(let digits): return takeYear(digits)
    case .month:
      month = number(1, 12)
      return month >= 0
    case .day:
      day = number(1, 31)
      return day >= 0
    case .hour:
      hour = number(0, 23)
      return hour >= 0
    case .hour12:
      hour = number(1, 12)
      return hour >= 0
    case .minute:
      minute = number(0, 59)
      return minute >= 0
    case .second:
      second = number(0, 59)
      return second >= 0
    case .fraction: return takeFraction()
    case .monthName: return takeMonthName()
    case .half: return takeHalf()
    case .zone: return takeZone()
    case .weekday: return takeWord().count >= 2
    case .space:
      let start = place
      skipSpaces()
      return place > start
    case .literal(let byte):
      guard next == byte else { return false }
      place += 1
      return true
    }
  }

  /// The mark between a date and a time: `T`, `t` or spaces.
  mutating func takeTimeMark() -> Bool {
    if let byte = next, byte | 0x20 == UInt8(ascii: "t") {
      place += 1
      return true
    }
    return take(.space)
  }

  private mutating func skipSpaces() {
    while let byte = next {
      if byte == 0x20 || byte == 0x09 {
        place += 1
      } else if byte == 0xC2, place + 1 < bytes.count, bytes[place + 1] == 0xA0 {
        place += 2
      } else if byte == 0xE2, place + 2 < bytes.count, bytes[place + 1] == 0x80,
        bytes[place + 2] == 0xAF
      {
        place += 3
      } else {
        return
      }
    }
  }

  /// A number of at most so many digits.
  private mutating func number(_ most: Int) -> (value: Int, digits: Int)? {
    var value = 0
    var digits = 0
    while digits < most, let byte = next, byte &- 0x30 < 10 {
      value = value * 10 + Int(byte &- 0x30)
      digits += 1
      place += 1
    }
    return digits > 0 ? (value, digits) : nil
  }

  /// A number of one or two digits; −1 where there is none from `least` to `most`.
  @inline(__always) private mutating func number(_ least: Int, _ most: Int) -> Int {
    guard let found = number(2), found.value >= least, found.value <= most else { return -1 }
    return found.value
  }

  private mutating func takeYear(_ digits: Int) -> Bool {
    guard let found = number(digits), found.digits == digits else { return false }
    guard digits == 2 else {
      year = found.value
      return true
    }
    year = found.value + (found.value < 70 ? 2000 : 1900)
    hasShortYear = true
    return true
  }

  private mutating func takeFraction() -> Bool {
    var unit = 100
    let start = place
    while let byte = next, byte &- 0x30 < 10 {
      milliseconds += Int(byte &- 0x30) * unit
      unit /= 10
      place += 1
    }
    return place > start
  }

  /// Letters, also those beyond ASCII, and a full stop behind them.
  private mutating func takeWord() -> String {
    let start = place
    while let byte = next, (byte | 0x20) &- 0x61 < 26 || byte >= 0x80 {
      if byte == 0xC2 || byte == 0xE2 { break }
      place += 1
    }
    let word = bytes.slice(from: start, to: place).string()
    if !word.isEmpty, next == UInt8(ascii: ".") { place += 1 }
    return word.lowercased()
  }

  private mutating func takeMonthName() -> Bool {
    guard let number = MonthNames.number(of: takeWord()) else { return false }
    month = number
    return true
  }

  private mutating func takeHalf() -> Bool {
    skipSpaces()
    guard let byte = next else { return false }
    let letter = byte | 0x20
    guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return false }
    isAfternoon = letter == UInt8(ascii: "p")
    place += 1
    if next == UInt8(ascii: ".") { place += 1 }
    if let mark = next, mark | 0x20 == UInt8(ascii: "m") { place += 1 }
    if next == UInt8(ascii: ".") { place += 1 }
    return true
  }

  /// `Z`, `UTC`, `GMT`, `+02`, `+0200`, `+02:00`, and those behind `UTC` or `GMT`.
  private mutating func takeZone() -> Bool {
    guard let byte = next else { return false }
    if byte | 0x20 == UInt8(ascii: "z"), place + 1 == bytes.count {
      place += 1
      zoneMinutes = 0
      return true
    }
    if (byte | 0x20) &- 0x61 < 26 {
      let word = takeWord()
      guard word == "utc" || word == "gmt" else { return false }
      zoneMinutes = 0
      if isAtEnd { return true }
    }
    guard let sign = next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return zoneMinutes != nil
    }
    place += 1
    guard let hours = number(2), hours.digits == 2, hours.value < 24 else { return false }
    if next == UInt8(ascii: ":") { place += 1 }
    let minutes = number(2)?.value ?? 0
    guard minutes < 60 else { return false }
    let ahead = hours.value * 60 + minutes
    zoneMinutes = sign == UInt8(ascii: "-") ? -ahead : ahead
    skipSpaces()
    if let rest = next, (rest | 0x20) &- 0x61 < 26 { _ = takeWord() }
    return true
  }

  /// What has been collected; nil for a day that its month lacks or an hour that is none.
  var moment: CellMoment? {
    guard hasDate, (0...9999).contains(year), day <= Self.days(in: month, year) else { return nil }
    var hour = hour
    if let isAfternoon {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + (isAfternoon ? 12 : 0)
    }
    let date = CivilDate(year: Int64(year), month: Int64(month), day: Int64(day))
    let seconds = Int64((hour * 60 + minute) * 60 + second)
    let clock = date.dayNumber * Instant.day + seconds * 1000 + Int64(milliseconds)
    return CellMoment(clock: clock, zoneMinutes: zoneMinutes, hasShortYear: hasShortYear)
  }

  private static func days(in month: Int, _ year: Int) -> Int {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }
}

/// Months by their names in the languages in which exports come.
enum MonthNames {
  private static let names: [[String]] = [
    ["january", "jan", "januar", "jänner", "janvier", "janv", "enero", "ene", "gennaio", "gen"],
    ["february", "feb", "februar", "février", "févr", "fév", "febrero", "febbraio"],
    ["march", "mar", "märz", "mrz", "mars", "marzo"],
    ["april", "apr", "avril", "avr", "abril", "abr", "aprile"],
    ["may", "mai", "mayo", "maggio", "mag"],
    ["june", "jun", "juni", "juin", "junio", "giugno", "giu"],
    ["july", "jul", "juli", "juillet", "juil", "julio", "luglio", "lug"],
    ["august", "aug", "août", "agosto", "ago"],
    ["september", "sep", "sept", "septembre", "septiembre", "settembre", "set"],
    ["october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "ott"],
    ["november", "nov", "novembre", "noviembre"],
    ["december", "dec", "dezember", "dez", "décembre", "déc", "diciembre", "dic", "dicembre"],
  ]

  private static let numbers: [Text: Int] = {
    var numbers: [Text: Int] = [:]
    for (place, words) in names.enumerated() {
      for word in words { numbers[Text(word)] = place + 1 }
    }
    return numbers
  }()

  /// 1–12; nil for no month. The word is in small letters.
  static func number(of word: String) -> Int? { numbers[Text(word)] }
}
