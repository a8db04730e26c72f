// The order rows of one programme, as records that are read one at a time.
import Pipeline

/// The rows of orders that a night brings for one programme, in the order of files and lines.
public struct OrderRows: Sendable {
  private let program: ProgramOrdinal
  private let records: OwnedBytes?
  /// Where each record begins in `records`.
  private let starts: [Int]

  /// No rows.
  public init() {
    program = ProgramOrdinal(0)
    records = nil
    starts = []
  }

  /// Rows as they are given.
  public init(_ rows: [OrderRow]) {
    let buffer = ContentBuffer()
    let writer = OrderRecordWriter(into: buffer)
    for row in rows { writer.append(row) }
    let bytes = RawReader(buffer.view)
    self.init(
      program: rows.first?.program ?? ProgramOrdinal(0),
      records: OwnedBytes(count: buffer.count) { $0.copy(bytes, at: 0) }, start: 0,
      end: buffer.count, count: rows.count)
  }

  /// - Parameter records: Whole records from `start` to `end`.
  /// - Parameter count: How many they are.
  init(program: ProgramOrdinal, records: OwnedBytes, start: Int, end: Int, count: Int) {
    self.program = program
    self.records = records
    var starts: [Int] = []
    starts.reserveCapacity(count)
    records.withReader { bytes in
      var place = start
      while place < end {
        starts.append(place)
        place = OrderRecordReader.end(ofRecordAt: place, in: bytes)
      }
    }
    self.starts = starts
  }

  /// How many rows there are.
  public var count: Int { starts.count }
  public var isEmpty: Bool { starts.isEmpty }

  /// A row by its place.
  public subscript(place: Int) -> OrderRow {
    guard let records else { preconditionFailure("there is no such row") }
    return records.withReader { bytes in
      var reader = OrderRecordReader(bytes, at: starts[place])
      return reader.row(program: program)
    }
  }

  /// Which order a row is of, and when that was.
  func head(_ place: Int) -> (id: OrderID, occurredAt: Instant) {
    guard let records else { preconditionFailure("there is no such row") }
    return records.withReader { bytes in
      var reader = OrderRecordReader(bytes, at: starts[place])
      return reader.head()
    }
  }

  /// The first sixteen bytes of a row's order id; see ``Text/sortKey``.
  func sortKey(_ place: Int) -> (UInt64, UInt64) {
    withID(place) { $0.sortKey }
  }

  /// Lends the bytes of a row's order id.
  @inline(__always) func withID<Result>(_ place: Int, _ body: (RawReader) -> Result) -> Result {
    guard let records else { preconditionFailure("there is no such row") }
    return records.withReader { bytes in
      body(OrderRecordReader.id(ofRecordAt: starts[place], in: bytes))
    }
  }

  /// Compares the order ids of two rows: below 0 where `left` goes first, 0 where both are the same.
  func compareIDs(_ left: Int, _ right: Int) -> Int {
    withID(left) { left in withID(right) { right in compareBytes(left, right) } }
  }
}

extension RawReader {
  /// The first sixteen bytes as two big-endian words, with zeros behind the end.
  fileprivate var sortKey: (UInt64, UInt64) {
    if count >= 16 {
      return (word(0, as: UInt64.self).byteSwapped, word(8, as: UInt64.self).byteSwapped)
    }
    let whole = count >= 8 ? word(0, as: UInt64.self).byteSwapped : 0
    var rest: UInt64 = 0
    for place in (count & 8)..<count { rest = rest << 8 | UInt64(byte(place)) }
    let missing = UInt64(8 &- (count & 7)) &* 8
    rest = missing == 64 ? 0 : rest << missing
    return count >= 8 ? (whole, rest) : (rest, 0)
  }
}
