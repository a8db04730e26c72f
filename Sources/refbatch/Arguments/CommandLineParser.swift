// From the words of a command line to what they ask for. Knows no command by name but `help`
// and `version`.

/// Understands command lines by a table of commands.
struct CommandLineParser: Sendable {
  /// The commands that there are, in the order of the help.
  let commands: [CommandDescription]
  /// The words that several of them begin with.
  var groups: [CommandGroup] = []

  /// What the words after the program's name ask for.
  ///
  /// - Throws: ``UsageError`` for the first thing that is wrong, from the left.
  func parse(_ words: [String]) throws(UsageError) -> Invocation {
    guard let first = words.first else { throw .missingCommand }
    switch first {
    case "-h", "--help": return .help(HelpPage.overview(of: commands, groups))
    case "--version": return .version
    case "help": return try help(words.dropFirst())
    default: break
    }
    guard !first.utf8.starts(with: "-".utf8) else {
      let nearest = nearestWord(to: first, of: ["--help", "--version"])
      throw .unknownOption(first, command: nil, nearest: nearest)
    }
    if let group = group(first), words.count == 1 || words[1] == "-h" || words[1] == "--help" {
      let members = group.members(of: commands)
      guard words.count > 1 else {
        throw .missingOneOf(members.map(\.name), command: group.name)
      }
      return .help(HelpPage.page(of: group, members))
    }
    let (command, rest) = try described(words[...])
    var parsing = CommandParsing(command: command, words: rest)
    guard let arguments = try parsing.arguments() else { return .help(HelpPage.page(of: command)) }
    return command.name == "version" ? .version : .command(arguments)
  }

  /// `help` and `help COMMAND`.
  private func help(_ words: ArraySlice<String>) throws(UsageError) -> Invocation {
    let names = words.filter { $0 != "-h" && $0 != "--help" && $0 != "--" }
    guard let name = names.first else {
      let page =
        words.isEmpty
        ? HelpPage.overview(of: commands, groups) : HelpPage.page(of: try described(["help"]).0)
      return .help(page)
    }
    guard !name.utf8.starts(with: "-".utf8) else {
      throw .unknownOption(
        name, command: "help", nearest: nearestWord(to: name, of: ["--help"]))
    }
    if let group = group(name), names.count == 1 {
      return .help(HelpPage.page(of: group, group.members(of: commands)))
    }
    let (command, rest) = try described(ArraySlice(names))
    if let further = rest.first { throw .unexpectedOperand(further, command: "help") }
    return .help(HelpPage.page(of: command))
  }

  private func group(_ word: String) -> CommandGroup? {
    groups.first { $0.name.utf8.elementsEqual(word.utf8) }
  }

  /// The command that words begin with, and the words after its name.
  private func described(
    _ words: ArraySlice<String>
  ) throws(UsageError) -> (CommandDescription, ArraySlice<String>) {
    var rest = words
    var name = rest.popFirst() ?? ""
    if group(name) != nil, let second = rest.popFirst() { name += " " + second }
    guard let command = commands.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
      let known = groups.map(\.name) + commands.map(\.name)
      throw .unknownCommand(name, nearest: nearestWord(to: name, of: known))
    }
    return (command, rest)
  }
}

/// The reading of one command's words, from the left.
private struct CommandParsing {
  let command: CommandDescription
  var words: ArraySlice<String>
  var result: ParsedArguments

  init(command: CommandDescription, words: ArraySlice<String>) {
    self.command = command
    self.words = words
    result = ParsedArguments(command: command.name)
  }

  /// The arguments, or nil where the help is asked for.
  mutating func arguments() throws(UsageError) -> ParsedArguments? {
    var optionsEnded = false
    while let word = words.popFirst() {
      if optionsEnded || word == "-" || !word.utf8.starts(with: "-".utf8) {
        try takeOperand(word)
      } else if word == "--" {
        optionsEnded = true
      } else if word == "-h" || word == "--help" {
        return nil
      } else {
        try takeOption(word)
      }
    }
    try checkWhole()
    return result
  }

