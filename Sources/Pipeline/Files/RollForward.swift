// Bringing the files of a committed run to their places, from whatever point was reached before.

/// One thing that a publication has done.
public enum PublicationStep: Hashable, Sendable {
  /// A file, or a whole directory, has reached its final path.
  case moved(String)
  /// A directory's names have reached the disk.
  case synchronized(String)
  /// Something staged, which is no longer needed, is gone.
  case removed(String)
}

/// Moves a tree of staged files over a workspace.
///
/// A staged directory is removed only after its final one is synced. So whatever is still staged
/// says what may still be missing, and the same walk finishes an interrupted one.
struct RollForward {
  let workspace: String
  let root: String

  /// Moves everything, and removes the staging directory.
  func run(observing: (PublicationStep) throws -> Void) throws {
    guard try FileInformation.ofLink(root) != nil else { return }
    try move(from: root, to: workspace, observing: observing)
  }

  private func move(
    from staged: String, to final: String, observing: (PublicationStep) throws -> Void
  ) throws {
    for entry in try DirectoryTree.list(staged) {
      let (source, destination) = ("\(staged)/\(entry.name)", "\(final)/\(entry.name)")
      if try FileInformation.ofLink(destination) == nil {
        try rename(source, to: destination)
        try observing(.moved(destination))
      } else if entry.kind == .directory {
        try move(from: source, to: destination, observing: observing)
      } else {
        try demandSame(source, destination)
        try DirectoryTree.removeFile(source)
        try observing(.removed(source))
      }
    }
    try DirectoryTree.synchronize(final)
    try observing(.synchronized(final))
    try DirectoryTree.removeEmpty(staged)
    try observing(.removed(staged))
  }

  private func rename(_ source: String, to destination: String) throws {
    do {
      try DirectoryTree.rename(source, to: destination)
    } catch let fault where fault.isOtherFilesystem {
      throw PublicationFault.otherFilesystem(destination)
    }
  }

  /// Demands, while the run can still be given up, that ``run(observing:)`` will find each place free.
  func rehearse() throws {
    guard let device = try FileInformation.of(root)?.device else { return }
    try rehearse(from: root, to: workspace, device: device)
  }

  private func rehearse(from staged: String, to final: String, device: UInt64) throws {
    guard let place = try FileInformation.of(final), place.kind == .directory else {
      throw PublicationFault.occupied(final)
    }
    guard place.device == device else { throw PublicationFault.otherFilesystem(final) }
    for entry in try DirectoryTree.list(staged) {
      let (source, destination) = ("\(staged)/\(entry.name)", "\(final)/\(entry.name)")
      guard try FileInformation.ofLink(destination) != nil else { continue }
      if entry.kind == .directory {
        try rehearse(from: source, to: destination, device: device)
      } else {
        try demandSame(source, destination)
      }
    }
  }

  /// Demands that a final file is what would be moved there.
  private func demandSame(_ source: String, _ destination: String) throws {
    let final = try FileInformation.ofLink(destination)
    let staged = try FileInformation.ofLink(source)
    guard let final, final.kind == .file, final.byteCount == staged?.byteCount,
      try Self.isSame(source, destination)
    else { throw PublicationFault.occupied(destination) }
  }

  private static func isSame(_ path: String, _ other: String) throws -> Bool {
    let left = try Descriptor(opening: path, for: .read)
    let right = try Descriptor(opening: other, for: .read)
    var ours = [UInt8](repeating: 0, count: 1 << 16)
    var theirs = ours
    while true {
      let (count, otherCount) = (try left.read(into: &ours), try right.read(into: &theirs))
      guard count == otherCount, ours[..<count] == theirs[..<count] else { return false }
      if count < ours.count { return true }
    }
  }
}
