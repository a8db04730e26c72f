// Finds the records and cells of a stretch of CSV, 64 bytes at a time.
//
// Three bit masks a block (quote marks, delimiters, line feeds) and the running exclusive or of the
// first tell which delimiters and line feeds count. That holds as long as every quote mark stands
// where RFC 4180 wants it; the first that does not ends its record's line, as a `bad_row`, and the
// scan starts afresh behind it. CSVRecordEnd.swift says the same byte by byte; what changes here
// changes there and in QuoteCensus.swift.

internal import CByteMask
internal import Glibc

/// What the scan of a CSV file needs to know of it.
struct CSVScanner {
  let delimiter: UInt8
  /// The names in the header, of which every row must have as many cells.
  let header: [String]
  let recordLimit: Int

  /// Fills `batch` with the records in its first `count` bytes.
  ///
  /// - Parameter isLast: Whether the range ends there, and the last record with it.
  /// - Precondition: 64 more bytes can be read behind them, none of which counts.
  /// - Returns: How many bytes are done with (the rest is the start of a record), and their lines.
  func scan(_ batch: RecordBatch, count: Int, isLast: Bool) -> (bytes: Int, lines: Int) {
    CellMasks.with(delimiter: delimiter) { masks in
      scan(batch, count: count, isLast: isLast, masks)
    }
  }

  private func scan(
    _ batch: RecordBatch, count: Int, isLast: Bool, _ masks: CellMasks
  ) -> (bytes: Int, lines: Int) {
    var scan = CSVScan(batch, scanner: self, count: count, masks)
    while scan.position < count {
      let anomaly = scan.takeBlock()
      if anomaly >= 0, !scan.leaveLine(of: anomaly, isLast: isLast) { break }
    }
    if isLast { scan.takeLastRecord() }
    scan.giveBackCells()
    batch.count = batch.rows.count
    if !scan.sawPlainBytesOnly { judgeBytes(batch, count: scan.rowStart) }
    if scan.sawDoubledQuotes { batch.side.reserve(count) }
    return (scan.rowStart, scan.rowLine)
  }

  /// Refuses the records with a NUL byte or with what is not UTF-8.
  private func judgeBytes(_ batch: RecordBatch, count: Int) {
    // SAFETY: the scan has done with `count` bytes of the batch.
    let bytes = unsafe ByteView(base: batch.base, count: count)
    var row = 0
    var start = 0
    var nul = bytes.firstOffset(of: 0, from: 0) ?? count
    while start < count {
      // The part before a NUL byte is looked at once, the part behind it later.
      let part = bytes.slice(from: start, to: nul)
      let offset = part.firstInvalidUTF8().map { start + $0 } ?? nul
      guard offset < count else { return }
      while row < batch.count, Int(batch.rows[row].end) <= offset { row += 1 }
      guard row < batch.count else { return }
      if batch.fault(row) == nil { judgeBytes(batch, row: row) }
      start = max(Int(batch.rows[row].end), offset + 1)
      if nul < start { nul = bytes.firstOffset(of: 0, from: min(start, count)) ?? count }
    }
  }

  /// Refuses a record if it has a NUL byte or is not UTF-8.
  private func judgeBytes(_ batch: RecordBatch, row: Int) {
    let record = batch.raw(row)
    if let offset = record.firstOffset(of: 0, from: 0) {
      batch.refuse(row, .nulByte(column: column(at: offset, of: row, in: batch)))
    } else if let offset = record.firstInvalidUTF8() {
      batch.refuse(row, .badUTF8(offset: offset, column: column(at: offset, of: row, in: batch)))
    }
  }

  /// The name of the column whose cell holds an offset of a good row.
  private func column(at offset: Int, of row: Int, in batch: RecordBatch) -> String? {
    let place = batch.rows[row]
    for index in header.indices
    where Int(batch.cellEnds[Int(place.firstCell) + index]) >= Int(place.start) + offset {
      return header[index]
    }
    return nil
  }
}

/// The scan under way. All offsets are from the batch's first byte.
@safe private struct CSVScan {
  let batch: RecordBatch
  let scanner: CSVScanner
  let count: Int
  // SAFETY: the batch's bytes; 64 can be read behind `count`, by the contract of `scan`.
  let base: UnsafePointer<UInt8>
  // SAFETY: the memory of the batch's cell ends, which only `growCells` moves; the first
  // `cellCount` of `cellRoom` are set. Kept here because a block's few cells ask for them.
  private var cells: UnsafeMutablePointer<UInt32>
  private var cellCount: Int
  private var cellRoom: Int
  var position = 0
  var rowStart = 0
  /// Lines before `rowStart`.
  var rowLine = 0
  var sawDoubledQuotes = false
  private var masks: CellMasks
  private var rowFirstCell = 0
  private var lineEnds = 0
  private var quotedFeeds = 0
  private let expectedCells: Int
  private let recordLimit: Int

