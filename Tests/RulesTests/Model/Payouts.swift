// Periods, payouts, what is held, requests, and what is emitted again.

import Pipeline

struct Payout {
  var program: Text
  var affiliate: Text
  var name: Text
  var email: Text
  var method: Text
  var currency: Text
  var amount: Int64
  var rewards: Int
  var periodStart: Int64
  var periodEnd: Int64
  var status: Text = "pending"
  var isReturned = false
  var retries = 0
  /// The run that recorded its last failure.
  var failedRun = 0
  var transaction: Text = ""
  var processedAt: Int64?
  var failure: Text = ""
}

/// An amount that is due and not paid.
struct Held {
  var program: Text
  var affiliate: Text
  var currency: Text
  var amount: Int64
  var reason: Text
}

extension Program {
  /// The latest end of a period at or before an instant, by the terms known at `known`.
  func periodEnd(atOrBefore instant: Int64, known: Int64) -> Int64 {
    let today = day(of: instant)
    switch value("payout_schedule", at: known) ?? "monthly" {
    case "weekly":
      // 1970-01-05 was a Monday, day 4.
      return (4 + floorDivide(today - 4, by: 7) * 7) * dayMilliseconds
    case "biweekly":
      let anchor = integer("payout_anchor", at: known, default: 4)
      return (anchor + floorDivide(today - anchor, by: 14) * 14) * dayMilliseconds
    default:
      var date = CivilDate(days: today)
      date.day = 1
      return date.days * dayMilliseconds
    }
  }

  /// The days of a NET-n term.
  func netDays(at instant: Int64) -> Int64 {
    let term = value("payout_term", at: instant) ?? "NET-0"
    return term.split(0x2D).last.flatMap { Int64($0.string) } ?? 0
  }
}

extension Model {
  /// Emits failed payouts again, closes periods, then pays what was requested.
  mutating func makePayouts(_ rows: [Row]) {
    emitAgain()
    for program in programs.values.sorted(by: { $0.id < $1.id }) {
      let term = program.netDays(at: asOf) * dayMilliseconds
      let end = program.periodEnd(atOrBefore: asOf - term, known: asOf)
      if let closed = lastClosed[program.id], end <= closed { continue }
      lastClosed[program.id] = end
      for affiliate in affiliates.keys.sorted() { pay(affiliate, program, end, isRequest: false) }
    }
    answerRequests(rows)
  }

  private mutating func emitAgain() {
    for index in payouts.indices {
      let payout = payouts[index]
      guard payout.status == "failed", !payout.isReturned, payout.failedRun < runNumber else {
        continue
      }
      guard let affiliate = affiliates[payout.affiliate] else { continue }
      let reason =
        holdReason(affiliate)
        ?? misfit(affiliate, payout.program, payout.currency, payout.amount)
      if let reason {
        held.append(
          Held(
            program: payout.program, affiliate: payout.affiliate, currency: payout.currency,
            amount: payout.amount, reason: reason))
        continue
      }
      payouts[index].status = "pending"
      payouts[index].retries += 1
      payouts[index].method = affiliate.values["payment_method"] ?? ""
      payouts[index].name = affiliate.values["name"] ?? ""
      payouts[index].email = affiliate.values["email"] ?? ""
      emitted.append(index)
    }
  }

  /// Pays an affiliate what is payable at an end, in each currency; true if a payout results.
  @discardableResult
  private mutating func pay(
    _ affiliateID: Text, _ program: Program, _ end: Int64, isRequest: Bool
  ) -> Bool {
    guard let affiliate = affiliates[affiliateID] else { return false }
    let due = rewards.indices.filter { number in
      let reward = rewards[number]
      return reward.program == program.id && reward.affiliate == affiliateID
        && reward.state == .approved && reward.payout == nil && reward.payableAt <= end
    }
    var isPaid = false
    for currency in Set(due.map { rewards[$0].currency }).sorted() {
      let numbers = due.filter { rewards[$0].currency == currency }
      let sum = numbers.reduce(0) { $0 + rewards[$1].amount }
      let minimum = program.integer("payout_minimum_minor", at: asOf, default: 5000)
      let reason: Text? =
        sum < 0
        ? "negative_balance"
        : holdReason(affiliate)
          ?? (sum < minimum ? "below_minimum" : misfit(affiliate, program.id, currency, sum))
      if sum == 0 { continue }
      if let reason {
        guard !isRequest else { continue }
        held.append(
          Held(
            program: program.id, affiliate: affiliateID, currency: currency, amount: sum,
            reason: reason))
        continue
      }
      isPaid = true
      for number in numbers {
        rewards[number].payout = payouts.count
        close(rewards[number])
      }
      emitted.append(payouts.count)
      payouts.append(
        Payout(
          program: program.id, affiliate: affiliateID, name: affiliate.values["name"] ?? "",
          email: affiliate.values["email"] ?? "", method: affiliate.values["payment_method"] ?? "",
          currency: currency, amount: sum, rewards: numbers.count,
          periodStart: program.periodEnd(atOrBefore: end - 1, known: asOf), periodEnd: end))
    }
    return isPaid
  }

