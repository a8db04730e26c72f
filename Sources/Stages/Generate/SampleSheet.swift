// One sample file in the making: cells become CSV or JSON lines in a buffer.

/// Text that many rows share, escaped beforehand for both formats.
struct SamplePhrase: Sendable {
  /// With quotes where CSV needs them.
  let csv: [UInt8]
  /// With its quotes.
  let json: [UInt8]

  init(_ text: String) {
    csv = Self.csv(Array(text.utf8))
    json = Self.json(Array(text.utf8))
  }

  var isEmpty: Bool { csv.isEmpty }

  static func csv(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
      return text
    }
    return [0x22] + text.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] } + [0x22]
  }

  static func json(_ text: [UInt8]) -> [UInt8] {
    var escaped: [UInt8] = [0x22]
    for byte in text {
      switch byte {
      case 0x22, 0x5C: escaped += [0x5C, byte]
      case 0x0A: escaped += [0x5C, 0x6E]
      case 0x0D: escaped += [0x5C, 0x72]
      default: escaped.append(byte)
      }
    }
    return escaped + [0x22]
  }
}

/// The rows of one file that are not written yet. Cells are put in the order of the columns.
struct SampleSheet {
  let isCSV: Bool
  /// Whole rows, and at most one that is being put together.
  private(set) var bytes: [UInt8] = []
  /// How often a row was begun.
  private(set) var rows = 0
  private let keys: [[UInt8]]
  private var column = 0
  private var hasMember = false
  private var rowStart = 0
  private var dayNumber = Int64.min
  private var dayText: [UInt8] = []

  init(columns: [String], isCSV: Bool) {
    self.isCSV = isCSV
    keys = columns.map { Array(("\"" + $0 + "\":").utf8) }
    bytes.reserveCapacity(Self.capacity + 65_536)
    if isCSV { bytes += Array((columns.joined(separator: ",") + "\n").utf8) }
  }

  /// How many bytes are gathered before they are written.
  static let capacity = 1 << 20

  var isFull: Bool { bytes.count >= Self.capacity }

  /// Forgets what has been written.
  mutating func removeWritten() { bytes.removeAll(keepingCapacity: true) }

  mutating func beginRow() {
    rowStart = bytes.count
    column = 0
    rows += 1
    hasMember = false
    if !isCSV { bytes.append(0x7B) }
  }

  mutating func endRow() {
    precondition(column == keys.count, "a sample row has to have every column")
    if !isCSV { bytes.append(0x7D) }
    bytes.append(0x0A)
  }

  /// A cell without a value.
  @inline(__always) mutating func absent() {
    if isCSV, column > 0 { bytes.append(0x2C) }
    column += 1
  }

  @inline(__always) private mutating func open() {
    if isCSV {
      if column > 0 { bytes.append(0x2C) }
    } else {
      if hasMember { bytes.append(0x2C) }
      hasMember = true
      bytes.append(contentsOf: keys[column])
    }
    column += 1
  }

  /// Starts a text that needs no escaping; it is put piece by piece.
  @inline(__always) mutating func beginWord() {
    open()
    if !isCSV { bytes.append(0x22) }
  }

  @inline(__always) mutating func endWord() { if !isCSV { bytes.append(0x22) } }

  @inline(__always) mutating func put(_ piece: [UInt8]) { bytes.append(contentsOf: piece) }

