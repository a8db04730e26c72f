// The nine kinds of input files.

/// What the rows of an input file are (SPEC 2).
public enum InputKind: String, CaseIterable, Sendable {
  case programs, affiliates, codes, clicks, orders, referrals, decisions
  case payoutRequests = "payout_requests"
  case settlements

  /// The word in schedules, on the command line and in the store.
  public var word: String { rawValue }
}
