import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite("The quick way through an order's row")
struct PlainOrderTests {
  /// What columns may state: mostly right, sometimes wrong, sometimes in an odd form.
  private static let values: [(String, [String])] = [
    ("order_id", [#""o1""#, #""o1""#, "7", #""a-long-order-id-of-more-than-15""#]),
    ("occurred_at", [#""2026-03-31T10:00:00Z""#, #""2026-03-31T12:00:00.5+02:00""#, #""x""#]),
    ("program_id", [#""p""#, #""p""#, #""q""#, "null", #""r""#]),
    ("code", [#""A""#, "null", #""B""#, "true"]),
    ("click_id", [#""c1""#, "5", "null"]), ("visitor_id", [#""v""#, "null", "[1]"]),
    ("customer_id", [#""u""#, "null"]),
    ("customer_email", [#""a@x.de""#, #""A.b+c@Gmail.com""#, #""a.b@gmail.com""#, #""no""#]),
    ("ip", [#""192.0.2.1""#, "null"]), ("amount", ["12.50", #""0.5""#, "null", "-1", #""1e3""#]),
    ("amount_minor", ["null", "null", "null", "100"]),
    ("currency", [#""USD""#, #""EUR""#, "null", #""usd""#, #""JPY""#]),
    ("status", [#""paid""#, "null", #""partially_refunded""#, #""PAID""#]),
    ("refunded_amount", ["null", "null", "1.25", "99"]), ("sku", [#""s""#, "null"]),
    ("category", [#""k""#, "null"]), ("updated_at", [#""2026-03-31T10:00:00Z""#, "null", "5"]),
    ("metadata", ["null", "null", #"{"b":1,"a":[]}"#, #""{ }""#, #""{""#]),
  ]

  private static func line(_ random: inout SplitMix64) -> String {
    let fields = values.map { name, choices in
      // The first choice, which is right, three times out of four.
      let isPlain = random.next() % 4 != 0
      let choice = isPlain ? choices[0] : choices[Int(random.next() % UInt64(choices.count))]
      return "\"\(name)\":\(choice)"
    }
    return "{\(fields.joined(separator: ","))}"
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `comes to the same row as the careful one`(_ seed: UInt64) throws {
    var runs = RegistryRuns()
    try runs.run(
      asOf: "2026-04-01T00:00:00Z",
      programs: RowsFromText.programs(#"{"program_id":"p"}"#, #"{"program_id":"q"}"#),
      affiliates: RowsFromText.affiliates(#"{"affiliate_id":"a","email":"a@x.de"}"#),
      codes: RowsFromText.codes(#"{"code":"A","affiliate_id":"a","program_id":"q"}"#))
    let decoder = OrderDecoder(
      registry: Registry(runs.records), asOf: Instant("2026-04-01T00:00:00Z"),
      ipKey: ContentHash.Key(high: 7, low: 9))
    var random = SplitMix64(seed: seed)
    let lines = (0..<400).map { _ in Self.line(&random) }
    let quick = RowsFromText.read(OrderDecoder.layout, lines) { decoder.decode($0, $1, $2) }
    let careful = RowsFromText.read(OrderDecoder.layout, lines) {
      decoder.carefully($0, $1, $2, findsProgram: true)
    }
    #expect(quick.count == 400)
    #expect(quick.count { $0.row != nil } > 20)
    for (one, other) in zip(quick, careful) { #expect("\(one)" == "\(other)") }
  }
}
