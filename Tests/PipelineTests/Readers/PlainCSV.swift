// A slow CSV reader that can be checked by reading it: the meaning of the fast one.

@testable import Pipeline

/// All records of a CSV file, byte by byte.
struct PlainCSV {
  let bytes: [UInt8]
  let delimiter: UInt8
  let limit: Int
  private(set) var header: [[UInt8]] = []
  private(set) var records: [ReadRecord] = []
  private var offset = 0
  private var line = 1

  init(_ bytes: [UInt8], delimiter: UInt8, columns: [String], limit: Int) {
    self.bytes = bytes
    self.delimiter = delimiter
    self.limit = limit
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    while offset < bytes.count {
      let (cells, record) = next()
      if record.raw.isEmpty { continue }
      if header.isEmpty {
        header = cells
        continue
      }
      records.append(finished(record, cells, columns))
    }
  }

  private enum State { case cellStart, unquoted, quoted, quoteSeen }

  /// Reads one record; its fault is the misplaced or missing quote mark, if any.
  private mutating func next() -> (cells: [[UInt8]], record: ReadRecord) {
    let start = offset
    let firstLine = line
    var cells: [[UInt8]] = [[]]
    var state = State.cellStart
    var fault: RecordFault?
    func record(end: Int) -> ReadRecord {
      ReadRecord(line: firstLine, raw: Array(bytes[start..<end]), fault: fault, fields: [])
    }
    while offset < bytes.count {
      let byte = bytes[offset]
      let column = name(cells.count - 1)
      let isReturn = byte == 0x0D && offset + 1 < bytes.count && bytes[offset + 1] == 0x0A
      if byte == 0x0A { line += 1 }
      if fault != nil {
        if byte == 0x0A {
          let end = bytes[offset - 1] == 0x0D && offset > start ? offset - 1 : offset
          offset += 1
          return (cells, record(end: end))
        }
      } else if state == .quoted {
        if byte == 0x22 { state = .quoteSeen } else { cells[cells.count - 1].append(byte) }
      } else if byte == 0x0A || isReturn {
        let end = offset
        if isReturn { line += 1 }
        offset += isReturn ? 2 : 1
        return (cells, record(end: end))
      } else if byte == delimiter {
        cells.append([])
        state = .cellStart
      } else if byte == 0x22 && state == .quoteSeen {
        cells[cells.count - 1].append(byte)
        state = .quoted
      } else if byte == 0x22 && state == .cellStart {
        state = .quoted
      } else if byte == 0x22 {
        fault = .strayQuote(column: column)
      } else if state == .quoteSeen {
        // After a CR that no LF follows, it is the byte behind it that is blamed.
        let isQuoteNext = byte == 0x0D && offset + 1 < bytes.count && bytes[offset + 1] == 0x22
        fault = isQuoteNext ? .strayQuote(column: column) : .textAfterQuote(column: column)
      } else {
        cells[cells.count - 1].append(byte)
        state = .unquoted
      }
      offset += 1
    }
    if state == .quoted && fault == nil { fault = .unterminatedQuote }
    return (cells, record(end: bytes.count))
  }

  private func name(_ index: Int) -> String? {
    index < header.count ? String(decoding: header[index], as: UTF8.self) : nil
  }

  /// The record with its fault, of which the first that holds counts, or its fields.
  private func finished(
    _ record: ReadRecord, _ cells: [[UInt8]], _ columns: [String]
  ) -> ReadRecord {
    var result = record
    result.raw = Array(record.raw.prefix(limit))
    if record.fault == .unterminatedQuote { return result }
    if record.raw.count > limit {
      result.fault = .tooLong(limit: limit)
    } else if record.fault == nil && cells.count != header.count {
      result.fault = .cellCount(cells.count, expected: header.count)
    } else if record.fault == nil, let offset = record.raw.firstIndex(of: 0) {
      result.fault = .nulByte(column: name(cellIndex(of: offset, in: record.raw)))
    } else if record.fault == nil, let offset = firstInvalidByStandardLibrary(record.raw) {
      result.fault = .badUTF8(
        offset: offset, column: name(cellIndex(of: offset, in: record.raw)))
    }
    guard result.fault == nil else { return result }
    result.fields = columns.map { column in
      guard let index = header.firstIndex(of: Array(column.utf8)), !cells[index].isEmpty else {
        return .absent
      }
      return ReadField(bytes: cells[index], form: .text)
    }
    return result
  }

  /// How many delimiters stand before an offset of a well-formed record.
  private func cellIndex(of offset: Int, in raw: [UInt8]) -> Int {
    var isQuoted = false
    var index = 0
    for byte in raw[..<offset] {
      if byte == 0x22 { isQuoted.toggle() }
      if byte == delimiter && !isQuoted { index += 1 }
    }
    return index
  }
}
