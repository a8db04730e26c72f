// What can keep sample data from being written.
public import Pipeline

/// Why no sample, or no whole one, was written.
public enum SampleFault: Error, Equatable, Sendable {
  /// An option is out of its range.
  case badOption(name: String, value: Int, expected: String)
  /// A night's folder is there already.
  case alreadyThere(path: String)
  /// The system refused a call; `code` is its errno.
  case refused(call: String, path: String, code: Int32)
  /// The gzip program ended with this status.
  case compression(path: String, status: Int32)
}

extension SampleFault: CustomStringConvertible {
  /// One line that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .badOption(let name, let value, let expected):
      "\(name) is \(value); expected \(expected)"
    case .alreadyThere(let path):
      "\(path): is there already; remove it or choose another directory"
    case .refused(let call, let path, let code): "\(path): \(call) failed with errno \(code)"
    case .compression(let path, let status):
      "\(path): gzip ended with status \(status); is it installed, and is there space?"
    }
  }
}

extension SampleFault: ExitCoded {
  public var exitStatus: ExitStatus {
    if case .badOption = self { .usage } else { .inputOutput }
  }
}
