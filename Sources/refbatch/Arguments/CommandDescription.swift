// What one command of the program is: the data that parsing and help are made from.

/// A command: its words, its arguments, and what a reader of its help should know.
struct CommandDescription: Sendable {
  let name: String
  /// One line without a full stop, for the list of commands.
  let summary: String
  /// Usage lines after the command's name; made from the arguments where there are none.
  var usage: [String] = []
  /// Paragraphs for the command's own page.
  var discussion: [String] = []
  var operands: [OperandDescription] = []
  var options: [OptionDescription] = []
  /// What goes together and what does not.
  var constraints: [ArgumentConstraint] = []
  var examples: [CommandExample] = []
  /// The exit codes that mean something here.
  var exitCodes: [ExitCodeNote] = []

  /// The arguments that every command takes.
  static let common = [
    OptionDescription(
      name: "help", short: "h", value: nil, help: "Show this page.", defaultText: nil,
      isRequired: false, isRepeatable: true)
  ]

  /// All options, in the order of the help.
  var allOptions: [OptionDescription] { options + Self.common }
}

/// A word that several commands begin with: their names are this word, a space and another one.
struct CommandGroup: Sendable {
  let name: String
  /// One line without a full stop, for the list of commands.
  let summary: String

  /// Those of some commands that begin with the word.
  func members(of commands: [CommandDescription]) -> [CommandDescription] {
    commands.filter { $0.name.utf8.starts(with: (name + " ").utf8) }
  }
}

/// A rule about several arguments of a command. Options are named `--name`, operands by their
/// name.
enum ArgumentConstraint: Equatable, Sendable {
  /// At least one of these has to be given.
  case oneOf([String])
  /// The first and the second cannot be given together.
  case exclusive(String, String)
  /// The first may only be given with the second.
  case needs(String, String)
}

/// A line that can be typed, and what it does.
struct CommandExample: Equatable, Sendable {
  let meaning: String
  let line: String
}

/// What an exit code means.
struct ExitCodeNote: Equatable, Sendable {
  let code: String
  let meaning: String
}
