// What can go wrong with clicks besides a bad row: files that the product wrote itself.

/// A click segment or a spill file that cannot be written or read back.
public enum ClickFault: Error, Hashable, Sendable {
  /// A system call on a file failed with this `errno`.
  case system(operation: String, path: String, code: Int32)
  /// A segment is not what the store lists.
  case segment(path: String, problem: String)
  /// The clicks of one bucket are of too many programmes and too many days.
  case spread(programs: Int, days: Int64)
  /// A row whose content is needed was not found where it had been read.
  case contentMissing(RowOrigin)
}

extension ClickFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .system(let operation, let path, let code):
      "\(path): \(operation) failed with error \(code); check the disk and its permissions"
    case .segment(let path, let problem):
      "\(path): \(problem); restore this click segment from a backup, or replay the workspace"
    case .spread(let programs, let days):
      "clicks of \(programs) programmes over \(days) days are too many to judge at once; "
        + "look for absurd dates, or divide the run into more shards"
    case .contentMissing(let origin):
      "file \(origin.file), line \(origin.line): the row read before is no longer there; "
        + "do not change input files during a run"
    }
  }
}
