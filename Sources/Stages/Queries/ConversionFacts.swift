// A programme's attributed orders, newest first, a page at a time.
public import Pipeline

/// An attributed order as a list shows it.
public struct ConversionFacts: Sendable {
  /// `conv_…`.
  public let id: Text
  public let order: Text
  public let status: Conversion.Status
  public let currency: Currency
  /// Gross, in minor units of the order's currency.
  public let amountMinor: Int64
  /// The affiliates' and the platform's part after refunds, summed over the touches.
  public let commissionMinor: Int64
  public let flags: FraudFlags
  public let occurredAt: Instant
}

extension FraudFlags {
  /// The words of the flags that hold, in the order of their bits.
  public var wordList: [String] { Self.all.filter { contains($0.flag) }.map(\.word) }
}

extension StoreReading {
  /// How many attributed orders of a programme are pending, approved and rejected.
  ///
  /// - Throws: ``DatabaseFault``.
  public func conversionCounts(ofProgram program: Int64) throws -> ListOrders.ConversionCounts {
    try ListOrders.of(self).statusCounts[program] ?? ListOrders.ConversionCounts()
  }

  /// A programme's attributed orders, newest first.
  ///
  /// - Parameter status: Those of one status alone.
  /// - Throws: ``DatabaseFault``, ``StoreRowFault``.
  public func conversions(
    ofProgram program: ProgramFacts, status: Conversion.Status?, offset: Int64, limit: Int64
  ) throws -> [ConversionFacts] {
    let orders = try ListOrders.of(self)
    let range = orders.conversions.range(program.number)
    var found: [ConversionFacts] = []
    guard let status else {
      for place in range.page(offset: offset, limit: limit) {
        if let row = try conversion(orders.conversions.rows[place], program) { found.append(row) }
      }
      return found
    }
    var left = offset
    for place in range {
      let row = orders.conversions.rows[place]
      guard row & 3 == UInt32(status.rawValue) else { continue }
      guard Int64(found.count) < limit else { break }
      if left > 0 {
        left -= 1
      } else if let row = try conversion(row, program) {
        found.append(row)
      }
    }
    return found
  }

  private func conversion(_ row: UInt32, _ program: ProgramFacts) throws -> ConversionFacts? {
    let sql = """
      SELECT c.order_id, c.status, c.currency, c.amount_minor,
        coalesce(c.commission_minor, 0) + CASE WHEN c.credits > 1 THEN coalesce(
          (SELECT sum(k.commission_minor) FROM credits k WHERE k.conversion = c.no), 0) ELSE 0 END,
        c.flags, c.occurred_at
      FROM conversions c WHERE c.no = ?1
      """
    return try statements.with(sql) { columns in
      try columns.bind(int: Int64(row >> 2), at: 1)
      guard try columns.step() else { return nil }
      var cursor = ColumnCursor(columns)
      let order = cursor.text()
      return ConversionFacts(
        id: conversionID(program: ProgramID(program.id), order: OrderID(order)), order: order,
        status: try cursor.coded(Conversion.Status.self), currency: try cursor.currency(),
        amountMinor: cursor.int(), commissionMinor: cursor.int(),
        flags: FraudFlags(rawValue: UInt8(truncatingIfNeeded: cursor.int())),
        occurredAt: cursor.instant())
    }
  }
}
