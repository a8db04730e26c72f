import Pipeline
import Testing

@testable import Stages

@Suite struct RemittanceStatementTests {
  private func statement() -> RemittanceStatement {
    var statement = RemittanceStatement(
      programID: "prog", affiliateID: "=aff", payoutID: "pabc", batchID: "2026-03-31.1-1a2b3c4d",
      method: .payPal, currency: .usd, periodStart: PayoutSample.instant(2026, 3, 1),
      periodEnd: PayoutSample.instant(2026, 4, 1), issuedAt: PayoutSample.instant(2026, 4, 1))
    statement.affiliateName = "<script>alert(1)</script> & \"Co\" \u{202E}\u{7}"
    statement.openingMinor = -250
    statement.rewards = [
      RemittanceStatement.Line(
        at: PayoutSample.instant(2026, 3, 5), type: "commission", reference: "rwd_1",
        order: "+order,1", amountMinor: 10_000),
      RemittanceStatement.Line(
        at: PayoutSample.instant(2026, 3, 6), type: "tier_bonus", reference: "rwd_2", order: nil,
        amountMinor: 2_500),
    ]
    statement.adjustments = [
      RemittanceStatement.Line(
        at: PayoutSample.instant(2026, 3, 7), type: "refund", reference: "rwd_3", order: "o-2",
        amountMinor: -1_250)
    ]
    statement.paidMinor = 11_000
    return statement
  }

  @Test func `the balance closes`() throws {
    var statement = statement()
    #expect(try statement.rewardsMinor() == 12_500)
    #expect(try statement.adjustmentsMinor() == -1_250)
    #expect(try statement.isBalanced())
    statement.closingMinor = 1
    #expect(try !statement.isBalanced())
    statement.openingMinor = .max
    #expect(throws: AmountOverflow.self) { _ = try statement.isBalanced() }
  }

  @Test func `the table is the expected one, with formulas made inert`() {
    #expect(
      String(decoding: statement().csv(), as: UTF8.self) == """
        payout_id,affiliate_id,currency,entry,occurred_at,type,reference,order_id,amount,amount_minor
        pabc,'=aff,USD,opening,2026-03-01T00:00:00Z,,,,-2.50,-250
        pabc,'=aff,USD,reward,2026-03-05T00:00:00Z,commission,rwd_1,"'+order,1",100.00,10000
        pabc,'=aff,USD,reward,2026-03-06T00:00:00Z,tier_bonus,rwd_2,,25.00,2500
        pabc,'=aff,USD,adjustment,2026-03-07T00:00:00Z,refund,rwd_3,o-2,-12.50,-1250
        pabc,'=aff,USD,paid,2026-04-01T00:00:00Z,,,,-110.00,-11000
        pabc,'=aff,USD,closing,2026-04-01T00:00:00Z,,,,0.00,0

        """)
  }

  @Test func `the page holds no markup of others and loads nothing`() throws {
    let page = String(decoding: try statement().html(), as: UTF8.self)
    #expect(!page.contains("<script"))
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Co&quot;"))
    #expect(!page.contains("\u{7}"))
    #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("src="))
    #expect(page.contains("<td class=\"n\">\u{2212}110.00</td>"))
    #expect(page.contains("2026-03-01 – 2026-03-31"))
    for tag in ["table", "thead", "tbody", "html", "body", "head", "dl", "style"] {
      #expect(page.contains("<\(tag)") && page.contains("</\(tag)>"), "\(tag)")
    }
  }
}
