// Remittance statements as a page to read or to print. It loads nothing and runs nothing.
import Pipeline

extension RemittanceStatement {
  /// One statement as a page.
  ///
  /// - Throws: ``AmountOverflow`` for totals beyond 64 bits.
  public func html() throws(AmountOverflow) -> [UInt8] {
    var page = XMLText()
    PageText.begin("Remittance \(payoutID)", &page)
    try appendSection(to: &page)
    PageText.end(&page)
    return page.bytes
  }

  /// Several statements as one page; on paper each begins a new sheet.
  ///
  /// - Throws: ``AmountOverflow`` for totals beyond 64 bits.
  public static func html(
    _ statements: [RemittanceStatement], title: String
  ) throws(AmountOverflow) -> [UInt8] {
    var page = XMLText()
    PageText.begin(title, &page)
    for statement in statements { try statement.appendSection(to: &page) }
    PageText.end(&page)
    return page.bytes
  }

  private func appendSection(to page: inout XMLText) throws(AmountOverflow) {
    page.line("<section>")
    appendHead(to: &page)
    page.line("<table><thead><tr><th>Date</th><th>Entry</th><th>Reference</th><th>Order</th>")
    page.line("<th class=\"n\">\(currency.code)</th></tr></thead><tbody>")
    appendLines(carried, to: &page)
    appendTotal("Opening balance: payable before this period", openingMinor, to: &page)
    appendLines(rewards, "Rewards", try rewardsMinor(), to: &page)
    appendLines(adjustments, "Adjustments after earlier payouts", try adjustmentsMinor(), to: &page)
    appendTotal("Paid", 0 &- paidMinor, to: &page)
    appendTotal("Closing balance", closingMinor, to: &page)
    page.line("</tbody></table>")
    if let laterMinor, laterMinor != 0 {
      page.line("<p>Earned so far and payable later: \(amount(laterMinor)) \(currency.code)</p>")
    }
    page.line("</section>")
  }

  private func appendHead(to page: inout XMLText) {
    page.line("<h1>Remittance statement</h1><dl>")
    let facts: [(String, Text?)] = [
      ("Programme", programName ?? programID), ("Affiliate", affiliateName ?? affiliateID),
      ("Affiliate id", affiliateID), ("Payout", payoutID), ("Batch", batchID),
      ("Method", Text(method.word)), ("Period", Text("\(date(periodStart)) – \(lastDay)")),
      ("Paid", Text("\(amount(paidMinor)) \(currency.code)")), ("Issued", Text(issuedAt.printed)),
    ]
    for (name, value) in facts {
      if let value { page.line("<dt>\(name)</dt><dd>\(PageText.markup(value))</dd>") }
    }
    page.line("</dl>")
  }

  private func appendLines(
    _ lines: [Line], _ heading: String, _ total: Int64, to page: inout XMLText
  ) {
    guard !lines.isEmpty else { return }
    appendLines(lines, to: &page)
    appendTotal(heading, total, to: &page)
  }

  private func appendLines(_ lines: [Line], to page: inout XMLText) {
    for line in lines {
      page.line(
        "<tr><td>\(date(line.at))</td><td>\(PageText.markup(Text(line.type)))</td>"
          + "<td>\(PageText.markup(line.reference))</td>"
          + "<td>\(line.order.map(PageText.markup) ?? "")</td>"
          + "<td class=\"n\">\(amount(line.amountMinor))</td></tr>")
    }
  }

  private func appendTotal(_ name: String, _ minor: Int64, to page: inout XMLText) {
    page.line(
      "<tr class=\"t\"><td colspan=\"4\">\(name)</td><td class=\"n\">\(amount(minor))</td></tr>")
  }

  private func amount(_ minor: Int64) -> String { PageText.grouped(minor, currency.code) }

  private func date(_ instant: Instant) -> String {
    CivilDate(dayNumber: Int64(instant.utcDay)).text
  }

  /// Periods end at 00:00 of the day after.
  private var lastDay: String { date(periodEnd + -1) }
}
