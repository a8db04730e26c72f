// The model against sentences on programs, affiliates and codes.

import Pipeline
import Testing

@Suite struct RegistryModelTests {
  @Test(arguments: [
    ("commission_rate=0.0099", "rejected rate_out_of_range"), ("commission_rate=0.01", "accepted"),
    ("commission_rate=1.0", "accepted"), ("commission_rate=1.0001", "rejected rate_out_of_range"),
    ("attribution_window_days=0", "rejected window_out_of_range"),
    ("attribution_window_days=90", "accepted"),
    ("attribution_window_days=91", "rejected window_out_of_range"),
    ("payout_minimum_minor=999", "rejected minimum_out_of_range"),
    ("payout_minimum_minor=50000", "accepted"),
    ("payout_minimum_minor=50001", "rejected minimum_out_of_range"),
    ("hold_days=366", "rejected bad_value"), ("status=Active", "rejected bad_value"),
  ])
  func `a program's terms have their ranges`(term: String, fate: String) {
    var story = Story()
    story.add(.programs, "program_id=p; " + term)
    story.run("@02")
    #expect(story.fates(.programs) == [fate])
  }

  @Test func `an affiliate's row comes after all rows of its inviter`() {
    var story = Story.standard()
    story.run("@02")
    story.add(.affiliates, "affiliate_id=b; email=a@x.org; master_id=a")
    story.add(.affiliates, "affiliate_id=a; email=free@x.org; updated_at=@02")
    story.run("@03")
    #expect(story.fates(.affiliates) == ["accepted", "accepted"])
  }

  @Test(arguments: [
    ("email=A+x@x.org", "rejected duplicate_email"),
    ("email=z@x.org; fee_percentage=10.01", "rejected fee_cap"),
    ("email=z@x.org; fee_percentage=10", "accepted"),
    ("email=z@x.org; fee_percentage=-1", "rejected bad_value"),
    ("email=z@x.org; fee_percentage=1.234", "rejected bad_value"),
    ("email=z@x.org; master_id=z", "rejected self_referral"),
    ("email=z@x.org; master_id=nobody", "rejected unknown_affiliate"),
    ("email=z@x.org; invite_code=nothing", "rejected unknown_code"),
    ("email=z@x.org; master_id=a; invite_code=C", "rejected invite_conflict"),
    ("email=z@x.org; master_id=e; currency=USD", "rejected currency_mismatch"),
    ("email=z@x.org; master_id=a; currency=USD", "accepted"),
    ("name=Z", "rejected missing_field"),
  ])
  func `an affiliate breaks one rule at a time`(fields: String, fate: String) {
    var story = Story.standard()
    story.add(.affiliates, "affiliate_id=e; email=e@x.org; currency=EUR")
    story.run("@02")
    story.add(.affiliates, "affiliate_id=z; " + fields)
    story.run("@03")
    #expect(story.fates(.affiliates) == [fate])
  }

  @Test func `several violations give the first of their order`() {
    var story = Story.standard()
    story.add(.affiliates, "affiliate_id=z; email=a@x.org; master_id=z; fee_percentage=11")
    story.run("@02")
    #expect(story.fates(.affiliates).last == "rejected fee_cap")
  }

  @Test func `an invitation code names its affiliate and its fee`() {
    var story = Story.standard()
    story.run("@02")
    let code = invitationCode("a", fee: 325)
    story.add(.affiliates, "affiliate_id=z; email=z@x.org; invite_code=\(code)")
    story.run("@03")
    #expect(story.model.affiliates["z"]?.inviter == "a")
    #expect(story.model.affiliates["z"]?.fee == 325)
  }

  @Test func `a signup's own fee stands over the invitation's`() {
    var story = Story.standard()
    story.run("@02")
    let code = invitationCode("a", fee: 325)
    story.add(
      .affiliates, "affiliate_id=z; email=z@x.org; fee_percentage=1; invite_code=\(code)")
    story.run("@03")
    #expect(story.model.affiliates["z"]?.fee == 100)
  }

  @Test func `an invite code is of an earlier run`() {
    var story = Story.standard()
    story.add(.affiliates, "affiliate_id=z; email=z@x.org; invite_code=C")
    story.run("@02")
    #expect(story.fates(.affiliates) == ["accepted", "rejected unknown_code"])
  }

