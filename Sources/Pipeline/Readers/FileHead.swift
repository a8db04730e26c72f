// The first records of a file that nothing is known of: for people who ask what it is.

/// The beginning of a file, taken apart as well as can be guessed.
public struct FileHead: Sendable {
  /// With the delimiter that most lines agree on.
  public let format: RecordFormat
  public let encoding: TextEncoding
  /// Whether nothing tells the encoding: the bytes are no UTF-8, so Windows-1252 is taken for it.
  public let isEncodingGuessed: Bool
  /// The physical line of the names; 1 for JSONL.
  public let headerLine: Int
  /// A CSV file's column names, or the names of JSON members, `a.b` for a member of a member.
  public let names: [String]
  /// The values of the first records, by name; empty where there is none.
  public let rows: [[String]]

  private static let sampleBytes = 1 << 16
  private static let mostRows = 200
  private static let mostPreamble = 30

  /// Reads the beginning of a file.
  ///
  /// - Throws: a ``FileRefusal`` where it cannot be opened or has nothing that could be records.
  public init(path: String, encoding stated: TextEncoding? = nil) throws(FileRefusal) {
    let name = FileNaming(displayName: path, path: path)
    let file = try InputFile(path: path, name: path)
    let compression = try name.checkedCompression(of: file)
    var (bytes, encoding, isWhole) = try Self.beginning(file, compression, stated)
    isEncodingGuessed = stated == nil && encoding == .utf8 && Self.isNoUTF8(bytes, isWhole)
    if isEncodingGuessed {
      (bytes, encoding, isWhole) = try Self.beginning(file, compression, .windows1252)
    }
    self.encoding = encoding
    if name.format == .jsonl {
      format = .jsonl
      headerLine = 1
      (names, rows) = Self.records(inLines: bytes)
      guard !names.isEmpty else {
        throw FileRefusal(file: path, kind: .missingHeader("its lines are no JSON objects"))
      }
      return
    }
    var best = Table()
    for delimiter in [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")] {
      let table = ByteView.withBytes(of: bytes) {
        Self.table($0, delimiter: delimiter, isWhole: isWhole, file: path)
      }
      if table.weight > best.weight { best = table }
    }
    best.dropTitles()
    guard let first = best.records.first else {
      throw FileRefusal(file: path, kind: .missingHeader("no row of column names is to be found"))
    }
    format = .csv(delimiter: best.delimiter)
    headerLine = first.line
    names = first.cells
    rows = best.records.dropFirst().map(\.cells)
  }

  private static func beginning(
    _ file: InputFile, _ compression: Compression?, _ stated: TextEncoding?
  ) throws(FileRefusal) -> ([UInt8], TextEncoding, Bool) {
    func feed() throws(FileRefusal) -> ByteFeed {
      guard let compression else { return .file(file, at: 0, end: file.byteCount) }
      return .archive(try ArchiveStream(file, compression))
    }
    let buffer = FlatList<UInt8>(capacity: 64)
    var first = try feed()
    // SAFETY: there is room for 64 bytes.
    buffer.count = try unsafe first.read(into: buffer.base, count: 64)
    let marked = TextEncoding.marked(unsafe ByteView(base: buffer.base, count: buffer.count))
    let encoding = marked?.encoding ?? stated ?? .utf8
    var content = try feed()
    if encoding != .utf8 {
      content = .transcoded(
        TranscodingStream(content, encoding, markLength: marked?.length ?? 0))
    }
    buffer.count = 0
    var isWhole = false
    while !isWhole, buffer.count < sampleBytes {
      isWhole = try FileOpening.readMore(&content, into: buffer)
    }
    let skipped = encoding == .utf8 ? marked?.length ?? 0 : 0
    let bytes = unsafe ByteView(base: buffer.base, count: buffer.count)
    return (
      bytes.slice(from: min(skipped, bytes.count), to: bytes.count).copied(), encoding, isWhole
    )
  }

  /// Whether bytes are no UTF-8; a character that the end of the sample cuts is none of them.
  private static func isNoUTF8(_ bytes: [UInt8], _ isWhole: Bool) -> Bool {
    ByteView.withBytes(of: bytes) { bytes in
      guard let place = bytes.firstInvalidUTF8() else { return false }
      return isWhole || place < bytes.count - 4
    }
  }

  /// Records of as many cells each, by one delimiter.
  private struct Table {
    var delimiter: UInt8 = 0
    var records: [(line: Int, cells: [String])] = []

    /// How much speaks for it: the cells that it makes.
    var weight: Int {
      let width = records.first?.cells.count ?? 0
      return width > 1 ? width * records.count : 0
    }

    /// Leaves out lines before the names that a spreadsheet has filled up to the table's width:
    /// most of their cells are empty.
    mutating func dropTitles() {
      let width = records.first?.cells.count ?? 0
      func filled(_ record: (line: Int, cells: [String])) -> Int {
        record.cells.count { !$0.allSatisfy { $0 == " " } }
      }
      let names = records.prefix(mostPreamble).firstIndex { filled($0) * 2 > width }
      if let names { records.removeFirst(names) }
    }
  }

  private static func table(
    _ bytes: ByteView, delimiter: UInt8, isWhole: Bool, file: String
  ) -> Table {
    var best = Table()
    var start = 0
    for line in 1...mostPreamble where start < bytes.count {
      var table = Table(delimiter: delimiter)
      var place = start
      var nextLine = line
      while table.records.count < mostRows, place < bytes.count,
        let record = try? CSVHeader(
          bytes, start: place, isWhole: isWhole, delimiter: delimiter, file: file,
          firstLine: nextLine),
        record.names.count == table.records.first?.cells.count ?? record.names.count
      {
        table.records.append((record.line, record.names))
        place = record.end
        nextLine = record.nextLine
      }
      if table.weight > best.weight { best = table }
      guard let end = bytes.firstOffset(of: lineFeed, from: start) else { break }
      start = end + 1
    }
    return best
  }

  private static func records(inLines bytes: [UInt8]) -> (names: [String], rows: [[String]]) {
    var names: [String] = []
    var places: [Text: Int] = [:]
    var records: [[(Int, String)]] = []
    func take(_ value: JSONValue, _ prefix: String, _ record: inout [(Int, String)]) {
      for member in value.members ?? [] {
        let name = prefix + member.name.string
        if member.value.members != nil, prefix.split(separator: ".").count < 2 {
          take(member.value, name + ".", &record)
          continue
        }
        let place = places[Text(name)] ?? names.count
        if place == names.count {
          names.append(name)
          places[Text(name)] = place
        }
        record.append((place, member.value.text?.string ?? member.value.canonicalText))
      }
    }
    for line in bytes.split(separator: lineFeed).prefix(mostRows) {
      guard let value = try? JSONValue(Array(line)), value.members != nil else { continue }
      var record: [(Int, String)] = []
      take(value, "", &record)
      records.append(record)
    }
    let rows = records.map { record in
      var row = [String](repeating: "", count: names.count)
      for (place, value) in record where value != "null" { row[place] = value }
      return row
    }
    return (names, rows)
  }
}
