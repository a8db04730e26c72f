// The header row of a CSV file, and what is refused because of it.

/// The names of a CSV file's columns, and where its rows begin.
struct CSVHeader {
  /// The names in the order of the file.
  let names: [String]
  /// The offset after the header row, in the unpacked content.
  let end: Int
  /// The physical line on which it starts.
  let line: Int
  /// The physical line after it.
  let nextLine: Int

  /// Reads the header from the first bytes of a file's content.
  ///
  /// - Parameters:
  ///   - start: Where the content begins, behind a byte order mark.
  ///   - isWhole: Whether `bytes` are all there are.
  ///   - firstLine: The physical line at `start`.
  /// - Returns: nil when the header goes on behind `bytes`.
  init?(
    _ bytes: ByteView, start: Int, isWhole: Bool, delimiter: UInt8, file: String,
    firstLine: Int = 1
  ) throws(FileRefusal) {
    var machine = CSVRecordEnd(delimiter: delimiter, place: .recordStart)
    var first = start
    var line = firstLine
    while true {
      let found = machine.next(in: bytes, from: first)
      guard let end = found ?? (isWhole ? bytes.count : nil) else { return nil }
      let row = bytes.slice(from: first, to: end).withoutLineEnd()
      guard !row.isEmpty else {
        guard end < bytes.count else {
          if !isWhole { return nil }
          throw FileRefusal(file: file, kind: .missingHeader("there are only empty lines"))
        }
        first = end
        line += 1
        continue
      }
      names = try Self.names(row, delimiter: delimiter, file: file, line: line)
      self.end = end
      self.line = line
      nextLine = line + bytes.slice(from: first, to: end).occurrences(of: lineFeed)
      return
    }
  }

  /// Whether a CR stands in a name that no LF follows.
  private static func hasLoneReturn(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return bytes.indices.contains { place in
      bytes[place] == carriageReturn
        && (place + 1 == bytes.count || bytes[place + 1] != lineFeed)
    }
  }

  /// Checks the header against what the caller needs.
  func check(_ columns: ColumnRequest, delimiter: UInt8, file: String) throws(FileRefusal) {
    // With lone CRs the whole file is one line: a header, and no row would be missed.
    if names.contains(where: Self.hasLoneReturn) {
      throw FileRefusal(
        file: file, line: line,
        kind: .missingHeader("a CR without LF stands in it; save the file with LF line ends"))
    }
    var seen: Set<Text> = []
    let known = Set(names.map { Text($0) })
    let absent = columns.requiredInOrder.first { !known.contains(Text($0)) }
    if let absent, let found = otherDelimiter(than: delimiter, absent: absent) {
      throw FileRefusal(file: file, line: line, kind: .wrongDelimiter(found: found))
    }
    for name in names where !seen.insert(Text(name)).inserted {
      throw FileRefusal(file: file, line: line, kind: .duplicateHeader(name))
    }
    if let absent {
      throw FileRefusal(file: file, line: line, kind: .missingColumn(absent))
    }
  }

  /// For each wanted column its place in the file, -1 for none.
  func places(of columns: ColumnRequest) -> [Int] {
    var places: [Text: Int] = [:]
    for (index, name) in names.enumerated() { places[Text(name)] = index }
    return columns.names.map { places[Text($0)] ?? -1 }
  }

  /// A delimiter that fits the header better: it splits what is now one cell, or splits a missing
  /// column off.
  private func otherDelimiter(than delimiter: UInt8, absent: String) -> UInt8? {
    for candidate in [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]
    where candidate != delimiter {
      let pieces = names.flatMap {
        Array($0.utf8).split(separator: candidate, omittingEmptySubsequences: false)
      }
      guard pieces.count > names.count else { continue }
      if names.count == 1 || pieces.contains(where: { $0.elementsEqual(absent.utf8) }) {
        return candidate
      }
    }
    return nil
  }

  private static func names(
    _ row: ByteView, delimiter: UInt8, file: String, line: Int
  ) throws(FileRefusal) -> [String] {
    var cells: [[UInt8]] = [[]]
    var machine = CSVRecordEnd(delimiter: delimiter, place: .recordStart)
    for offset in 0..<row.count {
      let before = machine.place
      _ = machine.next(in: row.slice(from: offset, to: offset + 1), from: 0)
      switch machine.place {
      case .cellStart: cells.append([])
      case .quoted where before != .recordStart && before != .cellStart,
        .unquoted:
        cells[cells.count - 1].append(row[offset])
      case .malformed, .returnAfterQuote:
        throw FileRefusal(
          file: file, line: line, kind: .missingHeader("its quote marks are misplaced"))
      default: break
      }
    }
    if machine.place == .quoted {
      throw FileRefusal(file: file, line: line, kind: .missingHeader("a quote is not closed"))
    }
    if row.firstOffset(of: 0, from: 0) != nil {
      throw FileRefusal(file: file, line: line, kind: .missingHeader("it has a NUL byte"))
    }
    if row.firstInvalidUTF8() != nil {
      throw FileRefusal(file: file, line: line, kind: .missingHeader("it is not UTF-8"))
    }
    return cells.map { String(decoding: $0, as: UTF8.self) }
  }
}

extension ByteView {
  /// The view without an LF or CR LF at its end.
  fileprivate func withoutLineEnd() -> ByteView {
    guard count > 0, self[count - 1] == lineFeed else { return self }
    let isPair = count > 1 && self[count - 2] == carriageReturn
    return slice(from: 0, to: count - (isPair ? 2 : 1))
  }
}
