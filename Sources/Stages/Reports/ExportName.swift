// What can be exported, and in which columns (SPEC 6). The columns are a public interface: a changed
// one is a new version, never a silent edit.

/// A table that `export` prints whole, and of which each run leaves an extract.
public enum ExportName: String, CaseIterable, Hashable, Sendable {
  case conversions, rewards, payouts, postings
  case clicksDaily = "clicks_daily"
  case tiers
  case tierUpgrades = "tier_upgrades"
  case referrals, runs, files

  /// The word on the command line and the base name of the extract.
  public var word: String { rawValue }

  /// The columns, in their order.
  public var columns: [String] {
    switch self {
    case .conversions: Self.conversionColumns
    case .rewards: Self.rewardColumns
    case .payouts: Self.payoutColumns
    case .postings: PostingJournal.columns
    case .clicksDaily: ["day", "program_id", "code", "clicks", "filtered"]
    case .tiers: ["program_id", "affiliate_id", "tier", "level", "count"]
    case .tierUpgrades:
      [
        "program_id", "affiliate_id", "from_level", "to_level", "tier", "order_id", "referral_id",
        "at",
      ]
    case .referrals: Self.referralColumns
    case .runs:
      ["run", "as_of", "files", "rows", "accepted", "duplicate", "filtered", "rejected"]
    case .files:
      ["run", "kind", "file", "rows", "accepted", "duplicate", "filtered", "rejected"]
    }
  }

  private static let conversionColumns = [
    "conversion_id", "program_id", "order_id", "occurred_at", "status", "reason", "evidence",
    "model", "affiliate_id", "code", "click_id", "click_at", "currency", "amount_minor",
    "refunded_minor", "net_minor", "rate_bps", "rate_rule", "tier", "commission_minor",
    "affiliate_payout_minor", "platform_fee_minor", "fraud_score", "fraud_flags",
  ]

  private static let rewardColumns = [
    "reward_id", "type", "program_id", "affiliate_id", "order_id", "referral_id", "currency",
    "amount_minor", "state", "occurred_at", "payable_at", "payout_id",
  ]

  /// The columns of `payouts/payouts.csv` (SPEC 5).
  static let payoutFileColumns = [
    "payout_id", "batch_id", "program_id", "affiliate_id", "affiliate_name", "email",
    "payment_method", "currency", "amount", "amount_minor", "rewards", "period_start",
    "period_end", "status",
  ]

  private static let payoutColumns =
    payoutFileColumns + ["transaction_id", "processed_at", "retry_count", "failed_reason"]

  private static let referralColumns = [
    "referral_id", "program_id", "code", "affiliate_id", "occurred_at", "status", "lead_name",
    "lead_email", "estimated_value", "referred_id", "decided_at", "decided_by", "review_notes",
  ]
}

/// How an export is spelled.
public enum ExportFormat: String, CaseIterable, Hashable, Sendable {
  /// RFC 4180 with a header; what is absent is an empty cell.
  case csv
  /// One object a line; integers are numbers, what is absent is null.
  case jsonl
}
