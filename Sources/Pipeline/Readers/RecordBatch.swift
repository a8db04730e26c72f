// A batch of records as offsets into the bytes that were read. Nothing is copied but the few cells
// that have doubled quote marks or escapes.

internal import Glibc

/// Records in the order of the file, good and faulty, lent to the reader's caller.
///
/// A batch is filled again for the next call: neither it nor its views may be kept. It belongs to
/// the thread that reads the range.
@safe public final class RecordBatch {
  /// The number of records, good and faulty.
  public internal(set) var count = 0

  // SAFETY: `base` points at the reader's buffer (or at `oversized`), which outlives the call that
  // lends the batch; every offset in the lists below is inside it, or inside `side`.
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var firstLine = 1
  let recordLimit: Int
  let columnCount: Int
  /// Where each wanted column stands: its cell in a CSV row, its field in a JSON record; -1: nowhere.
  private let places: FlatList<Int32>
  let isCSV: Bool

  let rows = FlatList<RecordPlace>(capacity: 4096)
  /// The end of every cell of every good CSV row, one after the other.
  let cellEnds = FlatList<UInt32>(capacity: 32_768)
  /// The fields of every JSON record, `columnCount` each.
  let fields = FlatList<FieldPlace>(capacity: 4096)
  /// Unescaped cells and strings.
  let side = FlatList<UInt8>(capacity: 4096)
  var faults: [Int: RecordFault] = [:]
  private var unescaped: [UInt32: FieldPlace] = [:]
  /// The fields laid out last, column by column.
  let table = FlatList<FieldPlace>(capacity: 16)
  private let oversized = FlatList<UInt8>(capacity: 16)

  /// What the records are rewritten by, where they are.
  let mapping: (any BoundMapping)?
  /// Records that a mapping does not take in.
  public internal(set) var setAside: [SetAsideRecord] = []
  /// Lines that a mapping takes for no records.
  public internal(set) var passedOver = 0

  /// - Parameter places: For each wanted column its cell or field, -1 for none.
  init(
    isCSV: Bool, places: [Int], fieldCount: Int, recordLimit: Int,
    mapping: (any BoundMapping)? = nil
  ) {
    self.mapping = mapping
    self.isCSV = isCSV
    self.recordLimit = recordLimit
    columnCount = fieldCount
    self.places = FlatList(capacity: places.count)
    for place in places { self.places.append(Int32(truncatingIfNeeded: place)) }
    unsafe base = side.base
  }

  /// Empties the batch, for records in `count` bytes at `base`.
  @unsafe func reset(base: UnsafeMutablePointer<UInt8>, firstLine: Int) {
    unsafe self.base = base
    self.firstLine = firstLine
    count = 0
    rows.count = 0
    cellEnds.count = 0
    fields.count = 0
    side.count = 0
    if !faults.isEmpty { faults.removeAll(keepingCapacity: true) }
    if !unescaped.isEmpty { unescaped.removeAll(keepingCapacity: true) }
  }

  /// Adds a faulty record.
  func append(
    _ fault: RecordFault, start: Int, end: Int, lineOffset: Int
  ) {
    faults[rows.count] = fault
    rows.append(RecordPlace(start: start, end: end, firstCell: .max, lineOffset: lineOffset))
    count = rows.count
  }

  /// Makes a record that has been appended faulty.
  func refuse(_ row: Int, _ fault: RecordFault) {
    faults[row] = fault
    rows[row].firstCell = .max
  }

  /// Keeps the first bytes of a record that is too long to hold, as the batch's only record.
  @unsafe func keepOversized(base: UnsafeMutablePointer<UInt8>, firstLine: Int) {
    oversized.reserve(recordLimit)
    // SAFETY: the reader holds more than `recordLimit` bytes of the record.
    unsafe memcpy(oversized.base, base, recordLimit)
    unsafe reset(base: oversized.base, firstLine: firstLine)
  }
}

/// Where a record stands in the batch's bytes.
struct RecordPlace: BitwiseCopyable {
  var start: UInt32
  /// Before the line end.
  var end: UInt32
  /// The index of its first cell or field; `UInt32.max` for a faulty record.
  var firstCell: UInt32
  private var lineAndMark: UInt32

  @inline(__always) init(
    start: Int, end: Int, firstCell: UInt32, lineOffset: Int, hasDoubledQuotes: Bool = false
  ) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
    self.firstCell = firstCell
    lineAndMark = UInt32(truncatingIfNeeded: lineOffset) << 1 | (hasDoubledQuotes ? 1 : 0)
  }

  /// Lines between the start of the batch and the start of the record.
  @inline(__always) var lineOffset: Int { Int(lineAndMark >> 1) }
  /// Whether some cell may have doubled quote marks.
  @inline(__always) var hasDoubledQuotes: Bool { lineAndMark & 1 == 1 }
}

extension RecordBatch {
  /// The physical line on which the record starts; a CSV header is line 1.
  public func line(_ row: Int) -> Int { firstLine + rows[row].lineOffset }

  /// Why the record is faulty, if it is; then its fields are not to be read.
  public func fault(_ row: Int) -> RecordFault? {
    rows[row].firstCell == .max ? faults[row] : nil
  }

