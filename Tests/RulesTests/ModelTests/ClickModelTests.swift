// The model against sentences on clicks.

import Pipeline
import Testing

@Suite struct ClickModelTests {
  private func fates(_ story: Story, _ clicks: String...) -> [String] {
    var story = story
    for click in clicks { story.add(.clicks, click) }
    story.run("@20")
    return story.fates(.clicks)
  }

  @Test func `a pending affiliate's clicks are affiliate_inactive`() {
    var story = Story.standard()
    story.add(.affiliates, "affiliate_id=b; email=b@x.org; status=pending")
    story.add(.codes, "code=D; affiliate_id=b; program_id=p")
    #expect(fates(story, "occurred_at=@01; code=D") == ["filtered affiliate_inactive"])
  }

  @Test func `a pause filters clicks at their instant`() {
    let story = Story.standard("status=paused; status_at=@05")
    let found = fates(
      story, "click_id=1; occurred_at=@04T23:59:59.999; code=C",
      "click_id=2; occurred_at=@05; code=C")
    #expect(found == ["accepted", "filtered program_paused"])
  }

  @Test func `a code expires at or after expires_at`() {
    var story = Story.standard()
    story.add(.codes, "code=E; affiliate_id=a; program_id=p; expires_at=@05")
    let found = fates(
      story, "click_id=1; occurred_at=@04T23:59:59.999; code=E",
      "click_id=2; occurred_at=@05; code=E")
    #expect(found == ["accepted", "filtered code_expired"])
  }

  @Test func `code_inactive comes before code_expired and bot`() {
    var story = Story.standard()
    story.add(
      .codes, "code=E; affiliate_id=a; program_id=p; is_active=false; expires_at=@05")
    let found = fates(story, "occurred_at=@06; code=E; user_agent=bot")
    #expect(found == ["filtered code_inactive"])
  }

  @Test(arguments: [
    ("Googlebot/2.1", true), ("CURL/8.0", true), ("curl 8", false), ("Mozilla/5.0", false),
    ("", false), ("LinkPREVIEW", true),
  ])
  func `the user agent, lower-cased, contains a word of the list`(agent: Text, holds: Bool) {
    #expect(isBot(agent) == holds)
  }

  @Test func `a click's identity is program, click_id and UTC day`() {
    let found = fates(
      Story.standard(), "click_id=k; occurred_at=@01T10:00:00; code=C",
      "click_id=k; occurred_at=@01T11:00:00; code=C", "click_id=k; occurred_at=@02; code=C")
    #expect(found == ["accepted", "duplicate", "accepted"])
  }

  @Test func `without click_id the same code, visitor, ip and instant are the same click`() {
    let found = fates(
      Story.standard(), "occurred_at=@01; code=C; visitor_id=v; ip=1.1.1.1; landing_page=/a",
      "occurred_at=@01; code=C; visitor_id=v; ip=1.1.1.1; landing_page=/b",
      "occurred_at=@01; code=C; visitor_id=w; ip=1.1.1.1; landing_page=/a")
    #expect(found == ["accepted", "duplicate", "accepted"])
  }

  @Test func `beyond the first N of an IP and UTC hour clicks are rate_limited`() {
    let story = Story.standard("max_clicks_per_ip_hour=1")
    let found = fates(
      story, "click_id=2; occurred_at=@01T10:00:00; code=C; ip=1.1.1.1",
      "click_id=1; occurred_at=@01T10:00:00; code=C; ip=1.1.1.1",
      "click_id=3; occurred_at=@01T10:59:59.999; code=C; ip=1.1.1.1",
      "click_id=4; occurred_at=@01T11:00:00; code=C; ip=1.1.1.1",
      "click_id=5; occurred_at=@01T10:00:00; code=C; ip=2.2.2.2")
    #expect(
      found == [
        "filtered rate_limited", "accepted", "filtered rate_limited", "accepted", "accepted",
      ])
  }

  @Test func `clicks accepted by earlier runs count first`() {
    var story = Story.standard("max_clicks_per_ip_hour=1")
    story.add(.clicks, "click_id=late; occurred_at=@01T10:30:00; code=C; ip=1.1.1.1")
    story.run("@20")
    story.add(.clicks, "click_id=early; occurred_at=@01T10:00:00; code=C; ip=1.1.1.1")
    story.run("@20")
    #expect(story.fates(.clicks) == ["filtered rate_limited"])
  }

  @Test func `a rate-limited click that comes again is a duplicate`() {
    var story = Story.standard("max_clicks_per_ip_hour=0")
    story.add(.clicks, "click_id=k; occurred_at=@01; code=C; ip=1.1.1.1")
    story.run("@20")
    story.add(.clicks, "click_id=k; occurred_at=@01; code=C; ip=1.1.1.1; referrer=r")
    story.run("@20")
    #expect(story.fates(.clicks) == ["duplicate"])
  }

  @Test func `a duplicate click is not counted as filtered`() {
    var story = Story.standard()
    story.add(.clicks, "click_id=k; occurred_at=@01; code=C")
    story.add(.clicks, "click_id=k; occurred_at=@01; code=C; referrer=r")
    story.add(.clicks, "click_id=m; occurred_at=@01; code=C; user_agent=bot")
    story.run("@20")
    let days = story.model.clickDayRecords.map { "\($0["clicks"] ?? "") \($0["filtered"] ?? "")" }
    #expect(days == ["1 1"])
  }
}
