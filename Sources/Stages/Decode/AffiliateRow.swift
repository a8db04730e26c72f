// One row of an affiliates file.
public import Pipeline

/// An affiliate's row: what it states. Rates are not yet judged (SPEC 9, Registry).
public struct AffiliateRow: Sendable {
  public var origin: RowOrigin
  public var id: AffiliateID
  public var email: Text
  public var userID: Text?
  public var name: Text?
  public var company: Text?
  public var country: Text?
  public var status: Affiliate.Status?
  public var currency: Currency?
  public var paymentMethod: PaymentMethod?
  public var paymentEmail: Text?
  /// Canonical JSON, an object.
  public var paymentDetails: Text?
  public var stripeConnectID: Text?
  /// The inviter's code.
  public var inviteCode: Text?
  /// The inviter's id.
  public var masterID: AffiliateID?
  /// Hundredths of a percent, not negative.
  public var fee: BasisPoints?
  public var commissionRate: BasisPoints?
  public var createdAt: Instant?
  public var updatedAt: Instant?
  /// The typed content and its digest.
  public var content: [UInt8]
  public var digest: Digest128

  public init(
    origin: RowOrigin, id: AffiliateID, email: Text, content: [UInt8], digest: Digest128
  ) {
    self.origin = origin
    self.id = id
    self.email = email
    self.content = content
    self.digest = digest
  }
}

extension AffiliateRow {
  /// The native columns.
  public static let layout = RowLayout(
    .affiliates,
    [
      .init("affiliate_id", required: true), .init("user_id"), .init("name"),
      .init("email", required: true), .init("company"), .init("country"), .init("status"),
      .init("currency"), .init("payment_method"), .init("payment_email"),
      .init("payment_details", .json), .init("stripe_connect_id"), .init("invite_code"),
      .init("master_id"), .init("fee_percentage", .decimal), .init("commission_rate", .decimal),
      .init("created_at", .instant), .init("updated_at", .instant),
    ])

  private static let methods: [(StaticString, PaymentMethod)] = [
    ("PAYPAL", .payPal), ("WISE", .wise), ("SEPA", .sepa), ("ACH", .ach), ("STRIPE", .stripe),
    ("MANUAL", .manual),
  ]

  /// Reads a row. Its instants date no event, and may lie in the future.
  public static func decode(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin
  ) -> Decoded<AffiliateRow> {
    var reader = RowReader(batch, row, origin, layout)
    let decoded = read(&reader)
    if let rejection = reader.rejection { return .rejected(rejection) }
    var result = decoded
    (result.content, result.digest) = TypedContent.content(batch, row, layout)
    return .row(result)
  }

  private static func read(_ reader: inout RowReader) -> AffiliateRow {
    var row = AffiliateRow(
      origin: reader.origin, id: AffiliateID(reader.text(0) ?? ""), email: "", content: [],
      digest: Digest128(high: 0, low: 0))
    row.userID = reader.text(1)
    row.name = reader.name(2)
    row.email = reader.text(3) ?? ""
    row.company = reader.text(4)
    row.country = reader.text(5)
    row.status = reader.word(6, Affiliate.Status.words)
    row.currency = reader.currency(7)
    row.paymentMethod = reader.word(8, methods)
    row.paymentEmail = reader.text(9)
    row.paymentDetails = reader.value(10) { field throws(ValueFault) in try details(field) }
    row.stripeConnectID = reader.text(11)
    row.inviteCode = reader.text(12)
    row.masterID = reader.text(13).map { AffiliateID($0) }
    row.fee = reader.value(14) { field throws(ValueFault) in try field.percentage() }
    row.commissionRate = reader.value(15) { field throws(ValueFault) in
      try field.rate(Int32.min...Int32.max)
    }
    row.createdAt = reader.instant(16)
    row.updatedAt = reader.instant(17)
    return row
  }

  private static func details(_ field: Field) throws(ValueFault) -> Text {
    let json = try field.json()
    guard case .object = json else { throw ValueFault(.badValue, "must be a JSON object") }
    return Text(json.canonicalText)
  }
}
