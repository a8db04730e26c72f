// The commands of the program, in the order of the help, and the options that several of them
// share. What the commands do stands elsewhere; this is their words.

/// All commands.
enum CommandTable {
  static let commands = [
    run, check, export, payoutsList, payoutsShow, payoutsEmit, payoutsApprove, payoutsPropose,
    payoutsStatement, verify, runs, serve, token, generate, help, version,
  ]
  /// The words that several commands begin with.
  static let groups = [payouts]

  /// Understands the program's command lines.
  static let parser = CommandLineParser(commands: commands, groups: groups)
}

/// The options, by which a command's body asks for their values.
enum Options {
  static let workspace = Option(
    "workspace", short: "w", value: "DIR", .text("a directory"), required: true,
    help: "The workspace: the directory with the store, the ledger and the outputs.")
  static let json = Option(
    flag: "json", help: "Print the facts as one JSON document on standard output.")
  static let quiet = Option(
    flag: "quiet", short: "q", help: "Show no progress and no summary, only errors.")
}

extension CommandTable {
  static let help = CommandDescription(
    name: "help", summary: "show help on the program or on one command",
    operands: [
      OperandDescription(
        name: "COMMAND", help: "The command to explain; without it, a list of all.",
        isRequired: false)
    ],
    examples: [CommandExample(meaning: "what run takes", line: "refbatch help run")])

  static let version = CommandDescription(
    name: "version", summary: "show the program's version")
}
