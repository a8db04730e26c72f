// The first pass over an input file: its digest, and where it can be cut.

internal import Dispatch
internal import Synchronization

/// What the first pass over a file found.
public struct FileSurvey: Sendable {
  /// The bytes of the file as stored.
  public let byteCount: Int
  /// The digest of the bytes as stored; see ``digest(of:)``.
  public let digest: Digest128
  /// What the file was when it was opened.
  public let identity: FileIdentity
  /// Its line feeds, those in cells among them; nil where it was only hashed: packed, or not UTF-8.
  public let lineFeeds: Int?
  /// Where it can be cut; empty for an archive.
  let blocks: [SurveyedBlock]

  /// The length of the blocks that are hashed one by one.
  public static let digestBlockBytes = 1 << 20

  /// The digest that a file of these bytes has.
  ///
  /// It is the ``ContentHash`` of the digests of its blocks of 1 MiB (16 bytes each, big-endian)
  /// and of its length (8 bytes, big-endian), so that blocks can be hashed on several threads.
  public static func digest(of bytes: ByteView) -> Digest128 {
    var digests: [Digest128] = []
    for start in stride(from: 0, to: bytes.count, by: digestBlockBytes) {
      let end = min(start + digestBlockBytes, bytes.count)
      digests.append(ContentHash.digest(of: bytes.slice(from: start, to: end)))
    }
    return digest(ofBlocks: digests, byteCount: bytes.count)
  }

  /// The same digest from those of the blocks.
  public static func digest(ofBlocks digests: [Digest128], byteCount: Int) -> Digest128 {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digests.count * 16 + 8)
    func append(_ word: UInt64) {
      for shift in stride(from: UInt64(56), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    for digest in digests {
      append(digest.high)
      append(digest.low)
    }
    append(UInt64(byteCount))
    return ByteView.withBytes(of: bytes) { ContentHash.digest(of: $0) }
  }
}

/// A place where a file could be cut, once the next record end is found.
struct SurveyedBlock: Sendable {
  /// The offset of its first byte.
  let start: Int
  /// The line feeds before it.
  let lineFeedsBefore: Int
  /// Where in a record it begins.
  let place: CSVRecordEnd.Place
}

/// How records end in a file: in lines, or at line feeds outside quoted cells.
enum RecordShape: Sendable {
  case lines
  case quotedCells(delimiter: UInt8)

  var delimiter: UInt8? {
    if case .quotedCells(let delimiter) = self { return delimiter }
    return nil
  }

  /// A machine that finds record ends from `place` on; lines end at any line feed.
  func recordEnd(from place: CSVRecordEnd.Place) -> CSVRecordEnd {
    switch self {
    case .lines: CSVRecordEnd(delimiter: lineFeed, place: .malformed)
    case .quotedCells(let delimiter): CSVRecordEnd(delimiter: delimiter, place: place)
    }
  }
}

/// Makes the survey of a file on several threads.
struct FileSurveyor: Sendable {
  let file: InputFile
  /// How records end; nil for an archive, whose stored bytes are only hashed.
  let shape: RecordShape?
  /// Where the content begins, behind a byte order mark.
  let contentStart: Int
  let blockBytes: Int

  private struct HashedBlock: Sendable {
    var digest = Digest128(high: 0, low: 0)
    var parts: [QuoteCensus] = []
  }

