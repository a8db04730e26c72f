// An affiliate as it is kept: the latest value of every native field.
public import Pipeline

/// Everything that the rows of an affiliate have stated.
public struct AffiliateRecord: Hashable, Sendable {
  public let id: AffiliateID
  public var email: Text
  public var userID: Text?
  public var name: Text?
  public var company: Text?
  public var country: Text?
  public var status = Affiliate.Status.active
  public var currency: Currency?
  public var paymentMethod: PaymentMethod?
  public var paymentEmail: Text?
  /// Canonical JSON, an object.
  public var paymentDetails: Text?
  public var stripeConnectID: Text?
  /// As stated; a later row's master_id takes its place.
  public var inviteCode: Text?
  /// As stated; a later row's invite_code takes its place.
  public var masterID: AffiliateID?
  /// Whom either of them names.
  public var inviter: AffiliateOrdinal?
  /// Hundredths of a percent, of the row or of the invitation code.
  public var fee: BasisPoints?
  public var commissionRate: BasisPoints?
  public var createdAt: Instant?
  public var updatedAt: Instant?
  /// `as_of` of the runs that first and last accepted a row.
  public var firstSeen: Instant
  public var lastSeen: Instant

  public init(id: AffiliateID, email: Text, seen: Instant) {
    self.id = id
    self.email = email
    firstSeen = seen
    lastSeen = seen
  }

  /// Takes in what an accepted row states; what it leaves out stays.
  ///
  /// - Parameter invitation: Whom the row names as inviter, if anyone.
  mutating func take(_ row: AffiliateRow, invitation: Invitation?, asOf: Instant) {
    email = row.email
    userID = row.userID ?? userID
    name = row.name ?? name
    company = row.company ?? company
    country = row.country ?? country
    status = row.status ?? status
    currency = row.currency ?? currency
    paymentMethod = row.paymentMethod ?? paymentMethod
    paymentEmail = row.paymentEmail ?? paymentEmail
    paymentDetails = row.paymentDetails ?? paymentDetails
    stripeConnectID = row.stripeConnectID ?? stripeConnectID
    if let invitation {
      inviter = invitation.inviter
      inviteCode = row.inviteCode
      masterID = row.masterID
    }
    fee = row.fee ?? fee ?? invitation?.fee
    commissionRate = row.commissionRate ?? commissionRate
    createdAt = row.createdAt ?? createdAt
    if let updated = row.updatedAt { updatedAt = max(updated, updatedAt ?? updated) }
    lastSeen = asOf
  }

  /// The affiliate as a run sees it.
  func affiliate(_ ordinal: AffiliateOrdinal) -> Affiliate {
    var affiliate = Affiliate(id: id, ordinal: ordinal, email: email, emailKey: Keys.email(email))
    affiliate.status = status
    affiliate.userID = userID
    affiliate.userKey = userID.map { Keys.key(of: $0) }
    affiliate.name = name
    affiliate.currency = currency
    affiliate.paymentMethod = paymentMethod
    affiliate.paymentEmail = paymentEmail
    affiliate.paymentDetails = Self.details(paymentDetails)
    affiliate.stripeConnectID = stripeConnectID
    affiliate.inviter = inviter
    affiliate.fee = fee
    affiliate.commissionRate = commissionRate
    return affiliate
  }

  /// The members whose values are text; a number stands for its text.
  private static func details(_ json: Text?) -> [String: String] {
    guard let json, let members = try? JSONValue(json.string).members else { return [:] }
    var details: [String: String] = [:]
    for member in members {
      switch member.value {
      case .string(let text) where !text.isEmpty: details[member.name.string] = text.string
      case .number(let text): details[member.name.string] = text.string
      default: break
      }
    }
    return details
  }
}
