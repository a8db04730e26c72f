// The kinds of files that a night may bring.

/// What the rows of a file are about (SPEC 2). The raw value is the word in schedules.
public enum InputKind: String, CaseIterable, Hashable, Sendable {
  case programs, affiliates, codes, clicks, orders, referrals, decisions
  case payoutRequests = "payout_requests"
  case settlements
}
