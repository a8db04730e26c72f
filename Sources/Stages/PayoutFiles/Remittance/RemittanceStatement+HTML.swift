// A remittance statement as one page to read or to print. It loads nothing and runs nothing.
import Pipeline

extension RemittanceStatement {
  /// The page.
  ///
  /// - Throws: ``AmountOverflow`` for totals beyond 64 bits.
  public func html() throws(AmountOverflow) -> [UInt8] {
    var page = XMLText()
    page.line("<!DOCTYPE html>")
    page.line("<html lang=\"en\"><head><meta charset=\"utf-8\">")
    page.line(
      "<meta http-equiv=\"Content-Security-Policy\" "
        + "content=\"default-src 'none'; style-src 'unsafe-inline'\">")
    page.line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
    page.line("<title>Remittance \(XMLText.escaped(payoutID.string))</title>")
    page.line("<style>\(Self.style)</style></head><body>")
    appendHead(to: &page)
    page.line("<table><thead><tr><th>Date</th><th>Entry</th><th>Reference</th><th>Order</th>")
    page.line("<th class=\"n\">\(currency.code)</th></tr></thead><tbody>")
    appendTotal("Opening balance", openingMinor, to: &page)
    appendLines(rewards, "Rewards", try rewardsMinor(), to: &page)
    appendLines(adjustments, "Adjustments", try adjustmentsMinor(), to: &page)
    appendTotal("Paid", 0 &- paidMinor, to: &page)
    appendTotal("Closing balance", closingMinor, to: &page)
    page.line("</tbody></table></body></html>")
    return page.bytes
  }

  private func appendHead(to page: inout XMLText) {
    page.line("<h1>Remittance statement</h1><dl>")
    let facts: [(String, Text?)] = [
      ("Programme", programName ?? programID), ("Affiliate", affiliateName ?? affiliateID),
      ("Affiliate id", affiliateID), ("Payout", payoutID), ("Batch", batchID),
      ("Method", Text(method.word)), ("Period", Text("\(date(periodStart)) – \(lastDay)")),
      ("Paid", Text("\(major(paidMinor)) \(currency.code)")), ("Issued", Text(issuedAt.printed)),
    ]
    for (name, value) in facts {
      if let value { page.line("<dt>\(name)</dt><dd>\(Self.markup(value))</dd>") }
    }
    page.line("</dl>")
  }

  private func appendLines(
    _ lines: [Line], _ heading: String, _ total: Int64, to page: inout XMLText
  ) {
    guard !lines.isEmpty else { return }
    for line in lines {
      page.line(
        "<tr><td>\(date(line.at))</td><td>\(Self.markup(Text(line.type)))</td>"
          + "<td>\(Self.markup(line.reference))</td><td>\(line.order.map(Self.markup) ?? "")</td>"
          + "<td class=\"n\">\(major(line.amountMinor))</td></tr>")
    }
    appendTotal(heading, total, to: &page)
  }

  private func appendTotal(_ name: String, _ minor: Int64, to page: inout XMLText) {
    page.line(
      "<tr class=\"t\"><td colspan=\"4\">\(name)</td><td class=\"n\">\(major(minor))</td></tr>")
  }

  private func date(_ instant: Instant) -> String {
    CivilDate(dayNumber: Int64(instant.utcDay)).text
  }

  /// Periods end at 00:00 of the day after.
  private var lastDay: String { date(periodEnd + -1) }

  /// Text as markup: no character of it is a tag, and its direction stays within it.
  private static func markup(_ text: Text) -> String {
    let visible = String(
      String.UnicodeScalarView(
        text.string.unicodeScalars.map { scalar in
          scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
        }))
    return "<bdi>" + XMLText.escaped(visible) + "</bdi>"
  }

  private static let style = """
    body{font:14px/1.5 system-ui,sans-serif;color:#111;margin:2rem auto;max-width:50rem;\
    padding:0 1rem}h1{font-size:1.4rem}dl{display:grid;grid-template-columns:max-content 1fr;\
    gap:.2rem 1rem}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}\
    table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .5rem;\
    border-bottom:1px solid #ddd;overflow-wrap:anywhere}.n{text-align:right;\
    font-variant-numeric:tabular-nums;white-space:nowrap}.t td{font-weight:600}\
    thead{display:table-header-group}tr{break-inside:avoid}\
    @media print{body{margin:0;max-width:none}}
    """
}
