// The model against sentences on tiers, referrals and their bonuses.

import Pipeline
import Testing

private let ladder: [String: Cell] = [
  "tiers": .tiers([
    Tier(name: "bronze", level: 1, minimum: 0, rate: "0.1", bonus: 300),
    Tier(name: "silver", level: 2, minimum: 2, rate: "0.2", bonus: 500),
    Tier(name: "gold", level: 3, minimum: 3, rate: "0.3", bonus: 900),
  ])
]

@Suite struct TierModelTests {
  private func order(_ id: String, _ at: String) -> String {
    "order_id=\(id); occurred_at=\(at); code=C; amount=100"
  }

  @Test func `a conversion that lifts the count is itself paid at the tier before`() {
    var story = Story.standard("require_click=false; affiliate_share=1", cells: ladder)
    for number in 1...4 { story.add(.orders, order("o\(number)", "@0\(number)")) }
    story.run("@20")
    let tiers = (1...4).flatMap { story.conversion(Text("o\($0)"), "tier", "commission_minor") }
    #expect(tiers == ["bronze 1000", "bronze 1000", "silver 2000", "gold 3000"])
    #expect(story.upgrades == ["a silver by o2", "a gold by o3"])
    #expect(
      story.rewards.filter { $0.utf8.first == 0x74 } == [
        "tier_bonus a 500 payable", "tier_bonus a 900 payable",
      ])
  }

  @Test func `a tier with minimum 0 is held from the start without a bonus`() {
    var story = Story.standard("require_click=false", cells: ladder)
    story.add(.orders, order("o", "@01"))
    story.run("@20")
    #expect(story.conversion("o", "tier") == ["bronze"])
    #expect(story.upgrades == [])
  }

  @Test func `a tier held from the start is kept when later terms demand more for it`() {
    var story = Story.standard("require_click=false", cells: ladder)
    story.add(.orders, order("o1", "@01"))
    story.run("@10")
    let steeper: [String: Cell] = [
      "tiers": .tiers([
        Tier(name: "bronze", level: 1, minimum: 5, rate: "0.15", bonus: 300),
        Tier(name: "silver", level: 2, minimum: 9, rate: "0.2", bonus: 500),
      ])
    ]
    story.add(.programs, "program_id=p", steeper)
    story.add(.orders, order("o2", "@02"))
    story.run("@20")
    #expect(story.conversion("o2", "tier", "rate_bps") == ["bronze 1500"])
    for number in 3...5 { story.add(.orders, order("o\(number)", "@0\(number)")) }
    story.run("@21")
    #expect(story.upgrades == [])
  }

  @Test func `before this one is what has been processed before`() {
    var story = Story.standard("require_click=false", cells: ladder)
    story.add(.orders, order("o5", "@05"))
    story.add(.orders, order("o6", "@06"))
    story.run("@20")
    story.add(.orders, order("o1", "@01"))
    story.run("@20")
    #expect(story.conversion("o1", "tier") == ["silver"])
  }

  @Test func `a verified referral counts, and a jump pays only the reached tier's bonus`() {
    let steep: [String: Cell] = [
      "tiers": .tiers([
        Tier(name: "one", level: 1, minimum: 1, rate: "0.2", bonus: 100),
        Tier(name: "two", level: 2, minimum: 1, rate: "0.3", bonus: 200),
      ])
    ]
    var story = Story.standard("signup_bonus_minor=700", cells: steep)
    story.add(.referrals, "referral_id=r; code=C; lead_email=l@x.org; occurred_at=@01")
    story.add(.decisions, "target=referral; target_id=r; action=approve; decided_at=@03")
    story.run("@20")
    #expect(story.upgrades == ["a two by r"])
    #expect(story.rewards == ["signup_bonus a 700 payable", "tier_bonus a 200 payable"])
  }

  @Test func `re-attribution lowers the count, never the tier`() {
    let steep: [String: Cell] = [
      "tiers": .tiers([Tier(name: "one", level: 1, minimum: 1, rate: "0.2", bonus: 0)])
    ]
    var story = Story.standard("hold_days=30", cells: steep)
    story.addSecond()
    story.add(.clicks, "click_id=1; occurred_at=@01; code=C; visitor_id=v")
    story.add(
      .orders, "order_id=o; occurred_at=@03; program_id=p; amount=100; visitor_id=v")
    story.run("@20")
    story.add(.clicks, "click_id=2; occurred_at=@02; code=D; visitor_id=v")
    story.run("@20")
    #expect(story.model.tierCount("a", "p") == 0)
    story.add(.clicks, "click_id=3; occurred_at=@04; code=C; visitor_id=w")
    story.add(
      .orders, "order_id=n; occurred_at=@05; program_id=p; amount=100; visitor_id=w")
    story.run("@20")
    #expect(story.conversion("n", "tier", "rate_bps") == ["one 2000"])
  }

  @Test func `a decision's upgrade comes at once, the rate from the next conversion`() {
    let steep: [String: Cell] = [
      "tiers": .tiers([Tier(name: "one", level: 1, minimum: 1, rate: "0.2", bonus: 50)])
    ]
    var story = Story.standard(
      "require_click=false; fraud_review_threshold=0", cells: steep)
    story.add(.orders, order("o", "@01"))
    story.add(.orders, order("n", "@02"))
    story.add(.decisions, "target=conversion; target_id=p/o; action=approve; decided_at=@03")
    story.run("@20")
    #expect(story.upgrades == ["a one by o"])
    #expect(story.conversion("n", "tier") == [""])
  }

  @Test(arguments: [
    ("referral_id=s; code=C; lead_email=L+x@x.org", "rejected duplicate_lead"),
    ("referral_id=r; code=C; lead_email=m@x.org", "rejected conflicting_duplicate"),
    ("referral_id=s; code=C; lead_email=A@x.org", "rejected self_referral"),
    ("referral_id=s; code=C; lead_email=m@x.org; referred_id=ua", "rejected self_referral"),
    ("referral_id=s; code=N; lead_email=m@x.org", "rejected unknown_code"),
    ("referral_id=s; code=C; lead_email=m@x.org", "accepted"),
  ])
  func `a lead counts once, and is not the affiliate itself`(row: String, fate: String) {
    var story = Story.standard()
    story.add(.referrals, "referral_id=r; code=C; lead_email=l@x.org; occurred_at=@01")
    story.run("@10")
    story.add(.referrals, row + "; occurred_at=@02")
    story.run("@20")
    #expect(story.fates(.referrals) == [fate])
  }

  @Test func `rejected conversions do not count`() {
    var story = Story.standard(
      "require_click=false; fraud_review_threshold=0", cells: ladder)
    story.add(.orders, order("o", "@01"))
    story.add(.decisions, "target=conversion; target_id=p/o; action=reject; decided_at=@03")
    story.run("@20")
    #expect(story.model.tierCount("a", "p") == 0)
  }
}
