// Orders as they arrive: new ones, amendments, duplicates, and what is wrong with the rest
// (SPEC 3 and 9, Orders; SPEC 10, Rows).
import Pipeline

extension ProgramNight {
  /// Judges the night's order rows and leaves the conversions in the order of processing.
  mutating func admitOrders() {
    indexOrders()
    admitAll()
    conversions.sort(by: Self.isProcessedBefore)
    indexOrders()
  }

  /// Notes where each order's conversion stands.
  mutating func indexOrders() {
    places.removeAll(keepingCapacity: true)
    for (place, conversion) in conversions.enumerated() { places[conversion.order.id] = place }
  }

  /// The order of processing: (occurred_at, order_id) within a programme (SPEC 4).
  static func isProcessedBefore(_ left: Conversion, _ right: Conversion) -> Bool {
    left.order.occurredAt != right.order.occurredAt
      ? left.order.occurredAt < right.order.occurredAt : left.order.id < right.order.id
  }

  private mutating func admitAll() {
    var rows = self.rows.orders
    self.rows.orders = []
    rows.sort { left, right in
      if left.id != right.id { return left.id < right.id }
      if left.updatedAt != right.updatedAt { return Self.isOlder(left.updatedAt, right.updatedAt) }
      return left.origin < right.origin
    }
    var start = 0
    while start < rows.count {
      var end = start + 1
      while end < rows.count, rows[end].id == rows[start].id,
        rows[end].updatedAt == rows[start].updatedAt
      { end += 1 }
      admit(version: rows[start..<end])
      start = end
    }
  }

  /// Judges the rows of one order that state the same `updated_at`, or none.
  private mutating func admit(version rows: ArraySlice<OrderRow>) {
    var fresh: [(row: OrderRow, amounts: Amounts)] = []
    for row in rows {
      if isKnown(row) {
        settle(row.origin, as: .duplicate)
      } else if let amounts = amounts(of: row) {
        fresh.append((row, amounts))
      }
    }
    guard let first = fresh.first else { return }
    guard fresh.allSatisfy({ $0.row.content == first.row.content }) else {
      for (row, _) in fresh { rejectAsConflicting(row) }
      return
    }
    let isTaken = admit(first.row, first.amounts)
    for (row, amounts) in fresh.dropFirst() {
      if isTaken { settle(row.origin, as: .duplicate) } else { _ = admit(row, amounts) }
    }
  }

  /// Whether the row's content was ever accepted or filtered.
  private func isKnown(_ row: OrderRow) -> Bool {
    if formerContents[row.id]?.contains(row.content) == true { return true }
    guard let place = places[row.id] else { return false }
    return conversions[place].content == row.content
  }

  /// - Returns: Whether the row was accepted or set aside, rather than rejected.
  private mutating func admit(_ row: OrderRow, _ amounts: Amounts) -> Bool {
    guard let place = places[row.id] else {
      return insert(row, amounts)
    }
    let known = conversions[place].order.updatedAt
    if row.updatedAt == known, known != nil {
      rejectAsConflicting(row)
      return false
    }
    if Self.isOlder(row.updatedAt, known) {
      settle(row.origin, as: .filtered(.stale))
      remember(row.id, row.content, stored(row.origin))
      return true
    }
    return amend(place, with: row)
  }

  private mutating func insert(_ row: OrderRow, _ amounts: Amounts) -> Bool {
    let facts = OrderFacts(
      id: row.id, occurredAt: row.occurredAt, updatedAt: row.updatedAt, code: row.code,
      clickID: row.clickID, visitor: row.visitor, customer: row.customer, email: row.email,
      emailDomain: row.emailDomain, ip: row.ip, currency: amounts.currency,
      amountMinor: amounts.gross, refundedMinor: amounts.refunded, status: row.status ?? .paid,
      sku: row.sku, category: row.category)
    var conversion = Conversion(
      order: facts, content: row.content, origin: stored(row.origin))
    conversion.tonight.isChanged = true
    conversion.tonight.bringsCode = true
    places[row.id] = conversions.count
    conversions.append(conversion)
    settle(row.origin, as: .accepted)
    return true
  }

