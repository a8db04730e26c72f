// The model against sentences on fraud flags, scores and decisions.

import Pipeline
import Testing

@Suite struct FraudModelTests {
  private func order(_ id: String, _ at: String, _ more: String) -> String {
    "order_id=\(id); occurred_at=\(at); code=C; amount=100; " + more
  }

  private func judged(_ story: Story, _ order: Text = "o") -> [String] {
    story.conversion(order, "fraud_flags", "fraud_score", "status")
  }

  @Test(arguments: [
    ("customer_email=A+shop@x.org", "self_referral 1.00 pending"),
    ("customer_id=ua", "self_referral 1.00 pending"),
    ("customer_email=x@yopmail.com", "disposable_email 0.30 approved"),
    ("customer_email=x@x.org", " 0.00 approved"),
  ])
  func `a flag has its weight`(fields: String, outcome: String) {
    var story = Story.standard("require_click=false")
    story.add(.orders, order("o", "@02", fields))
    story.run("@20")
    #expect(judged(story) == [outcome])
  }

  @Test(arguments: [("@02T00:00:10", "fast_conversion 0.40"), ("@02T00:00:10.001", " 0.00")])
  func `fast_conversion is a gap of 0 to 10,000 ms`(at: String, outcome: String) {
    var story = Story.standard()
    story.add(.clicks, "click_id=k; occurred_at=@02; code=C")
    story.add(.orders, order("o", at, "click_id=k"))
    story.run("@20")
    #expect(story.conversion("o", "fraud_flags", "fraud_score") == [outcome])
  }

  @Test func `order_velocity is over five orders of a customer within 24 hours`() {
    var story = Story.standard("require_click=false")
    for number in 1...5 {
      story.add(.orders, order("o\(number)", "@02", "customer_email=x@x.org"))
    }
    story.add(.orders, order("o6", "@03", "customer_email=X+1@x.org"))
    story.add(.orders, order("o7", "@03T00:00:00.001", "customer_email=x@x.org"))
    story.run("@20")
    #expect(judged(story, "o5") == [" 0.00 approved"])
    #expect(judged(story, "o6") == ["order_velocity 0.40 approved"])
    #expect(judged(story, "o7") == [" 0.00 approved"])
  }

  @Test func `shared_ip is over ten orders from one IP for one affiliate in a UTC day`() {
    var story = Story.standard("require_click=false")
    for number in 10...20 { story.add(.orders, order("o\(number)", "@02", "ip=1.1.1.1")) }
    story.add(.orders, order("p", "@03", "ip=1.1.1.1"))
    story.run("@20")
    #expect(judged(story, "o19") == [" 0.00 approved"])
    #expect(judged(story, "o20") == ["shared_ip 0.40 approved"])
    #expect(judged(story, "p") == [" 0.00 approved"])
  }

  @Test func `rate_limited_ip is the order's IP on that UTC day`() {
    var story = Story.standard("require_click=false; max_clicks_per_ip_hour=0")
    story.add(.clicks, "click_id=k; occurred_at=@02T10:00:00; code=C; ip=1.1.1.1")
    story.add(.orders, order("o", "@02", "ip=1.1.1.1"))
    story.add(.orders, order("n", "@03", "ip=1.1.1.1"))
    story.run("@20")
    #expect(judged(story) == ["rate_limited_ip 0.30 approved"])
    #expect(judged(story, "n") == [" 0.00 approved"])
  }

  @Test func `the score is the sum, at most 1·00, and pends at the threshold`() {
    var story = Story.standard("fraud_review_threshold=0.7")
    story.add(.clicks, "click_id=k; occurred_at=@02; code=C")
    story.add(.orders, order("o", "@02", "click_id=k; customer_email=x@yopmail.com"))
    story.add(.orders, order("n", "@02", "click_id=k; customer_id=ua; customer_email=x@x.org"))
    story.run("@20")
    #expect(judged(story) == ["fast_conversion|disposable_email 0.70 pending"])
    #expect(judged(story, "n") == ["self_referral|fast_conversion 1.00 pending"])
  }

  @Test func `a decision moves a pending conversion, any other is already_resolved`() {
    var story = Story.standard("require_click=false; fraud_review_threshold=0.3")
    story.add(.orders, order("o", "@02", "customer_email=x@yopmail.com"))
    story.add(.orders, order("n", "@02", "customer_email=x@x.org"))
    story.add(.decisions, "target=conversion; target_id=p/o; action=reject; decided_at=@03")
    story.add(.decisions, "target=conversion; target_id=p/o; action=approve; decided_at=@04")
    story.add(.decisions, "target=conversion; target_id=p/n; action=reject; decided_at=@04")
    story.add(.decisions, "target=conversion; target_id=p/m; action=reject; decided_at=@04")
    story.run("@20")
    #expect(
      story.fates(.decisions) == [
        "accepted", "rejected already_resolved", "rejected already_resolved",
        "rejected unknown_target",
      ])
    #expect(story.rewards.sorted() == ["commission a 800 payable", "commission a 800 rejected"])
  }

  @Test func `an order_id alone names a conversion of an earlier run, where it is unique`() {
    var story = Story.standard("require_click=false; fraud_review_threshold=0")
    story.add(.orders, order("o", "@02", ""))
    story.add(.decisions, "target=conversion; target_id=o; action=approve; decided_at=@03")
    story.run("@20")
    #expect(story.fates(.decisions) == ["rejected unknown_target"])
    story.add(
      .decisions, "target=conversion; target_id=o; action=approve; decided_at=@03; decided_by=x")
    story.run("@20")
    #expect(story.fates(.decisions) == ["accepted"])
  }
}
