// A command line that has been understood.

/// The arguments of one command, each of its declared type.
struct ParsedArguments: Sendable {
  /// The command's name.
  let command: String
  /// The operands, in the order given.
  var operands: [String] = []
  /// The values of each option, by its long name, in the order given.
  var values: [String: [any Sendable]] = [:]

  init(command: String) { self.command = command }

  /// The value of an option that may be given once; nil where it was not given.
  subscript<Value>(option: Option<Value>) -> Value? {
    values[option.description.name]?.last as? Value
  }

  /// The values of an option that may be given again, in the order given.
  func all<Value>(_ option: Option<Value>) -> [Value] {
    (values[option.description.name] ?? []).compactMap { $0 as? Value }
  }

  /// Whether a flag was given.
  func has(_ flag: Option<Bool>) -> Bool { values[flag.description.name] != nil }

  /// Whether an argument was given, by the name that constraints use.
  func isGiven(_ name: String) -> Bool {
    name.utf8.starts(with: "--".utf8)
      ? values[String(name.dropFirst(2))] != nil : !operands.isEmpty
  }
}

/// What a command line asks for.
enum Invocation: Sendable {
  /// Run a command.
  case command(ParsedArguments)
  /// Print a page of help.
  case help(String)
  /// Print the program's version.
  case version
}