  private mutating func amend(_ place: Int, with row: OrderRow) -> Bool {
    var conversion = conversions[place]
    if let currency = row.currency, currency != conversion.order.currency {
      reject(
        row.origin, .currencyMismatch, column: "currency",
        "the order is in \(conversion.order.currency.code), not \(currency.code); "
          + "an amendment must keep its currency")
      return false
    }
    guard let amounts = amounts(of: row) else { return false }
    let refunded = amounts.refunded ?? conversion.order.refundedMinor
    if let refunded, refunded > amounts.gross {
      rejectRefundAboveAmount(row, refunded: refunded, gross: amounts.gross)
      return false
    }
    let former = conversion.order
    if conversion.isOpen(
      asOf: facts.asOf, openMilliseconds: facts.openMilliseconds)
    {
      conversion.tonight.bringsCode = conversion.tonight.bringsCode || brings(row, to: former)
      conversion.order.take(evidenceOf: row)
    }
    conversion.order.updatedAt = row.updatedAt
    conversion.order.amountMinor = amounts.gross
    conversion.order.refundedMinor = refunded
    conversion.order.status = row.status ?? former.status
    if conversion.order.netMinor != former.netMinor
      || conversion.order.amountMinor != former.amountMinor
    {
      conversion.tonight.changesMoney = true
    }
    remember(row.id, conversion.content, conversion.origin)
    conversion.content = row.content
    conversion.origin = stored(row.origin)
    conversion.tonight.isChanged = true
    conversions[place] = conversion
    settle(row.origin, as: .accepted)
    return true
  }

  /// Whether an amendment states another code than the order had.
  private func brings(_ row: OrderRow, to former: OrderFacts) -> Bool {
    guard let code = row.code else { return false }
    return code != former.code
  }

  private mutating func remember(_ id: OrderID, _ content: Digest128, _ origin: StoredOrigin) {
    formerContents[id, default: []].insert(content)
    contentsToKeep.append(FormerRow(order: id, content: content, origin: origin))
  }

  private mutating func rejectAsConflicting(_ row: OrderRow) {
    reject(
      row.origin, .conflictingDuplicate, column: "order_id",
      "order \(row.id) is stated twice with the same updated_at and other content; "
        + "give the valid row a newer updated_at")
  }

  private mutating func rejectRefundAboveAmount(_ row: OrderRow, refunded: Int64, gross: Int64) {
    reject(
      row.origin, .badValue, column: "refunded_amount",
      "a refund of \(refunded) minor units is above the amount of \(gross)")
  }

  /// None is older than any (SPEC 9, Orders).
  static func isOlder(_ left: Instant?, _ right: Instant?) -> Bool {
    switch (left, right) {
    case (_, nil): false
    case (nil, _): true
    case (let left?, let right?): left < right
    }
  }
}

extension ProgramNight {
  /// A row's amounts in minor units.
  struct Amounts {
    var currency: Currency
    var gross: Int64
    var refunded: Int64?
  }

  /// Brings a row's amounts into minor units, or rejects the row.
  mutating func amounts(of row: OrderRow) -> Amounts? {
    let currency = row.currency ?? currencyByDefault(of: row)
    let column = row.amount.isMinor ? "amount_minor" : "amount"
    guard let gross = minorUnits(row.amount, currency, row, column) else { return nil }
    guard let written = row.refunded else {
      return Amounts(currency: currency, gross: gross, refunded: nil)
    }
    guard let refunded = minorUnits(written, currency, row, "refunded_amount") else { return nil }
    guard refunded <= gross else {
      rejectRefundAboveAmount(row, refunded: refunded, gross: gross)
      return nil
    }
    return Amounts(currency: currency, gross: gross, refunded: refunded)
  }

  private func currencyByDefault(of row: OrderRow) -> Currency {
    if let place = places[row.id] { return conversions[place].order.currency }
    return terms.terms(at: row.occurredAt).currency
  }

  private mutating func minorUnits(
    _ written: WrittenAmount, _ currency: Currency, _ row: OrderRow, _ column: String
  ) -> Int64? {
    do {
      return try written.minorUnits(in: currency)
    } catch {
      reject(row.origin, error.reason, column: column, error.message)
      return nil
    }
  }
}

extension OrderFacts {
  /// Takes over what an amendment states of the order besides its money; what it leaves out stays.
  mutating func take(evidenceOf row: OrderRow) {
    occurredAt = row.occurredAt
    code = row.code ?? code
    clickID = row.clickID ?? clickID
    visitor = row.visitor ?? visitor
    customer = row.customer ?? customer
    email = row.email ?? email
    emailDomain = row.emailDomain ?? emailDomain
    ip = row.ip ?? ip
    sku = row.sku ?? sku
    category = row.category ?? category
  }
}
