// The model, and the product beside it, against sentences on what an amendment or a new
// attribution does to rewards that are there already.

import Pipeline
import Testing

@Suite struct AmendmentModelTests {
  private func order(_ at: String, _ more: String) -> String {
    "order_id=o; occurred_at=\(at); program_id=p; amount=100; " + more
  }

  /// `type affiliate amount state occurred_at payable_at` of every reward.
  private func rewards(_ story: Story) -> [String] {
    let columns: [Text] = [
      "type", "affiliate_id", "amount_minor", "state", "occurred_at", "payable_at",
    ]
    return story.model.rewardRecords.map { record in
      columns.map { record[$0]?.string ?? "" }.joined(separator: " ")
    }
  }

  @Test func `a rejected reward is reversed when its order is attributed anew`() {
    var story = Story.standard()
    story.add(.affiliates, "affiliate_id=m; email=m@x.org")
    story.add(.affiliates, "affiliate_id=a; email=a@x.org; master_id=m; fee_percentage=10")
    story.addSecond()
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(.orders, order("@03", "visitor_id=v; customer_email=a@x.org"))
    story.add(.decisions, "target=conversion; target_id=p/o; action=reject; decided_at=@04")
    story.run("@05")
    #expect(story.rewards == ["commission a 800 rejected", "override m 80 rejected"])
    story.add(.clicks, "click_id=2; occurred_at=@02; code=D; visitor_id=v")
    story.run("@06")
    #expect(
      story.rewards == [
        "commission a 800 reversed", "override m 80 reversed", "commission b 800 pending",
      ])
  }

  @Test func `an amended instant that changes no touch leaves the rewards where they were`() {
    var story = Story.standard("hold_days=20; payout_schedule=weekly; payout_minimum_minor=1000")
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(.orders, order("@03", "visitor_id=v"))
    story.run("@05")
    let before = ["commission a 800 approved 2026-03-03T00:00:00Z 2026-03-23T00:00:00Z"]
    #expect(rewards(story) == before)
    story.add(.orders, order("@04T10:00:00", "visitor_id=v; updated_at=@05"))
    story.run("@06")
    #expect(story.conversion("o", "occurred_at") == ["2026-03-04T10:00:00Z"])
    #expect(rewards(story) == before)
    // Back again, with another amount, and paid from where it stands.
    story.add(
      .orders,
      "order_id=o; occurred_at=@03; program_id=p; amount=200; visitor_id=v; updated_at=@06")
    story.run("@07")
    let after = ["commission a 1600 approved 2026-03-03T00:00:00Z 2026-03-23T00:00:00Z"]
    #expect(rewards(story) == after)
    story.run("@23")
    #expect(story.payouts == ["a USD 1600 pending"])
  }

  @Test func `an amended instant of a split leaves each reward where it was`() {
    var story = Story.standard("hold_days=20; attribution_model=linear")
    story.addSecond()
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(.clicks, "click_id=2; occurred_at=@02; code=D; visitor_id=v")
    story.add(.orders, order("@03", "visitor_id=v"))
    story.run("@05")
    story.add(.orders, order("@04", "visitor_id=v; updated_at=@05"))
    story.run("@06")
    let held = " 400 approved 2026-03-03T00:00:00Z 2026-03-23T00:00:00Z"
    #expect(rewards(story) == ["commission a" + held, "commission b" + held])
    story.add(.clicks, "click_id=3; occurred_at=@03T12:00:00; code=D; visitor_id=v")
    story.run("@07")
    #expect(
      story.rewards.prefix(2) == ["commission a 400 reversed", "commission b 400 reversed"])
  }
}
