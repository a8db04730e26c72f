// Lists for the people who look after a programme: what waits for a decision, what was held or
// rejected, who rose in tiers, which runs there were.
public import Pipeline

/// An amount that a run did not pay.
public struct HeldFacts: Sendable {
  public let run: Text
  public let program: Int64
  public let affiliate: Int64
  public let currency: Text
  public let amountMinor: Int64
  public let reason: Text
}

/// A step up in a programme's tiers.
public struct UpgradeFacts: Sendable {
  public let program: Int64
  public let affiliate: Int64
  public let tier: Text
  public let level: Int64
  /// The order, or else the lead, that brought it.
  public let order: Text?
  public let referral: Text?
  public let at: Instant
}

/// An ingested file and what became of its rows.
public struct InputFacts: Sendable {
  /// A reason, and how many rows it had.
  public struct Reason: Sendable {
    public let fate: Text
    public let reason: Text
    public let count: Int64
  }

  public let run: Text
  public let number: Int64
  public let kind: Text
  public let name: Text
  public let rows: Int64
  public let accepted: Int64
  public let duplicates: Int64
  public let filtered: Int64
  public let rejected: Int64
}

/// A committed run.
public struct RunFacts: Sendable {
  public let name: Text
  public let asOf: Instant
  public let files: Int64
  public let rows: Int64
  public let rejected: Int64
  public let payouts: Int64
}

extension StoreReading {
  private func list<Row>(
    _ sql: String, _ numbers: [Int64], _ read: (inout ColumnCursor) throws -> Row
  ) throws -> [Row] {
    try statements.with(sql) { statement in
      for (place, number) in numbers.enumerated() {
        try statement.bind(int: number, at: Int32(place + 1))
      }
      var rows: [Row] = []
      while try statement.step() {
        var cursor = ColumnCursor(statement)
        rows.append(try read(&cursor))
      }
      return rows
    }
  }

  /// Orders of a programme that wait for a decision, the highest scores first.
  ///
  /// - Throws: ``DatabaseFault``.
  public func ordersToReview(
    ofProgram program: Int64, most: Int64
  ) throws -> [(
    order: Text, at: Instant, amountMinor: Int64, currency: Text, score: BasisPoints,
    flags: FraudFlags
  )] {
    try list(
      """
      SELECT c.order_id, c.occurred_at, c.amount_minor - c.returned_minor, c.currency, c.score_bps,
        c.flags
      FROM conversions c WHERE c.program = ?1 AND c.status = 1
      ORDER BY c.score_bps DESC, c.occurred_at DESC, c.order_id LIMIT ?2
      """, [program, most]
    ) { cursor in
      (
        cursor.text(), cursor.instant(), cursor.int(), cursor.text(), cursor.basisPoints(),
        FraudFlags(rawValue: UInt8(truncatingIfNeeded: cursor.int()))
      )
    }
  }

  /// What the last run that held anything did not pay.
  ///
  /// - Parameters: nil for all programmes or affiliates.
  /// - Throws: ``DatabaseFault``.
  public func held(
    ofProgram program: Int64?, affiliate: Int64?, most: Int64
  ) throws -> [HeldFacts] {
    try list(
      """
      SELECT r.name, h.program, h.affiliate, h.currency, h.amount_minor, h.reason
      FROM held h JOIN runs r ON r.no = h.run
      WHERE h.run = (SELECT max(run) FROM held) AND (?1 < 0 OR h.program = ?1)
        AND (?2 < 0 OR h.affiliate = ?2)
      ORDER BY h.reason, h.amount_minor DESC, h.program, h.affiliate, h.currency LIMIT ?3
      """, [program ?? -1, affiliate ?? -1, most]
    ) { cursor in
      HeldFacts(
        run: cursor.text(), program: cursor.int(), affiliate: cursor.int(),
        currency: cursor.text(), amountMinor: cursor.int(), reason: cursor.text())
    }
  }

  /// The newest steps up in tiers.
  ///
  /// - Throws: ``DatabaseFault``.
  public func upgrades(
    ofProgram program: Int64?, affiliate: Int64?, most: Int64
  ) throws -> [UpgradeFacts] {
    try list(
      """
      SELECT program, affiliate, tier, to_level, order_id, referral_id, at FROM tier_upgrades
      WHERE (?1 < 0 OR program = ?1) AND (?2 < 0 OR affiliate = ?2)
      ORDER BY at DESC, no DESC LIMIT ?3
      """, [program ?? -1, affiliate ?? -1, most]
    ) { cursor in
      UpgradeFacts(
        program: cursor.int(), affiliate: cursor.int(), tier: cursor.text(), level: cursor.int(),
        order: cursor.optionalText(), referral: cursor.optionalText(), at: cursor.instant())
    }
  }

  /// The newest files of which rows were rejected or filtered.
  ///
  /// - Throws: ``DatabaseFault``.
  public func filesWithRefusals(most: Int64) throws -> [InputFacts] {
    try list(
      """
      SELECT r.name, f.no, f.kind, f.name, f.rows, f.accepted, f.duplicate, f.filtered, f.rejected
      FROM files f JOIN runs r ON r.no = f.run WHERE f.rejected > 0 OR f.filtered > 0
      ORDER BY f.no DESC LIMIT ?1
      """, [most]
    ) { cursor in
      InputFacts(
        run: cursor.text(), number: cursor.int(), kind: cursor.text(), name: cursor.text(),
        rows: cursor.int(), accepted: cursor.int(), duplicates: cursor.int(),
        filtered: cursor.int(), rejected: cursor.int())
    }
  }

  /// Why rows of a file were not taken.
  ///
  /// - Throws: ``DatabaseFault``.
  public func reasons(ofFile file: Int64) throws -> [InputFacts.Reason] {
    try list(
      "SELECT fate, reason, count FROM file_reasons WHERE file = ?1 ORDER BY fate DESC, count DESC",
      [file]
    ) { cursor in
      InputFacts.Reason(fate: cursor.text(), reason: cursor.text(), count: cursor.int())
    }
  }

  /// The newest runs.
  ///
  /// - Throws: ``DatabaseFault``.
  public func runs(most: Int64) throws -> [RunFacts] {
    try list(
      """
      SELECT r.name, r.as_of, count(f.no), coalesce(sum(f.rows), 0), coalesce(sum(f.rejected), 0),
        (SELECT count(*) FROM payouts o WHERE o.emitted_run = r.no)
      FROM (SELECT * FROM runs ORDER BY no DESC LIMIT ?1) r LEFT JOIN files f ON f.run = r.no
      GROUP BY r.no ORDER BY r.no DESC
      """, [most]
    ) { cursor in
      RunFacts(
        name: cursor.text(), asOf: cursor.instant(), files: cursor.int(), rows: cursor.int(),
        rejected: cursor.int(), payouts: cursor.int())
    }
  }
}
