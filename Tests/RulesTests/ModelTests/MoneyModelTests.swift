// The model against sentences on rates, rounding, splits, refunds and overrides.

import Pipeline
import Testing

@Suite struct MoneyModelTests {
  private func money(_ story: Story, _ order: String = "o") -> [String] {
    story.conversion(
      Text(order), "commission_minor", "affiliate_payout_minor", "platform_fee_minor")
  }

  @Test func `Refuel's example, 9999 at 0·10 and 0·80, gives 1000, 800, 200`() {
    var story = Story.standard("require_click=false")
    story.add(.orders, "order_id=o; occurred_at=@01; code=C; amount=99.99")
    story.run("@20")
    #expect(money(story) == ["1000 800 200"])
  }

  @Test(arguments: [
    (1005, 1000, 101), (-1005, 1000, -101), (1004, 1000, 100), (5, 1000, 1), (4, 1000, 0),
  ])
  func `amounts round half away from zero`(minor: Int64, rate: Int64, share: Int64) {
    #expect(rounded(Int128(minor) * Int128(rate), over: 10_000) == share)
  }

  @Test func `the largest remainder makes the parts add up to the whole`() {
    #expect(largestRemainder(100, weights: [1, 1, 1]) == [34, 33, 33])
    #expect(largestRemainder(101, weights: [2, 1, 2]) == [41, 20, 40])
    #expect(largestRemainder(1, weights: [1, 2]) == [0, 1])
    #expect(largestRemainder(0, weights: [1, 2]) == [0, 0])
  }

