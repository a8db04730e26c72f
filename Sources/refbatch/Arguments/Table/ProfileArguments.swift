// The words of `profiles`.

/// The options of `profiles` alone.
enum ProfilesOptions {
  static let kind = Option(
    "kind", short: "k", value: "KIND", .word(of: InputArgument.kinds),
    help: "With new: what the rows are; without it that is guessed.")
  static let name = Option(
    "name", value: "NAME", .text("a name"),
    help: "With new: the profile's name; without it the file's.")

  static let actions = ["list", "show", "detect", "new"]
}

extension CommandTable {
  static let profiles = CommandDescription(
    name: "profiles", summary: "list, show, find and write profiles of partners' exports",
    discussion: [
      "A profile tells how a partner's export becomes native rows: which columns, dates, amounts "
        + "and status words. `list` names those built in, and whether their column names could be "
        + "confirmed; `show` prints one, to be copied; `detect` says which one a file is for, and "
        + "by which columns; `new` writes one from a sample, with its guesses marked.",
      "Their form is told in docs/profiles.md.",
    ],
    operands: [
      OperandDescription(
        name: "ACTION", help: "What to do: one of list, show, detect, new.",
        words: ProfilesOptions.actions),
      OperandDescription(
        name: "NAME|FILE", help: "The profile to show, or the file to look at.",
        isRequired: false),
    ],
    options: [
      ProfilesOptions.kind.description, ProfilesOptions.name.description,
      Options.json.description,
    ],
    examples: [
      CommandExample(meaning: "all built-in profiles", line: "refbatch profiles list"),
      CommandExample(
        meaning: "which profile an export is for", line: "refbatch profiles detect export.csv"),
      CommandExample(
        meaning: "a profile of one's own, from a sample",
        line: "refbatch profiles new export.csv > partner.json5"),
    ],
    exitCodes: [
      ExitCodeNote(code: "0", meaning: "done; with detect: some profile fits"),
      ExitCodeNote(code: "65", meaning: "the file is refused, or no profile fits"),
      ExitCodeNote(code: "78", meaning: "there is no such profile, or it is wrong"),
    ])
}