  @Test func `affiliates come after their inviters`() {
    var story = Story()
    story.add(.affiliates, "affiliate_id=z; email=z@x.org; master_id=y")
    story.add(.affiliates, "affiliate_id=y; email=y@x.org; updated_at=@01")
    story.run("@02")
    #expect(story.fates(.affiliates) == ["accepted", "accepted"])
  }

  @Test func `a registry row whose updated_at is older is stale, one without is taken`() {
    var story = Story()
    story.add(.affiliates, "affiliate_id=z; email=z@x.org; name=New; updated_at=@02")
    story.run("@02")
    story.add(.affiliates, "affiliate_id=z; email=z@x.org; name=Old; updated_at=@01")
    story.run("@02")
    #expect(story.fates(.affiliates) == ["filtered stale"])
    story.add(.affiliates, "affiliate_id=z; email=z@x.org; name=Any")
    story.run("@02")
    #expect(story.model.affiliates["z"]?.values["name"] == "Any")
  }

  @Test func `only the fields that are present change`() {
    var story = Story.standard("commission_rate=0.2; affiliate_share=0.5")
    story.run("@02")
    story.add(.programs, "program_id=p; commission_rate=0.3")
    story.run("@02")
    let program = story.model.programs["p"]
    #expect(program?.value("commission_rate", at: 0) == "0.3")
    #expect(program?.value("affiliate_share", at: 0) == "0.5")
  }

  @Test func `dated terms are those of the latest effective_at over the undated base`() {
    var story = Story.standard("commission_rate=0.2")
    story.add(.programs, "program_id=p; commission_rate=0.4; effective_at=@10")
    story.add(.programs, "program_id=p; commission_rate=0.3; effective_at=@05")
    story.run("@02")
    let program = story.model.programs["p"]
    let rates = ["@04", "@05", "@09T23:59:59.999", "@10"].map { text -> Text? in
      let at = parsedInstant(Story.instant(text)) ?? 0
      return program?.value("commission_rate", at: at)
    }
    #expect(rates == ["0.2", "0.3", "0.3", "0.4"])
  }

  @Test func `an undated row of a later run replaces its fields in all dated rows`() {
    var story = Story.standard("commission_rate=0.2")
    story.add(.programs, "program_id=p; commission_rate=0.4; hold_days=3; effective_at=@01")
    story.run("@02")
    story.add(.programs, "program_id=p; commission_rate=0.5")
    story.run("@03")
    let at = parsedInstant("2026-03-20T00:00:00Z") ?? 0
    #expect(story.model.programs["p"]?.value("commission_rate", at: at) == "0.5")
    #expect(story.model.programs["p"]?.value("hold_days", at: at) == "3")
  }

  @Test func `a status without status_at holds from updated_at, else from as_of`() {
    var story = Story.standard()
    story.run("@02")
    story.add(.programs, "program_id=p; status=paused")
    story.run("@05")
    let program = story.model.programs["p"]
    let five = parsedInstant("2026-03-05T00:00:00Z") ?? 0
    #expect(program?.isPaused(at: five - 1) == false)
    #expect(program?.isPaused(at: five) == true)
  }

  @Test func `a program's first status holds from the beginning of time`() {
    let story = { () -> Story in
      var story = Story.standard("status=paused")
      story.run("@05")
      return story
    }()
    #expect(story.model.programs["p"]?.isPaused(at: 0) == true)
  }

  @Test func `a code belongs to one affiliate and program`() {
    var story = Story.standard()
    story.addSecond()
    story.run("@02")
    story.add(.codes, "code=C; affiliate_id=b; program_id=p")
    story.add(.codes, "code=E; affiliate_id=nobody; program_id=p")
    story.add(.codes, "code=E; affiliate_id=a; program_id=nowhere")
    story.add(.codes, "code=C; affiliate_id=a; program_id=p; max_uses=3")
    story.run("@03")
    let fates = [
      "rejected duplicate_code", "rejected unknown_affiliate", "rejected unknown_program",
      "accepted",
    ]
    #expect(story.fates(.codes) == fates)
    #expect(story.model.codes["C"]?.maxUses == 3)
  }

  @Test func `an empty code is generated, and later rows of the pair update it`() {
    var story = Story.standard()
    story.add(.codes, "affiliate_id=a; program_id=p")
    story.run("@02")
    story.add(.codes, "affiliate_id=a; program_id=p; max_uses=1")
    story.run("@03")
    let made = story.model.codes.keys.filter { $0 != "C" }
    #expect(made.map(\.utf8.count) == [10])
    #expect(made.compactMap { story.model.codes[$0]?.maxUses } == [1])
  }
}
