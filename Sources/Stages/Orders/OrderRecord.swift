// One order row as it waits in memory or in a spill file until its programme is worked on, in as
// few bytes as it takes; numbers of variable length have seven bits a byte, the least first:
//
//     number  bytes that follow
//     number  length of the order's id, and the id
//     u32     which fields follow, the status, and how the amounts are meant
//     u64     first half of the content's digest
//     number  file, and line
//     number  occurred_at in milliseconds, and updated_at − occurred_at, each with its sign in the
//             last bit
//     number  the amount's digits, with their sign in the last bit, and those after the point
//     number  the same of the refund
//     24 bits the currency's letters
//     number  length of code, click id, sku and category, each with its bytes
//     12      first 96 bits of the keys of visitor, customer, e-mail, its domain, and IP
//
// Of rows whose digests are not cut to these lengths, as tests make them, all 16 bytes are kept.
import Pipeline

/// What is known of an order besides its fields.
private struct OrderMarks: OptionSet {
  let rawValue: UInt32

  static let updatedAt = OrderMarks(rawValue: 1)
  static let refund = OrderMarks(rawValue: 2)
  static let currency = OrderMarks(rawValue: 4)
  static let status = OrderMarks(rawValue: 8)
  static let correction = OrderMarks(rawValue: 16)
  static let minorAmount = OrderMarks(rawValue: 32)
  static let minorRefund = OrderMarks(rawValue: 64)
  static let code = OrderMarks(rawValue: 1 << 8)
  static let clickID = OrderMarks(rawValue: 1 << 9)
  static let sku = OrderMarks(rawValue: 1 << 10)
  static let category = OrderMarks(rawValue: 1 << 11)
  static let visitor = OrderMarks(rawValue: 1 << 12)
  static let customer = OrderMarks(rawValue: 1 << 13)
  static let email = OrderMarks(rawValue: 1 << 14)
  static let domain = OrderMarks(rawValue: 1 << 15)
  static let ip = OrderMarks(rawValue: 1 << 16)
  /// Whether digests have all of their bits.
  static let wholeDigests = OrderMarks(rawValue: 1 << 17)

  /// Above the marks stands the status.
  static let statusShift: UInt32 = 24
}

/// Writes rows as records, one behind the other.
final class OrderRecordWriter {
  private let scratch = ContentBuffer(capacity: 512)
  private let texts = ContentBuffer(capacity: 512)
  private let records: ContentBuffer

  /// - Parameter records: Where the records go.
  init(into records: ContentBuffer) { self.records = records }

  /// Appends a row; its programme is not kept.
  func append(_ row: borrowing OrderRow) {
    LentOrder.lending(row, in: texts) { append($0) }
  }

  /// Appends a row; its programme is not kept.
  func append(_ row: borrowing LentOrder) {
    scratch.truncate(to: 0)
    scratch.append(counted: row.id)
    let marks = Self.marks(row)
    let status = UInt32(row.status?.rawValue ?? 0) << OrderMarks.statusShift
    scratch.append((UInt64(marks.rawValue | status), 0, 0), count: 4)
    append(row.content, marks)
    scratch.append(number: UInt64(UInt32(bitPattern: row.origin.file)))
    scratch.append(number: UInt64(UInt32(bitPattern: row.origin.line)))
    appendInstants(row)
    append(row.amount)
    if let refunded = row.refunded { append(refunded) }
    if let currency = row.currency { scratch.append((UInt64(currency.packed), 0, 0), count: 3) }
    if let text = row.code { scratch.append(counted: text) }
    if let text = row.clickID { scratch.append(counted: text) }
    if let text = row.sku { scratch.append(counted: text) }
    if let text = row.category { scratch.append(counted: text) }
    appendKeys(row, marks)
    records.append(number: UInt64(scratch.count))
    records.append(scratch.view)
  }

