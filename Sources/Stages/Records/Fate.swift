// What became of a row: each ends in exactly one of four fates (SPEC 1, Nothing lost).

/// Why a row was rejected; the raw value is the code in files.
public enum RejectReason: String, CaseIterable, Sendable {
  case badRow = "bad_row"
  case badUTF8 = "bad_utf8"
  case missingField = "missing_field"
  case badInstant = "bad_instant"
  case badValue = "bad_value"
  case amountPrecision = "amount_precision"
  case inFuture = "in_future"
  case rateOutOfRange = "rate_out_of_range"
  case windowOutOfRange = "window_out_of_range"
  case minimumOutOfRange = "minimum_out_of_range"
  case duplicateEmail = "duplicate_email"
  case inviteConflict = "invite_conflict"
  case feeCap = "fee_cap"
  case selfReferral = "self_referral"
  case currencyMismatch = "currency_mismatch"
  case duplicateCode = "duplicate_code"
  case duplicateLead = "duplicate_lead"
  case unknownAffiliate = "unknown_affiliate"
  case unknownProgram = "unknown_program"
  case unknownCode = "unknown_code"
  case unknownTarget = "unknown_target"
  case unknownPayout = "unknown_payout"
  case conflictingDuplicate = "conflicting_duplicate"
  case alreadyResolved = "already_resolved"
  case belowMinimum = "below_minimum"
}

/// Why a row was set aside although nothing is wrong with it.
public enum FilterReason: String, CaseIterable, Sendable {
  case affiliateInactive = "affiliate_inactive"
  case programPaused = "program_paused"
  case codeInactive = "code_inactive"
  case codeExpired = "code_expired"
  case bot
  case rateLimited = "rate_limited"
  case stale
  /// In a service's result file: the payment is none of ours.
  case otherPayment = "other_payment"
  /// In a file of returns: the account goes on under other details.
  case noticeOfChange = "notice_of_change"
}

/// The fate of one row.
public enum Fate: Hashable, Sendable {
  case accepted
  case duplicate
  case filtered(FilterReason)
  case rejected(RejectReason)
}

/// A rejected row, as its rejects file will show it.
public struct RejectedRow: Sendable {
  public var origin: RowOrigin
  /// The native column at fault, where there is one.
  public var column: String?
  public var reason: RejectReason
  /// What is wrong, with the value, and what to do.
  public var message: String
  /// The record as it stood, where the reader still had it; otherwise it is read again.
  public var raw: [UInt8]?

  public init(
    origin: RowOrigin, column: String?, reason: RejectReason, message: String, raw: [UInt8]? = nil
  ) {
    self.origin = origin
    self.column = column
    self.reason = reason
    self.message = message
    self.raw = raw
  }
}

/// The fates of one file's rows, counted; they must add up to the rows read.
public struct FateCounts: Hashable, Sendable {
  public var rows: Int64 = 0
  public var accepted: Int64 = 0
  public var duplicate: Int64 = 0
  public var filtered: [FilterReason: Int64] = [:]
  public var rejected: [RejectReason: Int64] = [:]

  public init() {}

  public var filteredTotal: Int64 { filtered.values.reduce(0, +) }
  public var rejectedTotal: Int64 { rejected.values.reduce(0, +) }
  /// Whether the four fates add up to the rows read.
  public var addUp: Bool { rows == accepted + duplicate + filteredTotal + rejectedTotal }

  /// Counts one row's fate; `rows` is counted where the row is read.
  public mutating func count(_ fate: Fate, _ number: Int64 = 1) {
    switch fate {
    case .accepted: accepted += number
    case .duplicate: duplicate += number
    case .filtered(let reason): filtered[reason, default: 0] += number
    case .rejected(let reason): rejected[reason, default: 0] += number
    }
  }

  /// Adds another count of the same file.
  public mutating func add(_ other: FateCounts) {
    rows += other.rows
    accepted += other.accepted
    duplicate += other.duplicate
    filtered.merge(other.filtered, uniquingKeysWith: +)
    rejected.merge(other.rejected, uniquingKeysWith: +)
  }
}

/// The fates of a run's rows, by file number.
public struct FateTally: Sendable {
  private var counted: [Int32: FateCounts] = [:]
  /// Accepted rows of one file that are not in `counted` yet: almost every row is one, and almost
  /// every row is of the same file as the one before.
  private var latestFile: Int32 = -1
  private var latestAccepted: Int64 = 0

  public init() {}

  public var files: [Int32: FateCounts] {
    var tally = self
    tally.settleLatest()
    return tally.counted
  }

  public mutating func count(_ fate: Fate, file: Int32, _ number: Int64 = 1) {
    guard case .accepted = fate else {
      counted[file, default: FateCounts()].count(fate, number)
      return
    }
    if file != latestFile {
      settleLatest()
      latestFile = file
    }
    latestAccepted += number
  }

  public mutating func countRead(file: Int32, _ number: Int64 = 1) {
    counted[file, default: FateCounts()].rows += number
  }

  public mutating func add(_ other: FateTally) {
    for (file, counts) in other.files { counted[file, default: FateCounts()].add(counts) }
  }

  private mutating func settleLatest() {
    guard latestAccepted != 0 else { return }
    counted[latestFile, default: FateCounts()].accepted += latestAccepted
    latestAccepted = 0
  }
}
