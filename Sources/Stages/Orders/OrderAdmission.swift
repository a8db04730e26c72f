// Orders as they arrive: new ones, amendments, duplicates, and what is wrong with the rest
// (SPEC 3 and 9, Orders; SPEC 10, Rows).
import Pipeline

extension ProgramNight {
  /// Judges the night's order rows and leaves the conversions in the order of processing.
  ///
  /// Needs no clicks, so that it may be done before them; done once.
  mutating func admitOrders() {
    guard !ordersAreAdmitted else { return }
    ordersAreAdmitted = true
    let rows = self.rows.orders
    self.rows.orders = OrderRows()
    indexOrders(room: rows.count)
    let corrections = admit(rows)
    if !corrections.isEmpty { apply(corrections) }
    if putInOrder() { indexOrders(room: 0) }
    linkRewards()
  }

  /// Notes where each order's conversion stands.
  private mutating func indexOrders(room: Int) {
    var table = TextTable(room: conversions.count + room)
    for place in conversions.indices { table.insert(conversions[place].order.id.text, at: place) }
    orderTable = table
  }

  /// An order's place among others by instant and id.
  private struct ProcessingKey {
    var instant: Instant
    var id: (UInt64, UInt64)
    var place: Int32
  }

  /// Sorts the conversions by (occurred_at, order_id), the order of processing (SPEC 4).
  ///
  /// - Returns: Whether any had to move.
  private mutating func putInOrder() -> Bool {
    let order = Self.inOrder(conversions)
    return move(to: order)
  }

  /// The places of conversions in the order of processing.
  private static func inOrder(_ conversions: [Conversion]) -> [Int32] {
    var keys: [ProcessingKey] = []
    keys.reserveCapacity(conversions.count)
    for place in conversions.indices {
      keys.append(
        ProcessingKey(
          instant: conversions[place].order.occurredAt,
          id: conversions[place].order.id.text.sortKey, place: Int32(truncatingIfNeeded: place)))
    }
    keys.sort { left, right in
      if left.instant != right.instant { return left.instant < right.instant }
      if left.id != right.id { return left.id < right.id }
      return conversions[Int(left.place)].order.id < conversions[Int(right.place)].order.id
    }
    return keys.map(\.place)
  }

  /// Moves the conversion at `order[place]` to `place`, for all places.
  private mutating func move(to order: [Int32]) -> Bool {
    var sources = order
    var moves = false
    unsafe conversions.withUnsafeMutableBufferPointer { conversions in
      for start in sources.indices where sources[start] != Int32(truncatingIfNeeded: start) {
        moves = true
        // Once round the cycle: each swap puts one conversion where it belongs.
        var place = start
        while Int(sources[place]) != start {
          let source = Int(sources[place])
          unsafe conversions.swapAt(place, source)
          sources[place] = Int32(truncatingIfNeeded: place)
          place = source
        }
        sources[place] = Int32(truncatingIfNeeded: place)
      }
    }
    return moves
  }

  /// The rows in the order of (order_id, updated_at, origin).
  private static func inOrder(_ rows: OrderRows) -> [Int32] {
    struct Key {
      var id: (UInt64, UInt64)
      var place: Int32
    }
    var keys: [Key] = []
    keys.reserveCapacity(rows.count)
    for place in 0..<rows.count {
      keys.append(Key(id: rows.sortKey(place), place: Int32(truncatingIfNeeded: place)))
    }
    keys.sort { left, right in
      if left.id != right.id { return left.id < right.id }
      let order = rows.compareIDs(Int(left.place), Int(right.place))
      if order != 0 { return order < 0 }
      return isBefore(rows[Int(left.place)], rows[Int(right.place)])
    }
    return keys.map(\.place)
  }

  /// Which of two rows of one order goes first.
  private static func isBefore(_ left: OrderRow, _ right: OrderRow) -> Bool {
    if left.updatedAt != right.updatedAt { return isOlder(left.updatedAt, right.updatedAt) }
    return left.origin < right.origin
  }

