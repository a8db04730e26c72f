// Directories: making, listing, removing and synchronising them.

internal import Glibc

/// Operations on directories. Paths are compared by their bytes.
public enum DirectoryTree {
  /// A name in a directory.
  public struct Entry: Hashable, Sendable {
    /// The name, without the directory.
    public let name: Text
    /// What it is itself; a symbolic link is a link.
    public let kind: FileInformation.Kind
  }

  /// Makes a directory and those above it that are missing.
  ///
  /// - Parameter mode: The permissions of each directory that is made.
  /// - Returns: The directories made, the outermost first.
  /// - Throws: ``FileFault``, also when a file stands in the way.
  @discardableResult
  public static func make(_ path: String, mode: UInt32 = 0o755) throws(FileFault) -> [String] {
    if let there = try FileInformation.of(path) {
      guard there.kind == .directory else { throw blocked(path) }
      return []
    }
    var made: [String] = []
    if let parent = parent(of: path) { made = try make(parent, mode: mode) }
    if unsafe mkdir(path, mode_t(mode)) != 0 {
      guard errno == EEXIST else { throw FileFault(.makeDirectory, path) }
      guard try FileInformation.of(path)?.kind == .directory else { throw blocked(path) }
      return made
    }
    return made + [path]
  }

  private static func blocked(_ path: String) -> FileFault {
    FileFault(path: path, operation: .makeDirectory, code: EEXIST)
  }

  /// The directory that holds a path; nil for one without a slash and for the root.
  public static func parent(of path: String) -> String? {
    var bytes = path.utf8[...]
    while bytes.count > 1, bytes.last == 0x2F { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: 0x2F) else { return nil }
    if slash == bytes.startIndex { return bytes.count > 1 ? "/" : nil }
    return String(Substring(bytes[..<slash]))
  }

  /// Waits until a directory's names have reached the disk.
  ///
  /// - Throws: ``FileFault``.
  public static func synchronize(_ path: String) throws(FileFault) {
    var directory = try Descriptor(opening: path, for: .directory)
    try directory.synchronize()
  }

  /// The names in a directory, sorted by their bytes.
  ///
  /// - Throws: ``FileFault``, also for a name that is no UTF-8.
  public static func list(_ path: String) throws(FileFault) -> [Entry] {
    var entries: [Entry] = []
    for name in try names(in: Array(path.utf8CString.dropLast())) {
      let bytes = name.map { UInt8(bitPattern: $0) }
      guard let decoded = String(validating: bytes, as: UTF8.self) else {
        let repaired = "\(path)/\(String(decoding: bytes, as: UTF8.self))"
        throw FileFault(path: repaired, operation: .list, code: EILSEQ)
      }
      guard let found = try FileInformation.ofLink("\(path)/\(decoded)") else { continue }
      entries.append(Entry(name: Text(decoded), kind: found.kind))
    }
    return entries.sorted { $0.name < $1.name }
  }

  /// The names in a directory as the system keeps them, in no order.
  private static func names(in path: [CChar]) throws(FileFault) -> [[CChar]] {
    guard let stream = unsafe opendir(path + [0]) else { throw FileFault(.list, shown(path)) }
    defer { _ = unsafe closedir(stream) }
    var names: [[CChar]] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else { break }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) }
      }
      let dot = CChar(0x2E)
      if name != [dot], name != [dot, dot] { names.append(name) }
    }
    guard errno == 0 else { throw FileFault(.list, shown(path)) }
    return names
  }

  /// Removes a directory and all that is in it, following no link. Nothing there is no failure.
  ///
  /// - Throws: ``FileFault``.
  public static func remove(_ path: String) throws(FileFault) {
    try remove(raw: Array(path.utf8CString.dropLast()))
  }

  private static func remove(raw path: [CChar]) throws(FileFault) {
    if unsafe unlink(path + [0]) == 0 { return }
    if errno == EISDIR || errno == EPERM {
      for name in try names(in: path) { try remove(raw: path + [0x2F] + name) }
      if unsafe rmdir(path + [0]) == 0 { return }
    }
    let fault = FileFault(.remove, shown(path))
    guard fault.isMissing else { throw fault }
  }

  private static func shown(_ path: [CChar]) -> String {
    String(decoding: path.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes one file or link; nothing there is no failure.
  ///
  /// - Throws: ``FileFault``.
  public static func removeFile(_ path: String) throws(FileFault) {
    guard unsafe unlink(path) != 0 else { return }
    let fault = FileFault(.remove, path)
    guard fault.isMissing else { throw fault }
  }

  /// Removes an empty directory.
  ///
  /// - Throws: ``FileFault``.
  public static func removeEmpty(_ path: String) throws(FileFault) {
    guard unsafe rmdir(path) == 0 else { throw FileFault(.remove, path) }
  }

  /// Gives a file or directory another name on the same filesystem; a file there is replaced.
  ///
  /// - Throws: ``FileFault``, naming the new path.
  public static func rename(_ path: String, to newPath: String) throws(FileFault) {
    guard unsafe Glibc.rename(path, newPath) == 0 else { throw FileFault(.rename, newPath) }
  }
}