  private func appendInstants(_ row: borrowing LentOrder) {
    let occurredAt = row.occurredAt.milliseconds
    scratch.append(signed: occurredAt)
    guard let updatedAt = row.updatedAt else { return }
    scratch.append(signed: updatedAt.milliseconds &- occurredAt)
  }

  private func append(_ amount: WrittenAmount) {
    scratch.append(signed: amount.digits)
    scratch.append(number: UInt64(UInt32(bitPattern: amount.fractionDigits)))
  }

  private func append(_ content: Digest128, _ marks: OrderMarks) {
    scratch.append(
      (content.high, content.low, 0), count: marks.contains(.wholeDigests) ? 16 : 8)
  }

  private func appendKeys(_ row: borrowing LentOrder, _ marks: OrderMarks) {
    let count = marks.contains(.wholeDigests) ? 16 : 12
    func append(_ key: Digest128?) {
      guard let key else { return }
      let low = count == 16 ? key.low : key.low >> 32
      scratch.append((key.high, low, 0), count: count)
    }
    append(row.visitor)
    append(row.customer)
    append(row.email)
    append(row.emailDomain)
    append(row.ip)
  }

  private static func marks(_ row: borrowing LentOrder) -> OrderMarks {
    var marks = OrderMarks()
    func mark(_ mark: OrderMarks, _ holds: Bool) { if holds { marks.formUnion(mark) } }
    // The bits that are only there where digests have not been cut.
    var lowBits = row.content.low
    func mark(_ mark: OrderMarks, key: Digest128?) {
      guard let key else { return }
      marks.formUnion(mark)
      lowBits |= key.low & 0xFFFF_FFFF
    }
    mark(.updatedAt, row.updatedAt != nil)
    mark(.refund, row.refunded != nil)
    mark(.currency, row.currency != nil)
    mark(.status, row.status != nil)
    mark(.correction, row.isCorrection)
    mark(.minorAmount, row.amount.isMinor)
    mark(.minorRefund, row.refunded?.isMinor == true)
    mark(.code, row.code != nil)
    mark(.clickID, row.clickID != nil)
    mark(.sku, row.sku != nil)
    mark(.category, row.category != nil)
    mark(.visitor, key: row.visitor)
    mark(.customer, key: row.customer)
    mark(.email, key: row.email)
    mark(.domain, key: row.emailDomain)
    mark(.ip, key: row.ip)
    mark(.wholeDigests, lowBits != 0)
    return marks
  }
}

extension ContentBuffer {
  /// Appends a number in as many bytes as it takes.
  @inline(__always) fileprivate func append(number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends a number whose sign goes into the last bit.
  fileprivate func append(signed number: Int64) {
    append(number: UInt64(bitPattern: number << 1 ^ number >> 63))
  }

  /// Appends a text with its length before it.
  fileprivate func append(counted text: ByteView) {
    append(number: UInt64(text.count))
    append(text)
  }
}

/// Reads records. Every access is checked against the bytes at hand.
struct OrderRecordReader {
  private let bytes: RawReader
  private var offset: Int

  /// - Parameter start: Where a record begins in `bytes`.
  init(_ bytes: RawReader, at start: Int) {
    self.bytes = bytes
    offset = start
  }

  /// Where the next record begins in the bytes.
  static func end(ofRecordAt start: Int, in bytes: RawReader) -> Int {
    var reader = OrderRecordReader(bytes, at: start)
    let count = reader.number()
    return reader.offset + Int(truncatingIfNeeded: count)
  }

  /// The bytes of the id of the order whose record begins at `start`.
  static func id(ofRecordAt start: Int, in bytes: RawReader) -> RawReader {
    var reader = OrderRecordReader(bytes, at: start)
    _ = reader.number()
    return reader.piece()
  }

