// The words for what is wrong with a command line.

extension UsageError: CustomStringConvertible {
  /// What is wrong and what to do, on one line.
  var description: String { problem + "; " + remedy }

  /// What is wrong.
  var problem: String {
    switch self {
    case .missingCommand: "no command given"
    case .unknownCommand(let word, _): "unknown command \(shown(word))"
    case .unknownOption(let word, _, _): "unknown option \(shown(word))"
    case .missingValue(let option, let expected, _): "\(option) needs a value: \(expected)"
    case .unexpectedValue(let option, let value, _):
      "\(option) takes no value, but \(quoted(value)) was given"
    case .repeatedOption(let option, _): "\(option) is given more than once"
    case .missingArgument(let name, _): "\(name) is missing"
    case .missingOneOf(let names, _): "one of \(names.joined(separator: ", ")) has to be given"
    case .exclusive(let one, let other, _): "\(one) and \(other) cannot be given together"
    case .needs(let one, let other, _): "\(one) needs \(other)"
    case .unexpectedOperand(let word, _): "unexpected argument \(quoted(word))"
    case .badValue(let argument, let value, let expected, _, _):
      "\(argument) is \(quoted(value)); expected \(expected)"
    }
  }

  /// What to do about it.
  var remedy: String {
    switch self {
    case .missingCommand: Self.seeHelp(nil)
    case .unknownCommand(_, let nearest): nearest.map(Self.didYouMean) ?? Self.seeHelp(nil)
    case .unknownOption(_, let command, let nearest):
      nearest.map(Self.didYouMean) ?? Self.seeHelp(command)
    case .badValue(_, _, _, let nearest, let command):
      nearest.map(Self.didYouMean) ?? Self.seeHelp(command)
    case .missingValue(_, _, let command), .unexpectedValue(_, _, let command),
      .repeatedOption(_, let command), .missingArgument(_, let command),
      .missingOneOf(_, let command), .exclusive(_, _, let command), .needs(_, _, let command),
      .unexpectedOperand(_, let command):
      Self.seeHelp(command)
    }
  }

  private static func didYouMean(_ word: String) -> String { "did you mean \(word)?" }

  private static func seeHelp(_ command: String?) -> String {
    command.map { "see refbatch \($0) --help" } ?? "see refbatch --help"
  }

  private func quoted(_ text: String) -> String { "\"" + shown(text) + "\"" }

  /// A word as it can be shown on a terminal: control characters escaped, long ones cut.
  private func shown(_ text: String) -> String {
    var result = ""
    for (index, scalar) in text.unicodeScalars.enumerated() {
      guard index < 80 else { return result + "..." }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
