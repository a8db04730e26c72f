// The model against sentences on evidence, windows, models, uses and late rows.

import Pipeline
import Testing

@Suite struct AttributionModelTests {
  private func order(_ id: String, _ at: String, _ more: String) -> String {
    "order_id=\(id); occurred_at=\(at); program_id=p; amount=100; currency=USD; \(more)"
  }

  @Test(arguments: [
    ("2026-03-01T00:00:00Z", "approved"), ("2026-02-28T23:59:59.999Z", "unattributed"),
    ("2026-03-02T00:00:00Z", "approved"), ("2026-03-02T00:00:00.001Z", "unattributed"),
  ])
  func `within the window means from 0 to days × 86,400,000 ms`(click: String, status: String) {
    var story = Story.standard("attribution_window_days=1; fraud_review_threshold=1")
    story.add(.clicks, "click_id=k; occurred_at=\(click); code=C")
    story.add(.orders, order("o", "@02", "click_id=k"))
    story.run("@20")
    #expect(story.conversion("o", "status") == [status])
  }

  @Test func `evidence is tried in the program's order`() {
    var story = Story.standard("evidence=visitor,click_id")
    story.addSecond()
    story.add(.clicks, "click_id=k; occurred_at=@01; code=C; visitor_id=w")
    story.add(.clicks, "click_id=m; occurred_at=@01; code=D; visitor_id=v")
    story.add(.orders, order("o", "@02", "click_id=k; visitor_id=v"))
    story.run("@20")
    #expect(story.conversion("o", "evidence", "code") == ["visitor D"])
  }

  @Test func `the code's most recent click wins, from any visitor`() {
    var story = Story.standard("evidence=code")
    story.add(.clicks, "click_id=k; occurred_at=@01; code=C; visitor_id=v")
    story.add(.clicks, "click_id=k10; occurred_at=@01T10:00:00; code=C; visitor_id=w")
    story.add(.clicks, "click_id=k1; occurred_at=@01T10:00:00; code=C; visitor_id=x")
    story.add(.orders, order("o", "@02", "code=C"))
    story.run("@20")
    #expect(story.conversion("o", "evidence", "click_id") == ["code k10"])
  }

  @Test func `where there is no click and require_click is false, the code itself wins`() {
    var story = Story.standard("require_click=false")
    story.add(.orders, order("o", "@02", "code=C"))
    story.run("@20")
    #expect(story.conversion("o", "evidence", "code", "click_at") == ["code C "])
  }

  @Test func `the code itself is judged once, in the run that first brings the order`() {
    var story = Story.standard("require_click=false")
    story.add(.codes, "code=E; affiliate_id=a; program_id=p; is_active=false")
    story.add(.orders, order("o", "@02", "code=C"))
    story.add(.orders, order("n", "@02", "code=E"))
    story.run("@20")
    story.add(.codes, "code=C; affiliate_id=a; program_id=p; is_active=false")
    story.add(.codes, "code=E; affiliate_id=a; program_id=p; is_active=true")
    story.run("@20")
    #expect(story.conversion("o", "status") == ["approved"])
    #expect(story.conversion("n", "reason") == ["no_click_in_window"])
  }

  @Test(arguments: [
    ("last_click", ["C 3"]), ("first_click", ["C 1"]),
    ("linear", ["C 1", "C 3", "D 2"]), ("position_based", ["C 1", "C 3", "D 2"]),
  ])
  func `a visitor's clicks are credited by the program's model`(model: String, rows: [String]) {
    var story = Story.standard("attribution_model=\(model)")
    story.addSecond()
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(.clicks, "click_id=2; occurred_at=@02; code=D; fingerprint=v")
    story.add(.clicks, "click_id=3; occurred_at=@03; code=C; visitor_id=v; fingerprint=w")
    story.add(.orders, order("o", "@04", "visitor_id=v"))
    story.run("@20")
    #expect(story.conversion("o", "code", "click_id") == rows)
  }

  @Test func `a code whose uses have reached max_uses wins nothing`() {
    var story = Story.standard("require_click=false")
    story.add(.codes, "code=E; affiliate_id=a; program_id=p; max_uses=1")
    story.add(.orders, order("n", "@03", "code=E"))
    story.add(.orders, order("o", "@02", "code=E"))
    story.run("@20")
    #expect(story.conversion("o", "status") == ["approved"])
    #expect(story.conversion("n", "reason") == ["code_exhausted"])
  }

