// What the system knows of a file besides its bytes.

internal import Glibc

/// A file's kind, size and identity at one moment.
public struct FileInformation: Hashable, Sendable {
  /// What a path can name.
  public enum Kind: Hashable, Sendable { case file, directory, link, other }

  /// What it is.
  public let kind: Kind
  /// Its size in bytes.
  public let byteCount: Int64
  /// The filesystem it lies on.
  public let device: UInt64
  /// Its number on that filesystem.
  public let inode: UInt64
  /// When its bytes changed last, in nanoseconds since 1970 UTC.
  public let modifiedNanoseconds: Int64
  /// When its bytes or its attributes changed last, in nanoseconds since 1970 UTC.
  public let changedNanoseconds: Int64
  /// The permission bits.
  public let mode: UInt32

  init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      case S_IFLNK: .link
      default: .other
      }
    byteCount = Int64(status.st_size)
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    modifiedNanoseconds = Self.nanoseconds(status.st_mtim)
    changedNanoseconds = Self.nanoseconds(status.st_ctim)
    mode = status.st_mode & 0o7777
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  /// What a path names now, after following symbolic links; nil when it names nothing.
  ///
  /// - Throws: ``FileFault``.
  public static func of(_ path: String) throws(FileFault) -> FileInformation? {
    try inspect(path, flags: 0)
  }

  /// What a path itself is now, a symbolic link being one; nil when there is nothing.
  ///
  /// - Throws: ``FileFault``.
  public static func ofLink(_ path: String) throws(FileFault) -> FileInformation? {
    try inspect(path, flags: AT_SYMLINK_NOFOLLOW)
  }

  private static func inspect(_ path: String, flags: Int32) throws(FileFault) -> FileInformation? {
    var status = stat()
    guard unsafe fstatat(AT_FDCWD, path, &status, flags) == 0 else {
      let fault = FileFault(.inspect, path)
      if fault.isMissing { return nil }
      throw fault
    }
    return FileInformation(status)
  }
}
