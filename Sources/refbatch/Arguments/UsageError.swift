// What can be wrong with a command line, as data; the words stand in UsageError+Message.swift.

/// A command line that cannot be understood.
enum UsageError: Error, Equatable, Sendable {
  case missingCommand
  case unknownCommand(String, nearest: String?)
  /// `command` is nil before the command's name.
  case unknownOption(String, command: String?, nearest: String?)
  /// An option stands last, or another option follows it.
  case missingValue(option: String, expected: String, command: String)
  /// A flag was given a value, as in `--strict=yes`.
  case unexpectedValue(option: String, value: String, command: String)
  case repeatedOption(String, command: String)
  case missingArgument(String, command: String)
  case missingOneOf([String], command: String)
  case exclusive(String, String, command: String)
  case needs(String, String, command: String)
  case unexpectedOperand(String, command: String)
  case badValue(
    argument: String, value: String, expected: String, nearest: String?, command: String)

  /// What the program ends with: EX_USAGE of sysexits(3).
  static let exitStatus: Int32 = 64
}
