// The words of `payouts list`, `show`, `emit`, `approve`, `propose` and `statement`.
import Stages

/// The options of the commands on payouts.
enum PayoutOptions {
  static let batch = Option(
    "batch", value: "BATCH", .text("a batch's name"),
    help: "Only payouts of this batch, also where they were emitted again in a later one.")
  static let state = Option(
    "state", value: "STATE", .word(of: WorkspacePayouts.states),
    help: "Only payouts in this state: one of "
      + WorkspacePayouts.states.joined(separator: ", ") + ".")
  static let affiliate = Option(
    "affiliate", value: "ID", .text("an affiliate's id"), help: "Only payouts to this affiliate.")
  static let program = Option(
    "program", value: "ID", .text("a program's id"), help: "Only payouts of this program.")
  static let out = Option(
    "out", short: "o", value: "DIR", .text("a directory"),
    default: "their places in the workspace", help: "Where to write the files; it is made.")
  static let digest = Option(
    "digest", value: "SHA256", .text("a proposal's SHA-256"), required: true,
    help: "The SHA-256 of the proposal, as sha256sum or the run's SHA256SUMS says it.")
  static let by = Option(
    "by", value: "WHO", .text("a name"), required: true,
    help: "Who approves; kept with the approval.")
  static let asOf = Option(
    "as-of", value: "INSTANT", .asOf, default: "now",
    help: "What the run takes as now, as for refbatch run; execution dates follow from it.")
  static let html = Option(
    flag: "html", help: "A page to read or to print, instead of CSV.")
}

extension CommandTable {
  /// The commands on payouts, by the word that they begin with.
  static let payouts = CommandGroup(
    name: "payouts", summary: "list, show, emit again, approve and state payouts")

  private static let batch = OperandDescription(
    name: "BATCH", help: "A batch: the run's name, a hyphen and eight digits.")

  static let payoutsList = CommandDescription(
    name: "payouts list", summary: "list payouts and where they stand",
    options: [
      Options.workspace.description, PayoutOptions.batch.description,
      PayoutOptions.state.description, PayoutOptions.affiliate.description,
      PayoutOptions.program.description, Options.json.description,
    ],
    examples: [
      CommandExample(
        meaning: "what waits for approval",
        line: "refbatch payouts list --workspace work --state proposed")
    ])

  static let payoutsShow = CommandDescription(
    name: "payouts show", summary: "show one payout, or one batch with its files",
    operands: [OperandDescription(name: "ID", help: "A payout or a batch.")],
    options: [Options.workspace.description, Options.json.description],
    examples: [
      CommandExample(
        meaning: "a batch, its proposal and its files",
        line: "refbatch payouts show 2026-03-31.1-1a2b3c4d --workspace work")
    ])

  static let payoutsEmit = CommandDescription(
    name: "payouts emit", summary: "write a batch's files for payment services again",
    discussion: [
      "Writes the very bytes that the run published, whose digests it kept; where they cannot be "
        + "had any more, nothing is written. A different file is never overwritten."
    ],
    operands: [batch],
    options: [
      Options.workspace.description, PayoutOptions.out.description, Options.json.description,
    ],
    examples: [
      CommandExample(
        meaning: "the files for the upload in a folder of their own",
        line: "refbatch payouts emit 2026-03-31.1-1a2b3c4d --workspace work --out upload")
    ],
    exitCodes: [
      ExitCodeNote(code: "0", meaning: "every file is there"),
      ExitCodeNote(code: "64", meaning: "there is no such batch"),
      ExitCodeNote(
        code: "65", meaning: "it waits for approval, or a file differs and is left alone"),
    ])

  static let payoutsApprove = CommandDescription(
    name: "payouts approve", summary: "release a proposed batch, exactly as it was proposed",
    discussion: [
      "With the setting payout_approval: required, a run puts payouts into out/RUN/proposals/ "
        + "instead of files for payment services. This releases one of these batches: a run of its "
        + "own, with the approval in its archive, whose outputs hold the files. If a payout or the "
        + "details behind it have changed since, it is refused."
    ],
    operands: [batch],
    options: [
      Options.workspace.description, PayoutOptions.digest.description,
      PayoutOptions.by.description, PayoutOptions.asOf.description, Options.json.description,
      Options.quiet.description,
    ],
    examples: [
      CommandExample(
        meaning: "after reading the proposal",
        line: "refbatch payouts approve 2026-03-31.1-1a2b3c4d -w work --by Eva --digest $SHA256")
    ],
    exitCodes: [
      ExitCodeNote(code: "0", meaning: "released, now or by the same approval before"),
      ExitCodeNote(code: "64", meaning: "there is no such batch"),
      ExitCodeNote(code: "65", meaning: "another digest, or the batch has changed since"),
    ])

  static let payoutsPropose = CommandDescription(
    name: "payouts propose", summary: "propose a batch again, as its payouts are now",
    discussion: [
      "For a batch that cannot be approved any more because something changed: what still waits in "
        + "it is proposed anew, under a new batch, with the affiliates' details of now."
    ],
    operands: [batch],
    options: [
      Options.workspace.description, PayoutOptions.asOf.description, Options.json.description,
      Options.quiet.description,
    ])

  static let payoutsStatement = CommandDescription(
    name: "payouts statement", summary: "print remittance statements, as CSV or as a page",
    discussion: [
      "A statement says what a payout is made of: the opening balance, each reward with its order, "
        + "adjustments, what was paid, the closing balance."
    ],
    operands: [
      OperandDescription(name: "ID", help: "A payout, or a batch for all statements in it.")
    ],
    options: [Options.workspace.description, PayoutOptions.html.description],
    examples: [
      CommandExample(
        meaning: "a page to send",
        line: "refbatch payouts statement pabcdefghijklm -w work --html > statement.html")
    ])
}
