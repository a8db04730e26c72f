// The beginning of a file that a mapping is to be fitted to: encoding, delimiter, header.

/// What the first bytes of such a file tell.
struct MappedOpening {
  /// How the text is encoded, and how many bytes of a mark stand before it.
  let encoding: TextEncoding
  let markLength: Int
  /// Where the UTF-8 content begins.
  let contentStart: Int
  /// The format, with the delimiter that the header has.
  let format: RecordFormat
  let header: CSVHeader?
  let bound: any BoundMapping

  /// Lines that may stand before the header.
  private static let mostPreamble = 60
  /// Bytes among which the header, or the names of JSON records, are looked for.
  private static let sampleBytes = 1 << 16
  private static let headerLimit = 1 << 20

  init(
    file: InputFile, compression: Compression?, format: RecordFormat, mapping: any RecordMapping
  ) throws(FileRefusal) {
    let raw = FlatList<UInt8>(capacity: 64)
    var first = try Self.feed(file, compression)
    // SAFETY: there is room for 64 bytes.
    raw.count = try unsafe first.read(into: raw.base, count: 64)
    let start = unsafe ByteView(base: raw.base, count: raw.count)
    guard !start.isEmpty else { throw FileRefusal(file: file.name, kind: .zeroBytes) }
    let marked = TextEncoding.marked(start)
    encoding = marked?.encoding ?? mapping.encoding ?? .utf8
    markLength = marked?.length ?? 0
    if encoding == .utf8, start.looksLikeUTF16 {
      throw FileRefusal(file: file.name, kind: .utf16)
    }
    contentStart = encoding == .utf8 ? markLength : 0
    var feed = try Self.feed(file, compression)
    if encoding != .utf8 {
      feed = .transcoded(TranscodingStream(feed, encoding, markLength: markLength))
    }
    let buffer = FlatList<UInt8>(capacity: 4096)
    var isWhole = false
    while !isWhole, buffer.count < Self.sampleBytes {
      isWhole = try FileOpening.readMore(&feed, into: buffer)
    }
    guard format != .jsonl else {
      let sample = unsafe ByteView(base: buffer.base, count: buffer.count)
      self.format = .jsonl
      header = nil
      bound = try mapping.bind(
        Self.names(inLines: sample, from: contentStart), format: .jsonl, file: file.name, line: nil)
      return
    }
    while true {
      let bytes = unsafe ByteView(base: buffer.base, count: buffer.count)
      let search = HeaderSearch(bytes: bytes, isWhole: isWhole, file: file.name, mapping: mapping)
      if let found = search.header(from: contentStart, within: Self.mostPreamble) {
        header = found.header
        self.format = .csv(delimiter: found.delimiter)
        bound = try mapping.bind(
          found.header.names, format: self.format, file: file.name, line: found.header.line)
        return
      }
      if isWhole || buffer.count > Self.headerLimit {
        throw try search.refusal(from: contentStart)
      }
      isWhole = try FileOpening.readMore(&feed, into: buffer)
    }
  }

  private static func feed(
    _ file: InputFile, _ compression: Compression?
  ) throws(FileRefusal) -> ByteFeed {
    guard let compression else { return .file(file, at: 0, end: file.byteCount) }
    return .archive(try ArchiveStream(file, compression))
  }

  /// The names of the first records' members, in the order in which they are met.
  private static func names(inLines bytes: ByteView, from start: Int) -> [String] {
    var names: [String] = []
    var seen: Set<Text> = []
    var first = start
    while first < bytes.count {
      let end = bytes.firstOffset(of: lineFeed, from: first) ?? bytes.count
      let line = bytes.slice(from: first, to: end)
      first = end + 1
      guard let record = try? JSONValue(line.copied()) else { continue }
      for member in record.members ?? [] where seen.insert(member.name).inserted {
        names.append(member.name.string)
      }
    }
    return names
  }
}

/// Looks for the header among the first lines of a file.
private struct HeaderSearch {
  let bytes: ByteView
  let isWhole: Bool
  let file: String
  let mapping: any RecordMapping

  /// The first line that the mapping takes for a header, by whichever delimiter.
  func header(from start: Int, within limit: Int) -> (header: CSVHeader, delimiter: UInt8)? {
    var first = start
    for line in 1...limit where first < bytes.count {
      for delimiter in mapping.delimiters {
        guard let header = read(delimiter, from: first, line: line), header.line == line,
          mapping.accepts(header.names)
        else { continue }
        return (header, delimiter)
      }
      guard let end = bytes.firstOffset(of: lineFeed, from: first) else { return nil }
      first = end + 1
    }
    return nil
  }

  private func read(_ delimiter: UInt8, from start: Int, line: Int) -> CSVHeader? {
    try? CSVHeader(
      bytes, start: start, isWhole: isWhole, delimiter: delimiter, file: file, firstLine: line)
  }

  /// Why the first row that is not empty is no header; split by the delimiter that gives the most
  /// cells.
  func refusal(from start: Int) throws(FileRefusal) -> FileRefusal {
    var best: CSVHeader?
    for delimiter in mapping.delimiters {
      guard let header = read(delimiter, from: start, line: 1) else { continue }
      if header.names.count > best?.names.count ?? 0 { best = header }
    }
    guard let best else {
      return FileRefusal(file: file, kind: .missingHeader("there is no row of column names"))
    }
    do throws(FileRefusal) {
      _ = try mapping.bind(
        best.names, format: .csv(delimiter: 0x2C), file: file, line: best.line)
    } catch {
      return error
    }
    return FileRefusal(
      file: file, line: best.line, kind: .missingHeader("no row has the profile's column names"))
  }
}
