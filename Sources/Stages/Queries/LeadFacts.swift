// Leads, newest first.
public import Pipeline

/// A lead as it stands.
public struct LeadFacts: Sendable {
  public let id: Text
  public let code: Text
  public let program: Int64
  public let affiliate: Int64
  public let status: Referral.Status
  public let name: Text?
  public let email: Text?
  /// As given, in major units.
  public let estimatedValue: Text?
  public let referredID: Text?
  public let decidedAt: Instant?
  public let decidedBy: Text?
  public let reviewNotes: Text?
  public let createdAt: Instant
  /// as_of of the run that last changed it.
  public let updatedAt: Instant
}

extension StoreReading {
  /// Numbers of all leads, newest first.
  ///
  /// - Throws: ``DatabaseFault``.
  public func leadNumbers() throws -> [UInt32] { try ListOrders.of(self).allLeads }

  /// Numbers of an affiliate's leads, newest first.
  ///
  /// - Throws: ``DatabaseFault``.
  public func leadNumbers(ofAffiliate affiliate: Int64) throws -> [UInt32] {
    Array(try ListOrders.of(self).leads[affiliate])
  }

  /// One lead; nil for a number that none has.
  ///
  /// - Throws: ``DatabaseFault``, ``StoreRowFault``.
  public func lead(_ number: UInt32) throws -> LeadFacts? {
    let sql = """
      SELECT f.referral_id, k.code, f.program, f.affiliate, f.status, f.lead_name, f.lead_email,
        f.estimated_value, f.referred_id, f.decided_at, f.decided_by, f.review_notes,
        f.occurred_at, r.as_of
      FROM referrals f JOIN codes k ON k.no = f.code LEFT JOIN runs r ON r.no = f.run
      WHERE f.no = ?1
      """
    return try statements.with(sql) { row in
      try row.bind(int: Int64(number), at: 1)
      guard try row.step() else { return nil }
      var cursor = ColumnCursor(row)
      return LeadFacts(
        id: cursor.text(), code: cursor.text(), program: cursor.int(), affiliate: cursor.int(),
        status: try cursor.coded(Referral.Status.self), name: cursor.optionalText(),
        email: cursor.optionalText(), estimatedValue: cursor.optionalText(),
        referredID: cursor.optionalText(), decidedAt: cursor.optionalInstant(),
        decidedBy: cursor.optionalText(), reviewNotes: cursor.optionalText(),
        createdAt: cursor.instant(), updatedAt: cursor.instant())
    }
  }
}
