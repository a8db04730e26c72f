import Pipeline
import Testing

@testable import Stages

@Suite("Rows of orders")
struct OrderDecoderTests {
  private static let asOf = "2026-04-01T00:00:00Z"

  private func decode(_ line: String) throws -> Decoded<OrderRow> {
    var runs = RegistryRuns()
    try runs.run(
      asOf: Self.asOf,
      programs: RowsFromText.programs(#"{"program_id":"p"}"#, #"{"program_id":"q"}"#),
      affiliates: RowsFromText.affiliates(#"{"affiliate_id":"a","email":"a@x.de"}"#),
      codes: RowsFromText.codes(#"{"code":"A","affiliate_id":"a","program_id":"q"}"#))
    let decoder = OrderDecoder(
      registry: Registry(runs.records), asOf: Instant(Self.asOf),
      ipKey: ContentHash.Key(high: 7, low: 9))
    return RowsFromText.read(OrderDecoder.layout, [line]) { decoder.decode($0, $1, $2) }[0]
  }

  private func rejection(_ fields: String) throws -> String? {
    let line = #"{"order_id":"o","occurred_at":"2026-03-31T10:00:00Z",\#(fields)}"#
    return try decode(line).rejection?.summary
  }

  @Test func `every column comes typed`() throws {
    let line = #"""
      {"order_id":7,"occurred_at":"2026-03-31T12:00:00+02:00","program_id":"p","code":"A",
      "click_id":"c","visitor_id":"v","customer_id":"u","customer_email":"A.b+c@Gmail.com",
      "ip":"192.0.2.1","amount":"12.50","currency":"KWD","status":"partially_refunded",
      "refunded_amount":1.250,"sku":"s","category":"k","updated_at":"2027-01-01T00:00:00Z",
      "metadata":{"a":1}}
      """#
    let order = try #require(try decode(line.replacing("\n", with: "")).row)
    #expect(order.id == "7")
    #expect(order.program == ProgramOrdinal(0))
    #expect(order.occurredAt == Instant("2026-03-31T10:00:00Z"))
    #expect(order.amount == WrittenAmount(digits: 1_250, fractionDigits: 2, isMinor: false))
    #expect(order.refunded == WrittenAmount(digits: 1_250, fractionDigits: 3, isMinor: false))
    #expect(order.currency?.code == "KWD")
    #expect(order.status == .partiallyRefunded)
    #expect(order.code == "A" && order.clickID == "c" && order.sku == "s" && order.category == "k")
    #expect(order.visitor == Keys.key(of: "v") && order.customer == Keys.key(of: "u"))
    #expect(order.email == Keys.key(of: "ab@gmail.com"))
    #expect(order.emailDomain == Keys.key(of: "gmail.com"))
    #expect(order.ip != nil && order.ip != Keys.key(of: "192.0.2.1"))
    #expect(order.updatedAt == Instant("2027-01-01T00:00:00Z"))
    #expect(order.origin == RowOrigin(file: 0, line: 1))
  }

  @Test(
    arguments: [
      (#""amount":1"#, "missing_field program_id"), (#""program_id":"p""#, "missing_field amount"),
      (
        #""program_id":"p","amount":"x","amount_minor":null,"status":"partially_refunded""#,
        "missing_field refunded_amount"
      ),
      (#""program_id":"p","amount":-0.01"#, "bad_value amount"),
      (#""program_id":"p","amount_minor":-1"#, "bad_value amount_minor"),
      (#""program_id":"p","amount_minor":1.5"#, "bad_value amount_minor"),
      (#""program_id":"p","amount":1,"amount_minor":100"#, "bad_value amount_minor"),
      (#""program_id":"p","amount":"1,50""#, "bad_value amount"),
      (#""program_id":"p","amount":9223372036854775808"#, "bad_value amount"),
      (#""program_id":"p","amount":1,"refunded_amount":-1"#, "bad_value refunded_amount"),
      (#""program_id":"p","amount":1,"status":"PAID""#, "bad_value status"),
      (#""program_id":"p","amount":1,"metadata":"{""#, "bad_value metadata"),
      (#""program_id":"p","amount":1,"updated_at":"2026-03-31""#, "bad_instant updated_at"),
      (#""program_id":"r","amount":1"#, "unknown_program program_id"),
      (#""code":"B","amount":1"#, "unknown_code code"),
    ])
  func `SPEC 2 and 9: what an order must state, and how`(
    _ fields: String, _ expected: String
  ) throws {
    #expect(try rejection(fields) == expected)
  }

  @Test func `SPEC 9, Rows: in_future is instant > as_of, before unknown ones`() throws {
    let late = #"{"order_id":"o","occurred_at":"2026-04-01T00:00:00.001Z","amount":1,"code":"B"}"#
    #expect(try decode(late).rejection?.summary == "in_future occurred_at")
    let exact = #"{"order_id":"o","occurred_at":"2026-04-01T00:00:00Z","amount":1,"code":"A"}"#
    #expect(try decode(exact).row?.program == ProgramOrdinal(1))
  }

  @Test func `SPEC 9, Rows: a program_id with an unknown code is accepted`() throws {
    #expect(try rejection(#""program_id":"p","code":"B","amount":0"#) == nil)
  }
}
