// The model against sentences on orders: identity, amendments, refunds.

import Pipeline
import Testing

@Suite struct OrderModelTests {
  private let first = "order_id=o; occurred_at=@01; program_id=p; amount=100; currency=USD"

  @Test func `an order is identified by program and order_id`() {
    var story = Story.standard()
    story.add(.programs, "program_id=q")
    story.add(.orders, first)
    story.add(.orders, "order_id=o; occurred_at=@01; program_id=q; amount=100; currency=USD")
    story.run("@02")
    #expect(story.fates(.orders) == ["accepted", "accepted"])
  }

  @Test func `a newer updated_at amends, an older one is stale`() {
    var story = Story.standard()
    story.add(.orders, first + "; updated_at=@05")
    story.run("@10")
    story.add(.orders, first + "; updated_at=@04; status=refunded")
    story.add(.orders, first + "; updated_at=@06; status=partially_refunded; refunded_amount=40")
    story.run("@10")
    #expect(story.fates(.orders) == ["filtered stale", "accepted"])
    #expect(story.conversion("o", "refunded_minor", "net_minor") == ["4000 6000"])
  }

  @Test func `with none on either a later run amends`() {
    var story = Story.standard()
    story.add(.orders, first)
    story.run("@10")
    story.add(.orders, first + "; status=refunded")
    story.run("@10")
    #expect(story.conversion("o", "net_minor") == ["0"])
  }

  @Test func `having updated_at is newer than having none`() {
    var story = Story.standard()
    story.add(.orders, first + "; status=refunded; updated_at=@01")
    story.add(.orders, first)
    story.run("@10")
    #expect(story.fates(.orders) == ["accepted", "accepted"])
    #expect(story.conversion("o", "net_minor") == ["0"])
  }

  @Test func `the same updated_at and other content is a conflicting_duplicate`() {
    var story = Story.standard()
    story.add(.orders, first + "; updated_at=@05")
    story.run("@10")
    story.add(.orders, first + "; updated_at=@05; status=refunded")
    story.run("@10")
    #expect(story.fates(.orders) == ["rejected conflicting_duplicate"])
  }

  @Test func `rows of one run equal in id and updated_at but different all conflict`() {
    var story = Story.standard()
    story.add(.orders, first)
    story.add(.orders, first + "; status=refunded")
    story.run("@10")
    #expect(
      story.fates(.orders) == ["rejected conflicting_duplicate", "rejected conflicting_duplicate"])
  }

  @Test func `a program_id with an unknown code is accepted, an unknown code alone is not`() {
    var story = Story.standard()
    story.add(.orders, first + "; code=N")
    story.add(.orders, "order_id=n; occurred_at=@01; code=N; amount=1; currency=USD")
    story.add(.orders, "order_id=m; occurred_at=@01; program_id=n; amount=1; currency=USD")
    story.run("@10")
    #expect(
      story.fates(.orders) == ["accepted", "rejected unknown_code", "rejected unknown_program"])
  }

  @Test func `an amendment keeps the values of absent fields`() {
    var story = Story.standard()
    story.add(.orders, first + "; status=partially_refunded; refunded_amount=10")
    story.run("@10")
    story.add(.orders, "order_id=o; occurred_at=@01; program_id=p; amount=90")
    story.run("@10")
    #expect(story.conversion("o", "amount_minor", "refunded_minor") == ["9000 1000"])
  }

  @Test func `an amendment in another currency is a currency_mismatch`() {
    var story = Story.standard()
    story.add(.orders, first)
    story.run("@10")
    story.add(.orders, "order_id=o; occurred_at=@01; program_id=p; amount=90; currency=EUR")
    story.run("@10")
    #expect(story.fates(.orders) == ["rejected currency_mismatch"])
  }

  @Test(arguments: [
    ("status=refunded", "10000"), ("status=cancelled", "10000"), ("status=chargeback", "10000"),
    ("status=paid; refunded_amount=30", "3000"), ("status=paid", "0"),
  ])
  func `refunded, cancelled and chargeback mean the whole amount`(status: String, refund: String) {
    var story = Story.standard()
    story.add(.orders, first + "; " + status)
    story.run("@10")
    #expect(story.conversion("o", "refunded_minor") == [refund])
  }

  @Test func `a refund above the amount is a bad_value`() {
    var story = Story.standard()
    story.add(.orders, first + "; refunded_amount=100.01")
    story.run("@10")
    #expect(story.fates(.orders) == ["rejected bad_value"])
  }
}