  /// Reads which order the record is of, and when that was.
  mutating func head() -> (id: OrderID, occurredAt: Instant) {
    _ = number()
    let id = OrderID(text())
    let marks = OrderMarks(rawValue: bytes.word(offset, as: UInt32.self))
    offset += 4
    _ = content(marks)
    _ = number()
    _ = number()
    return (id, Instant(milliseconds: signed()))
  }

  /// Reads the record.
  mutating func row(program: ProgramOrdinal) -> OrderRow {
    _ = number()
    let id = OrderID(text())
    let word = bytes.word(offset, as: UInt32.self)
    offset += 4
    let marks = OrderMarks(rawValue: word)
    let content = content(marks)
    let file = Int32(truncatingIfNeeded: number())
    let line = Int32(truncatingIfNeeded: number())
    let occurredAt = signed()
    let updatedAt = marks.contains(.updatedAt) ? occurredAt &+ signed() : nil
    var row = OrderRow(
      origin: RowOrigin(file: file, line: line), content: content, program: program, id: id,
      occurredAt: Instant(milliseconds: occurredAt), amount: amount(marks.contains(.minorAmount)))
    if let updatedAt { row.updatedAt = Instant(milliseconds: updatedAt) }
    if marks.contains(.refund) { row.refunded = amount(marks.contains(.minorRefund)) }
    if marks.contains(.currency) { row.currency = currency() }
    if marks.contains(.status) {
      row.status = OrderStatus(rawValue: UInt8(word >> OrderMarks.statusShift))
    }
    row.isCorrection = marks.contains(.correction)
    if marks.contains(.code) { row.code = text() }
    if marks.contains(.clickID) { row.clickID = text() }
    if marks.contains(.sku) { row.sku = text() }
    if marks.contains(.category) { row.category = text() }
    if marks.contains(.visitor) { row.visitor = key(marks) }
    if marks.contains(.customer) { row.customer = key(marks) }
    if marks.contains(.email) { row.email = key(marks) }
    if marks.contains(.domain) { row.emailDomain = key(marks) }
    if marks.contains(.ip) { row.ip = key(marks) }
    return row
  }

  @inline(__always) private mutating func number() -> UInt64 {
    let byte = bytes.byte(offset)
    guard byte < 0x80 else { return longNumber() }
    offset &+= 1
    return UInt64(byte)
  }

  private mutating func longNumber() -> UInt64 {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = bytes.byte(offset)
      offset += 1
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
  }

  private mutating func signed() -> Int64 {
    let number = number()
    return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
  }

  private mutating func piece() -> RawReader {
    let count = Int(truncatingIfNeeded: number())
    let piece = bytes.slice(offset, count)
    offset += count
    return piece
  }

  private mutating func text() -> Text { piece().view.text() }

  private mutating func amount(_ isMinor: Bool) -> WrittenAmount {
    let digits = signed()
    let fraction = Int32(truncatingIfNeeded: number())
    return WrittenAmount(digits: digits, fractionDigits: fraction, isMinor: isMinor)
  }

  private mutating func currency() -> Currency {
    let packed = UInt32(bytes.word(offset, as: UInt16.self)) | UInt32(bytes.byte(offset + 2)) << 16
    offset += 3
    return Currency(packed: packed)
  }

  private mutating func content(_ marks: OrderMarks) -> Digest128 {
    let high = bytes.word(offset, as: UInt64.self)
    guard marks.contains(.wholeDigests) else {
      offset += 8
      return Digest128(high: high, low: 0)
    }
    let low = bytes.word(offset + 8, as: UInt64.self)
    offset += 16
    return Digest128(high: high, low: low)
  }

  private mutating func key(_ marks: OrderMarks) -> Digest128 {
    guard marks.contains(.wholeDigests) else {
      let key = bytes.key(offset)
      offset += 12
      return key.widened
    }
    let key = Digest128(
      high: bytes.word(offset, as: UInt64.self), low: bytes.word(offset + 8, as: UInt64.self))
    offset += 16
    return key
  }
}
