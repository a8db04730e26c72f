// Pages of help, made from the same tables that command lines are understood by.

/// The pages of `--help`.
enum HelpPage {
  /// The columns a page has at most.
  static let width = 100

  /// The page of `refbatch --help`: what there is.
  static func overview(of commands: [CommandDescription], _ groups: [CommandGroup]) -> String {
    let rows = rows(of: commands, groups)
    return """
      refbatch: the nightly batch engine of an affiliate programme

      Usage: refbatch COMMAND [ARGUMENTS]

      Commands:
      \(table(rows))

      Options:
      \(table([("-h, --help", "Show this page, or a command's after its name."),
        ("--version", "Show the program's version.")]))

      Exit codes:
      \(table(exitCodes.map { ($0.code, $0.meaning) }))

      See refbatch help COMMAND for a command's arguments and examples.

      """
  }

  /// The exit codes of all commands.
  static let exitCodes = [
    ExitCodeNote(code: "0", meaning: "done, or nothing to do"),
    ExitCodeNote(code: "1", meaning: "failed"),
    ExitCodeNote(code: "64", meaning: "the command line is wrong"),
    ExitCodeNote(code: "65", meaning: "input refused"),
    ExitCodeNote(code: "74", meaning: "a file could not be read or written"),
    ExitCodeNote(code: "75", meaning: "another run holds the workspace's lock; try again later"),
    ExitCodeNote(code: "78", meaning: "a setting or a schedule is wrong"),
  ]

  /// Commands with their summaries; those of a group are one row.
  private static func rows(
    of commands: [CommandDescription], _ groups: [CommandGroup]
  ) -> [(String, String)] {
    var rows: [(String, String)] = []
    for command in commands {
      let group = groups.first { $0.members(of: [command]).count == 1 }
      let row = group.map { ($0.name, $0.summary) } ?? (command.name, command.summary)
      if rows.last?.0 != row.0 { rows.append(row) }
    }
    return rows
  }

  /// The page of a word that several commands begin with.
  static func page(of group: CommandGroup, _ members: [CommandDescription]) -> String {
    """
    refbatch \(group.name): \(group.summary)

    Commands:
    \(table(members.map { ($0.name, $0.summary) }))

    See refbatch help \(group.name) COMMAND for a command's arguments and examples.

    """
  }

  /// The page of one command.
  static func page(of command: CommandDescription) -> String {
    var sections = ["refbatch \(command.name): \(command.summary)", usage(of: command)]
    if !command.discussion.isEmpty {
      sections.append(command.discussion.map { wrapped($0) }.joined(separator: "\n\n"))
    }
    if !command.operands.isEmpty {
      sections.append("Arguments:\n" + table(command.operands.map { ($0.name, $0.help) }))
    }
    sections.append("Options:\n" + table(command.allOptions.map { (left(of: $0), right(of: $0)) }))
    if !command.examples.isEmpty {
      let examples = command.examples.map { "  # \($0.meaning)\n  \($0.line)" }
      sections.append("Examples:\n" + examples.joined(separator: "\n"))
    }
    if !command.exitCodes.isEmpty {
      sections.append("Exit codes:\n" + table(command.exitCodes.map { ($0.code, $0.meaning) }))
    }
    return sections.joined(separator: "\n\n") + "\n"
  }

  private static func usage(of command: CommandDescription) -> String {
    var lines = command.usage
    if lines.isEmpty {
      let required = command.options.filter(\.isRequired).map { option in
        option.spelling + (option.value.map { " " + $0.name } ?? "")
      }
      let words = command.operands.map(\.usage) + required
      lines = [
        (words + (command.options.count > required.count ? ["[OPTIONS]"] : [])).joined(
          separator: " ")
      ]
    }
    let spelled = lines.map { $0.isEmpty ? command.name : command.name + " " + $0 }
    return "Usage: refbatch " + spelled.joined(separator: "\n       refbatch ")
  }

  /// `-w, --workspace DIR`.
  private static func left(of option: OptionDescription) -> String {
    let short = option.short.map { "-\($0), " } ?? "    "
    return short + option.spelling + (option.value.map { " " + $0.name } ?? "")
  }

  private static func right(of option: OptionDescription) -> String {
    var notes: [String] = []
    if option.isRequired { notes.append("required") }
    if option.isRepeatable, option.value != nil { notes.append("may be repeated") }
    if let text = option.defaultText { notes.append("default: " + text) }
    return option.help + (notes.isEmpty ? "" : " (" + notes.joined(separator: "; ") + ")")
  }

  /// Two columns: the left as wide as its widest cell, the right wrapped beside it.
  private static func table(_ rows: [(String, String)]) -> String {
    let leftWidth = rows.map(\.0.count).max() ?? 0
    let indent = 2 + leftWidth + 2
    let lines = rows.map { left, right in
      let padding = String(repeating: " ", count: leftWidth - left.count + 2)
      return "  " + left + padding + wrapped(right, indent: indent)
    }
    return lines.joined(separator: "\n")
  }

  /// Words set into lines; every line but the first starts with `indent` spaces.
  private static func wrapped(_ text: String, indent: Int = 0) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
  }
}