  /// Closes the conversion a reward belongs to.
  private mutating func close(_ reward: Reward) {
    guard let order = reward.order else { return }
    orders[OrderKey(program: reward.program, order: order)]?.isClosed = true
  }

  private func holdReason(_ affiliate: Affiliate) -> Text? {
    if affiliate.status == "suspended" { return "suspended" }
    return hasPaymentDetails(affiliate) ? nil : "no_payment_details"
  }

  /// What a spreadsheet would run in payouts.csv, whatever the method; then what PayPal's upload
  /// would run or refuse. The other methods with files are not among the histories.
  private func misfit(
    _ affiliate: Affiliate, _ program: Text, _ currency: Text, _ amount: Int64
  ) -> Text? {
    func runs(_ field: Text?) -> Bool {
      guard let first = field?.utf8.first else { return false }
      return Array("=+-@\t\r".utf8).contains(first)
    }
    let shown = [program, affiliate.id, affiliate.values["name"], affiliate.values["email"]]
    if shown.contains(where: runs) { return "formula" }
    guard affiliate.values["payment_method"] == "PAYPAL" else { return nil }
    let address = affiliate.values["payment_email"] ?? ""
    if runs(address) { return "formula" }
    guard address.utf8.count(where: { $0 == 0x40 }) == 1 else { return "does_not_fit" }
    let isFraction = (currency == "HUF" || currency == "TWD") && amount % 100 != 0
    let isAbove = currency == "USD" && amount > 2_000_000
    return isFraction || isAbove ? "does_not_fit" : nil
  }

  private func hasPaymentDetails(_ affiliate: Affiliate) -> Bool {
    var details: Set<Text> = []
    if case .object(let pairs)? = affiliate.cells["payment_details"] {
      details = Set(pairs.map { Text($0.name) })
    }
    let hasEmail = affiliate.values["payment_email"] != nil
    switch affiliate.values["payment_method"] {
    case "PAYPAL": return hasEmail
    case "WISE": return hasEmail || details.contains("iban")
    case "SEPA": return details.contains("iban")
    case "ACH":
      return details.isSuperset(of: ["routing_number", "account_number", "account_type", "holder"])
    case "STRIPE": return affiliate.values["stripe_connect_id"] != nil
    case "MANUAL": return true
    default: return false
    }
  }

  private mutating func answerRequests(_ rows: [Row]) {
    let inOrder = rows.filter { $0.kind == .payoutRequests }.sorted { left, right in
      let first = left.instant("requested_at") ?? 0
      let second = right.instant("requested_at") ?? 0
      if first != second { return first < second }
      let firstID = left.text("affiliate_id") ?? ""
      let secondID = right.text("affiliate_id") ?? ""
      return firstID != secondID ? firstID < secondID : inContentOrder(left, right)
    }
    for row in inOrder { answerRequest(row) }
  }

  private mutating func answerRequest(_ row: Row) {
    guard !isSeen(row) else { return settle(row, .duplicate) }
    let affiliate = row.text("affiliate_id") ?? ""
    guard affiliates[affiliate] != nil else { return settle(row, .rejected("unknown_affiliate")) }
    var asked = programs.values.sorted { $0.id < $1.id }
    if let program = row.text("program_id") {
      asked = asked.filter { $0.id == program }
      guard !asked.isEmpty else { return settle(row, .rejected("unknown_program")) }
    }
    var isPaid = false
    for program in asked where pay(affiliate, program, asOf, isRequest: true) { isPaid = true }
    settle(row, isPaid ? .accepted : .rejected("below_minimum"))
  }
}
