// Rows of totals: what tells them from rows, in any order of columns.
import Pipeline

extension ProfileMapper {
  /// Whether a row is one of totals: without a date, and without an id or with a word such as Total
  /// in one of its cells; or with such a word first, and without an id or a cell that reads as a
  /// date.
  func isFooter(_ row: Int, _ table: FieldTable, _ raw: ByteView) -> Bool {
    guard plan.isCSV, plan.passesOverTotals else { return false }
    guard !plan.dateColumns.isEmpty else { return beginsWithTotals(raw) }
    if areBlankOrTotals(plan.dateColumns, row, table) {
      return hasNoID(row, table) || TotalsWords.stand(in: raw, plan.delimiter)
    }
    return beginsWithTotals(raw) && (hasNoID(row, table) || !hasDate(row, table))
  }

  @inline(__always) func beginsWithTotals(_ raw: ByteView) -> Bool {
    var place = 0
    while place < raw.count, raw[place] <= 0x20 || raw[place] == UInt8(ascii: "\"") { place += 1 }
    guard place < raw.count, TotalsWords.isFirst(raw[place]) else { return false }
    return TotalsWords.begin(raw.slice(from: place, to: raw.count), plan.delimiter)
  }

  private func hasNoID(_ row: Int, _ table: FieldTable) -> Bool {
    !plan.idColumns.isEmpty && areBlankOrTotals(plan.idColumns, row, table)
  }

  /// As in `1/3/26`; a sum is no instant of 1970.
  private static var shortestDate: Int { 6 }

  private func hasDate(_ row: Int, _ table: FieldTable) -> Bool {
    guard let step = plan.steps.first(where: { $0.column == "occurred_at" }),
      let cell = cell(of: step, row, table), cell.bytes.count >= Self.shortestDate
    else { return false }
    return step.dates.contains { $0.read(cell.bytes) != nil }
  }

  @inline(__always) private func areBlankOrTotals(
    _ columns: [Int], _ row: Int, _ table: FieldTable
  ) -> Bool {
    for column in columns {
      let place = table.place(row, column)
      guard !place.isAbsent else { continue }
      let bytes = table.bytes(place)
      let (start, end) = bytes.trimmed
      guard start < end, TotalsWords.isFirst(bytes[start]) else {
        if start < end { return false }
        continue
      }
      guard TotalsWords.begin(bytes.slice(from: start, to: end), plan.delimiter) else {
        return false
      }
    }
    return true
  }
}

/// Words that begin a row of totals.
enum TotalsWords {
  /// In small letters.
  private static let words = [
    "total", "totals", "totaal", "totale", "totales", "totaux", "totais", "grand total", "subtotal",
    "subtotals", "sub-total", "sum", "sums", "summary", "summe", "suma", "somme", "soma", "gesamt",
    "gesamtsumme", "zwischensumme", "insgesamt", "合計", "总计",
  ].map { Array($0.utf8) }

  /// Whether one of the words may begin with a byte.
  @inline(__always) static func isFirst(_ byte: UInt8) -> Bool {
    switch byte.small {
    case UInt8(ascii: "t"), UInt8(ascii: "g"), UInt8(ascii: "s"), UInt8(ascii: "z"),
      UInt8(ascii: "i"), 0xE5, 0xE6:
      true
    default: false
    }
  }

  /// Whether a record or a cell begins with a cell that holds such a word, and behind it nothing, a
  /// colon, a number or what stands in parentheses.
  static func begin(_ rest: ByteView, _ delimiter: UInt8) -> Bool {
    guard rest.count > 2, isFirst(rest[0]) else { return false }
    for word in words where rest.startsWithWord(word) {
      if ends(rest, at: word.count, delimiter) { return true }
    }
    return false
  }

  private static func ends(_ rest: ByteView, at end: Int, _ delimiter: UInt8) -> Bool {
    var place = end
    while place < rest.count, rest[place] == UInt8(ascii: ":") || rest[place] == 0x20 {
      place += 1
    }
    guard place < rest.count else { return true }
    let byte = rest[place]
    if byte == delimiter || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D {
      return true
    }
    return place > end && byte &- 0x30 < 10 || byte == UInt8(ascii: "(")
  }

  /// Whether one of a record's cells begins with such a word.
  static func stand(in raw: ByteView, _ delimiter: UInt8) -> Bool {
    var isStart = true
    for place in 0..<raw.count {
      let byte = raw[place]
      if byte == delimiter {
        isStart = true
      } else if isStart, byte > 0x20, byte != UInt8(ascii: "\"") {
        if begin(raw.slice(from: place, to: raw.count), delimiter) { return true }
        isStart = false
      }
    }
    return false
  }
}
