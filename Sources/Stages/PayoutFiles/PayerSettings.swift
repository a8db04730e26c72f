// From which accounts payouts are paid, and what the services are told about the payer: the member
// `payers` of a schedule's settings (SPEC 9, Payouts).

/// The payer's own accounts. A method whose account is missing here has no files.
public struct PayerSettings: Hashable, Sendable {
  public var payPal = PayPal()
  public var wise = Wise()
  public var sepa: SEPA?
  public var ach: ACH?

  public init() {}

  public struct PayPal: Hashable, Sendable {
    /// What the recipient reads, at most 400 characters of ASCII.
    public var note = "Affiliate payout"
    /// Minor units of the most that one payout may have, by currency; PayPal raises it on request.
    public var mostPerPayout: [Currency: Int64] = [.usd: 20_000_00]
  }

  public struct Wise: Hashable, Sendable {
    /// The balance that is debited; nil for the one in the payout's own currency.
    public var sourceCurrency: Currency?
  }

  /// The account that SEPA credit transfers are paid from.
  public struct SEPA: Hashable, Sendable {
    /// The message's version: a bank takes .09 unless it says otherwise.
    public enum Version: String, CaseIterable, Sendable {
      case v09 = "pain.001.001.09"
      case v03 = "pain.001.001.03"
    }

    /// Of the account's holder, 1–70 characters.
    public var name: String
    public var iban: IBAN
    public var bic: BIC?
    public var version = Version.v09
    /// What stands before the reference on the recipient's statement.
    public var remittance = "Affiliate payout"
    /// Banking days from as_of to the execution.
    public var executionDays: Int64 = 0

    public init(name: String, iban: IBAN, bic: BIC?) {
      self.name = name
      self.iban = iban
      self.bic = bic
    }
  }

  /// The account, and the bank, that ACH credits are originated from.
  public struct ACH: Hashable, Sendable {
    public enum LineEnd: String, CaseIterable, Sendable { case lf, crlf }

    /// The bank or operator that takes the file.
    public var destination: RoutingNumber
    public var destinationName: String
    /// 10 characters that the bank assigned, often a 1 and the tax number.
    public var origin: String
    public var originName: String
    /// What the recipient's statement shows, at most 16 characters.
    public var companyName: String
    /// 10 characters that the bank assigned.
    public var companyID: String
    /// The bank whose account is debited.
    public var odfi: RoutingNumber
    /// What the credits are, at most 10 characters.
    public var entryDescription = "PAYOUT"
    /// Banking days from as_of to settlement.
    public var effectiveDays: Int64 = 1
    public var lineEnd = LineEnd.lf

    public init(
      destination: RoutingNumber, destinationName: String, origin: String, originName: String,
      companyName: String, companyID: String, odfi: RoutingNumber
    ) {
      self.destination = destination
      self.destinationName = destinationName
      self.origin = origin
      self.originName = originName
      self.companyName = companyName
      self.companyID = companyID
      self.odfi = odfi
    }
  }
}

extension PayerSettings {
  /// Whether payouts by a method stand in files of their own.
  func makesFiles(_ method: PaymentMethod) -> Bool {
    switch method {
    case .payPal, .wise: true
    case .sepa: sepa != nil
    case .ach: ach != nil
    case .stripe, .manual: false
    }
  }
}

/// A member of `payers` that cannot be used.
public struct PayerSettingsFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Such as `payers.sepa.iban`.
  public let path: String
  /// What is wrong, and what would be right.
  public let message: String

  public var description: String { "\(path) \(message)" }
}
