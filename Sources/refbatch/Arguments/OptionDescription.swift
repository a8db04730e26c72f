// What one option or operand of a command is: the data that parsing and help are made from.

/// An option whose value has one type; the key by which a command's body asks for it.
struct Option<Value: Sendable>: Sendable {
  /// The same option for the tables, without its type.
  let description: OptionDescription

  /// An option that takes a value.
  init(
    _ name: String, short: Character? = nil, value: String, _ format: ArgumentFormat<Value>,
    default defaultText: String? = nil, required: Bool = false, repeatable: Bool = false,
    help: String
  ) {
    let read = format.read
    description = OptionDescription(
      name: name, short: short,
      value: ValueDescription(
        name: value, expected: format.expected, words: format.words, read: { read($0) }),
      help: help, defaultText: defaultText, isRequired: required, isRepeatable: repeatable)
  }
}

extension Option where Value == Bool {
  /// An option without a value, which is there or not.
  init(flag name: String, short: Character? = nil, help: String) {
    description = OptionDescription(
      name: name, short: short, value: nil, help: help, defaultText: nil, isRequired: false,
      isRepeatable: false)
  }
}

/// One option of a command.
struct OptionDescription: Sendable {
  /// The long name, without its dashes.
  let name: String
  /// The letter of the short form.
  let short: Character?
  /// What its value is; nil for a flag.
  let value: ValueDescription?
  /// One or more sentences for the help.
  let help: String
  /// What holds where the option is not given, for the help.
  let defaultText: String?
  let isRequired: Bool
  /// Whether it may be given more than once.
  let isRepeatable: Bool

  /// As it is typed: `--workspace`.
  var spelling: String { "--" + name }
}

/// What an option's value is called, has to look like, and becomes.
struct ValueDescription: Sendable {
  /// The name in the help: `DIR`.
  let name: String
  /// What a right value looks like, to follow "expected".
  let expected: String
  /// The words allowed, when there are only a few.
  let words: [String]
  /// The value of a text, or nil where it is not as expected.
  let read: @Sendable (String) -> (any Sendable)?
}

/// The words of a command line that are no options.
struct OperandDescription: Sendable {
  /// The name in the help: `FILE`.
  let name: String
  let help: String
  /// The words allowed; any, where it is empty.
  var words: [String] = []
  var isRequired = true
  var isRepeatable = false

  /// As a usage line shows it: `FILE…`, `[SCHEDULE]`.
  var usage: String {
    let repeated = isRepeatable ? name + "..." : name
    return isRequired ? repeated : "[\(repeated)]"
  }
}
