// A small file that appears whole or not at all, outside a run's publication.

internal import Glibc

/// Writes a file beside its place and renames it there.
public enum WholeFile {
  /// Puts `bytes` at `path`, in place of what may be there, and waits until they are on the disk.
  ///
  /// Two writers of the same path do not disturb each other: the last one to finish wins.
  ///
  /// - Throws: ``FileFault``; the file at `path` is then as it was.
  public static func replace(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644
  ) throws(FileFault) {
    let temporary = temporaryPath(beside: path)
    var file = try Descriptor(opening: temporary, for: .create(mode: mode))
    do {
      try file.write(bytes.span)
      try file.synchronize()
      try file.close()
      try DirectoryTree.rename(temporary, to: path)
    } catch {
      // The first error is the one to report; what stays is swept at the next start.
      try? DirectoryTree.removeFile(temporary)
      throw error
    }
    try DirectoryTree.synchronize(DirectoryTree.parent(of: path) ?? ".")
  }

  /// All bytes of a file.
  ///
  /// - Throws: ``FileFault``.
  public static func read(_ path: String) throws(FileFault) -> [UInt8] {
    let file = try Descriptor(opening: path, for: .read)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = try file.read(into: &buffer)
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  /// A name that no other process uses. It is gone before anything reads it.
  private static func temporaryPath(beside path: String) -> String {
    let directory = DirectoryTree.parent(of: path).map { $0 == "/" ? "" : $0 } ?? "."
    let name = path.utf8.split(separator: 0x2F).last.map { String(Substring($0)) } ?? ""
    let mark = String(UInt64.random(in: .min ... .max), radix: 36)
    return "\(directory)/.\(name).tmp-\(getpid())-\(mark)"
  }

  /// Removes the temporary files that interrupted writers left in a directory.
  ///
  /// - Returns: Their names, sorted; none when there is no such directory.
  /// - Throws: ``FileFault``.
  static func sweep(_ directory: String) throws(FileFault) -> [String] {
    guard try FileInformation.of(directory)?.kind == .directory else { return [] }
    let pattern = Glob(".*.tmp-*-*")
    var removed: [String] = []
    for entry in try DirectoryTree.list(directory) where entry.kind == .file {
      guard pattern.matches(name: entry.name.string) else { continue }
      try DirectoryTree.removeFile("\(directory)/\(entry.name)")
      removed.append(entry.name.string)
    }
    return removed
  }
}
