// A profile: how a partner's export becomes rows of one kind (SPEC 2). The form of its file is told
// in docs/profiles.md; ProfileReader reads it.
public import Pipeline

/// How a partner's export is read.
public struct Profile: Sendable {
  /// How sure the column names are.
  public enum Evidence: String, Sendable {
    /// Seen in the vendor's documents or code, or in several exports.
    case confirmed
    /// Put together from what is known of the service; `profiles list` says so.
    case unconfirmed
    /// Somebody's own.
    case own
  }

  /// What becomes of columns that the profile does not name.
  public enum Others: String, Sendable { case ignore, metadata }

  public var name: String
  /// For people: whose export it is.
  public var title = ""
  /// What else there is to know of it.
  public var note = ""
  public var kind: InputKind
  public var evidence = Evidence.own
  /// Columns by which an export is known to be this one.
  public var signature: [String] = []
  /// The delimiters that a file may have; the first is the likeliest.
  public var delimiters: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]
  /// The encoding where no byte order mark tells.
  public var encoding: TextEncoding?
  /// What lines begin with that are no rows.
  public var comment: [UInt8] = []
  public var others = Others.ignore
  /// Cells that stand for nothing, such as `N/A`; by their small letters.
  public var blanks: [String] = []
  public var rows = RowRules()
  /// What the amount of an order may be, by name, and which of them it is.
  public var bases: [(name: String, value: ValueRule)] = []
  public var base: String?
  /// The rule of each native column, in the order in which they are worked through.
  public var columns: [(column: String, rule: ValueRule)] = []
}

/// Which records of a file are rows, and what those are.
public struct RowRules: Sendable {
  /// Lines that are no rows.
  public var skip: [Condition] = []
  /// Rows that are set aside, and why.
  public var filter: [(condition: Condition, reason: FilterReason)] = []
  /// Rows that change the amount of an order instead of stating it.
  public var correction: [Condition] = []
  /// Whether rows whose first cell is a word such as `Total` are passed over.
  public var passesOverTotals = true
}

/// Something that a record may meet: all that is stated holds.
public struct Condition: Sendable {
  /// The first of these columns that has a value is looked at.
  public var columns: [String]
  /// By their small letters; empty for any.
  public var words: [String] = []
  public var otherWords: [String] = []
  public var starts: [String] = []
  public var isBlank: Bool?
}

/// How a native column's value comes about.
public struct ValueRule: Sendable {
  /// Where a text is taken from.
  public struct Place: Sendable {
    /// A name in the header, or of a JSON member; `a.b` is a member of a member.
    public var column: String
    /// Names before `=` or `:` whose value is taken, as in URLs and notes.
    public var keys: [String] = []
    /// What stands in a URL before the value.
    public var path: String?

    public init(column: String) { self.column = column }
  }

  /// What a word means.
  public enum Meaning: Sendable {
    case word(String)
    case absent
    case filter(FilterReason)
    case reject
  }

  /// What an amount below zero means.
  public enum Negative: String, Sendable { case reject, correction, absolute }
  public enum Rounding: String, Sendable {
    case exact, down
    case halfUp = "half_up"
    case halfEven = "half_even"
  }
  public enum Letters: String, Sendable { case upper, lower }

  /// Tried in turn until one has a value.
  public var places: [Place] = []
  /// Values that hold where a condition does, before everything else.
  public var cases: [(condition: Condition, value: String)] = []
  /// Columns whose cells are put together, where no place has a value.
  public var join: [String] = []
  public var separator = ""
  /// A constant.
  public var constant: String?
  /// What holds where no place has a value; `as_of` in an instant is the run's.
  public var fallback: String?
  public var isRequired = false
  /// What is cut off a text's start.
  public var strip: [String] = []
  public var letters: Letters?
  /// Whether the text is replaced by its digest.
  public var isHashed = false
  public var words: [(word: String, meaning: Meaning)] = []
  /// What other words mean; nil takes them as they are where there are no `words`.
  public var otherwise: Meaning?
  /// Forms of dates, tried in turn.
  public var dates: [String] = []
  public var zone = "UTC"
  public var decimalPoint: UInt8 = 0x2E
  public var groupMark: UInt8 = 0x2C
  /// Whether the number is in minor units.
  public var isMinor = false
  public var rounding = Rounding.exact
  /// Columns that are taken off an amount.
  public var minus: [String] = []
  public var negative = Negative.reject
  /// Whether a refund above the amount counts as the whole amount.
  public var isCapped = false

  public init() {}
}

/// A profile that cannot be used, and where.
public struct ProfileFault: ExitCoded, CustomStringConvertible {
  /// The file, or the name of a built-in profile.
  public let file: String
  /// The member at fault, such as `columns.amount.dates`; empty for the file as a whole.
  public let path: String
  public let message: String

  public var exitStatus: ExitStatus { .configuration }
  public var description: String {
    path.isEmpty ? "\(file): \(message)" : "\(file): \(path): \(message)"
  }
}
