// A night's referrals, decisions, payout requests and settlements, divided by programme: what
// spans programmes is judged here, once (SPEC 8).
internal import Pipeline

/// The rows of the small kinds as read.
public struct NightRows: Sendable {
  public var referrals: [ReferralRow] = []
  public var decisions: [DecisionRow] = []
  public var requests: [PayoutRequestRow] = []
  public var settlements: [SettlementRow] = []

  public init() {}
}

/// A night's rows of the small kinds, judged as far as that does not need a programme's own state,
/// and divided by programme.
///
/// Referrals have their fate. Decisions, requests and settlements that are handed on get theirs
/// from their programme; ``conclude(rejected:)`` then settles what depends on it.
public struct AdmittedRows: Sendable {
  /// Rows by programme, in the order in which they are processed.
  public internal(set) var programs: [ProgramOrdinal: ProgramRows] = [:]
  /// Fates of the rows that are not handed on.
  public internal(set) var fates = FateTally()
  public internal(set) var rejects: [RejectedRow] = []
  /// Of accepted referrals: what later nights must know as duplicates.
  public internal(set) var contents: [RowContent] = []
  /// Payout requests for every programme, whose fate is settled from all programmes' results.
  public internal(set) var fannedOut: [RowOrigin] = []

  /// Rows handed on, by content: the first of equal ones and the others, which share its fate.
  private var handedOn: [RowContent: (first: RowOrigin, others: [RowOrigin])] = [:]
}

extension AdmittedRows {
  /// Whether a row is the first of its content among those handed on; another one waits for its
  /// fate.
  mutating func isFirst(_ origin: RowOrigin, _ content: RowContent) -> Bool {
    guard handedOn[content] == nil else {
      handedOn[content]?.others.append(origin)
      return false
    }
    handedOn[content] = (origin, [])
    return true
  }

  /// Takes back a row that is not handed on after all.
  mutating func withdraw(_ content: RowContent) { handedOn[content] = nil }

  mutating func reject(
    _ origin: RowOrigin, _ reason: RejectReason, _ column: String, _ value: Text, _ why: String
  ) {
    fates.count(.rejected(reason), file: origin.file)
    rejects.append(
      RejectedRow(
        origin: origin, column: column, reason: reason,
        message: "\(column) \(Quoted.text(value)) \(why)"))
  }

  /// What follows from the fates of the rows handed on.
  public struct Conclusion: Sendable {
    /// Of the rows handed on and accepted: what later nights must know as duplicates.
    public var contents: [RowContent] = []
    /// Fates of the rows that waited for an equal one's.
    public var fates = FateTally()
    public var rejects: [RejectedRow] = []
  }

  /// Settles rows that equal one handed on: a duplicate of an accepted row, or rejected like it.
  ///
  /// - Parameter rejected: All rows handed on that were rejected in the end.
  public func conclude(rejected: [RejectedRow]) -> Conclusion {
    let reasons = Dictionary(
      rejected.map { ($0.origin, $0) }, uniquingKeysWith: { first, _ in first })
    var conclusion = Conclusion()
    for (content, rows) in handedOn.sorted(by: { $0.value.first < $1.value.first }) {
      guard let rejection = reasons[rows.first] else {
        conclusion.contents.append(content)
        for origin in rows.others { conclusion.fates.count(.duplicate, file: origin.file) }
        continue
      }
      for origin in rows.others {
        var copy = rejection
        copy.origin = origin
        copy.raw = nil
        conclusion.rejects.append(copy)
        conclusion.fates.count(.rejected(rejection.reason), file: origin.file)
      }
    }
    return conclusion
  }
}

/// Judges and divides the rows of the small kinds.
public struct RowAdmission {
  let registry: Registry
  let history: any NightHistory
  let asOf: Instant
  /// What has been admitted so far.
  public internal(set) var admitted = AdmittedRows()
  /// Programmes of the referrals accepted tonight.
  var referralPrograms: [ReferralID: ProgramOrdinal] = [:]
  /// What decisions name by `conv_…`.
  var namedConversions: [Text: (program: ProgramOrdinal, order: OrderID)] = [:]

  /// - Parameter registry: As of this run.
  public init(registry: Registry, history: any NightHistory, asOf: Instant) {
    self.registry = registry
    self.history = history
    self.asOf = asOf
  }

  /// Judges and divides a night's rows.
  public static func admit(
    _ rows: NightRows, registry: Registry, history: any NightHistory, asOf: Instant
  ) throws -> AdmittedRows {
    var admission = RowAdmission(registry: registry, history: history, asOf: asOf)
    try admission.admit(referrals: rows.referrals)
    try admission.admit(decisions: rows.decisions)
    try admission.admit(requests: rows.requests)
    try admission.admit(settlements: rows.settlements)
    return admission.admitted
  }

  /// Whether a row that is to be handed on should be looked at: not where its content was accepted
  /// in an earlier run, or an equal row is handed on already.
  mutating func shouldJudge(_ origin: RowOrigin, _ content: RowContent) throws -> Bool {
    if try history.hasContent(content.kind, content.digest) {
      admitted.fates.count(.duplicate, file: origin.file)
      return false
    }
    return admitted.isFirst(origin, content)
  }
}
