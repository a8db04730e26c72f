// The endpoints of bitcain's documents (S1).
import Stages

/// What is served as bitcain documents it.
enum BitcainRoutes {
  static let all: [Route] = [
    route(
      "code", "The affiliate's default code", .object(codeShape), [], writtenBy: .codes,
      BitcainCodes.code),
    route(
      "link", "A link with the default code",
      .object([("code", .string), ("referral_url", .string), ("shareable_text", .string)]),
      [], writtenBy: .codes, BitcainCodes.link),
    route(
      "stats", "Counts of leads and sums of rewards",
      .object([
        ("total_referrals", .integer), ("verified_referrals", .integer),
        ("pending_referrals", .integer), ("total_earnings", .string),
        ("pending_earnings", .string), ("paid_earnings", .string), ("total_payouts", .integer),
        ("last_payout_date", instantOrNull), ("current_tier_name", .optional(.string)),
        ("commission_rate", .optional(.string)),
      ]), [], BitcainStats.stats),
    route(
      "tier", "The affiliate's tier in its default code's programme",
      .object([
        ("tier_id", uuidOrNull), ("current_tier", .optional(.string)), ("tier_level", .integer),
        ("commission_rate", .optional(.string)), ("min_referrals", .integer),
        ("max_referrals", .optional(.integer)), ("current_referral_count", .integer),
        ("next_tier", .optional(.string)), ("next_tier_level", .optional(.integer)),
        ("next_tier_min_referrals", .optional(.integer)), ("progress_to_next_tier", .number),
      ]), [], BitcainStats.tier),
    route(
      "history", "The affiliate's leads, newest first", .array(.object(leadShape)), page,
      writtenBy: .referrals, BitcainLists.history),
    route(
      "rewards", "The affiliate's rewards, newest first", .array(.object(rewardShape)), page,
      BitcainLists.rewards),
    route(
      "payouts", "The affiliate's payouts, newest first", .array(.object(payoutShape)), page,
      writtenBy: .payoutRequests, BitcainLists.payouts),
  ]

  private static let page: [QueryParameter] = [
    .integer("limit", default: 50, in: 1...200, "Most rows"),
    .integer("offset", default: 0, from: 0, "Rows to pass over"),
  ]

  private static func route(
    _ name: String, _ summary: String, _ shape: Shape, _ parameters: [QueryParameter],
    writtenBy kind: InputKind? = nil, _ handler: @escaping @Sendable (Call) throws -> Answer
  ) -> Route {
    Route(
      path: "/api/v1/referrals/\(name)", platform: .bitcain, access: .roles([.affiliate]),
      summary: summary,
      parameters: parameters + [
        .text("program_id", "Rows of one of the affiliate's programmes alone")
      ], shape: shape, writtenBy: kind, handler: handler)
  }

  private static let uuid = Shape.text(format: "uuid")
  private static let uuidOrNull = Shape.optional(uuid)
  private static let instant = Shape.text(format: "date-time")
  private static let instantOrNull = Shape.optional(instant)

  private static let codeShape: [(name: String, shape: Shape)] = [
    ("code", .string), ("is_active", .boolean), ("expires_at", instantOrNull),
    ("max_uses", .optional(.integer)), ("metadata", .anyObject), ("id", uuid), ("user_id", uuid),
    ("current_uses", .integer), ("created_at", instant), ("updated_at", instant),
  ]

  private static let leadShape: [(name: String, shape: Shape)] = [
    ("referral_code", .string), ("status", .word(["pending", "verified", "rejected"])),
    ("verification_metadata", .anyObject), ("id", uuid), ("referrer_id", uuid),
    ("referred_id", uuidOrNull), ("referral_code_id", uuid), ("verified_at", instantOrNull),
    ("created_at", instant), ("updated_at", instant),
  ]

  private static let rewardShape: [(name: String, shape: Shape)] = [
    ("reward_type", .word(["commission", "signup_bonus", "tier_bonus", "override"])),
    ("amount", .string), ("currency", .string), ("status", .string), ("metadata", .anyObject),
    ("id", uuid), ("referral_id", uuidOrNull), ("referrer_id", uuid), ("referred_id", uuidOrNull),
    ("tier_id", uuidOrNull), ("tier_name", .optional(.string)),
    ("commission_rate", .optional(.string)), ("paid_at", instantOrNull),
    ("payout_id", uuidOrNull), ("transaction_reference", .optional(.string)),
    ("created_at", instant), ("updated_at", instant),
  ]

  private static let payoutShape: [(name: String, shape: Shape)] = [
    ("payout_schedule", .word(["weekly", "biweekly", "monthly"])), ("amount", .string),
    ("currency", .string), ("payment_method", .string), ("payment_details", .anyObject),
    ("metadata", .anyObject), ("id", uuid), ("user_id", uuid), ("status", .string),
    ("transaction_id", .optional(.string)), ("transaction_hash", .optional(.string)),
    ("processed_at", instantOrNull), ("failed_reason", .optional(.string)),
    ("retry_count", .integer), ("created_at", instant), ("updated_at", instant),
  ]
}
