// Ids that are derived from what they stand for, so that any run gives them alike (SPEC 1).
import Pipeline

/// What tells a reward from all others.
struct RewardKey {
  var type: RewardType
  var program: ProgramID
  var affiliate: AffiliateID?
  var order: OrderID?
  var referral: ReferralID?
  var generation: Int32 = 0
  var credit: Int32 = 0
  var sequence: Int32 = 0
  var level: Int64 = 0

  init(type: RewardType, program: ProgramID) {
    self.type = type
    self.program = program
  }

  /// The reward's id.
  var digest: Digest128 {
    digest128(
      of: "reward", type.word, program.text.string, affiliate?.text.string ?? "",
      order?.text.string ?? "", referral?.text.string ?? "", String(generation), String(credit),
      String(sequence), String(level))
  }
}

/// The digest of some words, told apart by U+001F.
func digest128(of words: String...) -> Digest128 {
  ByteView.withBytes(of: words.joined(separator: "\u{1F}")) { ContentHash.digest(of: $0) }
}
