// Result files that are tables: CSV with a header, whose columns services name now one way and now
// another.
import Pipeline

/// The rows of a CSV file in memory (RFC 4180; also separated by tabs or semicolons).
struct ResultTable {
  struct Row {
    var line: Int
    var cells: [Text]
    /// The bytes of the row without its line end.
    var raw: [UInt8] = []
    var isUTF8: Bool { String(validating: raw, as: UTF8.self) != nil }
  }

  private(set) var header: [String] = []
  private(set) var rows: [Row] = []

  /// - Throws: ``ServiceReportFault`` for bytes that are no such table.
  init(_ bytes: [UInt8]) throws(ServiceReportFault) {
    var text = bytes[...]
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    var scan = ResultTableScan(bytes: text)
    while let row = try scan.next() {
      guard row.cells.contains(where: { !$0.isEmpty }) else { continue }
      if header.isEmpty {
        guard row.isUTF8 else {
          throw ServiceReportFault(1, "is not UTF-8: download the report as CSV in UTF-8")
        }
        header = row.cells.map { Self.plain($0.string) }
      } else {
        rows.append(row)
      }
    }
    guard !header.isEmpty else { throw ServiceReportFault(1, "has no header") }
  }

  /// The places of those of these columns that the header has, however they are capitalised,
  /// spaced or punctuated.
  func columns(_ names: [String]) -> [Int] {
    names.compactMap { header.firstIndex(of: Self.plain($0)) }
  }

  /// The place of the first of these columns that the header has.
  func column(_ names: [String]) -> Int? { columns(names).first }

  private static func plain(_ name: String) -> String {
    let kept = name.utf8.filter(\.isLetterOrDigit).map { $0.isCapital ? $0 + 0x20 : $0 }
    return String(decoding: kept, as: UTF8.self)
  }
}

extension ResultTable.Row {
  /// A cell's text; empty beyond the row's end.
  func cell(_ place: Int?) -> Text {
    guard let place, place < cells.count else { return "" }
    return cells[place]
  }

  /// The first of some cells that is not empty.
  func first(of places: [Int]) -> Text? {
    places.lazy.compactMap { cell($0).nonEmpty }.first
  }
}

/// Goes over the bytes of a table.
private struct ResultTableScan {
  let bytes: ArraySlice<UInt8>
  private var place: Int
  private var line = 1
  private let delimiter: UInt8

  init(bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
    let first = bytes.prefix { $0 != 0x0A }
    delimiter =
      [UInt8(ascii: ","), 0x09, UInt8(ascii: ";")].first(where: { first.contains($0) })
      ?? UInt8(ascii: ",")
  }

  mutating func next() throws(ServiceReportFault) -> ResultTable.Row? {
    guard place < bytes.endIndex else { return nil }
    let start = place
    var row = ResultTable.Row(line: line, cells: [])
    while true {
      row.cells.append(Text(String(decoding: try cell(), as: UTF8.self)))
      let endsRow = place == bytes.endIndex || bytes[place] == 0x0A
      guard endsRow else {
        place += 1
        continue
      }
      let raw = bytes[start..<place]
      row.raw = Array(raw.last == 0x0D ? raw.dropLast() : raw)
      if place < bytes.endIndex {
        place += 1
        line += 1
      }
      return row
    }
  }

  /// Reads up to the delimiter or the line's end, and leaves the place there.
  private mutating func cell() throws(ServiceReportFault) -> [UInt8] {
    guard place < bytes.endIndex, bytes[place] == 0x22 else {
      let cell = bytes[place...].prefix { $0 != delimiter && $0 != 0x0A }
      place = cell.endIndex
      let endsLine = place == bytes.endIndex || bytes[place] == 0x0A
      return Array(endsLine && cell.last == 0x0D ? cell.dropLast() : cell)
    }
    return try quotedCell()
  }

  private mutating func quotedCell() throws(ServiceReportFault) -> [UInt8] {
    let start = line
    var cell: [UInt8] = []
    place += 1
    while place < bytes.endIndex {
      let byte = bytes[place]
      place += 1
      if byte == 0x0A { line += 1 }
      if byte != 0x22 {
        cell.append(byte)
      } else if place < bytes.endIndex, bytes[place] == 0x22 {
        cell.append(0x22)
        place += 1
      } else {
        if place < bytes.endIndex, bytes[place] == 0x0D { place += 1 }
        guard place == bytes.endIndex || bytes[place] == delimiter || bytes[place] == 0x0A else {
          break
        }
        return cell
      }
    }
    throw ServiceReportFault(start, "has a quotation mark that does not close a cell")
  }
}
