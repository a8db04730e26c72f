// What the name and the first bytes of an input file tell: format, compression, encoding, header.

/// What the name of a file promises.
struct FileNaming: Sendable {
  /// The format that the ending names.
  let format: RecordFormat?
  /// The compression that the ending names.
  let compression: Compression?

  /// Takes the endings of the display name, or of the path where that has none that is known.
  init(displayName: String, path: String) {
    let shown = Self.endings(of: displayName)
    (format, compression) =
      shown.format == nil && shown.compression == nil ? Self.endings(of: path) : shown
  }

  private static func endings(
    of name: String
  ) -> (format: RecordFormat?, compression: Compression?) {
    var rest = Array(name.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 })
    func takes(_ ending: String) -> Bool {
      guard rest.count > ending.utf8.count,
        rest.suffix(ending.utf8.count).elementsEqual(ending.utf8)
      else { return false }
      rest.removeLast(ending.utf8.count)
      return true
    }
    let compression: Compression? = takes(".gz") ? .gzip : takes(".zst") ? .zstandard : nil
    if takes(".csv") { return (.csv(delimiter: UInt8(ascii: ",")), compression) }
    return (takes(".jsonl") || takes(".ndjson") ? .jsonl : nil, compression)
  }

  /// The compression of a file whose first bytes agree with its name.
  func checkedCompression(of file: InputFile) throws(FileRefusal) -> Compression? {
    var first = [UInt8](repeating: 0, count: 4)
    let count = try unsafe first.withUnsafeMutableBufferPointer { (buffer) throws(FileRefusal) in
      // SAFETY: the array has room for its count.
      guard let base = buffer.baseAddress else { return 0 }
      return try unsafe file.read(into: base, count: buffer.count, at: 0)
    }
    if count == 0 { throw FileRefusal(file: file.name, kind: .zeroBytes) }
    let found = Compression.of(firstBytes: Array(first[..<count]))
    if found == compression { return found }
    let detail: String
    switch (compression, found) {
    case (let promised?, let found?):
      detail = "its name promises \(promised.program), its bytes are \(found.program); rename it"
    case (let promised?, nil):
      detail = "its name promises \(promised.program), but its bytes are not; rename it"
    default: detail = "its bytes are packed, but its name lacks .gz or .zst; rename it"
    }
    throw FileRefusal(file: file.name, kind: .compressionMismatch(detail))
  }
}

/// The beginning of a file's content, unpacked and looked at.
struct FileOpening {
  /// Where the content begins, behind a byte order mark.
  let contentStart: Int
  /// The header of a CSV file.
  let header: CSVHeader?
  /// How records end.
  let shape: RecordShape

  /// The longest header row, in bytes.
  private static let headerLimit = 1 << 20

  init(
    file: InputFile, compression: Compression?, format: RecordFormat, columns: ColumnRequest
  ) throws(FileRefusal) {
    var feed = ByteFeed.file(file, at: 0, end: file.byteCount)
    if let compression { feed = .archive(try ArchiveStream(file, compression)) }
    let buffer = FlatList<UInt8>(capacity: 4096)
    var isWhole = try Self.readMore(&feed, into: buffer)
    // SAFETY: the buffer's first `count` bytes are set.
    let first = unsafe ByteView(base: buffer.base, count: buffer.count)
    guard !first.isEmpty else { throw FileRefusal(file: file.name, kind: .zeroBytes) }
    if first.looksLikeUTF16 { throw FileRefusal(file: file.name, kind: .utf16) }
    contentStart = first.startsWithByteOrderMark ? 3 : 0
    guard case .csv(let delimiter) = format else {
      shape = .lines
      header = nil
      return
    }
    shape = .quotedCells(delimiter: delimiter)
    while true {
      let bytes = unsafe ByteView(base: buffer.base, count: buffer.count)
      let found = try CSVHeader(
        bytes, start: contentStart, isWhole: isWhole, delimiter: delimiter, file: file.name)
      if let found {
        try found.check(columns, delimiter: delimiter, file: file.name)
        header = found
        return
      }
      guard buffer.count <= Self.headerLimit else {
        throw FileRefusal(
          file: file.name, line: 1, kind: .missingHeader("its first row is longer than 1 MiB"))
      }
      isWhole = try Self.readMore(&feed, into: buffer)
    }
  }

  /// Appends as many bytes again as there are; tells whether the content ends there.
  static func readMore(
    _ feed: inout ByteFeed, into buffer: FlatList<UInt8>
  ) throws(FileRefusal) -> Bool {
    let wanted = max(4096, buffer.count)
    buffer.reserve(buffer.count + wanted)
    // SAFETY: there is room for `wanted` bytes behind those that are set.
    let got = try unsafe feed.read(into: buffer.base + buffer.count, count: wanted)
    buffer.count += got
    return got < wanted
  }
}

extension ByteView {
  fileprivate var startsWithByteOrderMark: Bool {
    count >= 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF
  }

  /// Whether the bytes begin with a UTF-16 byte order mark, or have NUL at every other place.
  var looksLikeUTF16: Bool {
    guard count >= 2 else { return false }
    if self[0] == 0xFF && self[1] == 0xFE || self[0] == 0xFE && self[1] == 0xFF { return true }
    let pairs = min(count, 64) / 2
    guard pairs >= 2 else { return false }
    let zeros = (0..<pairs * 2).map { self[$0] == 0 }
    let isLittle = (0..<pairs).allSatisfy { !zeros[$0 * 2] && zeros[$0 * 2 + 1] }
    let isBig = (0..<pairs).allSatisfy { zeros[$0 * 2] && !zeros[$0 * 2 + 1] }
    return isLittle || isBig
  }
}
