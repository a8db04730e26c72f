// An exact copy of a file, by the cheapest way the filesystem offers.

internal import Glibc

/// Copies files into an archive.
public enum FileCopy {
  /// How a file comes into the archive.
  public enum Way: Hashable, Sendable {
    /// Its own bytes: shared blocks where the filesystem can, else written anew.
    case copy
    /// A second name for the same file. It stays what it is only while nobody writes into it; a
    /// new name changes the source's ctime. Where no link can be made, it is copied.
    case link
  }

  /// Puts a file under another path, and waits until its bytes have reached the disk.
  ///
  /// - Parameter mode: The permissions of a copy; a link keeps the file's own.
  /// - Returns: The file's size in bytes.
  /// - Throws: ``ChangedFile`` when the source changed meanwhile; ``FileFault``, also when there is
  ///   already something at the destination. What was begun is then removed.
  @discardableResult
  public static func archive(
    _ source: String, to destination: String, by way: Way = .copy, mode: UInt32 = 0o600
  ) throws -> Int64 {
    if way == .link, let byteCount = try link(source, to: destination) { return byteCount }
    let input = try Descriptor(opening: source, for: .read)
    let before = try input.information()
    var output = try Descriptor(opening: destination, for: .create(mode: mode))
    do {
      let byteCount = try transfer(from: input, to: output)
      guard try input.information() == before, byteCount == before.byteCount else {
        throw ChangedFile(path: source)
      }
      try output.synchronize()
      try output.close()
      return byteCount
    } catch {
      // The first error is the one to report.
      try? DirectoryTree.removeFile(destination)
      throw error
    }
  }

  /// Makes a hard link; nil where the filesystem has none.
  private static func link(_ source: String, to destination: String) throws -> Int64? {
    if unsafe linkat(AT_FDCWD, source, AT_FDCWD, destination, AT_SYMLINK_FOLLOW) != 0 {
      if [EXDEV, EPERM, EMLINK, EOPNOTSUPP].contains(errno) { return nil }
      throw FileFault(.link, destination)
    }
    var file = try Descriptor(opening: destination, for: .read)
    try file.synchronize()
    return try file.information().byteCount
  }

  private static func transfer(
    from input: borrowing Descriptor, to output: borrowing Descriptor
  ) throws(FileFault) -> Int64 {
    if ioctl(output.number, cloneRequest, input.number) == 0 {
      return try output.information().byteCount
    }
    if let byteCount = try copyInKernel(from: input, to: output) { return byteCount }
    return try copyThroughMemory(from: input, to: output)
  }

  /// `FICLONE` of linux/fs.h: `_IOW(0x94, 9, int)`.
  private static let cloneRequest: UInt = 0x4004_9409

  /// Copies inside the kernel; nil when these two files cannot be copied so.
  private static func copyInKernel(
    from input: borrowing Descriptor, to output: borrowing Descriptor
  ) throws(FileFault) -> Int64? {
    var copied: Int64 = 0
    while true {
      let count = sendfile(output.number, input.number, nil, 1 << 30)
      if count > 0 {
        copied += Int64(count)
      } else if count == 0 {
        // Some special filesystems report an end at once; reading tells the truth.
        return copied == 0 ? nil : copied
      } else if errno != EINTR {
        let refused = [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EBADF, EPERM].contains(errno)
        guard refused, copied == 0 else { throw FileFault(.copy, output.path) }
        return nil
      }
    }
  }

  private static func copyThroughMemory(
    from input: borrowing Descriptor, to output: borrowing Descriptor
  ) throws(FileFault) -> Int64 {
    var copied: Int64 = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = try input.read(into: &buffer)
      try output.write(buffer.span.extracting(first: count))
      copied += Int64(count)
      if count < buffer.count { return copied }
    }
  }
}

/// A file that changed while it was read, so that what was read is no state of it.
public struct ChangedFile: Error, Hashable, Sendable {
  /// The file.
  public let path: String

  /// Names the file.
  public init(path: String) { self.path = path }
}

extension ChangedFile: ExitCoded {
  public var exitStatus: ExitStatus { .temporaryFailure }
}

extension ChangedFile: CustomStringConvertible {
  public var description: String {
    "\(path): changed while it was read. Run again when its writer has finished."
  }
}