  /// Judges the rows, all but corrections.
  ///
  /// - Returns: The corrections.
  private mutating func admit(_ rows: OrderRows) -> [OrderRow] {
    let order = Self.inOrder(rows)
    conversions.reserveCapacity(conversions.count + rows.count)
    var corrections: [OrderRow] = []
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, rows.compareIDs(Int(order[end]), Int(order[start])) == 0 { end += 1 }
      let first = rows[Int(order[start])]
      if end - start == 1, !first.isCorrection {
        admit(single: first)
      } else {
        let ofOrder = order[start..<end].map { rows[Int($0)] }
        admit(versions: ofOrder.filter { !$0.isCorrection })
        corrections.append(contentsOf: ofOrder.filter { $0.isCorrection })
      }
      start = end
    }
    return corrections
  }

  /// Judges several rows of one order, in the order of (updated_at, origin).
  private mutating func admit(versions rows: [OrderRow]) {
    var start = 0
    while start < rows.count {
      var end = start + 1
      while end < rows.count, rows[end].updatedAt == rows[start].updatedAt { end += 1 }
      if end - start == 1 {
        admit(single: rows[start])
      } else {
        admit(version: Array(rows[start..<end]))
      }
      start = end
    }
  }

  /// Judges the only row of its order that states its `updated_at`: almost every row is one.
  private mutating func admit(single row: OrderRow) {
    let place = place(of: row.id)
    if isKnown(row, place) { return settle(row.origin, as: .duplicate) }
    guard let amounts = amounts(of: row, place) else { return }
    _ = admit(row, amounts, place)
  }

  /// Judges the rows of one order that state the same `updated_at`, or none.
  private mutating func admit(version rows: [OrderRow]) {
    var fresh: [(row: OrderRow, amounts: Amounts)] = []
    guard let leader = rows.first else { return }
    let place = place(of: leader.id)
    for row in rows {
      if isKnown(row, place) {
        settle(row.origin, as: .duplicate)
      } else if let amounts = amounts(of: row, place) {
        fresh.append((row, amounts))
      }
    }
    guard let first = fresh.first else { return }
    guard fresh.allSatisfy({ $0.row.content == first.row.content }) else {
      for (row, _) in fresh { rejectAsConflicting(row) }
      return
    }
    let isTaken = admit(first.row, first.amounts, place)
    for (row, amounts) in fresh.dropFirst() {
      if isTaken { settle(row.origin, as: .duplicate) } else { _ = admit(row, amounts, place) }
    }
  }

  /// Whether the row's content was ever accepted or filtered.
  func isKnown(_ row: OrderRow, _ place: Int?) -> Bool {
    // An order that is not there has no former rows either.
    guard let place else { return false }
    if conversions[place].content == row.content { return true }
    guard !formerContents.isEmpty else { return false }
    return formerContents[row.id]?.contains(row.content) == true
  }

  /// - Returns: Whether the row was accepted or set aside, rather than rejected.
  private mutating func admit(_ row: OrderRow, _ amounts: Amounts, _ place: Int?) -> Bool {
    guard let place else { return insert(row, amounts) }
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
    orderTable.insert(row.id.text, at: conversions.count)
    conversions.append(consume conversion)
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
    guard let amounts = amounts(of: row, place) else { return false }
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

  mutating func remember(_ id: OrderID, _ content: Digest128, _ origin: StoredOrigin) {
    formerContents[id, default: []].insert(content)
    contentsToKeep.append(FormerRow(order: id, content: content, origin: origin))
  }

  private mutating func rejectAsConflicting(_ row: OrderRow) {
    reject(
      row.origin, .conflictingDuplicate, column: "order_id",
      "order \(row.id) is stated twice with the same updated_at and other content; "
        + "give the valid row a newer updated_at")
  }

  mutating func rejectRefundAboveAmount(_ row: OrderRow, refunded: Int64, gross: Int64) {
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
  ///
  /// - Parameter place: Where the order's conversion stands, if there is one.
  mutating func amounts(of row: OrderRow, _ place: Int?) -> Amounts? {
    let currency = row.currency ?? currencyByDefault(of: row, place)
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

  private func currencyByDefault(of row: OrderRow, _ place: Int?) -> Currency {
    if let place { return conversions[place].order.currency }
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
