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
    let output = try Descriptor(opening: destination, for: .create(mode: mode))
    do {
      let byteCount = try transfer(from: input, of: before.byteCount, to: output)
      guard try input.information() == before, byteCount == before.byteCount else {
        throw ChangedFile(path: source)
      }
      return byteCount
    } catch {
      // The first error is the one to report, unless it comes of a change.
      try? DirectoryTree.removeFile(destination)
      if let now = try? input.information(), now != before { throw ChangedFile(path: source) }
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

  /// Shares or writes the bytes, and waits for the disk.
  private static func transfer(
    from input: borrowing Descriptor, of byteCount: Int64, to output: consuming Descriptor
  ) throws(FileFault) -> Int64 {
    if ioctl(output.number, cloneRequest, input.number) == 0 {
      let byteCount = try output.information().byteCount
      try output.synchronize()
      try output.close()
      return byteCount
    }
    let file = DirectFile(output, expecting: byteCount)
    let blocks = try file.appendBlocks(of: input, byteCount: byteCount)
    let rest = try file.append(from: input)
    try file.close()
    return blocks + rest
  }

  /// `FICLONE` of linux/fs.h: `_IOW(0x94, 9, int)`.
  private static let cloneRequest: UInt = 0x4004_9409
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
