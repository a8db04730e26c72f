// The owner of one open file: whole reads and writes, synchronisation, closing.

internal import Glibc

/// An open file. It is closed when the value goes; call ``close()`` to hear of late failures.
public struct Descriptor: ~Copyable, Sendable {
  /// What a file is opened for. No child process inherits it.
  public enum Purpose: Hashable, Sendable {
    /// Reading what exists.
    case read
    /// Writing a file that must not exist yet, not even as a link.
    case create(mode: UInt32)
    /// Writing anywhere in a file that exists.
    case write
    /// Reading and writing anywhere in a file that exists.
    case readWrite
    /// Reading and writing, made when it does not exist.
    case readOrCreate(mode: UInt32)
    /// Synchronising a directory.
    case directory

    fileprivate var flags: Int32 {
      switch self {
      case .read: O_RDONLY
      case .create: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
      case .write: O_WRONLY | O_NOFOLLOW
      case .readWrite: O_RDWR | O_NOFOLLOW
      case .readOrCreate: O_RDWR | O_CREAT
      case .directory: O_RDONLY | O_DIRECTORY
      }
    }

    fileprivate var mode: UInt32 {
      switch self {
      case .create(let mode), .readOrCreate(let mode): mode
      case .read, .write, .readWrite, .directory: 0
      }
    }
  }

  /// The path it was opened by.
  public let path: String
  private(set) var number: Int32
  private var syncFault: FileFault?

  /// Opens a path.
  ///
  /// - Throws: ``FileFault``.
  public init(opening path: String, for purpose: Purpose) throws(FileFault) {
    self.path = path
    number = -1
    repeat {
      number = unsafe Glibc.open(path, purpose.flags | O_CLOEXEC, mode_t(purpose.mode))
    } while number < 0 && errno == EINTR
    guard number >= 0 else {
      let operation: FileFault.Operation =
        if case .create = purpose { .create } else { .open }
      throw FileFault(operation, path)
    }
  }

  deinit { if number >= 0 { _ = Glibc.close(number) } }

  /// Closes it, and reports what only closing finds out.
  ///
  /// - Throws: ``FileFault``.
  public consuming func close() throws(FileFault) {
    let closing = number
    number = -1
    // After EINTR Linux has closed the descriptor all the same.
    guard Glibc.close(closing) == 0 || errno == EINTR else { throw FileFault(.close, path) }
  }

  /// Waits until all written bytes have reached the disk.
  ///
  /// A failure is final: the system may have dropped the bytes, and a second try would lie.
  ///
  /// - Throws: ``FileFault``, the same again for every later call.
  public mutating func synchronize() throws(FileFault) {
    if let syncFault { throw syncFault }
    guard fsync(number) == 0 else {
      let fault = FileFault(.synchronize, path)
      syncFault = fault
      throw fault
    }
  }

  /// What the system knows of it now.
  ///
  /// - Throws: ``FileFault``.
  public func information() throws(FileFault) -> FileInformation {
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { throw FileFault(.inspect, path) }
    return FileInformation(status)
  }

  /// Fills `buffer` from the current position.
  ///
  /// - Returns: How many bytes there were; fewer than the buffer's only at the end of the file.
  /// - Throws: ``FileFault``.
  public func read(into buffer: inout [UInt8]) throws(FileFault) -> Int {
    try unsafe fill(&buffer) { number, start, count, _ in unsafe Glibc.read(number, start, count) }
  }

  /// Fills `buffer` from `offset` bytes after the start, leaving the position alone.
  ///
  /// - Returns: How many bytes there were; fewer than the buffer's only at the end of the file.
  /// - Throws: ``FileFault``.
  public func read(into buffer: inout [UInt8], at offset: Int64) throws(FileFault) -> Int {
    try unsafe fill(&buffer) { number, start, count, filled in
      unsafe pread(number, start, count, off_t(offset) + off_t(filled))
    }
  }

  private func fill(
    _ buffer: inout [UInt8],
    by call: (Int32, UnsafeMutableRawPointer, Int, Int) -> Int
  ) throws(FileFault) -> Int {
    var filled = 0
    while filled < buffer.count {
      let got = unsafe buffer.withUnsafeMutableBytes { bytes in
        guard let start = bytes.baseAddress else { return 0 }
        // SAFETY: filled < buffer.count, so the rest of the buffer starts inside it.
        return unsafe call(number, start + filled, bytes.count - filled, filled)
      }
      if got == 0 { break }
      if got > 0 {
        filled += got
      } else if errno != EINTR {
        throw FileFault(.read, path)
      }
    }
    return filled
  }

  /// Writes all of the bytes.
  ///
  /// - Throws: ``FileFault``.
  public func write(_ bytes: Span<UInt8>) throws(FileFault) {
    try Self.write(bytes, to: number, path: path)
  }

  /// Writes all of the bytes from `offset` bytes after the start on, leaving the position alone.
  ///
  /// - Throws: ``FileFault``.
  func write(_ bytes: Span<UInt8>, at offset: Int64) throws(FileFault) {
    try unsafe Self.write(bytes, path: path) { start, count, done in
      unsafe pwrite(number, start, count, off_t(offset) + off_t(done))
    }
  }

  /// Writes all of the bytes to a descriptor that somebody else owns, such as standard output.
  static func write(_ bytes: Span<UInt8>, to number: Int32, path: String) throws(FileFault) {
    try unsafe write(bytes, path: path) { start, count, _ in
      let put = unsafe Glibc.write(number, start, count)
      guard put < 0, errno == EAGAIN else { return put }
      awaitRoom(number)
      errno = EINTR
      return put
    }
  }

  /// Calls until all bytes are written; a call that was interrupted is made again.
  private static func write(
    _ bytes: Span<UInt8>, path: String, by call: (UnsafeRawPointer, Int, Int) -> Int
  ) throws(FileFault) {
    var written = 0
    while written < bytes.count {
      let put = unsafe bytes.withUnsafeBytes { all in
        guard let start = all.baseAddress else { return 0 }
        // SAFETY: written < bytes.count, so the rest of the bytes starts inside them.
        return unsafe call(start + written, all.count - written, written)
      }
      if put > 0 {
        written += put
      } else if put == 0 {
        throw FileFault(path: path, operation: .write, code: EIO)
      } else if errno != EINTR {
        throw FileFault(.write, path)
      }
    }
  }

  private static func awaitRoom(_ number: Int32) {
    var question = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
    _ = unsafe poll(&question, 1, -1)
  }
}
