// Writing a run's click segments: blocks come programme by programme, each day's file grows beside
// the thread that brings them.
import Glibc
import Pipeline

/// Writes one file per UTC day, beside its place; publishing them is the caller's business.
///
/// Blocks wait in memory until they are worth a write; however many days there are, few files stay
/// open.
public struct ClickSegmentWriter: ~Copyable {
  private let files: SegmentFiles
  private let work = BackgroundWork(label: "refbatch.segments", mostWaiting: 1)
  private var waiting: [ClickBlock] = []
  private var waitingBytes = 0
  /// Little at first: the files are made, a few dozen mostly, while there is other work to do.
  private var mostWaitingBytes = 1 << 17
  /// Most bytes of blocks that are gathered.
  private let batchBytes: Int
  /// Bytes of blocks that are worth a write to a day's file.
  private static let dayBytes = 180 << 10
  /// Bytes that are gathered however few the days are, where there is memory for it.
  private static let fewDaysBytes = 6 << 20

  /// Starts a run's segments; their files will be `directory/YYYY-MM-DD/run.seg`.
  ///
  /// - Parameter batchBytes: Most bytes of blocks that are gathered before each file gets its own; as
  ///   many again may be on their way to the disk.
  public init(directory: String, run: String, batchBytes: Int = 4 << 20) {
    files = SegmentFiles(directory: directory, run: run)
    self.batchBytes = batchBytes
  }

  /// Takes the stored clicks of a programme; programmes come in the order of outputs, each once.
  ///
  /// - Throws: ``ClickFault`` for spilled clicks that cannot be read back.
  public mutating func write(_ clicks: ProgramClicks) throws(ClickFault) {
    for block in clicks.blocks { write(try block.block()) }
  }

  mutating func write(_ block: ClickBlock) {
    waiting.append(block)
    waitingBytes += block.matches.bytes.count + block.audit.bytes.count
    if waitingBytes >= mostWaitingBytes { flush() }
  }

  private mutating func flush() {
    var blocks: [ClickBlock] = []
    swap(&blocks, &waiting)
    waitingBytes = 0
    // Of one day programmes stay in order.
    let days = blocks.map(\.day)
    // Memory that is touched for the first time is dear too: few days need less of it.
    mostWaitingBytes = min(batchBytes, max(Set(days).count * Self.dayBytes, Self.fewDaysBytes))
    let places = blocks.indices.sorted { (days[$0], $0) < (days[$1], $1) }
    work.add { [files, blocks] in try files.append(places.map { blocks[$0] }) }
  }

  /// Begins to end every file, beside the thread that asks for it.
  public consuming func end() -> EndingSegments {
    let ending = EndingSegments(work: work)
    work.add { [files, waiting] in ending.take(try files.end(with: waiting)) }
    return ending
  }

  /// Ends every file.
  ///
  /// - Returns: What the store is to list, by day; paths are relative to the directory given.
  /// - Throws: ``FileFault``; ``ClickFault/system(operation:path:code:)``.
  public consuming func finish() throws -> [ClickSegmentEntry] { try end().finish() }
}

/// A run's segments, all of whose clicks are there, on their way into their files.
public final class EndingSegments: Sendable {
  private let work: BackgroundWork
  private let entries = Guarded<[ClickSegmentEntry]>([])

  fileprivate init(work: BackgroundWork) { self.work = work }

  fileprivate func take(_ entries: [ClickSegmentEntry]) { self.entries.withLock { $0 = entries } }

  /// Waits until the files are complete and on the disk.
  ///
  /// - Returns: What the store is to list, by day; paths are relative to the directory given.
  /// - Throws: ``FileFault``; ``ClickFault/system(operation:path:code:)``.
  public func finish() throws -> [ClickSegmentEntry] {
    try work.finish()
    return entries.withLock { $0 }
  }
}

/// The files of the days. After its making only the pieces of one queue use it, one after another,
/// until the files are ended.
private final class SegmentFiles: @unchecked Sendable {
  /// A day's file. It belongs to one thread at a time.
  private struct DayFile: @unchecked Sendable {
    let file: GrowingFile
    /// Relative to the directory.
    let name: String
    var entries: [ClickBlockEntry] = []
    var size = UInt64(ClickSegmentFormat.headerSize)
    var rows: UInt64 = 0
  }

