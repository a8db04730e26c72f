// Amounts as people and programs write them: `1,234.56`, `1.250,00`, `$12`, `(50.00)`, `RM 3.20`.
import Pipeline

/// An amount as a cell states it.
struct MoneyCell {
  /// Without sign; the value is `digits` × 10^-`scale`.
  var digits: Int64 = 0
  var scale = 0
  var isNegative = false
  /// What a symbol or code beside the number says.
  var currency: Currency?
  /// Whether the symbol is one that several currencies share.
  var isAmbiguous = false
}

/// Why a cell is no amount.
struct MoneyFault: Error {
  let message: String
  /// Whether the amount is one, but finer than its currency.
  var isPrecision = false

  static let negative = MoneyFault(
    message: "is below zero; state \"negative\" in the profile if it is a correction")
  static let noWholeNumber = MoneyFault(message: "is no whole number of minor units")
  static let precision = MoneyFault(
    message: "has more digits after the point than its currency; state \"rounding\" in the profile",
    isPrecision: true)
  static let noNumber = MoneyFault(message: "is no amount")
  static let tooLong = MoneyFault(message: "does not fit 64 bits")
  static func misplaced(_ mark: UInt8) -> MoneyFault {
    let shown = String(decoding: [mark], as: UTF8.self)
    return MoneyFault(
      message: "has \"\(shown)\" where no such mark can stand; state \"decimal\" and "
        + "\"thousands\" in the profile")
  }
}

/// Reads amounts of one form.
struct MoneyForm: Sendable {
  let point: UInt8
  let group: UInt8

  /// A symbol beside an amount that was looked up before.
  typealias KnownSymbol = (bytes: [UInt8], currency: Currency, isAmbiguous: Bool)

  /// Reads a cell without white space around it.
  func read(_ bytes: ByteView) throws(MoneyFault) -> MoneyCell {
    var known: KnownSymbol?
    return try read(bytes, knowing: &known)
  }

  /// Reads a cell without white space around it.
  ///
  /// - Parameter known: The latest symbol, to spare looking it up again.
  func read(
    _ bytes: ByteView, knowing known: inout KnownSymbol?
  ) throws(MoneyFault) -> MoneyCell {
    var cell = MoneyCell()
    var start = 0
    var end = bytes.count
    if end > 1, bytes[0] == UInt8(ascii: "("), bytes[end - 1] == UInt8(ascii: ")") {
      cell.isNegative = true
      start = 1
      end -= 1
    }
    var first = start
    while first < end, bytes[first] &- 0x30 >= 10, !isLeadingPoint(bytes, first, end) { first += 1 }
    guard first < end else { throw .noNumber }
    var last = end
    while last > first, bytes[last - 1] &- 0x30 >= 10, bytes[last - 1] != point { last -= 1 }
    if start < first {
      try readWords(bytes.slice(from: start, to: first), into: &cell, knowing: &known)
    }
    if last < end {
      try readWords(bytes.slice(from: last, to: end), into: &cell, knowing: &known)
    }
    try readNumber(bytes.slice(from: first, to: last), into: &cell)
    return cell
  }

  private func isLeadingPoint(_ bytes: ByteView, _ place: Int, _ end: Int) -> Bool {
    bytes[place] == point && place + 1 < end && bytes[place + 1] &- 0x30 < 10
      && (place == 0 || bytes[place - 1] &- 0x41 >= 0x3A)
  }

  /// What stands before or behind the number: a sign, a symbol, a code.
  private func readWords(
    _ bytes: ByteView, into cell: inout MoneyCell, knowing symbol: inout KnownSymbol?
  ) throws(MoneyFault) {
    if let symbol, bytes.equals(symbol.bytes) {
      cell.currency = symbol.currency
      cell.isAmbiguous = symbol.isAmbiguous
      return
    }
    var word: [UInt8] = []
    var place = 0
    while place < bytes.count {
      let space = Self.spaceLength(bytes, place)
      if space > 0 {
        place += space
      } else if bytes[place] == UInt8(ascii: "-") || Self.isMinusSign(bytes, place) {
        guard !cell.isNegative else { throw .noNumber }
        cell.isNegative = true
        place += bytes[place] == UInt8(ascii: "-") ? 1 : 3
      } else if bytes[place] == UInt8(ascii: "+") {
        place += 1
      } else {
        word.append(bytes[place])
        place += 1
      }
    }
    guard !word.isEmpty else { return }
    guard let known = CurrencySymbols.currency(word) else { throw .noNumber }
    cell.currency = known.currency
    cell.isAmbiguous = known.isAmbiguous
    symbol = (word, known.currency, known.isAmbiguous)
  }