  // Carried from block to block: whether it begins inside quotes (all ones), after something that
  // an opening mark may follow, after a closing mark, after a closing mark and CR.
  private var inside: UInt64 = 0
  private var preceded: UInt64 = 1
  private var closed: UInt64 = 0
  private var returned: UInt64 = 0
  /// Not zero where a record that began in an earlier block, or one in this block, may have a
  /// doubled mark.
  private var doubledBefore: UInt64 = 0
  private var doubledHere: UInt64 = 0

  @inline(__always) init(
    _ batch: RecordBatch, scanner: CSVScanner, count: Int, _ masks: CellMasks
  ) {
    self.batch = batch
    self.scanner = scanner
    self.count = count
    unsafe base = UnsafePointer(batch.base)
    unsafe cells = batch.cellEnds.base
    cellCount = batch.cellEnds.count
    cellRoom = batch.cellEnds.capacity
    expectedCells = scanner.header.count
    self.masks = masks
    recordLimit = scanner.recordLimit
  }

  /// Whether no byte so far was NUL or beyond ASCII.
  var sawPlainBytesOnly: Bool { masks.sawPlainBytesOnly }

  /// Takes the block at `position` up to the first misplaced quote mark, whose offset it gives
  /// (of the mark, or of what wrongly follows it); -1 where there is none.
  @inline(__always) mutating func takeBlock() -> Int {
    let start = position
    let left = count &- start
    let valid: UInt64 = left >= 64 ? .max : (1 << UInt64(left)) &- 1
    let found = unsafe masks.take(base + start, of: (left &+ 63) >> 6)
    let marks = found.marks & valid
    let feeds = found.feeds & valid
    let delimiters = found.delimiters & valid
    let within = found.quoted ^ inside
    let openings = marks & within
    let closings = marks & ~within
    let separators = delimiters | feeds
    let neighbours = separators | marks
    let afterClosing = closings << 1 | closed
    var bad = openings & ~(neighbours << 1 | preceded)
    let odd = afterClosing & ~neighbours & valid
    var returnedNext: UInt64 = 0
    if odd | returned != 0 {
      let returns = unsafe ByteBlock(base + start).mask(of: carriageReturn) & valid
      bad |= odd & ~returns
      bad |= ((odd & returns) << 1 | returned) & ~feeds & valid
      returnedNext = (odd & returns) >> 63
    }
    doubledHere = openings & afterClosing
    var counted = ~within
    if bad != 0 { counted &= (bad & (0 &- bad)) &- 1 }
    let cellsBefore = cellCount
    appendCellEnds(separators & counted, at: start)
    let quoted = feeds & within & (bad == 0 ? .max : (bad & (0 &- bad)) &- 1)
    endRows(
      feeds & counted, separators: separators & counted, quoted: quoted, at: start,
      cellsBefore: cellsBefore)
    if quoted != 0 { quotedFeeds &+= quoted.nonzeroBitCount }
    doubledBefore |= doubledHere
    if bad != 0 { return start &+ bad.trailingZeroBitCount }
    inside = UInt64(bitPattern: Int64(bitPattern: within) >> 63)
    preceded = neighbours >> 63
    closed = closings >> 63
    returned = returnedNext
    position = start &+ 64
    return -1
  }

  /// Writes the offset of every set bit, four at a time; what is written too much is overwritten.
  @inline(__always) private mutating func appendCellEnds(_ mask: UInt64, at start: Int) {
    let total = cellCount &+ mask.nonzeroBitCount
    if total &+ 4 > cellRoom { growCells(total &+ 4) }
    var bits = mask
    let first = UInt32(truncatingIfNeeded: start)
    // SAFETY: there is room for four more than the bits that are set.
    var target = unsafe cells + cellCount
    while bits != 0 {
      for lane in 0..<4 {
        unsafe target[lane] = first &+ UInt32(truncatingIfNeeded: bits.trailingZeroBitCount)
        bits &= bits &- 1
      }
      unsafe target += 4
    }
    cellCount = total
  }

  @inline(never) private mutating func growCells(_ wanted: Int) {
    giveBackCells()
    batch.cellEnds.reserve(wanted)
    unsafe cells = batch.cellEnds.base
    cellRoom = batch.cellEnds.capacity
  }

  /// Tells the batch how many cells were found.
  func giveBackCells() { batch.cellEnds.count = cellCount }