  /// Reads the whole file once.
  func survey(threads: Int) throws(FileRefusal) -> FileSurvey {
    let size = FileSurvey.digestBlockBytes
    let count = (file.byteCount + size - 1) / size
    let found = Mutex<[HashedBlock]>(Array(repeating: HashedBlock(), count: count))
    let refusal = Mutex<FileRefusal?>(nil)
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
      let buffer = FlatList<UInt8>(capacity: min(size, file.byteCount) + 66)
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count, refusal.withLock({ $0 == nil }) else { return }
        do throws(FileRefusal) {
          let block = try self.hashed(index, buffer)
          found.withLock { $0[index] = block }
        } catch {
          refusal.withLock { $0 = error }
        }
      }
    }
    if let refusal = refusal.withLock({ $0 }) { throw refusal }
    let hashed = found.withLock { $0 }
    return FileSurvey(
      byteCount: file.byteCount,
      digest: FileSurvey.digest(ofBlocks: hashed.map(\.digest), byteCount: file.byteCount),
      identity: file.identity, lineFeeds: shape == nil ? nil : Self.lineFeeds(hashed),
      blocks: try placed(hashed))
  }

  private static func lineFeeds(_ hashed: [HashedBlock]) -> Int {
    hashed.reduce(0) { sum, block in block.parts.reduce(sum) { $0 + $1.lineFeeds } }
  }

  /// Hashes and counts one block of 1 MiB; the two bytes before it are read with it. Each part is
  /// looked at while it is still near the processor.
  private func hashed(
    _ index: Int, _ buffer: FlatList<UInt8>
  ) throws(FileRefusal) -> HashedBlock {
    let start = index * FileSurvey.digestBlockBytes
    let count = min(FileSurvey.digestBlockBytes, file.byteCount - start)
    buffer.reserve(count + 66)
    // SAFETY: the buffer has room for the two bytes before, the block, and 64 bytes behind it.
    let base = unsafe buffer.base + 2
    let bytes = unsafe ByteView(base: base, count: count)
    var parts: [QuoteCensus] = []
    var offset = 0
    while offset < count {
      let end = min(offset + blockBytes, count)
      let before = offset == 0 ? min(start, 2) : 0
      try unsafe file.readAll(
        into: base + offset - before, count: before + end - offset, at: start + offset - before)
      if let shape {
        let lastTwo = lastTwo(before: start + offset) { distance in
          unsafe base[offset - distance]
        }
        let from = min(max(offset, contentStart - start), end)
        parts.append(
          QuoteCensus(
            bytes.slice(from: from, to: end), lastTwo: lastTwo, delimiter: shape.delimiter))
      }
      offset = end
    }
    return HashedBlock(digest: ContentHash.digest(of: bytes), parts: parts)
  }

  /// The two bytes before an offset of the file, LF where they are before the content.
  private func lastTwo(before offset: Int, _ byteBack: (Int) -> UInt8) -> UInt16 {
    let last = offset - 1 >= contentStart ? byteBack(1) : lineFeed
    let other = offset - 2 >= contentStart ? byteBack(2) : lineFeed
    return UInt16(other) << 8 | UInt16(last)
  }

  /// Follows the file from block to block, which tells where in a record each one begins.
  ///
  /// A block that is not well-formed is read again, byte by byte, so that the places are true
  /// whatever the file holds.
  private func placed(_ hashed: [HashedBlock]) throws(FileRefusal) -> [SurveyedBlock] {
    guard let shape else { return [] }
    var blocks: [SurveyedBlock] = []
    var place = CSVRecordEnd.Place.recordStart
    var lineFeeds = 0
    for (index, block) in hashed.enumerated() {
      var start = index * FileSurvey.digestBlockBytes
      for part in block.parts {
        let end = min(start + blockBytes, (index + 1) * FileSurvey.digestBlockBytes)
        blocks.append(SurveyedBlock(start: start, lineFeedsBefore: lineFeeds, place: place))
        place = try self.place(after: part, from: place, start: start, end: end, shape)
        lineFeeds += part.lineFeeds
        start = end
      }
    }
    return blocks
  }

  private func place(
    after part: QuoteCensus, from place: CSVRecordEnd.Place, start: Int, end: Int,
    _ shape: RecordShape
  ) throws(FileRefusal) -> CSVRecordEnd.Place {
    guard case .quotedCells(let delimiter) = shape else {
      return UInt8(truncatingIfNeeded: part.lastTwo) == lineFeed ? .recordStart : .malformed
    }
    let isQuoted = place == .quoted
    if place != .malformed, isQuoted ? part.isCleanQuoted : part.isCleanOutside {
      let endsQuoted = isQuoted != (part.quotes % 2 == 1)
      if endsQuoted { return .quoted }
      return QuoteCensus.placeOutside(lastTwo: part.lastTwo, delimiter: delimiter)
    }
    var machine = shape.recordEnd(from: place)
    let from = max(start, contentStart)
    let count = max(0, min(end, file.byteCount) - from)
    let buffer = FlatList<UInt8>(capacity: count)
    // SAFETY: the buffer has room for `count` bytes.
    try unsafe file.readAll(into: buffer.base, count: count, at: from)
    machine.skip(unsafe ByteView(base: buffer.base, count: count))
    return machine.place
  }
}
