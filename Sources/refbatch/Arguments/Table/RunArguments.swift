// The words of `run`.

/// The options of `run` alone.
enum RunOptions {
  static let schedule = Option(
    "schedule", value: "FILE", .text("a schedule file"),
    help: "The schedule, where it is not the argument.")
  static let workspace = Option(
    "workspace", short: "w", value: "DIR", .text("a directory"),
    help: "The workspace; with a schedule, in place of the one that it names.")
  static let input = Option(
    "input", short: "i", value: "KIND=GLOB[@PROFILE]", .input, repeatable: true,
    help: "Files to take in: what their rows are, where they lie, and the profile that maps "
      + "their columns. A glob with an @ in it is ended with another @.")
  static let asOf = Option(
    "as-of", value: "INSTANT", .asOf, default: "now",
    help: "What the run takes as now: a day, which counts until its end (2026-03-31 is "
      + "2026-04-01T00:00:00Z), or an RFC 3339 instant with its offset.")
  static let threads = Option(
    "threads", value: "N", .count(1...256), default: "one per core",
    help: "How many threads work. No output depends on it.")
  static let memory = Option(
    "memory", value: "SIZE", .size, default: "1GiB",
    help: "How much memory the run may use, such as 256MiB. No output depends on it.")
  static let strict = Option(
    flag: "strict", help: "Stop with code 65, and commit nothing, if any row is rejected.")
  static let rehash = Option(
    flag: "rehash",
    help: "Read every input file, even one whose size and times say that it is unchanged.")
  static let verbose = Option(
    flag: "verbose", help: "Say on standard error how long each step took.")
  static let nothingToDoCode = Option(
    "nothing-to-do-code", value: "N", .count(0...125), default: "0",
    help: "The exit code where the run would change nothing, such as 99 for Airflow.")
}

extension CommandTable {
  static let run = CommandDescription(
    name: "run", summary: "take new input in and bring everything up to date",
    usage: [
      "SCHEDULE [OPTIONS]",
      "--workspace DIR --input KIND=GLOB[@PROFILE]... [OPTIONS]",
    ],
    discussion: [
      "Reads the inputs, attributes orders to clicks, computes commissions and tiers, makes the "
        + "payouts that are due, and writes payout files and reports under out/RUN in the "
        + "workspace. The run is committed as a whole or not at all; the same input a second time "
        + "changes nothing.",
      "Kinds: " + InputArgument.kinds.joined(separator: ", ") + ".",
    ],
    operands: [
      OperandDescription(
        name: "SCHEDULE", help: "A schedule file: inputs, workspace and settings of the job.",
        isRequired: false)
    ],
    options: [
      RunOptions.schedule.description, RunOptions.workspace.description,
      RunOptions.input.description, RunOptions.asOf.description, RunOptions.threads.description,
      RunOptions.memory.description, RunOptions.strict.description, RunOptions.rehash.description,
      RunOptions.nothingToDoCode.description, RunOptions.verbose.description,
      Options.json.description, Options.quiet.description,
    ],
    constraints: [
      .exclusive("SCHEDULE", "--schedule"), .exclusive("SCHEDULE", "--input"),
      .exclusive("--schedule", "--input"), .oneOf(["SCHEDULE", "--schedule", "--workspace"]),
      .needs("--input", "--workspace"),
    ],
    examples: [
      CommandExample(
        meaning: "the nightly job for 31 March",
        line: "refbatch run schedules/nightly.json --as-of 2026-03-31"),
      CommandExample(
        meaning: "the same without a schedule; orders as the shop exports them",
        line: "refbatch run -w work --input 'clicks=in/clicks-*.csv' "
          + "--input 'orders=in/*.csv@shopify-orders'"),
    ],
    exitCodes: [
      ExitCodeNote(code: "0", meaning: "committed, or nothing to do"),
      ExitCodeNote(
        code: "65",
        meaning: "a file was refused, too many rows were rejected, or any with --strict"),
      ExitCodeNote(code: "75", meaning: "another run holds the workspace, or a file was changing"),
      ExitCodeNote(code: "78", meaning: "a setting or the schedule is wrong"),
    ])
}
