// Why a run's files cannot be published.

/// A defect of what is staged, or of the place it shall go to.
public enum PublicationFault: Error, Hashable, Sendable {
  /// A path that does not stay inside the workspace, or that is staged already.
  case badPath(String)
  /// A file that was begun and never closed.
  case unfinished(String)
  /// A file that is not there, or not as long as was written.
  case incomplete(String, byteCount: Int64)
  /// There is another file, or no file at all but something else, at the final place.
  case occupied(String)
  /// The final place lies on another filesystem than the workspace.
  case otherFilesystem(String)
}

extension PublicationFault: ExitCoded {
  public var exitStatus: ExitStatus {
    switch self {
    case .badPath, .unfinished, .incomplete: .failed
    case .occupied: .dataRefused
    case .otherFilesystem: .inputOutput
    }
  }
}

extension PublicationFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badPath(let path): "\(path): not a new path inside the workspace."
    case .unfinished(let path): "\(path): was never closed, so the run is not complete."
    case .incomplete(let path, let byteCount):
      "\(path): not the \(byteCount) bytes that were written. Look at the disk, then run again."
    case .occupied(let path):
      "\(path): already there with other content. Nothing is overwritten: move it away, then run"
        + " again."
    case .otherFilesystem(let path):
      "\(path): on another filesystem. The whole workspace must lie on one."
    }
  }
}