  @inline(__always) private mutating func endRows(
    _ ends: UInt64, separators: UInt64, quoted: UInt64, at start: Int, cellsBefore: Int
  ) {
    var bits = ends
    while bits != 0 {
      let bit = bits & (0 &- bits)
      let through = bit | (bit &- 1)
      lineEnds &+= 1
      let nextCell = cellsBefore &+ (separators & through).nonzeroBitCount
      let nextLine = lineEnds &+ quotedFeeds &+ (quoted & through).nonzeroBitCount
      endRow(at: start &+ bits.trailingZeroBitCount, nextCell: nextCell, nextLine: nextLine)
      bits &= bits &- 1
    }
  }

  /// Ends the record at the line feed at `end`.
  @inline(__always) private mutating func endRow(at end: Int, nextCell: Int, nextLine: Int) {
    var contentEnd = end
    if end > rowStart, unsafe base[end &- 1] == carriageReturn { contentEnd &-= 1 }
    if contentEnd != rowStart { appendRow(contentEnd: contentEnd, nextCell: nextCell) }
    rowStart = end &+ 1
    rowFirstCell = nextCell
    rowLine = nextLine
  }

  @inline(__always) private mutating func appendRow(contentEnd: Int, nextCell: Int) {
    // SAFETY: 0 < nextCell ≤ cellCount, as the cell that ends here has been taken.
    unsafe cells[nextCell &- 1] = UInt32(truncatingIfNeeded: contentEnd)
    let isWhole =
      nextCell &- rowFirstCell == expectedCells && contentEnd &- rowStart <= recordLimit
    guard isWhole else { return refuseRow(contentEnd: contentEnd, nextCell: nextCell) }
    batch.rows.append(
      RecordPlace(
        start: rowStart, end: contentEnd, firstCell: UInt32(truncatingIfNeeded: rowFirstCell),
        lineOffset: rowLine, hasDoubledQuotes: doubledBefore | doubledHere != 0))
    if doubledBefore | doubledHere != 0 {
      sawDoubledQuotes = true
      doubledBefore = 0
    }
  }

  @inline(never) private mutating func refuseRow(contentEnd: Int, nextCell: Int) {
    let isLong = contentEnd &- rowStart > recordLimit
    let fault: RecordFault =
      isLong
      ? .tooLong(limit: recordLimit)
      : .cellCount(nextCell &- rowFirstCell, expected: expectedCells)
    batch.append(fault, start: rowStart, end: contentEnd, lineOffset: rowLine)
    doubledBefore = 0
  }
}

extension CSVScan {
  /// Refuses the record with the misplaced mark at `anomaly`, and goes on behind its line.
  ///
  /// - Returns: false where the line's end has not been read yet.
  @inline(never) mutating func leaveLine(of anomaly: Int, isLast: Bool) -> Bool {
    // SAFETY: `count` bytes of the batch are set.
    let bytes = unsafe ByteView(base: base, count: count)
    let feed = bytes.firstOffset(of: lineFeed, from: anomaly)
    guard feed != nil || isLast else { return false }
    let end = feed ?? count
    var contentEnd = end
    if feed != nil, bytes[end - 1] == carriageReturn { contentEnd -= 1 }
    let isStray = bytes[anomaly] == quoteMark
    let column = currentColumn
    refuse(
      isStray ? .strayQuote(column: column) : .textAfterQuote(column: column), end: contentEnd)
    lineEnds += 1
    rowLine = lineEnds + quotedFeeds
    rowStart = min(end + 1, count)
    position = end + 1
    masks.restart()
    rowFirstCell = cellCount
    inside = 0
    preceded = 1
    closed = 0
    returned = 0
    return true
  }

  /// Ends the record that the end of the range ends.
  mutating func takeLastRecord() {
    guard rowStart < count else { return }
    // SAFETY: `count` bytes of the batch are set.
    let bytes = unsafe ByteView(base: base, count: count)
    let endsInReturn =
      count - rowStart >= 2 && bytes[count - 1] == carriageReturn && bytes[count - 2] == quoteMark
    if inside != 0 {
      refuse(.unterminatedQuote, end: count)
    } else if endsInReturn {
      refuse(.textAfterQuote(column: currentColumn), end: count)
    } else {
      if cellCount == cellRoom { growCells(cellCount + 1) }
      unsafe cells[cellCount] = UInt32(truncatingIfNeeded: count)
      cellCount += 1
      appendRow(contentEnd: count, nextCell: cellCount)
    }
    rowStart = count
  }

  /// The column that the scan stands in.
  private var currentColumn: String? {
    let index = cellCount - rowFirstCell
    return index < scanner.header.count ? scanner.header[index] : nil
  }

  private mutating func refuse(_ fault: RecordFault, end: Int) {
    let isLong = end - rowStart > recordLimit && fault != .unterminatedQuote
    batch.append(
      isLong ? .tooLong(limit: recordLimit) : fault, start: rowStart, end: end,
      lineOffset: rowLine)
    doubledBefore = 0
  }
}