  private let directory: String
  private let run: String
  private var files: [Int32: DayFile] = [:]
  private let room = StretchRoom()
  /// Days whose files stay open from one write to the next.
  private static let mostOpen = 128

  init(directory: String, run: String) {
    self.directory = directory
    self.run = run
  }

  /// Appends blocks, which are in the order of their days.
  ///
  /// - Throws: ``FileFault``; ``ClickFault/system(operation:path:code:)``.
  func append(_ blocks: [ClickBlock]) throws {
    var next = 0
    while next < blocks.count {
      let day = blocks[next].day
      var end = next + 1
      while end < blocks.count, blocks[end].day == day { end += 1 }
      var file = try files.removeValue(forKey: day) ?? start(day)
      try file.file.resume(through: room)
      try append(blocks[next..<end], of: day, to: &file)
      try file.file.pause()
      files[day] = file
      next = end
    }
  }

  private func append(
    _ blocks: ArraySlice<ClickBlock>, of day: Int32, to file: inout DayFile
  ) throws {
    if file.entries.isEmpty { try append(ClickSegmentFormat.header(day: day), to: file.file) }
    for block in blocks { try append(block, to: &file) }
  }

  private func append(_ block: ClickBlock, to file: inout DayFile) throws {
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
    file.rows += UInt64(block.rows)
    try append(match, to: file.file)
    try append(audit, to: file.file)
  }

  private func append(_ bytes: OwnedBytes, to file: GrowingFile) throws(FileFault) {
    try bytes.withReader { reader throws(FileFault) in
      try unsafe file.append(UnsafeRawBufferPointer(start: reader.base, count: reader.count))
    }
  }

  /// Makes the day's folder and an empty file.
  private func start(_ day: Int32) throws -> DayFile {
    let folder = "\(directory)/\(calendarDay(day))"
    guard unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST else {
      throw ClickFault.system(operation: "making the folder", path: folder, code: errno)
    }
    let path = "\(folder)/\(run).seg"
    let file = try GrowingFile(creating: path, staysOpen: files.count < Self.mostOpen)
    return DayFile(file: file, name: "\(calendarDay(day))/\(run).seg")
  }

  /// Appends the last blocks, and gives each file its directory and trailer; several files at once,
  /// as each waits for the disk.
  ///
  /// - Parameter blocks: Those of a day in the order of their programmes.
  func end(with blocks: [ClickBlock]) throws -> [ClickSegmentEntry] {
    let last = Dictionary(grouping: blocks, by: \.day)
    let days = Set(files.keys).union(last.keys).sorted()
    let begun = files
    files = [:]
    let rooms = StretchRooms()
    return try mapWaiting(count: days.count, threads: 8) { [self] place in
      let day = days[place]
      return try rooms.withRoom { room in
        try end(begun[day] ?? start(day), day: day, with: last[day] ?? [], through: room)
      }
    }
  }

  private func end(
    _ begun: DayFile, day: Int32, with blocks: [ClickBlock], through room: StretchRoom
  ) throws -> ClickSegmentEntry {
    var file = begun
    try file.file.resume(through: room)
    try append(blocks[...], of: day, to: &file)
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
        header: ClickSegmentFormat.header(day: day), directory: directory, trailer: room.reader)
      room.store(digest.high, at: 24)
      room.store(digest.low, at: 32)
      room.store(ClickSegmentFormat.endMagic, at: 40)
    }
    try append(directory, to: file.file)
    try append(trailer, to: file.file)
    try file.file.pause()
    try file.file.end()
    let size = Int64(file.size) + Int64(directory.count + trailer.count)
    return ClickSegmentEntry(
      day: day, run: run, path: file.name, rows: Int64(file.rows), digest: digest, byteCount: size)
  }
}

/// A UTC day as `YYYY-MM-DD`.
func calendarDay(_ day: Int32) -> String {
  String(InstantText.text(milliseconds: Int64(day) * Instant.day).prefix(10))
}
