// The quick way through JSONL: lines whose members are known ones, in the order they are known in.
//
// It takes less than JSONScanner.swift does and never takes anything otherwise: a line that is not
// plainly right, or not of that shape, is left to the other, faults and all.

extension JSONScanner {
  /// Takes lines from `start` on up to the first that is to be read in full.
  func takeKnownLines(_ batch: RecordBatch, start: inout Int, line: inout Int, count: Int) {
    let keys = names.knownKeys
    guard keys.count > 0 else { return }
    let stops = stops.view
    while start < count {
      let next = takeKnownLine(batch, keys, stops, start: start, line: line, count: count)
      if next < 0 { return }
      start = next
      line &+= 1
    }
  }

  /// Takes the line at `start`; gives the offset behind it, -1 for a line that is none of these.
  ///
  /// No memory is left behind by such a line but what escapes took in the side buffer.
  @inline(__always) private func takeKnownLine(
    _ batch: RecordBatch, _ keys: JSONKeyView, _ stops: JSONStopView, start: Int, line: Int,
    count: Int
  ) -> Int {
    let firstField = batch.fields.count
    batch.fields.reserve(firstField &+ columnCount)
    // SAFETY: there is room for `columnCount` fields, the columns of all keys among them.
    let fields = unsafe batch.fields.base + firstField
    for column in 0..<columnCount { unsafe fields[column] = .absent }
    var cursor = unsafe JSONCursor(base: UnsafePointer(batch.base), side: batch.side, offset: start)
    guard cursor.byte == UInt8(ascii: "{"),
      unsafe takeKnownMembers(&cursor, keys, stops, fields)
    else { return -1 }
    let contentEnd = cursor.offset
    if cursor.byte == carriageReturn { cursor.offset &+= 1 }
    guard cursor.offset < count, cursor.byte == lineFeed, contentEnd &- start <= recordLimit else {
      return -1
    }
    batch.fields.count = firstField &+ columnCount
    batch.rows.append(
      RecordPlace(
        start: start, end: contentEnd, firstCell: UInt32(truncatingIfNeeded: firstField),
        lineOffset: line))
    return cursor.offset &+ 1
  }

  /// Reads from the opening bracket to behind the closing one; false where anything is odd.
  ///
  /// The keys stand in the line in rising order, and all are different: no name can come twice.
  @inline(__always) @unsafe private func takeKnownMembers(
    _ cursor: inout JSONCursor, _ keys: JSONKeyView, _ stops: JSONStopView,
    _ fields: UnsafeMutablePointer<FieldPlace>
  ) -> Bool {
    var next = 0
    repeat {
      cursor.offset &+= 1
      cursor.skipSpace()
      let index = keys.index(of: cursor, from: next)
      if index < 0 { return false }
      next = index &+ 1
      let column = keys[index].column
      cursor.offset &+= keys[index].count
      let start = cursor.offset &+ 1
      var place: FieldPlace
      let end = cursor.byte == quoteMark ? stops.next(from: start) : 0
      if end > 0, unsafe cursor.base[end] == quoteMark {
        place =
          start == end
          ? .absent : FieldPlace(start: start, count: end &- start, form: .text, isAside: false)
        cursor.offset = end &+ 1
      } else {
        place = .absent
        guard takeOddValue(&cursor, into: &place, isWanted: column >= 0) else { return false }
      }
      if column >= 0 { unsafe fields[column] = place }
      cursor.skipSpace()
    } while cursor.byte == UInt8(ascii: ",")
    guard cursor.byte == UInt8(ascii: "}") else { return false }
    cursor.offset &+= 1
    return true
  }

  /// Reads a value that is no string, or a string with more in it than text.
  @inline(never) private func takeOddValue(
    _ cursor: inout JSONCursor, into place: inout FieldPlace, isWanted: Bool
  ) -> Bool {
    do throws(JSONLineFault) {
      place = try value(&cursor, depth: 1, isWanted: isWanted)
      return true
    } catch {
      return false
    }
  }
}
