// A temporary file for rows that do not stay in memory. It has no name from the start, so that
// a killed run leaves nothing behind.
import Glibc
import Pipeline
import Synchronization

/// An unnamed file that is written at its end and read anywhere, past the page cache where the
/// filesystem can: memory that is touched for the first time costs more than the disk.
@safe final class SpillFile: @unchecked Sendable {
  /// What direct reads and writes are aligned to, on the disk and in memory.
  static let alignment = max(SystemPages.byteCount, 4_096)
  /// Bytes of extents that are lent from one read.
  private static let mostAtOnce = 512 << 10

  /// Whether its bytes go past the page cache, as far as is known.
  var isDirect: Bool { !usesPageCache.load(ordering: .relaxed) }
  private let descriptor: Int32
  private let directory: String
  private let rows: String
  private let size = Atomic<Int64>(0)
  private let usesPageCache = Atomic(false)

  /// - Parameter rows: What is spilled, for messages.
  /// - Throws: ``ClickFault/system(operation:path:code:)`` where no file can be made.
  init(directory: String, of rows: String = "clicks") throws(ClickFault) {
    self.directory = directory
    self.rows = rows
    let template = directory + "/\(rows)-spill-XXXXXX"
    var path = Array(template.utf8CString)
    let opened = unsafe path.withUnsafeMutableBufferPointer { buffer -> Int32 in
      guard let start = buffer.baseAddress else { return -1 }
      let descriptor = unsafe mkstemp(start)
      guard descriptor >= 0 else { return -1 }
      unsafe unlink(start)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      return descriptor
    }
    guard opened >= 0 else {
      throw .system(operation: "making a spill file", path: directory, code: errno)
    }
    descriptor = opened
    guard DirectAccess.set(true, descriptor), Self.takesDirectReads(descriptor) else {
      _ = DirectAccess.set(false, descriptor)
      usesPageCache.store(true, ordering: .relaxed)
      return
    }
  }

  deinit { close(descriptor) }

  /// Some filesystems take the flag and then refuse the access.
  private static func takesDirectReads(_ descriptor: Int32) -> Bool {
    withAlignedRoom(alignment) { room in
      unsafe pread(descriptor, room.base, room.count, 0) >= 0
    }
  }

  /// Lends memory that direct access can use; `count` is a multiple of the alignment.
  private static func withAlignedRoom<Result, Failure>(
    _ count: Int, _ body: (RawWriter) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let room = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: alignment)
    defer { unsafe room.deallocate() }
    return try unsafe body(RawWriter(base: room, count: count))
  }

  /// So many bytes, up to the next place where direct access may begin.
  static func aligned(_ count: Int) -> Int { (count + alignment - 1) & ~(alignment - 1) }
}

extension SpillFile {
  /// Sets room aside at the end; may be called on several threads at once.
  ///
  /// - Returns: For each piece where it goes. One lies behind the other, each aligned.
  func reserve(_ counts: [Int]) -> [SpillExtent] {
    let total = counts.reduce(0) { $0 + Self.aligned($1) }
    var offset = size.add(Int64(total), ordering: .relaxed).oldValue
    return counts.map { count in
      defer { offset += Int64(Self.aligned(count)) }
      return SpillExtent(offset: offset, count: count)
    }
  }

  /// Writes pieces of memory to their place, which ``reserve(_:)`` gave: one behind the other.
  ///
  /// - Parameter pieces: They begin at whole pages, and the pages that they end in are theirs.
  func write(_ pieces: [RawReader], to extents: [SpillExtent]) throws(ClickFault) {
    guard let first = extents.first else { return }
    var vectors = unsafe [iovec]()
    var total = 0
    for piece in pieces {
      let count = Self.aligned(piece.count)
      let base = unsafe UnsafeMutableRawPointer(mutating: piece.base)
      unsafe vectors.append(iovec(iov_base: base, iov_len: count))
      total += count
    }
    let count = Int32(clamping: unsafe vectors.count)
    let written = unsafe pwritev(descriptor, vectors, count, off_t(first.offset))
    if written == total { return }
    // Rarely: the rest one by one, from the beginning.
    for (piece, extent) in zip(pieces, extents) {
      try write(piece, Self.aligned(piece.count), at: extent.offset)
    }
  }