  private mutating func takeOperand(_ word: String) throws(UsageError) {
    let index = result.operands.count
    guard
      let operand = index < command.operands.count
        ? command.operands[index] : command.operands.last.flatMap({ $0.isRepeatable ? $0 : nil })
    else { throw .unexpectedOperand(word, command: command.name) }
    let known = operand.words.isEmpty || operand.words.contains { $0.utf8.elementsEqual(word.utf8) }
    guard known, !word.isEmpty else {
      throw .badValue(
        argument: operand.name, value: word,
        expected: operand.words.isEmpty
          ? "a name" : "one of " + operand.words.joined(separator: ", "),
        nearest: nearestWord(to: word, of: operand.words), command: command.name)
    }
    result.operands.append(word)
  }

  /// `--name`, `--name value`, `--name=value`, `-n`, `-n value`, `-nvalue`.
  private mutating func takeOption(_ word: String) throws(UsageError) {
    let isLong = word.utf8.starts(with: "--".utf8)
    let equals = isLong ? word.utf8.firstIndex(of: 0x3D) : nil
    let spelling = String(isLong ? word[..<(equals ?? word.endIndex)] : word.prefix(2))
    var attached = equals.map { String(word[word.utf8.index(after: $0)...]) }
    if !isLong, word.count > 2 { attached = String(word.dropFirst(2)) }
    guard let option = described(spelling, isLong: isLong) else {
      throw .unknownOption(
        isLong ? spelling : word, command: command.name,
        nearest: nearestWord(
          to: isLong ? spelling : word, of: command.allOptions.map(\.spelling)))
    }
    guard option.isRepeatable || result.values[option.name] == nil else {
      throw .repeatedOption(option.spelling, command: command.name)
    }
    result.values[option.name, default: []].append(try value(of: option, attached: attached))
  }

  private func described(_ spelling: String, isLong: Bool) -> OptionDescription? {
    command.allOptions.first { option in
      let own = isLong ? option.spelling : option.short.map { "-" + String($0) } ?? ""
      return own.utf8.elementsEqual(spelling.utf8)
    }
  }

  private mutating func value(
    of option: OptionDescription, attached: String?
  ) throws(UsageError) -> any Sendable {
    guard let description = option.value else {
      guard let attached else { return true }
      throw .unexpectedValue(option: option.spelling, value: attached, command: command.name)
    }
    guard let text = attached ?? followingWord() else {
      throw .missingValue(
        option: option.spelling, expected: description.expected, command: command.name)
    }
    guard let value = description.read(text) else {
      let word = String(text.prefix { $0 != "=" })
      throw .badValue(
        argument: option.spelling, value: text, expected: description.expected,
        nearest: description.words.contains(word)
          ? nil : nearestWord(to: word, of: description.words),
        command: command.name)
    }
    return value
  }

  /// The next word, unless it is an option.
  private mutating func followingWord() -> String? {
    guard let next = words.first, next == "-" || !next.utf8.starts(with: "-".utf8) else {
      return nil
    }
    return words.popFirst()
  }

  private func checkWhole() throws(UsageError) {
    let name = command.name
    for constraint in command.constraints {
      switch constraint {
      case .oneOf(let names):
        guard names.contains(where: result.isGiven) else {
          throw .missingOneOf(names, command: name)
        }
      case .exclusive(let one, let other):
        guard !(result.isGiven(one) && result.isGiven(other)) else {
          throw .exclusive(one, other, command: name)
        }
      case .needs(let one, let other):
        guard !result.isGiven(one) || result.isGiven(other) else {
          throw .needs(one, other, command: name)
        }
      }
    }
    for (index, operand) in command.operands.enumerated()
    where operand.isRequired && index >= result.operands.count {
      throw .missingArgument(operand.name, command: name)
    }
    for option in command.options where option.isRequired && result.values[option.name] == nil {
      throw .missingArgument(option.spelling, command: name)
    }
  }
}
