// `finance.html`: the money of a run on one page, to read on a screen or on paper.
import Pipeline

/// The finance page of a run.
struct FinancePage {
  private let facts: FinanceFacts
  private let run: RunName
  private let asOf: Instant
  private var page = XMLText()

  init(_ facts: FinanceFacts, run: RunName, asOf: Instant) {
    self.facts = facts
    self.run = run
    self.asOf = asOf
  }

  /// The page.
  ///
  /// - Throws: ``AmountOverflow`` for totals beyond 64 bits.
  consuming func bytes() throws(AmountOverflow) -> [UInt8] {
    PageText.begin("Finance \(run)", &page)
    page.line("<h1>Finance: run \(run)</h1>")
    page.line("<p>As of \(asOf.printed). Amounts in major units; days and periods are UTC.</p>")
    appendFunding()
    for currency in Set(facts.accounts.map(\.currency)).sorted() {
      let accounts = facts.accounts.filter { $0.currency == currency }
      try appendLiability(currency, accounts)
      try appendAgeing(currency, accounts)
      try appendClawBacks(currency, accounts)
      try appendSettled(currency, accounts)
    }
    appendCarriedOver()
    PageText.end(&page)
    return page.bytes
  }

  /// A table: headings, of which the first `texts` are of texts, then rows of cells as markup.
  private mutating func append(
    _ headings: [String], texts: Int, _ rows: [[String]], total: [String]? = nil
  ) {
    func cells(_ cells: [String], _ tag: String) -> String {
      cells.enumerated().map { place, cell in
        place < texts ? "<\(tag)>\(cell)</\(tag)>" : "<\(tag) class=\"n\">\(cell)</\(tag)>"
      }.joined()
    }
    page.line("<div class=\"wide\"><table><thead><tr>\(cells(headings, "th"))</tr></thead><tbody>")
    for row in rows { page.line("<tr>\(cells(row, "td"))</tr>") }
    if let total { page.line("<tr class=\"t\">\(cells(total, "td"))</tr>") }
    page.line("</tbody></table></div>")
  }

  private static func amount(_ amount: CountedAmount, _ currency: Text) -> String {
    amount.count == 0 ? "" : PageText.grouped(amount.minor, currency.string)
  }
}

extension FinancePage {
  private mutating func appendFunding() {
    page.line("<h2>What each account has to hold for this run</h2>")
    guard !facts.funding.isEmpty else { return page.line("<p>Nothing: this run pays nothing.</p>") }
    append(
      ["Service", "Account", "Limits", "Payouts", "Files", "Largest", "Total", ""], texts: 3,
      facts.funding.map { funding in
        let code = funding.currency.code
        return [
          funding.method.word + (funding.awaitsApproval ? " (once approved)" : ""),
          PageText.markup(Text(account(funding))), limits(funding), String(funding.amount.count),
          funding.awaitsApproval ? "" : String(funding.files),
          PageText.grouped(funding.largestMinor, code),
          PageText.grouped(funding.amount.minor, code), code,
        ]
      })
    page.line("<p>PayPal's and Wise's fees come on top.</p>")
  }

  /// Which account pays.
  private func account(_ funding: FinanceFacts.Funding) -> String {
    let payers = facts.payers
    switch funding.method {
    case .payPal: return "PayPal balance, \(funding.currency.code)"
    case .wise:
      return "Wise balance, \((payers.wise.sourceCurrency ?? funding.currency).code)"
    case .sepa: return payers.sepa.map { "\($0.name), \($0.iban.text)" } ?? Self.noAccount(.sepa)
    case .ach:
      return payers.ach.map { "\($0.companyName), bank \($0.odfi.text)" } ?? Self.noAccount(.ach)
    case .stripe: return "Stripe balance; no file"
    case .manual: return "paid by hand; no file"
    }
  }

  private static func noAccount(_ method: PaymentMethod) -> String {
    "not stated: settings.payers.\(method.word.lowercased())"
  }

  private func limits(_ funding: FinanceFacts.Funding) -> String {
    let code = funding.currency.code
    func most(_ minor: Int64) -> String { ", \(PageText.grouped(minor, code)) a payout" }
    switch funding.method {
    case .payPal:
      let limit = facts.payers.payPal.mostPerPayout[funding.currency].map(most) ?? ""
      return "\(PayPalFile.limits.rows) rows a file" + limit
    case .wise: return "\(WiseFile.limits.rows) rows a file"
    case .sepa: return "\(SEPAFile.limits.rows) rows a file" + most(SEPAFile.mostPerTransfer)
    case .ach: return "\(ACHFile.limits.rows) rows a file" + most(ACHFile.mostPerEntry)
    case .stripe, .manual: return ""
    }
  }

  private mutating func appendCarriedOver() {
    page.line("<h2>Not paid by this run</h2>")
    guard !facts.carriedOver.isEmpty else { return page.line("<p>Nothing is held.</p>") }
    append(
      ["Programme", "Reason", "Affiliates", "Amount", ""], texts: 2,
      facts.carriedOver.map { group in
        [
          PageText.markup(group.program), PageText.markup(group.reason), String(group.count),
          PageText.grouped(group.totalMinor, group.currency.string), group.currency.string,
        ]
      })
    page.line("<p>payouts/held.csv names the affiliates.</p>")
  }
}

extension FinancePage {
  private typealias Column = (heading: String, amount: KeyPath<FinanceFacts.Account, CountedAmount>)