  private func readNumber(_ bytes: ByteView, into cell: inout MoneyCell) throws(MoneyFault) {
    var value: UInt64 = 0
    var sincePoint = -1
    var sinceGroup = -1
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      let digit = byte &- 0x30
      if digit < 10 {
        guard value <= (UInt64(Int64.max) - 9) / 10 else { throw .tooLong }
        value = value * 10 + UInt64(digit)
        if sincePoint >= 0 { sincePoint += 1 }
        if sinceGroup >= 0 { sinceGroup += 1 }
        place += 1
      } else if byte == point {
        guard sincePoint < 0, sinceGroup < 0 || sinceGroup == 3 else { throw .misplaced(byte) }
        sincePoint = 0
        sinceGroup = -1
        place += 1
      } else {
        let length = byte == group ? 1 : Self.groupLength(bytes, place)
        guard length > 0 else { throw byte < 0x80 ? .misplaced(byte) : .noNumber }
        // Groups are of three digits; Indian ones before the last of two.
        guard sincePoint < 0, place > 0, sinceGroup < 0 || sinceGroup == 3 || sinceGroup == 2
        else { throw .misplaced(byte) }
        sinceGroup = 0
        place += length
      }
    }
    if sinceGroup >= 0, sinceGroup != 3 { throw .misplaced(group) }
    cell.digits = Int64(value)
    cell.scale = max(sincePoint, 0)
    while cell.scale > 0, cell.digits % 10 == 0 {
      cell.digits /= 10
      cell.scale -= 1
    }
  }

  private static func groupLength(_ bytes: ByteView, _ place: Int) -> Int {
    if bytes[place] == UInt8(ascii: "'") { return 1 }
    if place + 2 < bytes.count, bytes[place] == 0xE2, bytes[place + 1] == 0x80,
      bytes[place + 2] == 0x99
    {
      return 3
    }
    return spaceLength(bytes, place)
  }

  /// The length of a space, also a fixed or narrow one; 0 where there is none.
  private static func spaceLength(_ bytes: ByteView, _ place: Int) -> Int {
    if bytes[place] == 0x20 || bytes[place] == 0x09 { return 1 }
    if place + 1 < bytes.count, bytes[place] == 0xC2, bytes[place + 1] == 0xA0 { return 2 }
    guard place + 2 < bytes.count, bytes[place] == 0xE2, bytes[place + 1] == 0x80 else { return 0 }
    return bytes[place + 2] == 0xAF || bytes[place + 2] == 0x89 ? 3 : 0
  }

  private static func isMinusSign(_ bytes: ByteView, _ place: Int) -> Bool {
    place + 2 < bytes.count && bytes[place] == 0xE2
      && (bytes[place + 1] == 0x88 && bytes[place + 2] == 0x92
        || bytes[place + 1] == 0x80 && bytes[place + 2] == 0x93)
  }
}

