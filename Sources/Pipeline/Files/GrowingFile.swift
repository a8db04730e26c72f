// A file that grows by stretches over a long time, one of many: between stretches it takes next to
// no memory and, if it is to, is closed. Whole blocks of the disk go past the page cache.

internal import Glibc

/// Room for what is on its way to a file; one serves many files in turn, on one thread at a time.
@safe public final class StretchRoom: @unchecked Sendable {
  static let byteCount = 1 << 20
  // SAFETY: `base` has room for `byteCount` from init to deinit; whoever has the room is the only one
  // to use it, as ``StretchRooms`` lends each to one at a time.
  fileprivate let base: UnsafeMutableRawPointer

  public init() {
    unsafe base = .allocate(byteCount: Self.byteCount, alignment: GrowingFile.block)
  }

  deinit { unsafe base.deallocate() }
}

/// Rooms for the threads that write files at the same time.
public final class StretchRooms: Sendable {
  private let free = Guarded<[StretchRoom]>([])

  public init() {}

  /// Lends a room that nobody else uses.
  public func withRoom<Result>(_ body: (StretchRoom) throws -> Result) rethrows -> Result {
    let room = free.withLock { $0.popLast() } ?? StretchRoom()
    defer { free.withLock { $0.append(room) } }
    return try body(room)
  }
}

/// A new file that is appended to now and then. It belongs to one thread at a time.
@safe public final class GrowingFile {
  /// What any disk asks direct writes to be aligned to.
  fileprivate static let block = 4_096

  private let path: String
  /// Bytes that have been written; a multiple of a block until ``end()``.
  private var written: Int64 = 0
  /// Less than a block, which waits for more.
  private var tail: [UInt8] = []
  private var isDirect = true
  private var stretch: Stretch?
  private let staysOpen: Bool
  /// The file between stretches, where it stays open.
  private var resting: Descriptor?

  /// What is open while the file grows. Of the room, `used` bytes are filled.
  private struct Stretch: ~Copyable {
    let descriptor: Descriptor
    let room: StretchRoom
    var used: Int
  }

  /// Makes the file.
  ///
  /// - Parameter staysOpen: Whether it keeps its descriptor between stretches: to open and to close it
  ///   each time takes longer.
  /// - Throws: ``FileFault``, also where it exists.
  public init(creating path: String, staysOpen: Bool = false) throws(FileFault) {
    self.path = path
    self.staysOpen = staysOpen
    let descriptor = try Descriptor(opening: path, for: .create(mode: 0o644))
    if staysOpen { resting = consume descriptor } else { try descriptor.close() }
  }

  private func reopened() throws(FileFault) -> Descriptor {
    if let descriptor = resting.take() { return descriptor }
    return try Descriptor(opening: path, for: .write)
  }

  /// Begins a stretch.
  ///
  /// - Parameter room: Nobody else may use it before ``pause()``.
  /// - Throws: ``FileFault``.
  public func resume(through room: StretchRoom) throws(FileFault) {
    let descriptor = try reopened()
    if isDirect { isDirect = DirectAccess.set(true, descriptor.number) }
    // SAFETY: the tail is less than a block, which is less than the room.
    unsafe tail.withUnsafeBytes { tail in
      guard let start = tail.baseAddress else { return }
      unsafe room.base.copyMemory(from: start, byteCount: tail.count)
    }
    stretch = Stretch(descriptor: descriptor, room: room, used: tail.count)
    tail = []
  }

  /// Appends bytes to the stretch.
  ///
  /// - Throws: ``FileFault``; the file is then worth nothing.
  @unsafe public func append(_ bytes: UnsafeRawBufferPointer) throws(FileFault) {
    guard var growing = stretch.take() else { return }
    var taken = 0
    while taken < bytes.count, let start = bytes.baseAddress {
      let count = min(bytes.count - taken, StretchRoom.byteCount - growing.used)
      // SAFETY: both sides have `count` bytes from there on.
      unsafe (growing.room.base + growing.used).copyMemory(from: start + taken, byteCount: count)
      taken += count
      growing.used += count
      if growing.used == StretchRoom.byteCount {
        try put(growing, growing.used)
        growing.used = 0
      }
    }
    stretch = consume growing
  }

  /// Ends a stretch: all but less than a block is written.
  ///
  /// - Throws: ``FileFault``; the file is then worth nothing.
  public func pause() throws(FileFault) {
    guard let growing = stretch.take() else { return }
    let whole = growing.used / Self.block * Self.block
    try put(growing, whole)
    // SAFETY: whole ≤ used ≤ the room's count.
    tail = unsafe Array(
      UnsafeRawBufferPointer(start: growing.room.base + whole, count: growing.used - whole))
    let descriptor = growing.descriptor
    if staysOpen { resting = consume descriptor }
  }

  /// Writes what still waits, and waits until all of it is on the disk. Nothing may be appended after
  /// that.
  ///
  /// - Throws: ``FileFault``.
  public func end() throws(FileFault) {
    var descriptor = try buffered(resting.take())
    let rest = tail
    tail = []
    try descriptor.write(rest.span, at: written)
    written += Int64(rest.count)
    try descriptor.synchronize()
    try descriptor.close()
  }

  /// The file, taking writes of any length.
  private func buffered(_ open: consuming Descriptor?) throws(FileFault) -> Descriptor {
    if let open = consume open, DirectAccess.set(false, open.number) { return open }
    return try Descriptor(opening: path, for: .write)
  }

  /// Writes the first `count` bytes of the room.
  private func put(_ growing: borrowing Stretch, _ count: Int) throws(FileFault) {
    let number = growing.descriptor.number
    var done = 0
    while done < count {
      // SAFETY: done < count ≤ the room's count.
      let put = unsafe pwrite(
        number, growing.room.base + done, count - done, off_t(written) + off_t(done))
      if put > 0 {
        done += put
        // What a short direct write leaves may start off the disk's blocks.
        if put % Self.block != 0, isDirect { isDirect = !DirectAccess.set(false, number) }
      } else if put < 0, errno == EINVAL, isDirect {
        isDirect = !DirectAccess.set(false, number)
        if isDirect { throw FileFault(path: path, operation: .write, code: EINVAL) }
      } else if put == 0 {
        throw FileFault(path: path, operation: .write, code: EIO)
      } else if errno != EINTR {
        throw FileFault(.write, path)
      }
    }
    written += Int64(count)
  }
}