  /// A number in decimal digits, with zeros up to a width.
  @inline(__always) mutating func put(_ number: Int, width: Int = 1) {
    var digits = 1
    var limit = 10
    while digits < 18, number >= limit {
      limit *= 10
      digits += 1
    }
    let length = max(digits, width)
    let start = bytes.count
    for _ in 0..<length { bytes.append(0x30) }
    var rest = UInt64(number)
    var place = start + length - 1
    while rest > 0 {
      bytes[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      place -= 1
    }
  }

  /// The last digits of a number, in hexadecimal.
  @inline(__always) mutating func put(hexadecimal number: UInt64, digits: Int, upper: Bool = false)
  {
    let letter: UInt8 = upper ? 0x37 : 0x57
    for digit in stride(from: digits - 1, through: 0, by: -1) {
      let nibble = UInt8(truncatingIfNeeded: (number >> UInt64(digit * 4)) & 15)
      bytes.append(nibble < 10 ? 0x30 + nibble : letter + nibble)
    }
  }

  /// Text that needs no escaping.
  mutating func word(_ text: [UInt8]) {
    beginWord()
    put(text)
    endWord()
  }

  /// A number with something before it.
  mutating func identifier(_ prefix: [UInt8], _ number: Int, width: Int) {
    beginWord()
    put(prefix)
    put(number, width: width)
    endWord()
  }

  @inline(__always) mutating func phrase(_ phrase: SamplePhrase) {
    guard !phrase.isEmpty else { return absent() }
    open()
    bytes.append(contentsOf: isCSV ? phrase.csv : phrase.json)
  }

  /// Any text.
  mutating func text(_ text: String) {
    guard !text.isEmpty else { return absent() }
    open()
    let raw = Array(text.utf8)
    bytes += isCSV ? SamplePhrase.csv(raw) : SamplePhrase.json(raw)
  }

  /// A whole number; a JSON number in JSON.
  mutating func number(_ number: Int) {
    open()
    put(number)
  }

  /// A decimal number, or a truth value, as it is spelled; unquoted in JSON.
  mutating func literal(_ spelling: String) {
    open()
    bytes += Array(spelling.utf8)
  }

  /// A JSON value: a cell of its text in CSV, itself in JSON.
  mutating func structure(_ json: String) {
    open()
    let raw = Array(json.utf8)
    bytes += isCSV ? SamplePhrase.csv(raw) : raw
  }

  /// An instant as RFC 3339 in UTC, with milliseconds where they are not zero.
  @inline(__always) mutating func instant(_ milliseconds: Int64) {
    beginWord()
    let (day, rest) = milliseconds.quotientAndRemainder(dividingBy: SampleCalendar.day)
    if day != dayNumber { changeDay(day) }
    bytes.append(contentsOf: dayText)
    let time = Int(rest)
    let second = time / 1_000
    putPair(second / 3_600)
    bytes.append(0x3A)
    putPair(second / 60 % 60)
    bytes.append(0x3A)
    putPair(second % 60)
    if time % 1_000 != 0 {
      bytes.append(0x2E)
      put(time % 1_000, width: 3)
    }
    bytes.append(0x5A)
    endWord()
  }

  @inline(__always) private mutating func putPair(_ number: Int) {
    bytes.append(0x30 + UInt8(truncatingIfNeeded: number / 10))
    bytes.append(0x30 + UInt8(truncatingIfNeeded: number % 10))
  }

  private mutating func changeDay(_ day: Int64) {
    dayNumber = day
    dayText = Array((SampleDay(number: Int(day)).text + "T").utf8)
  }

  /// Takes the row's end away: too few cells, or an object that is not closed.
  mutating func cutRow() {
    if isCSV {
      var commas = 0
      let end = bytes[rowStart...].firstIndex { byte in
        commas += byte == 0x2C ? 1 : 0
        return commas == 3
      }
      bytes.removeSubrange((end ?? bytes.count - 1)...)
    } else {
      bytes.removeLast(20)
    }
    bytes.append(0x0A)
  }

  /// Puts something before or after the row that makes it one cell, or one brace, too long.
  mutating func lengthenRow() {
    if isCSV {
      bytes.insert(contentsOf: Array("imported,".utf8), at: rowStart)
    } else {
      bytes.insert(0x7D, at: bytes.count - 1)
    }
  }

  /// Puts a byte that is not UTF-8 into the row's first cell, which has at least three bytes.
  mutating func spoilEncoding() {
    bytes[rowStart + (isCSV ? 2 : 1 + keys[0].count + 3)] = 0xFF
  }
}
