// An input file as records: opened, surveyed and checked once, then read range by range.

/// A CSV or JSONL file, plain or packed, that can be read from several threads.
///
/// Opening it reads all of it once, for its digest and to know where it can be cut.
public final class RecordSource: Sendable {
  /// What the first pass found.
  public let survey: FileSurvey
  /// How its records stand.
  public let format: RecordFormat
  /// The names in a CSV file's header, in its order; empty for JSONL.
  public let header: [String]

  let file: InputFile
  let compression: Compression?
  private let columns: ColumnRequest
  private let places: [Int]
  private let shape: RecordShape
  private let whole: RecordRange
  private let sizes: ReaderSizes

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - displayName: The name that messages use; it also tells format and compression, unless it
  ///     has no ending that does, when the path is asked.
  ///   - format: How records stand; nil asks the name (`.csv` with commas, `.jsonl`, `.ndjson`).
  ///   - columns: What is wanted of each record.
  ///   - threads: How many threads the first pass may use.
  /// - Throws: a ``FileRefusal`` for a file that cannot be what it should be.
  public convenience init(
    path: String, displayName: String, format: RecordFormat?, columns: ColumnRequest, threads: Int
  ) throws(FileRefusal) {
    try self.init(
      path: path, displayName: displayName, format: format, columns: columns, threads: threads,
      sizes: ReaderSizes())
  }

  init(
    path: String, displayName: String, format: RecordFormat?, columns: ColumnRequest, threads: Int,
    sizes: ReaderSizes
  ) throws(FileRefusal) {
    let name = FileNaming(displayName: displayName, path: path)
    guard let format = format ?? name.format else {
      throw FileRefusal(file: displayName, kind: .unknownFormat)
    }
    file = try InputFile(path: path, name: displayName)
    compression = try name.checkedCompression(of: file)
    self.format = format
    self.columns = columns
    self.sizes = sizes
    let opening = try FileOpening(
      file: file, compression: compression, format: format, columns: columns)
    header = opening.header?.names ?? []
    shape = opening.shape
    let dataStart = opening.header?.end ?? opening.contentStart
    whole = RecordRange(
      start: dataStart, end: compression == nil ? file.byteCount : .max,
      firstLine: opening.header?.nextLine ?? 1)
    places = opening.header?.places(of: columns) ?? columns.firstPlaces
    survey = try FileSurveyor(
      file: file, shape: compression == nil ? shape : nil, contentStart: opening.contentStart,
      blockBytes: sizes.blockBytes
    ).survey(threads: threads)
  }

  /// At most `count` ranges that cover all records; one for an archive or a small file.
  public func ranges(_ count: Int) -> [RecordRange] {
    guard compression == nil else { return [whole] }
    return RangeCutter(file: file, survey: survey, shape: shape, whole: whole).ranges(count)
  }

  /// Reads a range in batches; several threads may read different ranges at once.
  ///
  /// - Throws: a ``FileRefusal`` where the file cannot be read to its end (an I/O error, a
  ///   truncated archive), or what `body` throws.
  public func read(_ range: RecordRange, _ body: (RecordBatch) throws -> Void) throws {
    let feed: ByteFeed
    if let compression {
      let stream = try ArchiveStream(file, compression)
      try unsafe skip(range.start, of: stream)
      feed = .archive(stream)
    } else {
      feed = .file(file, at: range.start, end: range.end)
    }
    let reader = RecordReader(
      feed, scanner: scanner(), shape: shape, batch: batch(), firstLine: range.firstLine,
      sizes: sizes, byteCount: range.end - range.start)
    try reader.run(body)
  }

  /// Checks that the file is still what it was when it was opened.
  ///
  /// - Throws: ``FileRefusal/Kind/changedWhileRead``.
  public func checkUnchanged() throws(FileRefusal) { try file.checkUnchanged() }

  private func scanner() -> RecordScanner {
    switch format {
    case .csv(let delimiter):
      .csv(CSVScanner(delimiter: delimiter, header: header, recordLimit: sizes.recordLimit))
    case .jsonl:
      .jsonl(JSONScanner(columns: columns.distinctNames, recordLimit: sizes.recordLimit))
    }
  }

  private func batch() -> RecordBatch {
    RecordBatch(
      isCSV: format != .jsonl, places: places, fieldCount: columns.distinctNames.count,
      recordLimit: sizes.recordLimit)
  }

  /// Reads over the header of an archive.
  @unsafe private func skip(_ count: Int, of stream: ArchiveStream) throws(FileRefusal) {
    let buffer = FlatList<UInt8>(capacity: 4096)
    var left = count
    while left > 0 {
      // SAFETY: the buffer has room for its capacity.
      let got = try unsafe stream.read(into: buffer.base, count: min(left, buffer.capacity))
      guard got > 0 else { throw FileRefusal(file: file.name, kind: .changedWhileRead) }
      left -= got
    }
  }
}

extension ColumnRequest {
  /// The names without repetitions.
  var distinctNames: [String] {
    var seen: Set<Text> = []
    return names.filter { seen.insert(Text($0)).inserted }
  }

  /// For each name its index among the distinct ones.
  var firstPlaces: [Int] {
    let distinct = distinctNames.map { Text($0) }
    return names.map { name in distinct.firstIndex(of: Text(name)) ?? -1 }
  }
}
