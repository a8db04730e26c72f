// A file operation that the system refused.

internal import Glibc

/// A refused operation on one path, with the system's own reason.
public struct FileFault: Error, Hashable, Sendable {
  /// What was tried; the raw value completes "cannot …".
  public enum Operation: String, Sendable {
    case open, create, read, write, synchronize, close, inspect, rename, link, copy, remove
    case list, lock
    case makeDirectory = "make the directory"
  }

  /// The path as the program used it.
  public let path: String
  /// What was tried.
  public let operation: Operation
  /// The system's error number.
  public let code: Int32

  /// Describes a failure by its error number.
  public init(path: String, operation: Operation, code: Int32) {
    self.path = path
    self.operation = operation
    self.code = code
  }

  /// Describes the call that has failed just now on this thread.
  init(_ operation: Operation, _ path: String) {
    self.init(path: path, operation: operation, code: errno)
  }

  /// Whether the disk, or a quota or limit on it, has no room left.
  public var isOutOfSpace: Bool { [ENOSPC, EDQUOT, EFBIG].contains(code) }

  /// Whether the reader at the other end of a pipe has gone.
  public var isBrokenPipe: Bool { code == EPIPE }

  /// Whether the path names nothing.
  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// Whether two paths lie on different filesystems.
  public var isOtherFilesystem: Bool { code == EXDEV }
}

extension FileFault: ExitCoded {
  public var exitStatus: ExitStatus { .inputOutput }
}

extension FileFault: CustomStringConvertible {
  /// One line: `out/x.csv: cannot write: No space left on device (errno 28). Free some space, …`.
  public var description: String {
    let reason = unsafe String(cString: strerror(code))
    return "\(path): cannot \(operation.rawValue): \(reason) (errno \(code)).\(advice)"
  }

  private var advice: String {
    switch code {
    case ENOSPC, EDQUOT: " Free some space, then run again."
    case EFBIG: " Raise the limit on file sizes (ulimit -f), then run again."
    case EACCES, EPERM: " Look at the owner and the permissions."
    case EROFS: " The filesystem is mounted read-only."
    case EMFILE, ENFILE: " Raise the limit on open files (ulimit -n), then run again."
    case EXDEV: " The whole workspace must lie on one filesystem."
    case EIO: " Look at the disk, then run again."
    case ENOENT: " Look at the path."
    case EILSEQ: " Rename it: its name is no UTF-8."
    default: ""
    }
  }
}
