// What a start does about the runs before it that did not end well.

/// What a recovery found and did.
public struct Recovery: Hashable, Sendable {
  /// Committed runs whose files have now reached their places, sorted.
  public var rolledForward: [String] = []
  /// Runs without a commit whose files are gone now, and stray temporary files, sorted.
  public var removed: [String] = []
}

extension Publication {
  /// Brings the files of each committed run to their places, and removes those of any other.
  ///
  /// Call it under the workspace's lock, before anything is staged. It may itself be interrupted at
  /// any point and repeated.
  ///
  /// - Parameter observing: Told after each step of a publication; what it throws ends it there.
  /// - Parameter isCommitted: Whether the store holds the run of this name.
  /// - Throws: ``FileFault``; ``PublicationFault``; what `isCommitted` throws.
  public static func recover(
    workspace: String, observing: (PublicationStep) throws -> Void = { _ in },
    isCommitted: (String) throws -> Bool
  ) throws -> Recovery {
    var recovery = Recovery()
    let staging = "\(workspace)/staging"
    if try FileInformation.of(staging) != nil {
      for entry in try DirectoryTree.list(staging) {
        let root = "\(staging)/\(entry.name)"
        if entry.kind == .directory, try isCommitted(entry.name.string) {
          try RollForward(workspace: workspace, root: root).run(observing: observing)
          recovery.rolledForward.append(entry.name.string)
        } else {
          try DirectoryTree.remove(root)
          recovery.removed.append("staging/\(entry.name)")
        }
      }
    }
    recovery.removed += try WholeFile.sweep(workspace)
    recovery.removed += try WholeFile.sweep("\(workspace)/failed").map { "failed/\($0)" }
    return recovery
  }
}