  private func write(_ bytes: RawReader, _ count: Int, at offset: Int64) throws(ClickFault) {
    var done = 0
    var isFirst = true
    while done < count {
      let written = unsafe pwrite(
        descriptor, bytes.base + done, count - done, off_t(offset) + off_t(done))
      if written < 0, errno == EINTR || leavesDirectAccess(&isFirst) { continue }
      guard written > 0 else {
        let code = written < 0 ? errno : EIO
        throw .system(operation: "spilling \(rows)", path: directory, code: code)
      }
      done += written
    }
  }

  /// Goes through the page cache from now on, where the system has just refused direct access.
  ///
  /// - Parameter isFirst: Whether the call has not been tried again yet.
  /// - Returns: Whether it is worth a second try.
  private func leavesDirectAccess(_ isFirst: inout Bool) -> Bool {
    guard errno == EINVAL, isFirst else { return false }
    isFirst = false
    usesPageCache.store(true, ordering: .relaxed)
    return DirectAccess.set(false, descriptor)
  }

  /// Appends a copy of bytes that lie anywhere; may be called on several threads at once.
  func append(_ bytes: RawReader) throws(ClickFault) -> SpillExtent {
    let extent = reserve([bytes.count])[0]
    try Self.withAlignedRoom(Self.aligned(max(bytes.count, 1))) { room throws(ClickFault) in
      room.copy(bytes, at: 0)
      try write(room.reader, Self.aligned(bytes.count), at: extent.offset)
    }
    return extent
  }

  /// Lends an extent, or part of one; may be called on several threads at once.
  func withBytes<Result>(
    _ extent: SpillExtent, _ body: (RawReader) -> Result
  ) throws(ClickFault) -> Result {
    let before = Int(extent.offset % Int64(Self.alignment))
    let count = Self.aligned(before + extent.count)
    return try Self.withAlignedRoom(max(count, 1)) { room throws(ClickFault) in
      try read(count, atLeast: before + extent.count, at: extent.offset - Int64(before), into: room)
      return body(room.reader.slice(before, extent.count))
    }
  }

  /// Reads an extent back; may be called on several threads at once.
  func bytes(_ extent: SpillExtent) throws(ClickFault) -> OwnedBytes {
    try withBytes(extent) { bytes in
      OwnedBytes(count: extent.count) { $0.copy(bytes, at: 0) }
    }
  }

  /// Lends extents one after another, each with its place among them; what lies one behind the other is
  /// read at once. May be called on several threads at once.
  func forEach(
    _ extents: [SpillExtent], _ body: (Int, RawReader) -> Void
  ) throws(ClickFault) {
    for run in SpillRun.runs(extents, atMost: Self.mostAtOnce) {
      try withBytes(run.span) { bytes in
        for place in run.places {
          body(place, bytes.slice(run.offset(of: extents[place]), extents[place].count))
        }
      }
    }
  }

  /// Reads extents back that lie one behind the other; may be called on several threads at once.
  ///
  /// - Parameter room: Aligned, and as long as the alignment asks.
  func read(_ run: SpillRun, into room: RawWriter) throws(ClickFault) {
    try read(Self.aligned(run.span.count), atLeast: run.span.count, at: run.span.offset, into: room)
  }

  private func read(
    _ count: Int, atLeast least: Int, at offset: Int64, into room: RawWriter
  ) throws(ClickFault) {
    precondition(room.count >= count, "no room for spilled rows")
    var done = 0
    var isFirst = true
    while done < least {
      let got = unsafe pread(
        descriptor, room.base + done, count - done, off_t(offset) + off_t(done))
      if got < 0, errno == EINTR || leavesDirectAccess(&isFirst) { continue }
      guard got > 0 else {
        throw .system(
          operation: "reading spilled \(rows) back", path: directory, code: got < 0 ? errno : EIO)
      }
      done += got
    }
  }
}
