import Pipeline
import Testing

@testable import Stages

@Suite struct EmissionCheckTests {
  private static let iban = "DE89370400440532013000"
  private static let account = ["routing_number": "021000021", "account_number": "1234567"]

  private func affiliate(_ change: (inout Affiliate) -> Void) -> Affiliate {
    var affiliate = Affiliate(
      id: "aff-1", ordinal: AffiliateOrdinal(0), email: "jane@example.com",
      emailKey: Digest128(high: 0, low: 0))
    affiliate.name = "Jane Doe"
    change(&affiliate)
    return affiliate
  }

  private func hindrance(
    _ minor: Int64 = 12_345, _ currency: String = "EUR", payers: PayerSettings? = nil,
    _ change: (inout Affiliate) -> Void
  ) throws -> HeldAmount.Reason? {
    EmissionCheck(payers: try payers ?? PayoutSample.payers()).emissionHindrance(
      program: "prog", affiliate(change),
      Money(minorUnits: minor, try PayoutSample.currency(currency)))
  }

  @Test func `nothing hinders a payout whose file can carry it`() throws {
    #expect(try hindrance { $0.paymentMethod = .manual } == nil)
    #expect(
      try hindrance { ($0.paymentMethod, $0.stripeConnectID) = (.stripe, "acct_1") } == nil)
    #expect(
      try hindrance { ($0.paymentMethod, $0.paymentEmail) = (.payPal, "j@example.com") } == nil)
    #expect(
      try hindrance { ($0.paymentMethod, $0.paymentEmail) = (.wise, "j@example.com") } == nil)
    #expect(
      try hindrance { ($0.paymentMethod, $0.paymentDetails) = (.wise, ["iban": Self.iban]) } == nil)
    #expect(
      try hindrance { ($0.paymentMethod, $0.paymentDetails) = (.sepa, ["iban": Self.iban]) } == nil)
    #expect(
      try hindrance(1, "USD") { ($0.paymentMethod, $0.paymentDetails) = (.ach, Self.account) }
        == nil)
  }

  @Test(arguments: ["=HYPERLINK(\"http://evil\")", "+1", "-x", "@SUM(A1)", "\tx", "\rx"])
  func `a name that is a formula is held, whatever the method`(name: String) throws {
    for method in PaymentMethod.allCases {
      let found = try hindrance {
        ($0.paymentMethod, $0.paymentEmail, $0.name) = (method, "j@example.com", Text(name))
        $0.paymentDetails = ["iban": Self.iban].merging(Self.account) { first, _ in first }
      }
      #expect(found == .formula, "\(method.word)")
    }
  }

  @Test func `a name that becomes a formula in the file is held`() throws {
    let found = try hindrance {
      ($0.paymentMethod, $0.paymentEmail, $0.name) = (.wise, "j@example.com", "\u{202E}＝1+1")
    }
    #expect(found == .formula)
  }

  @Test func `an address that is a formula is held`() throws {
    #expect(
      try hindrance { ($0.paymentMethod, $0.paymentEmail) = (.payPal, "+1@example.com") }
        == .formula)
    #expect(
      try hindrance { ($0.paymentMethod, $0.email) = (.manual, "=a@example.com") } == .formula)
  }

  @Test func `what cannot be carried exactly does not fit`() throws {
    let cases: [(PaymentMethod, [String: String])] = [
      (.sepa, ["iban": "DE89370400440532013001"]), (.wise, ["iban": "DE00"]),
      (.sepa, ["iban": Self.iban, "bic": "NOBIC"]),
      (.sepa, ["iban": "BR1800360305000010009795493C1"]),
    ]
    for (method, details) in cases {
      #expect(
        try hindrance { ($0.paymentMethod, $0.paymentDetails) = (method, details) } == .doesNotFit)
    }
    for (key, value) in [
      ("routing_number", "021000022"), ("account_number", "123456789012345678"),
      ("account_type", "Savings"), ("holder", "trust"),
    ] {
      let details = Self.account.merging([key: value]) { _, new in new }
      #expect(
        try hindrance(1, "USD") { ($0.paymentMethod, $0.paymentDetails) = (.ach, details) }
          == .doesNotFit, "\(key)")
    }
    #expect(
      try hindrance { ($0.paymentMethod, $0.paymentEmail) = (.payPal, "jane") } == .doesNotFit)
  }

  @Test(arguments: ["李小龙", "🦊", nil] as [Text?])
  func `no name holds a payout: the affiliate's id stands for one that leaves nothing`(
    name: Text?
  ) throws {
    #expect(
      try hindrance {
        ($0.paymentMethod, $0.paymentDetails, $0.name) = (.sepa, ["iban": Self.iban], name)
      } == nil)
    let payers = try PayoutSample.payers()
    for (method, currency, expected) in [
      (PaymentMethod.sepa, "EUR", "aff-1"), (.wise, "EUR", "aff_1"), (.ach, "USD", "AFF_1"),
    ] {
      var payee = PayoutSample.payee(
        method, ["iban": Self.iban].merging(Self.account) { first, _ in first })
      payee.name = name
      payee.affiliateID = AffiliateID("aff_1")
      #expect(
        try PayoutSample.instruction("p1", 100, currency, payee, payers).name == expected)
      payee.affiliateID = AffiliateID("李")
      let reference = try PayoutSample.instruction("p1", 100, currency, payee, payers).name
      #expect(reference == (method == .ach ? "P1" : "p1"))
    }
  }

  @Test func `each service pays its own currencies`() throws {
    let sepa = PayoutSample.payee(.sepa, ["iban": Self.iban])
    let ach = PayoutSample.payee(.ach, Self.account)
    let payers = try PayoutSample.payers()
    #expect(
      try PayoutSample.fault(1, "USD", sepa, payers)
        == .currency(try PayoutSample.currency("USD"), .sepa))
    #expect(
      try PayoutSample.fault(1, "EUR", ach, payers)
        == .currency(try PayoutSample.currency("EUR"), .ach))
  }

  @Test(arguments: [
    (PaymentMethod.payPal, "USD", Int64(2_000_000)), (.sepa, "EUR", 99_999_999_999),
    (.ach, "USD", 9_999_999_999),
  ])
  func `an amount up to the limit is taken and a cent more is not`(
    method: PaymentMethod, currency: String, most: Int64
  ) throws {
    let payee = PayoutSample.payee(
      method, email: "j@example.com",
      ["iban": Self.iban].merging(Self.account) { first, _ in first })
    let payers = try PayoutSample.payers()
    #expect(try PayoutSample.fault(most, currency, payee, payers) == nil)
    let above = try PayoutSample.fault(most + 1, currency, payee, payers)
    #expect(above?.reason == .doesNotFit)
    #expect(try PayoutSample.fault(0, currency, payee, payers)?.reason == .doesNotFit)
  }

  @Test func `fractions of a forint or a Taiwan dollar are held`() throws {
    let payee = PayoutSample.payee(.payPal, email: "j@example.com")
    let payers = try PayoutSample.payers()
    for currency in ["HUF", "TWD"] {
      #expect(try PayoutSample.fault(100_050, currency, payee, payers)?.reason == .doesNotFit)
      let whole = try PayoutSample.instruction("p1", 100_000, currency, payee, payers)
      #expect(whole.decimalAmount == "1000")
    }
    #expect(try PayoutSample.instruction("p1", 1_500, "JPY", payee, payers).decimalAmount == "1500")
    #expect(
      try PayoutSample.instruction("p1", 1_250, "KWD", payee, payers).decimalAmount == "1.250")
    #expect(try PayoutSample.instruction("p1", 5, "USD", payee, payers).decimalAmount == "0.05")
  }

  @Test func `the payer's account that is not stated holds nothing, and is told`() throws {
    let none = PayerSettings()
    #expect(
      try hindrance(payers: none) {
        ($0.paymentMethod, $0.paymentDetails) = (.sepa, ["iban": Self.iban])
      } == nil)
    let ach = PayoutSample.payee(.ach, Self.account)
    #expect(try PayoutSample.fault(1, "USD", ach, none) == .noPayer(.ach))
    #expect(
      try hindrance(payers: none) {
        ($0.paymentMethod, $0.paymentEmail) = (.payPal, "j@example.com")
      } == nil)
    #expect(
      try hindrance(payers: none) {
        ($0.paymentMethod, $0.paymentEmail) = (.wise, "j@example.com")
      } == nil)
  }

  @Test func `an affiliate without method or details has none`() throws {
    #expect(try hindrance { _ in } == .noPaymentDetails)
    for method in [PaymentMethod.payPal, .wise, .sepa, .ach] {
      #expect(
        try hindrance(1, method == .ach ? "USD" : "EUR") { $0.paymentMethod = method }
          == .noPaymentDetails)
    }
  }

  @Test func `no fault quotes an account number`() throws {
    let fault = PaymentFault.form("payment_details.iban", .checkDigits)
    #expect(
      fault.description
        == "payment_details.iban has check digits that do not belong to it: look for a typing error"
    )
  }
}
