// Affiliates and their codes as answers show them.
public import Pipeline

/// An affiliate as of the last run.
public struct AffiliateFacts: Sendable {
  /// `affiliates.no`.
  public let number: Int64
  public let id: Text
  public let email: Text
  public let userID: Text?
  public let name: Text?
  /// `active`, `pending` or `suspended`.
  public let status: Text
  /// As its rows state it; see ``StoreReading/currency(of:)``.
  public let ownCurrency: Currency?
  public let paymentMethod: PaymentMethod?
  public let paymentEmail: Text?
  /// A JSON object.
  public let paymentDetails: Text?
  public let stripeConnectID: Text?
  public let commissionRate: BasisPoints?
  /// As stated, else as_of of the run that first accepted it.
  public let createdAt: Instant

  /// What the platforms call a user's id: user_id, else affiliate_id (ENDPOINT S0.3).
  public var userOrOwnID: Text { userID ?? id }

  static let columns = """
    no, affiliate_id, email, user_id, name, status, currency, payment_method, payment_email, \
    payment_details, stripe_connect_id, commission_rate_bps, coalesce(created_at, first_seen)
    """

  init(_ row: Statement) {
    var cursor = ColumnCursor(row)
    number = cursor.int()
    id = cursor.text()
    email = cursor.text()
    userID = cursor.optionalText()
    name = cursor.optionalText()
    status = cursor.text()
    ownCurrency = cursor.optionalText().flatMap { Currency(code: $0.string) }
    paymentMethod = cursor.optionalText().flatMap { word in
      PaymentMethod.allCases.first { Text($0.word) == word }
    }
    paymentEmail = cursor.optionalText()
    paymentDetails = cursor.optionalText()
    stripeConnectID = cursor.optionalText()
    commissionRate = cursor.optionalInt().map { BasisPoints(Int32(clamping: $0)) }
    createdAt = cursor.instant()
  }
}

/// A code as of the last run.
public struct CodeFacts: Sendable {
  /// `codes.no`.
  public let number: Int64
  public let code: Text
  public let affiliate: Int64
  public let program: Int64
  public let isActive: Bool
  public let expiresAt: Instant?
  public let maxUses: Int64?
  /// JSON as given.
  public let metadata: Text?
  /// As stated, else as_of of the run that first accepted it.
  public let createdAt: Instant
  /// as_of of the run that last accepted a row of it.
  public let updatedAt: Instant
  /// Attributed conversions and leads (SPEC 3).
  public let uses: Int64
  /// Accepted clicks of all time.
  public let clicks: Int64

  init(_ row: Statement) {
    var cursor = ColumnCursor(row)
    number = cursor.int()
    code = cursor.text()
    affiliate = cursor.int()
    program = cursor.int()
    isActive = cursor.bool()
    expiresAt = cursor.optionalInstant()
    maxUses = cursor.optionalInt()
    metadata = cursor.optionalText()
    createdAt = cursor.instant()
    updatedAt = cursor.instant()
    uses = cursor.int()
    clicks = cursor.int()
  }
}

extension StoreReading {
  /// One affiliate; nil for a number that none has.
  ///
  /// - Throws: ``DatabaseFault``.
  public func affiliate(_ number: Int64) throws -> AffiliateFacts? {
    try statements.with("SELECT \(AffiliateFacts.columns) FROM affiliates WHERE no = ?1") { row in
      try row.bind(int: number, at: 1)
      return try row.step() ? AffiliateFacts(row) : nil
    }
  }

  /// All affiliates' numbers, newest first.
  ///
  /// - Throws: ``DatabaseFault``.
  public func affiliateNumbers() throws -> [UInt32] { try ListOrders.of(self).affiliates }

  /// How many affiliates there are, and how many of them are active.
  ///
  /// - Throws: ``DatabaseFault``.
  public func affiliateCounts() throws -> (all: Int64, active: Int64) {
    try derived("affiliate counts") {
      try statements.with(
        "SELECT count(*), coalesce(sum(status = 'active'), 0) FROM affiliates"
      ) { row in
        try row.step() ? (row.int(0), row.int(1)) : (0, 0)
      }
    }
  }

  /// An affiliate's codes, the oldest first, then bytewise.
  ///
  /// - Throws: ``DatabaseFault``.
  public func codes(ofAffiliate number: Int64) throws -> [CodeFacts] {
    try statements.with(
      """
      SELECT c.no, c.code, c.affiliate_no, c.program_no, c.is_active, c.expires_at, c.max_uses,
        c.metadata, coalesce(c.created_at, c.first_seen), c.last_seen,
        coalesce(t.orders + t.leads_pending + t.leads_approved + t.leads_rejected, 0),
        coalesce(t.clicks, 0)
      FROM codes c LEFT JOIN code_totals t ON t.code = c.no
      WHERE c.affiliate_no = ?1 ORDER BY 9, c.code
      """
    ) { row in
      try row.bind(int: number, at: 1)
      var codes: [CodeFacts] = []
      while try row.step() { codes.append(CodeFacts(row)) }
      return codes
    }
  }

  /// The affiliate's currency: its own, else that of its first programme (ENDPOINT G.4): of its
  /// oldest code, or, without a code, the first one in which it has earned by those it invited.
  ///
  /// - Parameter codes: The affiliate's.
  /// - Throws: ``DatabaseFault``.
  public func currency(of affiliate: AffiliateFacts, codes: [CodeFacts]) throws -> Currency? {
    if let own = affiliate.ownCurrency { return own }
    let first = try codes.first?.program ?? programs(withSalesOf: affiliate.number).first
    return try first.flatMap { try program($0) }?.terms.currency
  }

  /// Who was invited by an affiliate: number, id, e-mail, and the fee in hundredths of a percent.
  ///
  /// - Throws: ``DatabaseFault``.
  public func invited(
    by number: Int64
  ) throws -> [(id: Text, email: Text, fee: BasisPoints)] {
    let standard = try defaultFee()
    return try statements.with(
      "SELECT affiliate_id, email, fee_bps FROM affiliates WHERE inviter_no = ?1"
    ) { row in
      try row.bind(int: number, at: 1)
      var invited: [(id: Text, email: Text, fee: BasisPoints)] = []
      while try row.step() {
        let fee = row.optionalInt(2).map { BasisPoints(Int32(clamping: $0)) }
        invited.append((row.text(0), row.text(1), fee ?? standard))
      }
      return invited
    }
  }
}

extension [CodeFacts] {
  /// The oldest active one, else the oldest (ENDPOINT S0.4).
  public var standard: CodeFacts? { first { $0.isActive } ?? first }
}
