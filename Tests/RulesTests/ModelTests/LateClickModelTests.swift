// A click that arrives after its order was judged wins exactly where it would have won (SPEC 3, Late
// rows): by each kind of evidence, in either order of trying them, by each model, wherever it lies.

import Pipeline
import Testing

@Suite struct LateClickModelTests {
  /// A programme of its own, with one order and one late click.
  private struct Case {
    var number: Int
    var model: String
    var evidence: String
    /// What the order names, and what the late click has of it.
    var order: String
    var click: String
    var at: String

    var program: String { "p\(number)" }
    var orderID: Text { Text("o\(number)") }

    /// The order's row, and those of its programme.
    func tell(_ story: inout Story) {
      story.add(
        .programs,
        "program_id=\(program); attribution_model=\(model); evidence=\(evidence); "
          + "fraud_review_threshold=1; hold_days=30")
      story.add(.codes, "code=C\(number); affiliate_id=a; program_id=\(program)")
      story.add(.codes, "code=D\(number); affiliate_id=b; program_id=\(program)")
      for (id, at) in [("k", "@03"), ("m", "@05")] {
        story.add(
          .clicks,
          "click_id=\(id)\(number); occurred_at=\(at); code=C\(number); visitor_id=v\(number)")
      }
      story.add(
        .orders,
        "order_id=\(orderID); occurred_at=@07; program_id=\(program); amount=100; currency=USD; "
          + named(order))
    }

    func tellLateClick(_ story: inout Story) {
      story.add(.clicks, "occurred_at=\(at); \(named(click))")
    }

    private func named(_ row: String) -> String {
      String(row.map { $0 == "#" ? "\(number)" : "\($0)" }.joined())
    }
  }

  private static func cases(_ evidence: String, _ model: String) -> [Case] {
    let kinds = [
      ("visitor_id=v#", "click_id=z#; code=D#; visitor_id=v#"),
      ("code=C#", "click_id=z#; code=C#; visitor_id=w#"),
      ("click_id=m#", "click_id=m#; code=D#; visitor_id=w#"),
      ("click_id=k#; code=D#; visitor_id=w#", "click_id=z#; code=D#; visitor_id=w#"),
      ("click_id=k#; code=C#; visitor_id=v#", "click_id=z#; code=C#; visitor_id=v#"),
      ("click_id=z#; code=C#", "click_id=z#; code=D#"),
    ]
    // Before both clicks, with the first, between them, with the second, behind them, with the
    // order, and too late.
    let instants = ["@01", "@03", "@04", "@05", "@06", "@07", "@07T00:00:01"]
    let rows = kinds.flatMap { kind in instants.map { (kind.0, kind.1, $0) } }
    return rows.enumerated().map { number, row in
      Case(
        number: number, model: model, evidence: evidence, order: row.0, click: row.1, at: row.2)
    }
  }

  @Test(
    arguments: ["click_id,code,visitor", "visitor,code,click_id", "code"],
    ["last_click", "first_click", "linear", "position_based", "time_decay"])
  func `a late click wins exactly where it would have won`(evidence: String, model: String) {
    let cases = Self.cases(evidence, model)
    var late = Story()
    var whole = Story()
    for row in ["affiliate_id=a; email=a@x.org", "affiliate_id=b; email=b@x.org"] {
      late.add(.affiliates, row + "; payment_method=MANUAL")
      whole.add(.affiliates, row + "; payment_method=MANUAL")
    }
    for place in cases {
      place.tell(&late)
      place.tell(&whole)
      place.tellLateClick(&whole)
    }
    late.run("@09")
    let before = cases.map { late.conversion($0.orderID, "evidence", "code", "click_id") }
    for place in cases { place.tellLateClick(&late) }
    late.run("@10")
    whole.run("@10")
    var changed = 0
    for (place, earlier) in zip(cases, before) {
      let found = late.conversion(place.orderID, "evidence", "code", "click_id")
      #expect(
        found == whole.conversion(place.orderID, "evidence", "code", "click_id"), "\(place)")
      if found != earlier { changed += 1 }
    }
    #expect((1..<cases.count).contains(changed))
  }
}