  @Test func `a late order displaces a later one from a code with max_uses`() {
    var story = Story.standard("require_click=false; hold_days=30")
    story.add(.codes, "code=E; affiliate_id=a; program_id=p; max_uses=1")
    story.add(.orders, order("n", "@03", "code=E"))
    story.run("@20")
    story.add(.orders, order("o", "@02", "code=E"))
    story.run("@20")
    #expect(story.conversion("o", "status") == ["approved"])
    #expect(story.conversion("n", "status", "reason") == ["unattributed code_exhausted"])
    #expect(story.rewards == ["commission a 800 reversed", "commission a 800 approved"])
  }

  @Test func `a referral at the same instant is a use before the order`() {
    var story = Story.standard("require_click=false")
    story.add(.codes, "code=E; affiliate_id=a; program_id=p; max_uses=1")
    story.add(.referrals, "referral_id=r; code=E; occurred_at=@02")
    story.add(.orders, order("o", "@02", "code=E"))
    story.run("@20")
    #expect(story.conversion("o", "reason") == ["code_exhausted"])
  }

  @Test func `clicks of an exhausted code are no candidates, the next one may win`() {
    var story = Story.standard()
    story.add(.codes, "code=E; affiliate_id=a; program_id=p; max_uses=0")
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(.clicks, "click_id=2; occurred_at=@02; code=E; visitor_id=v")
    story.add(.orders, order("o", "@03", "visitor_id=v"))
    story.run("@20")
    #expect(story.conversion("o", "code") == ["C"])
  }

  @Test func `a pause stops clicks, not orders`() {
    var story = Story.standard("status=paused; status_at=@02")
    story.add(.clicks, "click_id=k; occurred_at=@01; code=C")
    story.add(.orders, order("o", "@03", "click_id=k"))
    story.add(.orders, order("n", "@03", "click_id=none"))
    story.run("@20")
    #expect(story.conversion("o", "status") == ["approved"])
    #expect(story.conversion("n", "reason") == ["program_paused"])
  }

  @Test func `no_evidence is none of the fields of its program's evidence`() {
    var story = Story.standard("evidence=code")
    story.add(.orders, order("o", "@03", "visitor_id=v"))
    story.add(.orders, order("n", "@03", "code=N"))
    story.run("@20")
    #expect(story.conversion("o", "reason") == ["no_evidence"])
    #expect(story.conversion("n", "reason") == ["no_click_in_window"])
  }

  @Test func `a late click that would have won has the order attributed anew`() {
    var story = Story.standard("hold_days=30")
    story.addSecond()
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(.orders, order("o", "@03", "visitor_id=v"))
    story.run("@20")
    story.add(.clicks, "click_id=2; occurred_at=@02; code=D; visitor_id=v")
    story.run("@20")
    #expect(story.conversion("o", "affiliate_id") == ["b"])
    #expect(story.rewards == ["commission a 800 reversed", "commission b 800 approved"])
  }

  @Test func `a conversion stays open until a reward of it is in a payout`() {
    var story = Story.standard("payout_minimum_minor=1000; payout_schedule=weekly")
    story.addSecond()
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(
      .orders, "order_id=o; occurred_at=@03; program_id=p; amount=200; visitor_id=v")
    story.run("@09")
    #expect(story.payouts == ["a USD 1600 pending"])
    story.add(.clicks, "click_id=2; occurred_at=@02; code=D; visitor_id=v")
    story.run("@10")
    #expect(story.conversion("o", "affiliate_id") == ["a"])
  }

  @Test func `a conversion is open at most open_days after its instant`() {
    var story = Story.standard("hold_days=30")
    story.settings.openDays = 5
    story.addSecond()
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(.orders, order("o", "@03", "visitor_id=v"))
    story.run("@04")
    story.add(.clicks, "click_id=2; occurred_at=@02; code=D; visitor_id=v")
    story.run("@08T00:00:00.001")
    #expect(story.conversion("o", "affiliate_id") == ["a"])
  }

  @Test func `an order first arriving after open_days is judged once`() {
    var story = Story.standard()
    story.settings.openDays = 5
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(.orders, order("o", "@03", "visitor_id=v"))
    story.run("@20")
    #expect(story.conversion("o", "affiliate_id") == ["a"])
  }

  @Test func `attributed anew, a decided conversion becomes pending`() {
    var story = Story.standard("hold_days=30; fraud_review_threshold=0.3")
    story.addSecond()
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(.orders, order("o", "@03", "visitor_id=v; customer_email=x@yopmail.com"))
    story.add(.decisions, "target=conversion; target_id=p/o; action=approve; decided_at=@04")
    story.run("@20")
    #expect(story.conversion("o", "status") == ["approved"])
    story.add(.programs, "program_id=p; fraud_review_threshold=1")
    story.add(.clicks, "click_id=2; occurred_at=@02; code=D; visitor_id=v")
    story.run("@20")
    #expect(story.conversion("o", "affiliate_id", "status") == ["b pending"])
  }
}
