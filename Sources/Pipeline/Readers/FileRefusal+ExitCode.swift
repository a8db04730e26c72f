// The exit code that a refused file leads to.

extension FileRefusal: ExitCoded {
  public var exitStatus: ExitStatus {
    switch kind {
    case .ioError, .cannotOpen: .inputOutput
    case .changedWhileRead: .temporaryFailure
    case .missingProgram: .failed
    default: .dataRefused
    }
  }
}
