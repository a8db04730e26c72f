// The model against sentences on periods, payouts, what is held, requests and settlements.

import Pipeline
import Testing

@Suite struct PayoutModelTests {
  /// A conversion of 1600 for affiliate a on the 1st of March.
  private func earned(_ terms: String = "") -> Story {
    var story = Story.standard(
      "require_click=false; payout_minimum_minor=1000" + (terms.isEmpty ? "" : "; " + terms))
    story.add(.orders, "order_id=o; occurred_at=@01; code=C; amount=200")
    return story
  }

  private func settle(_ story: inout Story, _ status: String, _ day: String) {
    story.add(
      .settlements, "status=\(status); transaction_id=\(day)", ["payout_id": .opaque(.payout(0))])
    story.run(day)
  }

  @Test(arguments: [
    ("payout_schedule=weekly", "@09T10:00:00", "2026-03-02T00:00:00Z 2026-03-09T00:00:00Z"),
    (
      "payout_schedule=weekly; payout_term=NET-1", "@10",
      "2026-03-02T00:00:00Z 2026-03-09T00:00:00Z"
    ),
    (
      "payout_schedule=biweekly; payout_anchor=2026-03-05", "@06",
      "2026-02-19T00:00:00Z 2026-03-05T00:00:00Z"
    ),
    (
      "payout_schedule=monthly", "2026-04-01T00:00:00Z", "2026-03-01T00:00:00Z 2026-04-01T00:00:00Z"
    ),
    (
      "payout_schedule=monthly; payout_term=NET-30", "2026-05-01T00:00:00Z",
      "2026-03-01T00:00:00Z 2026-04-01T00:00:00Z"
    ),
  ])
  func `periods end at 00·00 UTC`(terms: String, asOf: String, period: String) {
    var story = earned(terms)
    story.run(asOf)
    let periods = story.model.payoutRecords.map {
      "\($0["period_start"] ?? "") \($0["period_end"] ?? "")"
    }
    #expect(periods == [period])
  }

  @Test func `a period's batch is paid once`() {
    var story = earned("payout_schedule=weekly")
    story.run("@09")
    story.add(.orders, "order_id=n; occurred_at=@02; code=C; amount=200")
    story.run("@15")
    #expect(story.payouts == ["a USD 1600 pending"])
    story.run("@16")
    #expect(story.payouts == ["a USD 1600 pending", "a USD 1600 pending"])
  }

  @Test func `rewards are payable at the period's end, the hold included`() {
    var story = earned("payout_schedule=weekly; hold_days=8")
    story.run("@09")
    #expect(story.payouts == ["a USD 1600 pending"])
    var later = earned("payout_schedule=weekly; hold_days=9")
    later.run("@09")
    #expect(later.payouts == [])
    #expect(later.rewards == ["commission a 1600 approved"])
  }

  @Test func `below the minimum rolls over`() {
    var story = Story.standard(
      "require_click=false; payout_schedule=weekly; payout_minimum_minor=1000")
    story.add(.orders, "order_id=o; occurred_at=@01; code=C; amount=100")
    story.run("@09")
    #expect(story.held == ["a USD 800 below_minimum"])
    story.add(.orders, "order_id=n; occurred_at=@10; code=C; amount=100")
    story.run("@16")
    #expect(story.payouts == ["a USD 1600 pending"])
  }

  @Test(arguments: [
    ("status=suspended", "a USD 1600 suspended"),
    ("payment_method=PAYPAL", "a USD 1600 no_payment_details"),
    ("payment_method=STRIPE", "a USD 1600 no_payment_details"),
    ("payment_method=SEPA", "a USD 1600 no_payment_details"),
    ("payment_method=ACH", "a USD 1600 no_payment_details"),
  ])
  func `an affiliate that is suspended or has no payment details is held`(
    change: String, held: String
  ) {
    var story = earned("payout_schedule=weekly")
    story.run("@01T12:00:00")
    story.add(.affiliates, "affiliate_id=a; email=a@x.org; " + change)
    story.run("@09")
    #expect(story.held == [held])
    #expect(story.payouts == [])
  }

  @Test func `a pending affiliate is paid`() {
    var story = earned("payout_schedule=weekly")
    story.run("@01T12:00:00")
    story.add(.affiliates, "affiliate_id=a; email=a@x.org; status=pending")
    story.run("@09")
    #expect(story.payouts == ["a USD 1600 pending"])
  }

  @Test func `a request pays what is payable at as_of, or is below_minimum`() {
    var story = earned("hold_days=3")
    story.add(.payoutRequests, "affiliate_id=a; requested_at=@02")
    story.run("@03")
    #expect(story.fates(.payoutRequests) == ["rejected below_minimum"])
    story.add(.payoutRequests, "affiliate_id=a; requested_at=@03")
    story.run("@04")
    #expect(story.fates(.payoutRequests) == ["accepted"])
    #expect(story.model.payoutRecords.map { $0["period_end"] } == ["2026-03-04T00:00:00Z"])
  }

