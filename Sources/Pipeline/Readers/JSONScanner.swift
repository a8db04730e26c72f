// Finds the records and fields of a stretch of JSONL, line by line, and checks all of each line.

internal import Glibc

/// What the scan of a JSONL file needs to know.
final class JSONScanner {
  let recordLimit: Int
  let columnCount: Int
  let names: JSONNames
  let stops = JSONStops()
  /// The names of the objects that are open, outermost first.
  private let openNames = FlatList<JSONText>(capacity: 256)
  /// Where the members of the line's own object stand.
  private let spans = FlatList<JSONSpan>(capacity: 64)
  /// How deep objects and arrays may be nested.
  private let depthLimit = 64
  /// The byte of the line whose column is looked for, and its name once found.
  private var watched = -1
  private var watchedName: String?

  /// Whether lines of a known shape may go the quick way; tests read every line in full.
  private let knowsShapes: Bool

  /// - Parameter columns: The member names that are wanted, all different.
  init(columns: [String], recordLimit: Int, knowsShapes: Bool = true) {
    self.recordLimit = recordLimit
    self.knowsShapes = knowsShapes
    columnCount = columns.count
    names = JSONNames(wanted: columns.map { Array($0.utf8) })
  }

  /// Fills `batch` with the records in its first `count` bytes.
  ///
  /// - Parameter isLast: Whether the range ends there, and the last record with it.
  /// - Precondition: 64 line feeds follow them.
  /// - Returns: How many bytes are done with (the rest is the start of a record), and their lines.
  func scan(_ batch: RecordBatch, count: Int, isLast: Bool) -> (bytes: Int, lines: Int) {
    // SAFETY: `count` bytes of the batch are set, and 64 behind them.
    let bytes = unsafe ByteView(base: batch.base, count: count)
    unsafe stops.find(in: UnsafePointer(batch.base), count: count)
    var start = 0
    var line = 0
    while start < count {
      if knowsShapes { takeKnownLines(batch, start: &start, line: &line, count: count) }
      guard start < count,
        let next = takeAnyLine(batch, bytes, start: start, line: line, isLast: isLast)
      else { break }
      start = next
      line += 1
    }
    batch.count = batch.rows.count
    judgeUTF8(batch)
    return (start, line)
  }

  /// Takes the line at `start` whatever it is; gives the offset behind it, nil where its end is not
  /// there yet.
  private func takeAnyLine(
    _ batch: RecordBatch, _ bytes: ByteView, start: Int, line: Int, isLast: Bool
  ) -> Int? {
    let feed = bytes.firstOffset(of: lineFeed, from: start)
    guard let end = feed ?? (isLast ? bytes.count : nil) else { return nil }
    var contentEnd = end
    if feed != nil, end > start, bytes[end - 1] == carriageReturn { contentEnd -= 1 }
    if contentEnd > start {
      takeLine(batch, start: start, end: end, contentEnd: contentEnd, line: line)
    }
    return feed == nil ? end : end + 1
  }

  private func takeLine(
    _ batch: RecordBatch, start: Int, end: Int, contentEnd: Int, line: Int
  ) {
    guard contentEnd &- start <= recordLimit else {
      return batch.append(
        .tooLong(limit: recordLimit), start: start, end: contentEnd, lineOffset: line)
    }
    let firstField = batch.fields.count
    var cursor = unsafe JSONCursor(base: UnsafePointer(batch.base), side: batch.side, offset: start)
    do throws(JSONLineFault) {
      try takeObject(&cursor, batch, end: end)
      batch.rows.append(
        RecordPlace(
          start: start, end: contentEnd, firstCell: UInt32(truncatingIfNeeded: firstField),
          lineOffset: line))
    } catch {
      batch.fields.count = firstField
      let message = "\(error.message) (byte \(cursor.offset - start + 1) of the line)"
      batch.append(
        .badRow(message: message, column: nil), start: start, end: contentEnd, lineOffset: line)
    }
  }

  /// Reads the line's object and stores the wanted fields.
  private func takeObject(
    _ cursor: inout JSONCursor, _ batch: RecordBatch, end: Int
  ) throws(JSONLineFault) {
    let firstField = batch.fields.count
    batch.fields.reserve(firstField &+ columnCount)
    for _ in 0..<columnCount { batch.fields.append(.absent) }
    openNames.count = 0
    cursor.skipSpace()
    guard cursor.byte == UInt8(ascii: "{") else { throw .notAnObject }
    cursor.offset &+= 1
    cursor.skipSpace()
    if cursor.byte == UInt8(ascii: "}") {
      cursor.offset &+= 1
    } else {
      try takeMembers(&cursor, batch, firstField: firstField)
    }
    cursor.skipSpace()
    guard cursor.offset == end else { throw cursor.byte == 0 ? .nul : .textAfterObject }
  }