  @Test func `a split pays each touch its part of the order at its own rate`() {
    var story = Story.standard("attribution_model=linear")
    story.addSecond("commission_rate=0.2")
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(.clicks, "click_id=2; occurred_at=@02; code=D; visitor_id=v")
    story.add(.orders, "order_id=o; occurred_at=@03; program_id=p; amount=99.99; visitor_id=v")
    story.run("@20")
    // C: half of 1000; D: half of 2000.
    #expect(money(story) == ["500 400 100", "1000 800 200"])
    #expect(
      story.conversion("o", "amount_minor", "rate_rule") == ["9999 program", "9999 affiliate"])
  }

  @Test func `position_based gives 40, 20 and 40 per cent`() {
    var story = Story.standard("attribution_model=position_based; affiliate_share=1")
    for number in 1...4 {
      story.add(.clicks, "click_id=\(number); occurred_at=@0\(number); code=C; visitor_id=v")
    }
    story.add(.orders, "order_id=o; occurred_at=@05; program_id=p; amount=100; visitor_id=v")
    story.run("@20")
    #expect(story.conversion("o", "commission_minor") == ["400", "100", "100", "400"])
  }

  @Test func `time_decay halves every seven whole days`() {
    var story = Story.standard("attribution_model=time_decay; affiliate_share=1")
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(.clicks, "click_id=2; occurred_at=@01T00:00:00.001; code=C; visitor_id=v")
    story.add(.orders, "order_id=o; occurred_at=@08; program_id=p; amount=90; visitor_id=v")
    story.run("@20")
    #expect(story.conversion("o", "commission_minor") == ["300", "600"])
  }

  @Test(arguments: [
    ("sku=s; category=c", "sku 2500"), ("category=c", "category 500"), ("sku=t", "affiliate 1500"),
  ])
  func `the rate is the first of sku, category and affiliate that applies`(
    fields: String, rule: String
  ) {
    let rules = [
      Rule(subject: .category("c"), pay: .rate("0.05")),
      Rule(subject: .sku("s"), pay: .rate("0.25")),
    ]
    var story = Story.standard("require_click=false", cells: ["commission_rules": .rules(rules)])
    story.addSecond("commission_rate=0.15")
    story.add(.orders, "order_id=o; occurred_at=@01; code=D; amount=100; \(fields)")
    story.run("@20")
    #expect(story.conversion("o", "rate_rule", "rate_bps") == [rule])
  }

  @Test func `a flat amount is per order, pro rata to net after a refund`() {
    let rules = [Rule(subject: .sku("s"), pay: .flat(1501))]
    var story = Story.standard("require_click=false", cells: ["commission_rules": .rules(rules)])
    story.add(.orders, "order_id=o; occurred_at=@01; code=C; amount=100; sku=s")
    story.add(
      .orders,
      "order_id=n; occurred_at=@01; code=C; amount=100; sku=s; refunded_amount=50; status=paid")
    story.run("@20")
    #expect(story.conversion("o", "commission_minor", "rate_bps") == ["1501 "])
    // 750.5 goes away from zero.
    #expect(story.conversion("n", "commission_minor") == ["751"])
  }

  @Test func `rate and share are fixed when the conversion is first attributed`() {
    var story = Story.standard("require_click=false")
    story.add(.orders, "order_id=o; occurred_at=@01; code=C; amount=100")
    story.run("@20")
    story.add(.programs, "program_id=p; commission_rate=0.5; affiliate_share=0.5")
    story.add(
      .orders, "order_id=o; occurred_at=@01; code=C; amount=100; status=paid; refunded_amount=20")
    story.run("@20")
    #expect(money(story) == ["800 640 160"])
  }

  @Test func `before a payout a refund changes the reward's amount`() {
    var story = Story.standard("require_click=false")
    story.add(.orders, "order_id=o; occurred_at=@01; code=C; amount=100")
    story.run("@20")
    story.add(.orders, "order_id=o; occurred_at=@01; code=C; amount=100; status=refunded")
    story.run("@20")
    #expect(story.rewards == ["commission a 0 payable"])
  }

  @Test func `after a payout a further reward has the negative difference`() {
    var story = Story.standard(
      "require_click=false; payout_minimum_minor=1000; payout_schedule=weekly")
    story.add(.orders, "order_id=o; occurred_at=@01; code=C; amount=200")
    story.run("@09")
    story.add(.orders, "order_id=o; occurred_at=@01; code=C; amount=200; refunded_amount=50")
    story.run("@10")
    #expect(story.rewards == ["commission a 1600 in_payout", "commission a -400 payable"])
    story.run("@16")
    #expect(story.held == ["a USD -400 negative_balance"])
  }

  @Test func `a reward that would be 0 from the start is not made`() {
    var story = Story.standard("require_click=false")
    story.add(.orders, "order_id=o; occurred_at=@01; code=C; amount=0.01")
    story.run("@20")
    #expect(story.rewards == [])
  }

  @Test func `an override is the invited affiliate's fee of its payout, to its inviter`() {
    var story = Story.standard("require_click=false")
    story.addSecond("master_id=a; fee_percentage=3.25")
    story.add(.orders, "order_id=o; occurred_at=@01; code=D; amount=100")
    story.run("@20")
    #expect(story.rewards == ["commission b 800 payable", "override a 26 payable"])
    #expect(money(story) == ["1000 800 200"])
  }

  @Test func `a missing fee is the setting's`() {
    var story = Story.standard("require_click=false")
    story.settings.defaultFee = 1000
    story.addSecond("master_id=a")
    story.add(.orders, "order_id=o; occurred_at=@01; code=D; amount=100")
    story.run("@20")
    #expect(story.rewards == ["commission b 800 payable", "override a 80 payable"])
  }

  @Test func `an order in another currency than its program's keeps it`() {
    var story = Story.standard("require_click=false; affiliate_share=1")
    story.add(.orders, "order_id=o; occurred_at=@01; code=C; amount=1234; currency=JPY")
    story.add(.orders, "order_id=n; occurred_at=@01; code=C; amount=1.235; currency=KWD")
    story.run("@20")
    #expect(story.conversion("o", "currency", "commission_minor") == ["JPY 123"])
    #expect(story.conversion("n", "currency", "commission_minor") == ["KWD 124"])
  }
}
