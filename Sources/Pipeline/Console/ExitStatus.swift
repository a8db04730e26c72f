// What the program tells its caller when it ends, after sysexits(3).

/// The exit statuses of the program.
public enum ExitStatus: Int32, Hashable, Sendable {
  /// Everything asked for is done, and durable.
  case done = 0
  /// Something failed that none of the others names.
  case failed = 1
  /// The command line cannot be understood.
  case usage = 64
  /// The input, or the store, holds something that is refused.
  case dataRefused = 65
  /// The system refused to read or write.
  case inputOutput = 74
  /// The same command may succeed later, unchanged.
  case temporaryFailure = 75
  /// A setting or a schedule is wrong.
  case configuration = 78
}

/// An error that knows the exit status it leads to.
public protocol ExitCoded: Error {
  /// The status the program ends with when nobody handles this error.
  var exitStatus: ExitStatus { get }
}
