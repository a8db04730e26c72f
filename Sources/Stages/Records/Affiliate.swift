// An affiliate and the codes it hands out.
public import Pipeline

/// How an affiliate is paid (SPEC 9, Payouts).
public enum PaymentMethod: UInt8, CaseIterable, Sendable {
  case payPal, wise, sepa, ach, stripe, manual

  /// The word in files, such as `PAYPAL`.
  public var word: String {
    switch self {
    case .payPal: "PAYPAL"
    case .wise: "WISE"
    case .sepa: "SEPA"
    case .ach: "ACH"
    case .stripe: "STRIPE"
    case .manual: "MANUAL"
    }
  }
}

/// An affiliate as the registry knows it in a run. Affiliates have no dated terms.
public struct Affiliate: Sendable {
  public enum Status: UInt8, Sendable {
    case active, pending, suspended
  }

  public let id: AffiliateID
  public let ordinal: AffiliateOrdinal
  public var status = Status.active
  public var userID: Text?
  public var name: Text?
  public var email: Text
  /// Of the normalised e-mail (SPEC 9, Fraud).
  public var emailKey: Digest128
  /// Of the user id, comparable with an order's customer key.
  public var userKey: Digest128?
  public var currency: Currency?
  public var paymentMethod: PaymentMethod?
  public var paymentEmail: Text?
  /// The members of `payment_details` whose values are text, such as `iban`.
  public var paymentDetails: [String: String] = [:]
  public var stripeConnectID: Text?
  /// Who invited it, if anyone.
  public var inviter: AffiliateOrdinal?
  /// Hundredths of a percent of its payouts that go to the inviter; nil for the setting's default.
  public var fee: BasisPoints?
  /// Its own rate, which goes before a tier's.
  public var commissionRate: BasisPoints?

  public init(id: AffiliateID, ordinal: AffiliateOrdinal, email: Text, emailKey: Digest128) {
    self.id = id
    self.ordinal = ordinal
    self.email = email
    self.emailKey = emailKey
  }

  /// Whether a payout could reach it (SPEC 9, Payouts: payment details).
  public var hasPaymentDetails: Bool {
    switch paymentMethod {
    case nil: false
    case .manual: true
    case .payPal: paymentEmail != nil
    case .wise: paymentEmail != nil || paymentDetails["iban"] != nil
    case .sepa: paymentDetails["iban"] != nil
    case .stripe: stripeConnectID != nil
    case .ach:
      ["routing_number", "account_number", "account_type", "holder"]
        .allSatisfy { paymentDetails[$0] != nil }
    }
  }
}

/// A code that an affiliate shares for one programme.
public struct AffiliateCode: Sendable {
  public let code: Code
  public let ordinal: CodeOrdinal
  public let affiliate: AffiliateOrdinal
  public let program: ProgramOrdinal
  public var isActive = true
  /// Clicks at or after it earn nothing.
  public var expiresAt: Instant?
  /// Conversions and referrals it may earn; nil for any number.
  public var maxUses: Int64?

  public init(
    code: Code, ordinal: CodeOrdinal, affiliate: AffiliateOrdinal, program: ProgramOrdinal
  ) {
    self.code = code
    self.ordinal = ordinal
    self.affiliate = affiliate
    self.program = program
  }
}
