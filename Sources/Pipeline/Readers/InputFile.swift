// An open input file: its descriptor, its identity, and reading at an offset.

internal import Glibc

/// What tells a file, and a change of it, apart: `fstat`'s fields.
public struct FileIdentity: Hashable, Sendable {
  /// The device that holds the file.
  public var device: UInt64
  /// Its number there.
  public var inode: UInt64
  /// Its size in bytes.
  public var size: Int64
  /// When its content last changed, in nanoseconds since 1970.
  public var mtimeNanoseconds: Int64
  /// When its content or its status last changed, in nanoseconds since 1970.
  public var ctimeNanoseconds: Int64

  /// Puts the parts together.
  public init(
    device: UInt64, inode: UInt64, size: Int64, mtimeNanoseconds: Int64, ctimeNanoseconds: Int64
  ) {
    self.device = device
    self.inode = inode
    self.size = size
    self.mtimeNanoseconds = mtimeNanoseconds
    self.ctimeNanoseconds = ctimeNanoseconds
  }

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    mtimeNanoseconds = Self.nanoseconds(status.st_mtim)
    ctimeNanoseconds = Self.nanoseconds(status.st_ctim)
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

/// An open regular file, closed when the last user lets go of it.
final class InputFile: Sendable {
  /// The name that its user knows.
  let name: String
  /// The path it was opened by.
  let path: String
  /// What it was when it was opened.
  let identity: FileIdentity
  let descriptor: Int32

  /// Opens a regular file for reading.
  init(path: String, name: String) throws(FileRefusal) {
    // O_NONBLOCK: a pipe without a writer must be refused, not waited for.
    let opened = retrying { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard opened >= 0 else { throw FileRefusal(file: name, kind: .cannotOpen(errno)) }
    var status = stat()
    guard unsafe fstat(opened, &status) == 0 else {
      let number = errno
      close(opened)
      throw FileRefusal(file: name, kind: .ioError(number))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(opened)
      throw FileRefusal(file: name, kind: .notARegularFile)
    }
    descriptor = opened
    self.name = name
    self.path = path
    identity = FileIdentity(status)
  }

  deinit { close(descriptor) }

  /// The size when the file was opened.
  var byteCount: Int { Int(identity.size) }

  /// Reads until `count` bytes are there or the file ends; gives the number of bytes.
  @unsafe func read(
    into target: UnsafeMutablePointer<UInt8>, count: Int, at offset: Int
  ) throws(FileRefusal) -> Int {
    var done = 0
    while done < count {
      // SAFETY: the caller promises room for `count` bytes.
      let got = retrying {
        unsafe pread(descriptor, target + done, count &- done, off_t(offset &+ done))
      }
      guard got >= 0 else { throw FileRefusal(file: name, kind: .ioError(errno)) }
      if got == 0 { break }
      done &+= got
    }
    return done
  }

  /// Reads exactly `count` bytes that the file had when it was opened.
  @unsafe func readAll(
    into target: UnsafeMutablePointer<UInt8>, count: Int, at offset: Int
  ) throws(FileRefusal) {
    let got = try unsafe read(into: target, count: count, at: offset)
    guard got == count else { throw FileRefusal(file: name, kind: .changedWhileRead) }
  }

  /// Checks that the file is still what it was when it was opened.
  ///
  /// A new file under the same name is no change: what was opened is what was read.
  func checkUnchanged() throws(FileRefusal) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw FileRefusal(file: name, kind: .ioError(errno))
    }
    let now = FileIdentity(status)
    guard now.inode == identity.inode, now.device == identity.device, now.size == identity.size,
      now.mtimeNanoseconds == identity.mtimeNanoseconds
    else { throw FileRefusal(file: name, kind: .changedWhileRead) }
  }
}

/// Repeats a system call that a signal has interrupted.
@inline(__always) func retrying<Count: SignedInteger>(_ call: () -> Count) -> Count {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