  private func takeMembers(
    _ cursor: inout JSONCursor, _ batch: RecordBatch, firstField: Int
  ) throws(JSONLineFault) {
    spans.count = 0
    repeat {
      let nameStart = cursor.offset
      let name = try memberName(&cursor)
      let start = cursor.offset
      openNames.append(name)
      spans.append(JSONSpan(start: nameStart, end: start))
      let column = names.column(of: cursor.view(name))
      let field = try value(&cursor, depth: 1, isWanted: column >= 0)
      if column >= 0 { batch.fields[firstField &+ column] = field }
      if watched >= start, watched < cursor.offset { watchedName = cursor.view(name).string() }
    } while try goesOn(&cursor, closing: UInt8(ascii: "}"))
    if JSONNames.hasDuplicate(openNames, from: 0, cursor) { throw .duplicateName }
    names.learn(openNames, spans, cursor)
  }

  /// Reads a member name and its colon, up to the value.
  @inline(__always) private func memberName(
    _ cursor: inout JSONCursor
  ) throws(JSONLineFault) -> JSONText {
    guard cursor.byte == quoteMark else { throw cursor.byte == 0 ? .nul : .expectedName }
    let name = try cursor.string(isWanted: true)
    cursor.skipSpace()
    guard cursor.byte == UInt8(ascii: ":") else { throw cursor.byte == 0 ? .nul : .expectedColon }
    cursor.offset &+= 1
    cursor.skipSpace()
    return name
  }

  /// Reads what follows a value: true for a comma, false for the closing bracket.
  @inline(__always) private func goesOn(
    _ cursor: inout JSONCursor, closing: UInt8
  ) throws(JSONLineFault) -> Bool {
    cursor.skipSpace()
    let byte = cursor.byte
    guard byte == UInt8(ascii: ",") || byte == closing else {
      throw byte == 0 ? .nul : .expectedCommaOrEnd
    }
    cursor.offset &+= 1
    if byte == closing { return false }
    cursor.skipSpace()
    return true
  }

  /// Reads any value; `depth` is how many objects and arrays are open.
  func value(
    _ cursor: inout JSONCursor, depth: Int, isWanted: Bool
  ) throws(JSONLineFault) -> FieldPlace {
    let start = cursor.offset
    var form = FieldForm.absent
    switch cursor.byte {
    case quoteMark:
      let text = try cursor.string(isWanted: isWanted)
      if text.count == 0 { return .absent }
      return FieldPlace(
        start: text.start, count: text.count, form: .text, isAside: text.isAside)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      try cursor.number()
      form = .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"):
      try cursor.literal()
      form = .literal
    case UInt8(ascii: "n"):
      try cursor.literal()
      return .absent
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      try structure(&cursor, depth: depth &+ 1)
      form = .structure
    case 0: throw .nul
    default: throw .expectedValue
    }
    return FieldPlace(start: start, count: cursor.offset &- start, form: form, isAside: false)
  }

  /// Reads a nested object or array.
  private func structure(_ cursor: inout JSONCursor, depth: Int) throws(JSONLineFault) {
    guard depth <= depthLimit else { throw .tooDeep }
    let isObject = cursor.byte == UInt8(ascii: "{")
    let closing = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    let firstName = openNames.count
    cursor.offset &+= 1
    cursor.skipSpace()
    if cursor.byte == closing {
      cursor.offset &+= 1
      return
    }
    repeat {
      if isObject { openNames.append(try memberName(&cursor)) }
      _ = try value(&cursor, depth: depth, isWanted: false)
    } while try goesOn(&cursor, closing: closing)
    if JSONNames.hasDuplicate(openNames, from: firstName, cursor) { throw .duplicateName }
    openNames.count = firstName
  }

  /// Refuses the records that are not UTF-8.
  private func judgeUTF8(_ batch: RecordBatch) {
    let blocks = stops.blocksBeyondASCII
    var row = 0
    for index in 0..<blocks.count {
      let block = blocks[index]
      while row < batch.count, Int(batch.rows[row].end) <= block { row += 1 }
      while row < batch.count, Int(batch.rows[row].start) < block + 64 {
        judgeUTF8(batch, row: row)
        row += 1
      }
      if row == batch.count { return }
    }
  }

  private func judgeUTF8(_ batch: RecordBatch, row: Int) {
    guard batch.fault(row) == nil, let offset = batch.raw(row).firstInvalidUTF8() else { return }
    batch.refuse(row, .badUTF8(offset: offset, column: column(at: offset, of: row, batch)))
  }

  /// The name of the member whose value holds an offset of a good record.
  private func column(at offset: Int, of row: Int, _ batch: RecordBatch) -> String? {
    let place = batch.rows[row]
    watched = Int(place.start) + offset
    watchedName = nil
    defer { watched = -1 }
    let kept = batch.fields.count
    var cursor = unsafe JSONCursor(
      base: UnsafePointer(batch.base), side: batch.side, offset: Int(place.start))
    // The line has been read before without a fault.
    do throws(JSONLineFault) {
      try takeObject(&cursor, batch, end: Int(place.end))
    } catch {
      watchedName = nil
    }
    batch.fields.count = kept
    return watchedName
  }
}
