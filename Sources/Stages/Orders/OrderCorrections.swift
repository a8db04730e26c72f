// Rows that change an order's amount instead of stating it, as networks write them: a return is a
// row of its own with a negative amount. They are applied after the night's other rows, so that the
// order of files does not count.
import Pipeline

extension ProgramNight {
  /// Applies the night's corrections, by (order_id, updated_at, content).
  mutating func apply(_ corrections: [OrderRow]) {
    let sorted = corrections.sorted { left, right in
      if left.id != right.id { return left.id < right.id }
      if left.updatedAt != right.updatedAt { return Self.isOlder(left.updatedAt, right.updatedAt) }
      if left.content != right.content { return left.content < right.content }
      return left.origin < right.origin
    }
    for row in sorted { apply(row) }
  }

  private mutating func apply(_ row: OrderRow) {
    guard let place = place(of: row.id) else {
      reject(
        row.origin, .unknownTarget, column: "order_id",
        "there is no order \(row.id) to be corrected; send its own row first or with it")
      return
    }
    if isKnown(row, place) { return settle(row.origin, as: .duplicate) }
    var conversion = conversions[place]
    let currency = conversion.order.currency
    if let stated = row.currency, stated != currency {
      reject(
        row.origin, .currencyMismatch, column: "currency",
        "the order is in \(currency.code), not \(stated.code); "
          + "a correction must keep its currency")
      return
    }
    let change: Int64
    do throws(AmountFault) {
      change = try row.amount.magnitude.minorUnits(in: currency)
    } catch {
      reject(row.origin, error.reason, column: "amount", error.message)
      return
    }
    let former = conversion.order
    conversion.order.correct(by: row.amount.digits < 0 ? -change : change)
    if conversion.order.netMinor != former.netMinor
      || conversion.order.amountMinor != former.amountMinor
    {
      conversion.tonight.changesMoney = true
    }
    remember(row.id, row.content, stored(row.origin))
    conversion.tonight.isChanged = true
    conversions[place] = conversion
    settle(row.origin, as: .accepted)
  }
}

extension OrderFacts {
  /// Takes an amount off, as a refund, or gives it back; what is more than what was taken off adds
  /// to the order.
  ///
  /// - Parameter change: Minor units, negative for a return. More than the order's amount cannot be
  ///   returned.
  mutating func correct(by change: Int64) {
    let returned = returnedMinor
    if change < 0 {
      let (sum, overflow) = returned.addingReportingOverflow(-change)
      refundedMinor = min(overflow ? amountMinor : sum, amountMinor)
    } else {
      refundedMinor = max(returned - change, 0)
      let (sum, overflow) = amountMinor.addingReportingOverflow(max(change - returned, 0))
      amountMinor = overflow ? .max : sum
    }
    let net = amountMinor - (refundedMinor ?? 0)
    status = refundedMinor == 0 ? .paid : net == 0 ? .refunded : .partiallyRefunded
  }
}