  /// A table with a row for each programme that has any of the amounts, and their totals.
  private mutating func append(
    _ currency: Text, _ accounts: [FinanceFacts.Account], _ columns: [Column],
    total heading: String? = nil
  ) throws(AmountOverflow) {
    var rows: [[String]] = []
    var totals = [CountedAmount](repeating: CountedAmount(), count: columns.count)
    for account in accounts {
      let amounts = columns.map { account[keyPath: $0.amount] }
      guard amounts.contains(where: { $0.count != 0 }) else { continue }
      for place in amounts.indices { try totals[place].add(amounts[place]) }
      rows.append(try row(PageText.markup(account.program), amounts, currency, heading))
    }
    append(
      ["Programme"] + columns.map(\.heading) + (heading.map { [$0] } ?? []), texts: 1, rows,
      total: try row("Total \(currency)", totals, currency, heading))
  }

  private func row(
    _ name: String, _ amounts: [CountedAmount], _ currency: Text, _ heading: String?
  ) throws(AmountOverflow) -> [String] {
    var cells = [name]
    for amount in amounts { cells.append(Self.amount(amount, currency)) }
    if heading != nil { cells.append(Self.amount(try .sum(amounts), currency)) }
    return cells
  }

  private mutating func appendLiability(
    _ currency: Text, _ accounts: [FinanceFacts.Account]
  ) throws(AmountOverflow) {
    page.line("<h2>Owed to affiliates in \(currency)</h2>")
    try appendBar(currency, accounts)
    var payable: [FinanceFacts.Account] = accounts
    for place in payable.indices { payable[place].ageing = [try accounts[place].payable()] }
    try append(
      currency, payable,
      [
        ("Held until payable", \.notYetPayable), ("Payable", \.ageing[0]),
        ("Waits for approval", \.proposed), ("On its way", \.underWay),
        ("Failed, again next run", \.failed),
      ], total: "Owed")
    let pending = try CountedAmount.sum(accounts.map(\.pending))
    guard pending.count > 0 else { return }
    page.line(
      "<p>Besides, \(Self.amount(pending, currency)) \(currency) of \(pending.count) rewards wait for "
        + "a decision.</p>")
  }

  private mutating func appendAgeing(
    _ currency: Text, _ accounts: [FinanceFacts.Account]
  ) throws(AmountOverflow) {
    guard accounts.contains(where: { $0.ageing.contains { $0.count != 0 } }) else { return }
    page.line("<h2>Payable in \(currency), by days since it became payable</h2>")
    try append(
      currency, accounts,
      [
        ("0–30", \.ageing[0]), ("31–60", \.ageing[1]), ("61–90", \.ageing[2]),
        ("Over 90", \.ageing[3]),
      ], total: "Payable")
  }

  private mutating func appendClawBacks(
    _ currency: Text, _ accounts: [FinanceFacts.Account]
  ) throws(AmountOverflow) {
    let columns: [Column] = [
      ("Still open", \.clawBackOpen), ("Taken out of this run's payouts", \.clawBackNow),
      ("Of earlier ones", \.clawBackBefore),
    ]
    guard
      accounts.contains(where: { account in
        columns.contains { account[keyPath: $0.amount].count != 0 }
      })
    else { return }
    page.line("<h2>Clawed back in \(currency): refunds after a payout</h2>")
    try append(currency, accounts, columns)
  }

  private mutating func appendSettled(
    _ currency: Text, _ accounts: [FinanceFacts.Account]
  ) throws(AmountOverflow) {
    let columns: [Column] = [
      ("Completed", \.completed), ("Came back", \.returned),
      ("Withdrawn or given up", \.givenUp),
    ]
    guard
      accounts.contains(where: { account in
        columns.contains { account[keyPath: $0.amount].count != 0 }
      })
    else { return }
    page.line("<h2>Payouts settled in \(currency), of all runs</h2>")
    try append(currency, accounts, columns)
  }

  /// How what is owed divides, as one bar; amounts below zero have no place in it.
  private mutating func appendBar(
    _ currency: Text, _ accounts: [FinanceFacts.Account]
  ) throws(AmountOverflow) {
    let parts: [(String, String, [CountedAmount])] = [
      ("a", "held until payable", accounts.map(\.notYetPayable)),
      ("b", "payable 0–30 days", accounts.map { $0.ageing[0] }),
      ("c", "31–60", accounts.map { $0.ageing[1] }), ("d", "61–90", accounts.map { $0.ageing[2] }),
      ("e", "over 90", accounts.map { $0.ageing[3] }),
      ("f", "in payouts", accounts.flatMap { [$0.proposed, $0.underWay, $0.failed] }),
    ]
    var sums: [(color: String, name: String, minor: Int64)] = []
    for (color, name, amounts) in parts {
      sums.append((color, name, max(0, try CountedAmount.sum(amounts).minor)))
    }
    let total = sums.reduce(Int128(0)) { $0 + Int128($1.minor) }
    guard total > 0 else { return }
    var keys = ""
    var bars = ""
    var start: Int128 = 0
    for (color, name, minor) in sums where minor > 0 {
      let end = start + Int128(minor)
      let (left, right) = (start * 10_000 / total, end * 10_000 / total)
      bars += "<rect x=\"\(left)\" width=\"\(right - left)\" height=\"22\" "
      bars += "style=\"fill:var(--\(color))\"></rect>"
      keys += "<span><i class=\"key\" style=\"background:var(--\(color))\"></i>\(name) "
      keys += "\(Int128(minor) * 100 / total) %</span>"
      start = end
    }
    page.line(
      "<svg viewBox=\"0 0 10000 22\" preserveAspectRatio=\"none\" role=\"img\" "
        + "aria-label=\"How what is owed divides\">\(bars)</svg><p class=\"keys\">\(keys)</p>")
  }
}