  @Test func `settlements move a payout to processing and completed`() {
    var story = earned()
    story.run("2026-04-01T00:00:00Z")
    settle(&story, "processing", "2026-04-02T00:00:00Z")
    #expect(story.payouts == ["a USD 1600 processing"])
    settle(&story, "completed", "2026-04-03T00:00:00Z")
    #expect(story.payouts == ["a USD 1600 completed"])
    #expect(story.rewards == ["commission a 1600 paid"])
    settle(&story, "processing", "2026-04-04T00:00:00Z")
    #expect(story.fates(.settlements) == ["rejected already_resolved"])
  }

  @Test
  func `a failed payout is emitted again in the run after, and the fourth failure returns it`() {
    var story = earned()
    story.run("2026-04-01T00:00:00Z")
    for number in 1...3 {
      settle(&story, "failed", "2026-04-0\(number * 2)T00:00:00Z")
      #expect(story.payouts == ["a USD 1600 failed"])
      story.run("2026-04-0\(number * 2 + 1)T00:00:00Z")
      #expect(story.payouts == ["a USD 1600 pending"])
      #expect(story.model.payouts.map(\.retries) == [number])
    }
    settle(&story, "failed", "2026-04-08T00:00:00Z")
    #expect(story.rewards == ["commission a 1600 payable"])
    story.run("2026-05-01T00:00:00Z")
    #expect(story.model.payouts.count == 2)
  }

  @Test func `a settlement of a payout that is not emitted again yet is already_resolved`() {
    var story = earned()
    story.run("2026-04-01T00:00:00Z")
    settle(&story, "failed", "2026-04-02T00:00:00Z")
    story.add(.affiliates, "affiliate_id=a; email=a@x.org; status=suspended")
    settle(&story, "completed", "2026-04-03T00:00:00Z")
    #expect(story.fates(.settlements) == ["rejected already_resolved"])
    #expect(story.model.payouts.map(\.retries) == [0])
  }

  @Test func `a failed settlement of a completed payout is a return, without retry`() {
    var story = earned()
    story.run("2026-04-01T00:00:00Z")
    settle(&story, "completed", "2026-04-02T00:00:00Z")
    settle(&story, "failed", "2026-04-03T00:00:00Z")
    #expect(story.rewards == ["commission a 1600 payable"])
    #expect(story.model.balances.values.map { $0 } == [1600])
    settle(&story, "completed", "2026-04-04T00:00:00Z")
    #expect(story.fates(.settlements) == ["rejected already_resolved"])
  }

  @Test func `a cancelled payout gives the amount back at once`() {
    var story = earned()
    story.run("2026-04-01T00:00:00Z")
    settle(&story, "cancelled", "2026-04-02T00:00:00Z")
    #expect(story.rewards == ["commission a 1600 payable"])
  }

  @Test func `a payout no one made is unknown_payout`() {
    var story = Story.standard()
    story.add(.settlements, "status=completed", ["payout_id": .opaque(.payout(0))])
    story.run("@02")
    #expect(story.fates(.settlements) == ["rejected unknown_payout"])
  }

  @Test func `a negative balance is taken out of the next payout`() {
    var story = earned("payout_schedule=weekly")
    story.run("@09")
    story.add(.orders, "order_id=o; occurred_at=@01; code=C; amount=200; refunded_amount=50")
    story.add(.orders, "order_id=n; occurred_at=@10; code=C; amount=200")
    story.run("@16")
    #expect(story.payouts == ["a USD 1600 pending", "a USD 1200 pending"])
    #expect(story.model.payouts.map(\.rewards) == [1, 2])
  }

  @Test func `each currency is paid by its own minimum`() {
    var story = earned("payout_schedule=weekly")
    story.add(.orders, "order_id=j; occurred_at=@02; code=C; amount=20000; currency=JPY")
    story.add(.orders, "order_id=e; occurred_at=@02; code=C; amount=1; currency=EUR")
    story.run("@09")
    #expect(story.payouts == ["a JPY 1600 pending", "a USD 1600 pending"])
    #expect(story.held == ["a EUR 8 below_minimum"])
  }

  @Test func `a run is named by the business date of as_of − 1 ms`() {
    var story = Story.standard()
    story.run("@01")
    story.run("@01")
    story.add(.programs, "program_id=q")
    story.run("@01")
    story.add(.programs, "program_id=r")
    story.run("@01T00:00:00.001")
    #expect(story.model.runNames == ["2026-02-28.1", "2026-02-28.2", "2026-03-01.1"])
  }
}
