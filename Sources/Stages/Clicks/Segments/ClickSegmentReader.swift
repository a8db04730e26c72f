// Reading a click segment: its directory once, then the blocks that are wanted, each checked.
import Glibc
import Pipeline

/// A segment's directory, checked against what the store lists.
struct ClickSegmentDirectory: Sendable {
  let path: String
  let day: Int32
  private let blocks: [ProgramOrdinal: ClickBlockEntry]
  /// Open for as long as the directory is known; nil where enough others are.
  private let file: SegmentBytes?

  /// Reads header, directory and trailer.
  ///
  /// - Throws: ``ClickFault`` where the file is not what the store lists.
  ///
  /// - Parameter staysOpen: Whether the file is kept open for the blocks that are to be read.
  init(path: String, entry: ClickSegmentEntry, staysOpen: Bool = false) throws(ClickFault) {
    self.path = path
    day = entry.day
    let file = try SegmentBytes(path: path)
    let least = ClickSegmentFormat.headerSize + ClickSegmentFormat.trailerSize
    let size = try file.size()
    guard size == entry.byteCount, size >= Int64(least) else {
      throw .segment(
        path: path, problem: "the click segment has \(size) bytes instead of \(entry.byteCount)")
    }
    let header = try file.read(ClickSegmentFormat.headerSize, at: 0)
    let trailer = try file.read(
      ClickSegmentFormat.trailerSize, at: size - Int64(ClickSegmentFormat.trailerSize))
    try header.withReader { bytes throws(ClickFault) in
      try Self.check(bytes, day: entry.day, path)
    }
    let offset = trailer.withReader { $0.word(0, as: UInt64.self) }
    let room = UInt64(size) - UInt64(ClickSegmentFormat.trailerSize)
    guard offset <= room, (room - offset) % UInt64(ClickSegmentFormat.entrySize) == 0 else {
      throw .segment(path: path, problem: "the click segment's trailer is damaged")
    }
    let directory = try file.read(Int(room - offset), at: Int64(offset))
    let digest = trailer.withReader {
      ClickSegmentFormat.digest(header: header, directory: directory, trailer: $0)
    }
    let stated = trailer.withReader {
      (
        Digest128(high: $0.word(24, as: UInt64.self), low: $0.word(32, as: UInt64.self)),
        $0.word(40, as: UInt64.self)
      )
    }
    guard stated == (digest, ClickSegmentFormat.endMagic) else {
      throw .segment(path: path, problem: "the click segment's trailer is damaged")
    }
    guard digest == entry.digest else {
      throw .segment(
        path: path, problem: "the click segment's digest is \(digest) instead of \(entry.digest)")
    }
    blocks = directory.withReader { Self.blocks($0) }
    self.file = staysOpen ? file : nil
  }

  private static func check(_ header: RawReader, day: Int32, _ path: String) throws(ClickFault) {
    guard header.word(0, as: UInt64.self) == ClickSegmentFormat.magic else {
      throw .segment(path: path, problem: "the file is no click segment")
    }
    let version = header.word(8, as: UInt32.self)
    guard version == ClickSegmentFormat.version else {
      throw .segment(
        path: path,
        problem: "the click segment has version \(version), this refbatch reads "
          + "\(ClickSegmentFormat.version)")
    }
    guard header.word(12, as: Int32.self) == day else {
      throw .segment(path: path, problem: "the click segment is of another day")
    }
  }

  private static func blocks(_ bytes: RawReader) -> [ProgramOrdinal: ClickBlockEntry] {
    var found: [ProgramOrdinal: ClickBlockEntry] = [:]
    for place in stride(from: 0, to: bytes.count, by: ClickSegmentFormat.entrySize) {
      let entry = ClickBlockEntry(bytes, at: place)
      found[entry.program] = entry
    }
    return found
  }

  /// The programmes with clicks in it.
  var programs: [ProgramOrdinal] { blocks.keys.sorted() }

  subscript(program: ProgramOrdinal) -> ClickBlockEntry? { blocks[program] }

  /// Reads a programme's match section.
  func matches(_ entry: ClickBlockEntry) throws(ClickFault) -> ClickMatches {
    let bytes = try section(entry.offset, entry.matchBytes, entry.matchChecksum, entry.program)
    guard let matches = ClickMatches(bytes, day: day), matches.layout.rows == Int(entry.rows)
    else { throw damaged(entry.program) }
    return matches
  }

  /// Reads a programme's audit section.
  func audit(_ entry: ClickBlockEntry) throws(ClickFault) -> ClickAudit {
    let bytes = try section(
      entry.offset + entry.matchBytes, entry.auditBytes, entry.auditChecksum, entry.program)
    guard let audit = ClickAudit(bytes), audit.layout.rows == Int(entry.rows) else {
      throw damaged(entry.program)
    }
    return audit
  }

  /// Reads both sections.
  func block(_ entry: ClickBlockEntry) throws(ClickFault) -> ClickBlock {
    ClickBlock(
      program: entry.program, day: day, accepted: Int(entry.accepted),
      rateLimited: Int(entry.rateLimited), matches: try matches(entry), audit: try audit(entry))
  }

  private func section(
    _ offset: UInt64, _ count: UInt64, _ checksum: UInt64, _ program: ProgramOrdinal
  ) throws(ClickFault) -> OwnedBytes {
    let source: SegmentBytes
    if let file { source = file } else { source = try SegmentBytes(path: path) }
    let bytes = try source.read(Int(count), at: Int64(offset))
    guard ClickSegmentFormat.checksum(bytes) == checksum else { throw damaged(program) }
    return bytes
  }

  private func damaged(_ program: ProgramOrdinal) -> ClickFault {
    .segment(
      path: path,
      problem: "the block of programme number \(program.index) does not match its checksum")
  }
}

/// A file open for reading at any place, closed when it is let go.
@safe private final class SegmentBytes: Sendable {
  private let descriptor: Int32
  private let path: String

  init(path: String) throws(ClickFault) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    self.path = path
    guard descriptor >= 0 else {
      throw errno == ENOENT
        ? .segment(path: path, problem: "the click segment is missing")
        : .system(operation: "opening the click segment", path: path, code: errno)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func size() throws(ClickFault) -> Int64 {
    let end = lseek(descriptor, 0, SEEK_END)
    guard end >= 0 else {
      throw .system(operation: "measuring the click segment", path: path, code: errno)
    }
    return Int64(end)
  }

  func read(_ count: Int, at offset: Int64) throws(ClickFault) -> OwnedBytes {
    var fault: ClickFault?
    let bytes = OwnedBytes(count: count) { room in
      do throws(ClickFault) { try fill(room, at: offset) } catch { fault = error }
    }
    if let fault { throw fault }
    return bytes
  }

  private func fill(_ room: RawWriter, at offset: Int64) throws(ClickFault) {
    var done = 0
    while done < room.count {
      let count = unsafe pread(
        descriptor, room.base + done, room.count - done, off_t(offset) + off_t(done))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw .system(operation: "reading the click segment", path: path, code: errno)
      }
      guard count > 0 else {
        throw .segment(path: path, problem: "the click segment ends too early")
      }
      done += count
    }
  }
}