  /// The record's bytes as they stand, without its line end; of a longer one the first 1 MiB.
  public func raw(_ row: Int) -> ByteView {
    let place = rows[row]
    let count = min(Int(place.end &- place.start), recordLimit)
    return unsafe ByteView(base: base + Int(place.start), count: count)
  }

  /// Lays out the wanted fields of some records; good until the next call or the batch's end.
  ///
  /// - Parameter range: At most ``FieldTable/mostRows`` records; a faulty one has no field.
  public func layOut(_ range: Range<Int>) -> FieldTable {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count && range.count <= FieldTable.mostRows,
      "more records than a table has room for")
    table.reserve(places.count * FieldTable.mostRows)
    for column in 0..<places.count {
      let target = unsafe table.base + column * FieldTable.mostRows
      let place = Int(places[column])
      if place < 0 {
        for row in 0..<range.count { unsafe target[row] = .absent }
      } else if !isCSV {
        unsafe layOutFields(range, place, into: target)
      } else if place == 0 {
        unsafe layOutCells(range, 0, into: target) { record, _ in record.start }
      } else {
        unsafe layOutCells(range, place, into: target) { _, before in before &+ 1 }
      }
    }
    return unsafe FieldTable(
      base: UnsafePointer(base), side: UnsafePointer(side.base),
      places: UnsafePointer(table.base), columnCount: places.count)
  }

  @unsafe private func layOutFields(
    _ range: Range<Int>, _ place: Int, into target: UnsafeMutablePointer<FieldPlace>
  ) {
    for row in range {
      let first = rows[row].firstCell
      unsafe target[row - range.lowerBound] =
        first == .max ? .absent : fields[Int(first) &+ place]
    }
  }

  /// - Parameter start: Where a cell starts, by its record and the end of the cell before.
  @inline(__always) @unsafe private func layOutCells(
    _ range: Range<Int>, _ place: Int, into target: UnsafeMutablePointer<FieldPlace>,
    start: (RecordPlace, UInt32) -> UInt32
  ) {
    // SAFETY: records of the range are set, and so are all cells of the good ones.
    let records = unsafe rows.base + range.lowerBound
    let ends = unsafe cellEnds.base
    for row in 0..<range.count {
      let record = unsafe records[row]
      guard record.firstCell != .max else {
        unsafe target[row] = .absent
        continue
      }
      let index = Int(record.firstCell) &+ place
      let end = unsafe ends[index]
      let start = start(record, place == 0 ? 0 : unsafe ends[index &- 1])
      if start >= end {
        unsafe target[row] = .absent
      } else if unsafe base[Int(start)] != quoteMark {
        unsafe target[row] = FieldPlace(
          start: Int(start), count: Int(end &- start), form: .text, isAside: false)
      } else {
        unsafe target[row] = quotedCell(record, start: Int(start), end: Int(end))
      }
    }
  }

  /// A cell that begins with a quote mark.
  @inline(__always) private func quotedCell(
    _ record: RecordPlace, start: Int, end: Int
  ) -> FieldPlace {
    let inner = unsafe ByteView(base: base + start + 1, count: end &- start &- 2)
    if inner.isEmpty { return .absent }
    if record.hasDoubledQuotes, inner.firstOffset(of: quoteMark, from: 0) != nil {
      return unescapedCell(inner, at: start)
    }
    return FieldPlace(start: start &+ 1, count: inner.count, form: .text, isAside: false)
  }

  /// A field of a good record; `column` is its index in the ``ColumnRequest``.
  public func field(_ row: Int, _ column: Int) -> Field {
    let place = Int(places[column])
    guard place >= 0 else { return absent }
    let record = rows[row]
    assert(record.firstCell != .max, "a faulty record has no fields")
    let index = Int(record.firstCell) &+ place
    guard isCSV else { return field(fields[index]) }
    let start = place == 0 ? Int(record.start) : Int(cellEnds[index &- 1]) &+ 1
    let end = Int(cellEnds[index])
    guard start < end else { return absent }
    guard unsafe base[start] == quoteMark else {
      return Field(bytes: unsafe ByteView(base: base + start, count: end &- start), form: .text)
    }
    return field(quotedCell(record, start: start, end: end))
  }

  private var absent: Field {
    Field(bytes: unsafe ByteView(base: base, count: 0), form: .absent)
  }

  @inline(__always) private func field(_ place: FieldPlace) -> Field {
    let memory = unsafe place.isAside ? side.base : base
    let bytes = unsafe ByteView(base: memory + place.offset, count: place.count)
    return Field(bytes: bytes, form: place.form)
  }

  /// The cell with each doubled quote mark made one; done once a cell.
  ///
  /// The side buffer has room for all cells of the batch before the first is asked for, so that
  /// views into it stay good.
  private func unescapedCell(_ inner: ByteView, at start: Int) -> FieldPlace {
    let key = UInt32(truncatingIfNeeded: start)
    if let known = unescaped[key] { return known }
    let first = side.count
    var offset = 0
    while offset < inner.count {
      let byte = inner[offset]
      side.append(byte)
      offset &+= byte == quoteMark ? 2 : 1
    }
    let place = FieldPlace(start: first, count: side.count - first, form: .text, isAside: true)
    unescaped[key] = place
    return place
  }
}
