// The model against sentences on rows: content, order of checks, types.

import Pipeline
import Testing

@Suite struct RowModelTests {
  @Test func `same content means the same typed values`() {
    var story = Story.standard()
    story.add(
      .orders, "order_id=o; occurred_at=@01T10:00:00; program_id=p; amount=10.5; currency=USD")
    story.add(
      .orders,
      "order_id=o; occurred_at=2026-03-01T12:00:00+02:00; program_id=p; amount=10.50; currency=USD")
    story.run("@02")
    #expect(story.fates(.orders).sorted() == ["accepted", "duplicate"])
  }

  @Test func `a rejected row may come again and is judged anew`() {
    var story = Story.standard()
    story.add(.clicks, "click_id=k; occurred_at=@01; code=N")
    story.run("@02")
    #expect(story.fates(.clicks) == ["rejected unknown_code"])
    story.add(.codes, "code=N; affiliate_id=a; program_id=p")
    story.add(.clicks, "click_id=k; occurred_at=@01; code=N; note=a new file")
    story.run("@03")
    #expect(story.fates(.clicks) == ["accepted"])
  }

  @Test func `a row whose content was ever filtered is a duplicate`() {
    var story = Story.standard()
    for _ in 0..<2 {
      story.add(
        .clicks,
        "click_id=k; occurred_at=@01; code=C; user_agent=Googlebot; x=\(story.model.runNumber)")
      story.run("@02")
    }
    #expect(story.fates(.clicks) == ["duplicate"])
  }

  @Test func `a file skipped by its content is not read`() {
    var story = Story.standard()
    story.add(.clicks, "click_id=k; occurred_at=@01; code=C")
    story.run("@02")
    story.add(.clicks, "click_id=k; occurred_at=@01; code=C")
    story.run("@02")
    #expect(story.fates(.clicks) == [])
  }

  @Test(arguments: [
    ("@01", "accepted"), ("2026-03-01 00:00:00Z", "rejected bad_instant"),
    ("2026-03-01T24:00:00Z", "rejected bad_instant"),
    ("2026-03-01T23:59:60Z", "rejected bad_instant"),
    ("2026-02-29T00:00:00Z", "rejected bad_instant"),
    ("2026-03-01T00:00:00", "rejected bad_instant"), ("2026-03-02T00:00:00.0009Z", "accepted"),
    ("2026-03-02T00:00:00.001Z", "rejected in_future"),
    ("2026-03-02T02:00:00+02:00", "accepted"), ("2026-03-01T23:00:00-01:00", "accepted"),
  ])
  func `an instant is RFC 3339 with offset, cut to milliseconds`(text: String, fate: String) {
    var story = Story.standard()
    story.add(.clicks, "click_id=k; occurred_at=\(text); code=C")
    story.run("@02")
    #expect(story.fates(.clicks) == [fate])
  }

  @Test(arguments: [
    ("10.50", "USD", "accepted"), ("10.505", "USD", "rejected amount_precision"),
    ("10.500", "USD", "rejected amount_precision"), ("10", "JPY", "accepted"),
    ("10.0", "JPY", "rejected amount_precision"), ("1.234", "KWD", "accepted"),
    ("1e3", "USD", "rejected bad_value"), ("-1", "USD", "rejected bad_value"),
    ("+1", "USD", "rejected bad_value"), (".5", "USD", "rejected bad_value"),
    ("5.", "USD", "rejected bad_value"), ("1,5", "USD", "rejected bad_value"),
    ("92233720368547758.07", "USD", "accepted"),
    ("92233720368547758.08", "USD", "rejected bad_value"),
  ])
  func `an amount is a plain decimal within its currency's digits`(
    amount: String, currency: String, fate: String
  ) {
    var story = Story.standard()
    story.add(
      .orders, "order_id=o; occurred_at=@01; program_id=p; amount=\(amount); currency=\(currency)")
    story.run("@02")
    #expect(story.fates(.orders) == [fate])
  }

  @Test func `the same row in another file is a duplicate, and is counted as one`() {
    var model = Model()
    let row = InputRow.fields([Field("program_id", .text("p"))])
    let files = ["a", "b"].map {
      InputFile(
        kind: .programs, name: $0, format: .csv, columns: ["program_id", "x_" + $0], rows: [row])
    }
    let facts = model.run(Night(asOf: 0, files: files)) { _ in "none" }
    #expect(facts.map(\.rows) == [1, 1])
    #expect(facts.map(\.accepted).reduce(0, +) == 1)
    #expect(facts.map(\.duplicate).reduce(0, +) == 1)
  }

  @Test func `a line is the physical one on which the record starts`() {
    let rows = ["one\ntwo", "three"].map { InputRow.fields([Field("name", .text($0))]) }
    let file = InputFile(
      kind: .programs, name: "p.csv", format: .csv, columns: ["name", "program_id"], rows: rows)
    let rendered = file.rendered { _ in "" }
    #expect(rendered.lines == [2, 4])
    #expect(rendered.bytes == Array("name,program_id\n\"one\ntwo\",\nthree,\n".utf8))
  }

  @Test func `ids compare as bytes`() {
    var story = Story.standard()
    story.add(.codes, "code=S\u{E9}; affiliate_id=a; program_id=p")
    story.add(.clicks, "click_id=k; occurred_at=@01; code=Se\u{301}")
    story.run("@02")
    #expect(story.fates(.clicks) == ["rejected unknown_code"])
  }

  @Test func `an e-mail is normalised by trimming, lower-casing, tags and dots`() {
    #expect(normalisedEmail(" A.B+tag@Gmail.com ") == "ab@gmail.com")
    #expect(normalisedEmail("A.B+tag@example.org") == "a.b@example.org")
    #expect(normalisedEmail("a.b@googlemail.com") == "ab@googlemail.com")
  }

  @Test func `a SHA-256 is the standard's`() {
    let hex = sha256(Array("abc".utf8)).prefix(4).map { String($0, radix: 16) }
    #expect(hex == ["ba", "78", "16", "bf"])
  }
}
