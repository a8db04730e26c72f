// Reads a range piece by piece and lends its records, batch by batch, in bounded memory.

internal import Glibc

/// Where a reader's bytes come from.
enum ByteFeed {
  case file(InputFile, at: Int, end: Int)
  case archive(ArchiveStream)
  case transcoded(TranscodingStream)

  /// Reads `count` bytes, fewer only at the end.
  @unsafe mutating func read(
    into target: UnsafeMutablePointer<UInt8>, count: Int
  ) throws(FileRefusal) -> Int {
    switch self {
    case .archive(let stream): return try unsafe stream.read(into: target, count: count)
    case .transcoded(let stream): return try unsafe stream.read(into: target, count: count)
    case .file(let file, let offset, let end):
      let wanted = min(count, end - offset)
      try unsafe file.readAll(into: target, count: wanted, at: offset)
      self = .file(file, at: offset + wanted, end: end)
      return wanted
    }
  }
}

/// The scanner of either format.
enum RecordScanner {
  case csv(CSVScanner)
  case jsonl(JSONScanner)

  func scan(_ batch: RecordBatch, count: Int, isLast: Bool) -> (bytes: Int, lines: Int) {
    switch self {
    case .csv(let scanner): scanner.scan(batch, count: count, isLast: isLast)
    case .jsonl(let scanner): scanner.scan(batch, count: count, isLast: isLast)
    }
  }
}

/// One pass over one range.
final class RecordReader {
  private var feed: ByteFeed
  private let scanner: RecordScanner
  private let shape: RecordShape
  private let batch: RecordBatch
  private let sizes: ReaderSizes
  private let buffer: FlatList<UInt8>
  private var isEnded = false
  private var line: Int

  /// What stands behind the bytes, so that 64 can be read from the last one on.
  private static let padding = 64

  init(
    _ feed: ByteFeed, scanner: RecordScanner, shape: RecordShape, batch: RecordBatch,
    firstLine: Int, sizes: ReaderSizes, byteCount: Int
  ) {
    self.feed = feed
    self.scanner = scanner
    self.shape = shape
    self.batch = batch
    self.sizes = sizes
    line = firstLine
    buffer = FlatList(capacity: min(sizes.chunkBytes, byteCount) + Self.padding)
  }

  /// Reads to the end of the range.
  func run(_ body: (RecordBatch) throws -> Void) throws {
    repeat {
      try fill(atLeast: max(sizes.chunkBytes, buffer.count))
      unsafe batch.reset(base: buffer.base, firstLine: line)
      let done = scanner.scan(batch, count: buffer.count, isLast: isEnded)
      line += done.lines
      if batch.count > 0 { try body(batch) }
      drop(done.bytes)
      // With this many bytes and no end, the record is too long even if CR LF comes next.
      if !isEnded, buffer.count >= sizes.recordLimit + 2 { try skipLongRecord(body) }
    } while !isEnded || buffer.count > 0
  }

  /// Appends bytes to the buffer, and line feeds behind them that do not count.
  private func fill(atLeast wanted: Int) throws(FileRefusal) {
    let count = buffer.count
    buffer.reserve(count + wanted + Self.padding)
    // SAFETY: there is room for `wanted` bytes and the padding behind those that are set.
    let target = unsafe buffer.base + count
    let got = isEnded ? 0 : try unsafe feed.read(into: target, count: wanted)
    isEnded = got < wanted
    unsafe memset(target + got, Int32(lineFeed), Self.padding)
    buffer.count = count + got
  }

  /// Moves what is left behind `count` bytes to the front.
  private func drop(_ count: Int) {
    let left = buffer.count - count
    // SAFETY: both stretches are inside the buffer, and memmove lets them overlap.
    unsafe memmove(buffer.base, buffer.base + count, left)
    buffer.count = left
  }

  /// Finds the end of a record that is too long to keep, and lends its first bytes as a bad row.
  private func skipLongRecord(_ body: (RecordBatch) throws -> Void) throws {
    unsafe batch.keepOversized(base: buffer.base, firstLine: line)
    var machine = shape.recordEnd(from: .recordStart)
    while true {
      let bytes = unsafe ByteView(base: buffer.base, count: buffer.count)
      let end = machine.next(in: bytes, from: 0)
      line += bytes.slice(from: 0, to: end ?? bytes.count).occurrences(of: lineFeed)
      drop(end ?? bytes.count)
      if end != nil || isEnded { break }
      try fill(atLeast: sizes.chunkBytes)
    }
    let fault: RecordFault =
      machine.place == .quoted ? .unterminatedQuote : .tooLong(limit: sizes.recordLimit)
    batch.append(fault, start: 0, end: sizes.recordLimit, lineOffset: 0)
    try body(batch)
  }
}
