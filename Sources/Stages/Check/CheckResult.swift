// What a check of files found.
import Pipeline

/// What a check of files came to.
public struct CheckResult: Sendable {
  /// A row as it was read: its native fields.
  public struct SampleRow: Sendable {
    public var path: String
    public var line: Int
    public var fields: [(name: String, value: String)]
  }

  public var counts = FateCounts()
  /// Gross amounts of accepted orders by currency, in minor units; corrections with their sign.
  public var amounts: [String: Int64] = [:]
  /// Rows by the status that they state.
  public var statuses: [String: Int64] = [:]
  /// The first and the last instant of accepted clicks and orders.
  public var earliest: Instant?
  public var latest: Instant?
  /// Lines that a profile takes for no rows.
  public var passedOver: Int64 = 0
  /// The profile and the base of its amounts.
  public var profile: String?
  public var base: String?
  /// The first rows, as read.
  public var samples: [SampleRow] = []
  /// The first rejected rows, with the path of their file.
  public var rejects: [(path: String, reject: RejectedRow)] = []
  /// Files that were refused as a whole.
  public var refusals: [String] = []
  /// What a person should look at.
  public var warnings: [String] = []
  /// Codes that orders and clicks name.
  var codes: Set<Text> = []
  /// Accepted orders without a currency of their own.
  var withoutCurrency: Int64 = 0
  /// Accepted orders that name neither a programme nor a code.
  var withoutProgram: Int64 = 0

  public init() {}
}

extension CheckResult {
  mutating func take(instant: Instant) {
    earliest = min(earliest ?? instant, instant)
    latest = max(latest ?? instant, instant)
  }

  /// Says what looked doubtful.
  mutating func warn(of notes: ProfileNotes.Counts, dates: [String]) {
    func warn(_ count: Int, _ words: String) {
      if count > 0 { warnings.append("\(count) \(words)") }
    }
    warn(notes.shortYears, "dates have years of two digits; 70 to 99 are read as 1970 to 1999")
    if notes.decisiveDates == 0 {
      warn(
        notes.ambiguousDates,
        "dates read with day and month in either order, and none decides; they are taken as "
          + dates.filter { $0 != "iso" && $0 != "unix" }.joined(separator: ", "))
    }
    warn(notes.ambiguousSymbols, "amounts have a symbol that several currencies share, such as $")
    warn(notes.rounded, "amounts were rounded to what their currency has")
    warn(notes.capped, "refunds are above their amount, which counts as wholly refunded")
    if amounts.count > 1 {
      warnings.append("several currencies: \(amounts.keys.sorted().joined(separator: ", "))")
    }
    if withoutCurrency > 0 {
      warnings.append(
        "\(withoutCurrency) orders name no currency; a run takes their programme's, here it is USD")
    }
    if withoutProgram > 0 {
      warnings.append(
        "\(withoutProgram) orders name neither program_id nor code; that works in a workspace of "
          + "one programme, else set program_id, as in \(profile ?? "PROFILE"):program_id=ID")
    }
  }
}
