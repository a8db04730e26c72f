// Writing a run's click segments: blocks come programme by programme, each day's file grows.
import Glibc
import Pipeline

/// Writes one file per UTC day, beside its place; publishing them is the caller's business.
///
/// Blocks wait in memory until they are worth a write; however many days there are, few files are
/// open at a time.
public struct ClickSegmentWriter: ~Copyable {
  /// A file that grows.
  private struct File {
    let day: Int32
    let folder: String
    let path: String
    /// Relative to the directory given.
    let name: String
    var waiting: [ClickBlock] = []
    var waitingBytes = 0
    var entries: [ClickBlockEntry] = []
    var size = UInt64(ClickSegmentFormat.headerSize)
    var rows: UInt64 = 0
    var isStarted = false
  }

  private let directory: String
  private let run: String
  private var files: [Int32: File] = [:]
  private var waitingBytes = 0
  private static let flushBytes = 1 << 20
  private static let mostWaitingBytes = 16 << 20

  /// Starts a run's segments; their files will be `directory/YYYY-MM-DD/run.seg`.
  public init(directory: String, run: String) {
    self.directory = directory
    self.run = run
  }

  /// Takes the stored clicks of a programme; programmes come in the order of outputs, each once.
  ///
  /// - Throws: ``ClickFault/system(operation:path:code:)``.
  public mutating func write(_ clicks: ProgramClicks) throws(ClickFault) {
    for block in clicks.blocks { try write(try block.block()) }
  }

  mutating func write(_ block: ClickBlock) throws(ClickFault) {
    var file = files.removeValue(forKey: block.day) ?? newFile(block.day)
    let bytes = block.matches.bytes.count + block.audit.bytes.count
    file.waiting.append(block)
    file.waitingBytes += bytes
    file.rows += UInt64(block.rows)
    waitingBytes += bytes
    if file.waitingBytes >= Self.flushBytes { try flush(&file) }
    files[block.day] = file
    if waitingBytes >= Self.mostWaitingBytes { try flushAll() }
  }

  private func newFile(_ day: Int32) -> File {
    let name = "\(calendarDay(day))/\(run).seg"
    return File(
      day: day, folder: "\(directory)/\(calendarDay(day))", path: "\(directory)/\(name)",
      name: name)
  }

  private mutating func flushAll() throws(ClickFault) {
    for day in files.keys.sorted() {
      guard var file = files.removeValue(forKey: day) else { continue }
      try flush(&file)
      files[day] = file
    }
  }

  private mutating func flush(_ file: inout File) throws(ClickFault) {
    guard !file.waiting.isEmpty else { return }
    if !file.isStarted { try start(file) }
    file.isStarted = true
    var output = try AppendedFile(path: file.path)
    for block in file.waiting {
      let match = block.matches.bytes
      let audit = block.audit.bytes
      file.entries.append(
        ClickBlockEntry(
          program: block.program, rows: UInt32(block.rows), accepted: UInt32(block.accepted),
          rateLimited: UInt32(block.rateLimited), offset: file.size,
          matchBytes: UInt64(match.count), auditBytes: UInt64(audit.count),
          matchChecksum: ClickSegmentFormat.checksum(match),
          auditChecksum: ClickSegmentFormat.checksum(audit)))
      file.size += UInt64(match.count + audit.count)
      try output.append(match)
      try output.append(audit)
    }
    try output.finish()
    waitingBytes -= file.waitingBytes
    file.waitingBytes = 0
    file.waiting.removeAll()
  }

  /// Makes the day's folder and the file with its header.
  private func start(_ file: File) throws(ClickFault) {
    guard unsafe mkdir(file.folder, 0o755) == 0 || errno == EEXIST else {
      throw .system(operation: "making the folder", path: file.folder, code: errno)
    }
    unsafe unlink(file.path)
    var output = try AppendedFile(path: file.path)
    try output.append(Self.header(day: file.day))
    try output.finish()
  }

  private static func header(day: Int32) -> OwnedBytes {
    OwnedBytes(count: ClickSegmentFormat.headerSize) { room in
      room.store(ClickSegmentFormat.magic, at: 0)
      room.store(ClickSegmentFormat.version, at: 8)
      room.store(day, at: 12)
      room.store(UInt64(0), at: 16)
      room.store(UInt64(0), at: 24)
    }
  }

  /// Ends and syncs every file.
  ///
  /// - Returns: What the store is to list, by day; paths are relative to the directory given.
  /// - Throws: ``ClickFault/system(operation:path:code:)``.
  public consuming func finish() throws(ClickFault) -> [ClickSegmentEntry] {
    try flushAll()
    var entries: [ClickSegmentEntry] = []
    for day in files.keys.sorted() {
      guard let file = files[day] else { continue }
      entries.append(try end(file, day: day))
    }
    return entries
  }

  private func end(_ file: File, day: Int32) throws(ClickFault) -> ClickSegmentEntry {
    let directory = OwnedBytes(count: file.entries.count * ClickSegmentFormat.entrySize) { room in
      for (place, entry) in file.entries.enumerated() {
        entry.store(into: room, at: place * ClickSegmentFormat.entrySize)
      }
    }
    var digest = Digest128(high: 0, low: 0)
    let trailer = OwnedBytes(count: ClickSegmentFormat.trailerSize) { room in
      room.store(file.size, at: 0)
      room.store(UInt64(file.entries.count), at: 8)
      room.store(file.rows, at: 16)
      digest = ClickSegmentFormat.digest(
        header: Self.header(day: day), directory: directory, trailer: room.reader)
      room.store(digest.high, at: 24)
      room.store(digest.low, at: 32)
      room.store(ClickSegmentFormat.endMagic, at: 40)
    }
    var output = try AppendedFile(path: file.path)
    try output.append(directory)
    try output.append(trailer)
    try output.sync()
    try output.finish()
    let size = Int64(file.size) + Int64(directory.count + trailer.count)
    return ClickSegmentEntry(
      day: day, run: run, path: file.name, rows: Int64(file.rows), digest: digest, byteCount: size)
  }
}

/// A file open for appending, closed when it is let go.
@safe private struct AppendedFile: ~Copyable {
  private var descriptor: Int32
  private let path: String

  init(path: String) throws(ClickFault) {
    descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    self.path = path
    guard descriptor >= 0 else {
      throw .system(operation: "opening the click segment", path: path, code: errno)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func append(_ bytes: OwnedBytes) throws(ClickFault) {
    try bytes.withReader { reader throws(ClickFault) in try append(reader) }
  }

  private func append(_ bytes: RawReader) throws(ClickFault) {
    var done = 0
    while done < bytes.count {
      let written = unsafe Glibc.write(descriptor, bytes.base + done, bytes.count - done)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        throw .system(operation: "writing the click segment", path: path, code: errno)
      }
      done += written
    }
  }

  func sync() throws(ClickFault) {
    guard fsync(descriptor) == 0 else {
      throw .system(operation: "syncing the click segment", path: path, code: errno)
    }
  }

  /// Closes it, and says whether that failed.
  mutating func finish() throws(ClickFault) {
    let result = close(descriptor)
    descriptor = -1
    guard result == 0 else {
      throw .system(operation: "closing the click segment", path: path, code: errno)
    }
  }
}

/// A UTC day as `YYYY-MM-DD`.
func calendarDay(_ day: Int32) -> String {
  String(InstantText.text(milliseconds: Int64(day) * Instant.day).prefix(10))
}
