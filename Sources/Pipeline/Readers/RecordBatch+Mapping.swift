// A batch of rewritten records: it borrows the bytes of the batch that it is made from, and has
// room of its own for what reads differently now.

internal import Glibc

extension RecordBatch {
  /// Room for rewritten records.
  convenience init(_ mapping: any BoundMapping, recordLimit: Int) {
    self.init(
      isCSV: false, places: Array(0..<mapping.targetCount), fieldCount: mapping.targetCount,
      recordLimit: recordLimit, mapping: mapping)
  }

  /// Whether the records are rewritten ones.
  public var isMapped: Bool { mapping != nil }

  /// What the file calls a column, for messages.
  public func nameInFile(_ column: String) -> String {
    mapping?.sourceName(of: column) ?? column
  }

  /// Empties the batch, for records of `source`.
  func beginMapping(of source: RecordBatch) {
    unsafe reset(base: source.base, firstLine: source.firstLine)
    setAside.removeAll(keepingCapacity: true)
    passedOver = 0
  }

  /// Adds a record of `source` without any field.
  public func appendRecord(_ row: Int, of source: RecordBatch) {
    var place = source.rows[row]
    place.firstCell = UInt32(truncatingIfNeeded: fields.count)
    rows.append(place)
    count = rows.count
    let total = fields.count &+ columnCount
    fields.reserve(total)
    // SAFETY: there is room for `columnCount` more.
    let first = unsafe fields.base + fields.count
    for column in 0..<columnCount { unsafe first[column] = .absent }
    fields.count = total
  }

  /// Adds a faulty record of `source` as it is.
  public func appendFaulty(_ row: Int, of source: RecordBatch) {
    faults[rows.count] = source.faults[row]
    rows.append(source.rows[row])
    count = rows.count
  }

  /// Notes a record of `source` that is not taken in.
  public func setAside(_ row: Int, of source: RecordBatch, reason: String) {
    setAside.append(SetAsideRecord(line: source.line(row), reason: reason))
  }

  /// Counts a line of the file that is no record, such as a totals row.
  public func passOver() { passedOver += 1 }

  /// Makes the record faulty; the first fault holds.
  public func refuse(_ row: Int, reason: String, message: String, column: String?) {
    guard rows[row].firstCell != .max else { return }
    refuse(row, .badValue(reason: reason, message: message, column: column))
  }

  /// Whether the record has been made faulty.
  @inline(__always) public func isFaulty(_ row: Int) -> Bool { rows[row].firstCell == .max }

  /// Sets a field to a place in the bytes of the batch that this one is made from, or to one that
  /// ``keep(_:form:)`` gave. The record must be a good one.
  @inline(__always) public func set(_ row: Int, _ column: Int, _ place: FieldPlace) {
    fields[Int(rows[row].firstCell) &+ column] = place
  }

  /// Copies bytes into the batch.
  ///
  /// - Returns: Where they stand, for ``set(_:_:_:)``; good until the batch is filled anew.
  public func keep(_ bytes: ByteView, form: FieldForm = .text) -> FieldPlace {
    let start = side.count
    side.reserve(start &+ bytes.count)
    unsafe bytes.withUnsafeBytes { buffer in
      guard let first = buffer.baseAddress else { return }
      // SAFETY: there is room for them, by the line above; the view is not of this buffer.
      unsafe memcpy(side.base + start, first, buffer.count)
    }
    side.count = start &+ bytes.count
    return FieldPlace(start: start, count: bytes.count, form: form, isAside: true)
  }

  /// Sets a field to an instant's text.
  ///
  /// - Parameter milliseconds: Since 1970, of the years 0000 to 9999.
  public func setInstant(_ row: Int, _ column: Int, milliseconds: Int64) {
    let start = side.count
    side.reserve(start &+ 24)
    // SAFETY: there is room for 24 bytes, the most that are written.
    let length = unsafe InstantText.write(milliseconds: milliseconds, to: side.base + start)
    side.count = start &+ length
    set(row, column, FieldPlace(start: start, count: length, form: .text, isAside: true))
  }

  /// Sets a field to a decimal's text: `mantissa` × 10^-`scale`.
  ///
  /// - Parameter scale: From 0 to 18.
  public func setDecimal(_ row: Int, _ column: Int, mantissa: Int64, scale: Int) {
    let start = side.count
    side.reserve(start &+ 24)
    if mantissa < 0 { side.append(UInt8(ascii: "-")) }
    var unit: UInt64 = 1
    var digits = 1
    while digits <= scale || mantissa.magnitude / unit >= 10 {
      unit &*= 10
      digits &+= 1
    }
    while digits > 0 {
      side.append(UInt8(truncatingIfNeeded: 0x30 &+ mantissa.magnitude / unit % 10))
      unit /= 10
      digits &-= 1
      if digits == scale, digits > 0 { side.append(UInt8(ascii: ".")) }
    }
    set(
      row, column,
      FieldPlace(start: start, count: side.count &- start, form: .text, isAside: true))
  }
}

extension FieldPlace {
  /// A part of the field's bytes, as a text.
  @inline(__always) public func part(from start: Int, count: Int) -> FieldPlace {
    FieldPlace(start: offset &+ start, count: count, form: .text, isAside: isAside)
  }

  /// What the field was in its file.
  public var fieldForm: FieldForm { form }

  /// Whether its bytes are not the file's own, so that they cannot be borrowed.
  @inline(__always) public var isCopy: Bool { isAside }
}

extension InstantText {
  /// Writes an instant in UTC, with its milliseconds only where they are not zero.
  ///
  /// - Precondition: there is room for 24 bytes.
  /// - Returns: The number of bytes written.
  @unsafe static func write(
    milliseconds: Int64, to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    let instant = min(max(milliseconds, earliestMilliseconds), latestMilliseconds)
    var rest = Int(instant % 86_400_000)
    if rest < 0 { rest += 86_400_000 }
    let date = civilDate(daysSince1970: (Int(instant) - rest) / 86_400_000)
    func pair(_ number: Int, _ offset: Int, then mark: UInt8) {
      unsafe target[offset] = UInt8(truncatingIfNeeded: 0x30 &+ number / 10)
      unsafe target[offset &+ 1] = UInt8(truncatingIfNeeded: 0x30 &+ number % 10)
      unsafe target[offset &+ 2] = mark
    }
    pair(date.year / 100, 0, then: 0)
    pair(date.year % 100, 2, then: UInt8(ascii: "-"))
    pair(date.month, 5, then: UInt8(ascii: "-"))
    pair(date.day, 8, then: UInt8(ascii: "T"))
    pair(rest / 3_600_000, 11, then: UInt8(ascii: ":"))
    pair(rest / 60_000 % 60, 14, then: UInt8(ascii: ":"))
    let fraction = rest % 1000
    pair(rest / 1000 % 60, 17, then: fraction == 0 ? UInt8(ascii: "Z") : UInt8(ascii: "."))
    guard fraction != 0 else { return 20 }
    unsafe target[20] = UInt8(truncatingIfNeeded: 0x30 &+ fraction / 100)
    pair(fraction % 100, 21, then: UInt8(ascii: "Z"))
    return 24
  }
}
