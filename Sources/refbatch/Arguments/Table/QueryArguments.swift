// The words of the commands that only read: `check`, `export`, `verify`, `runs`.

/// The options of `check` alone.
enum CheckOptions {
  static let kind = Option(
    "kind", short: "k", value: "KIND", .word(of: InputArgument.kinds), default: "the profile's",
    help: "What the rows are: one of " + InputArgument.kinds.joined(separator: ", ") + ".")
  static let profile = Option(
    "profile", short: "p", value: "PROFILE", .text("a profile's name or file"),
    default: "native columns",
    help: "The profile that maps the files' columns: a name of `refbatch profiles list` or a "
      + "file. Without any FILE the profile itself is checked.")
  static let workspace = Option(
    "workspace", short: "w", value: "DIR", .text("a directory"),
    help: "Also judge what rows refer to, by this workspace. Without it only form and values are.")
}

/// The options of `export` alone.
enum ExportOptions {
  static let format = Option(
    "format", short: "f", value: "FORMAT", .word(of: ["csv", "jsonl"]), default: "csv",
    help: "How the rows are written: csv or jsonl.")

  /// What can be exported.
  static let names = [
    "conversions", "rewards", "payouts", "postings", "clicks_daily", "tiers", "tier_upgrades",
    "referrals", "runs", "files",
  ]
}

extension CommandTable {
  static let check = CommandDescription(
    name: "check", summary: "judge input files without changing anything",
    discussion: [
      "Reads the files as a run would and says how many rows it would accept, and why it would "
        + "reject others. Nothing is written.",
      "With a profile it also shows the first rows as they were read, and what looks doubtful: "
        + "years of two digits, dates that read either way, several currencies, unknown codes.",
    ],
    operands: [
      OperandDescription(
        name: "FILE", help: "A file to read, plain, .gz or .zst.", isRequired: false,
        isRepeatable: true)
    ],
    options: [
      CheckOptions.kind.description, CheckOptions.profile.description,
      CheckOptions.workspace.description, Options.json.description,
    ],
    constraints: [.oneOf(["--kind", "--profile"]), .oneOf(["FILE", "--profile"])],
    examples: [
      CommandExample(
        meaning: "a profile of one's own", line: "refbatch check --profile partner.json5"),
      CommandExample(
        meaning: "an export of a shop",
        line: "refbatch check --kind orders --profile shopify-orders orders.csv"),
    ],
    exitCodes: [
      ExitCodeNote(code: "0", meaning: "every file can be taken in and no row is rejected"),
      ExitCodeNote(code: "65", meaning: "a file is refused, or a row is rejected"),
      ExitCodeNote(code: "78", meaning: "the profile is wrong"),
    ])

  static let export = CommandDescription(
    name: "export", summary: "print the store's rows as CSV or JSONL",
    discussion: ["Rows go to standard output, sorted, one header line first in CSV."],
    operands: [
      OperandDescription(
        name: "NAME",
        help: "What to print: one of " + ExportOptions.names.joined(separator: ", ") + ".",
        words: ExportOptions.names)
    ],
    options: [Options.workspace.description, ExportOptions.format.description],
    examples: [
      CommandExample(
        meaning: "all payouts for a spreadsheet",
        line: "refbatch export payouts --workspace work > payouts.csv")
    ])

  static let verify = CommandDescription(
    name: "verify", summary: "check that store, ledger and files agree",
    discussion: [
      "Adds the ledger up, compares payouts with their postings and files with their digests, and "
        + "has SQLite check its own file."
    ],
    options: [Options.workspace.description, Options.json.description],
    exitCodes: [
      ExitCodeNote(code: "0", meaning: "everything agrees"),
      ExitCodeNote(code: "65", meaning: "something does not; each finding is printed"),
    ])

  static let runs = CommandDescription(
    name: "runs", summary: "list the committed runs",
    options: [Options.workspace.description, Options.json.description])
}