/// Currencies by what stands beside an amount.
enum CurrencySymbols {
  /// Symbols that are not codes, and the likeliest currency of each.
  private static let symbols: [(symbol: String, code: String, isAmbiguous: Bool)] = [
    ("$", "USD", true), ("US$", "USD", false), ("A$", "AUD", false), ("AU$", "AUD", false),
    ("C$", "CAD", false), ("CA$", "CAD", false), ("NZ$", "NZD", false), ("HK$", "HKD", false),
    ("S$", "SGD", false), ("SG$", "SGD", false), ("NT$", "TWD", false), ("MX$", "MXN", false),
    ("R$", "BRL", false), ("€", "EUR", false), ("£", "GBP", true), ("¥", "JPY", true),
    ("￥", "JPY", true), ("CN¥", "CNY", false), ("JP¥", "JPY", false), ("₹", "INR", false),
    ("Rs", "INR", true), ("Rs.", "INR", true), ("৳", "BDT", false), ("₩", "KRW", false),
    ("₺", "TRY", false), ("₽", "RUB", false), ("₫", "VND", false), ("₴", "UAH", false),
    ("₦", "NGN", false), ("₱", "PHP", false), ("฿", "THB", false), ("₪", "ILS", false),
    ("RM", "MYR", false), ("Rp", "IDR", false), ("zł", "PLN", false), ("zl", "PLN", false),
    ("Kč", "CZK", false), ("Ft", "HUF", false), ("lei", "RON", false), ("kr", "SEK", true),
    ("kr.", "DKK", true), ("Fr.", "CHF", false), ("SFr.", "CHF", false), ("R", "ZAR", true),
    ("KSh", "KES", false), ("د.إ", "AED", false), ("دإ", "AED", false), ("ر.س", "SAR", false),
    ("رس", "SAR", false), ("₡", "CRC", false), ("₲", "PYG", false), ("S/", "PEN", false),
    ("лв", "BGN", false), ("лв.", "BGN", false), ("₾", "GEL", false), ("₸", "KZT", false),
    ("₵", "GHS", false), ("GH₵", "GHS", false), ("₨", "PKR", true), ("₼", "AZN", false),
  ]

  private static let known: [Text: (currency: Currency, isAmbiguous: Bool)] = {
    var known: [Text: (currency: Currency, isAmbiguous: Bool)] = [:]
    for entry in symbols {
      if let currency = Currency(code: entry.code) {
        known[Text(entry.symbol)] = (currency, entry.isAmbiguous)
      }
    }
    return known
  }()

  /// The currency of a symbol, or of a code in whatever case.
  static func currency(_ word: [UInt8]) -> (currency: Currency, isAmbiguous: Bool)? {
    let text = String(decoding: word, as: UTF8.self)
    if let found = known[Text(text)] { return found }
    return Currency(code: text.uppercased()).map { ($0, false) }
  }
}

/// An amount as a sum of decimals, brought to what a currency can have.
struct ExactAmount {
  var mantissa: Int64
  var scale: Int

  /// Takes another amount off; nil where that does not fit 64 bits.
  func subtracting(_ other: ExactAmount) -> ExactAmount? {
    let common = max(scale, other.scale)
    guard let left = scaled(to: common), let right = other.scaled(to: common) else { return nil }
    let (difference, overflow) = left.subtractingReportingOverflow(right)
    return overflow ? nil : ExactAmount(mantissa: difference, scale: common)
  }

  private func scaled(to wanted: Int) -> Int64? {
    var result = mantissa
    for _ in scale..<max(wanted, scale) {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      result = product
    }
    return result
  }

  /// The amount with at most so many digits after the point; nil where it has more and is not to
  /// be rounded.
  func rounded(to exponent: Int, _ rounding: ValueRule.Rounding) -> ExactAmount? {
    var short = self
    while short.scale > exponent, short.mantissa % 10 == 0 {
      short.mantissa /= 10
      short.scale -= 1
    }
    guard short.scale > exponent else { return short }
    guard rounding != .exact else { return nil }
    var unit: Int64 = 1
    for _ in exponent..<short.scale { unit *= 10 }
    let (quotient, rest) = short.mantissa.quotientAndRemainder(dividingBy: unit)
    let twice = rest.magnitude * 2
    let isUp =
      switch rounding {
      case .exact, .down: false
      case .halfUp: twice >= unit.magnitude
      case .halfEven: twice > unit.magnitude || twice == unit.magnitude && quotient % 2 != 0
      }
    let step: Int64 = mantissa < 0 ? -1 : 1
    return ExactAmount(mantissa: quotient + (isUp ? step : 0), scale: exponent)
  }
}
