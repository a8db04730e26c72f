import Pipeline
import Testing

@testable import Stages

@Suite("Typed content")
struct TypedContentTests {
  private func content(_ line: String) -> String {
    var bytes: [UInt8] = []
    RowsFromText.withBatch(of: [line], OrderDecoder.layout.request) { batch in
      bytes = TypedContent.content(batch, 0, OrderDecoder.layout).bytes
    }
    return String(decoding: bytes, as: UTF8.self).replacing("\u{1F}", with: "|")
  }

  @Test func `SPEC 10, Rows: the present native fields sorted by name, joined by U+001F`() {
    let line = #"{"sku":"s","order_id":"o","amount":10.50,"unknown":1,"code":null}"#
    #expect(content(line) == "amount=10.5|order_id=o|sku=s")
  }

  @Test(
    arguments: [
      (#"{"amount":"10.50"}"#, #"{"amount":10.5}"#),
      (#"{"amount":"010.00"}"#, #"{"amount":10}"#),
      (#"{"amount":"-0.0"}"#, #"{"amount":0}"#),
      (
        #"{"occurred_at":"2026-03-31T12:00:00+02:00"}"#,
        #"{"occurred_at":"2026-03-31T10:00:00.0009Z"}"#
      ),
      (#"{"metadata":"{ \"b\": 1.0, \"a\": [] }"}"#, #"{"metadata":{"a":[],"b":1}}"#),
      (#"{"order_id":"7"}"#, #"{"order_id":7}"#), (#"{"code":""}"#, #"{}"#),
    ])
  func `SPEC 9, Rows: same content means the same typed values`(_ left: String, _ right: String) {
    #expect(Text(content(left)) == Text(content(right)))
  }

  @Test(
    arguments: [
      (#"{"amount":10}"#, #"{"amount_minor":10}"#), (#"{"order_id":"7"}"#, #"{"order_id":"7.0"}"#),
      (#"{"order_id":"e\u0301"}"#, #"{"order_id":"\u00e9"}"#),
    ])
  func `other values are other content`(_ left: String, _ right: String) {
    #expect(Text(content(left)) != Text(content(right)))
  }

  @Test func `the digest depends on the kind`() {
    let line = #"{"code":"A","affiliate_id":"B","program_id":"C"}"#
    let other = RowLayout(.clicks, CodeRow.layout.columns)
    RowsFromText.withBatch(of: [line], CodeRow.layout.request) { codes in
      let first = TypedContent.content(codes, 0, CodeRow.layout)
      let second = TypedContent.content(codes, 0, other)
      #expect(first.bytes == second.bytes)
      #expect(first.digest != second.digest)
    }
  }

  @Test(
    arguments: [
      (0, 0, "0"), (5, 1, "0.5"), (-5, 3, "-0.005"), (100, 2, "1"), (120, 2, "1.2"),
      (.min, 0, "-9223372036854775808"), (.max, 18, "9.223372036854775807"),
      (.max, 19, "0.9223372036854775807"), (.max, 25, "0.0000009223372036854775807"),
      (0, 4, "0"), (-10, 2, "-0.1"), (1_000_000_000_000_000_000, 18, "1"), (9, 0, "9"),
      (10, 0, "10"), (99, 1, "9.9"),
    ] as [(Int64, Int, String)])
  func `decimals are written without idle zeros`(_ mantissa: Int64, _ places: Int, _ text: String) {
    #expect(CanonicalDecimal.text(mantissa: mantissa, fractionDigits: places) == Text(text))
  }
}
