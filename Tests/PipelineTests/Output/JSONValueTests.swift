import Pipeline
import Testing

struct JSONValueTests {
  @Test func `a value keeps the order of its names and the spelling of its numbers`() throws {
    let value = try JSONValue(
      #" {"b": [1.50, -0, 1E+2], "a": {"x": null, "y": "\u00e9\ud83d\ude00"}} "#)
    #expect(
      value
        == .object([
          .init("b", .array([.number("1.50"), .number("-0"), .number("1E+2")])),
          .init("a", .object([.init("x", .null), .init("y", .string("é😀"))])),
        ]))
    #expect(value["a"]?["y"]?.text == "é😀")
    #expect(value["c"] == nil)
    #expect(value["b"]?.elements?.map(\.integer) == [nil, 0, 100])
  }

  @Test(
    arguments: [
      ("", 1, 1, .expected("a value")), ("{\n \"a\" 1}", 2, 6, .expected("':'")),
      ("[1 2]", 1, 4, .expected("',' or ']'")), ("[1,]", 1, 4, .expected("a value")),
      ("{\"a\":1,}", 1, 8, .expected("a name in quotes")), ("[1", 1, 1, .unfinished("array")),
      ("{\"a\":1,", 1, 1, .unfinished("object")), ("\n\"ab", 2, 1, .unfinished("string")),
      ("[01]", 1, 2, .badNumber), ("[1.]", 1, 2, .badNumber), ("[-]", 1, 2, .badNumber),
      ("[1e1000000000]", 1, 2, .badNumber), ("[+1]", 1, 2, .expected("a value")),
      ("[.5]", 1, 2, .expected("a value")), ("[NaN]", 1, 2, .expected("a value")),
      ("[1x]", 1, 2, .badNumber), ("[\"é\", \"\\x\"]", 1, 8, .badEscape),
      ("[\"\\ud800\"]", 1, 3, .badEscape), ("[\"\\ud800\\u0041\"]", 1, 3, .badEscape),
      ("[\"\\udc00\"]", 1, 3, .badEscape), ("[\"\\u00g0\"]", 1, 3, .badEscape),
      ("[\"a\nb\"]", 1, 4, .badCharacter), ("1 2", 1, 3, .moreText), ("nulll", 1, 5, .moreText),
      ("{\"a\":1,\r\n\"\\u0061\":2}", 2, 1, .duplicateName("a")),
      ("// c\n1", 1, 1, .expected("a value")), ("{a:1}", 1, 2, .expected("a name in quotes")),
      ("['a']", 1, 2, .expected("a value")),
    ] as [(String, Int, Int, JSONFault.Reason)])
  func `a text that is not JSON is refused at its place`(
    text: String, line: Int, column: Int, reason: JSONFault.Reason
  ) {
    let fault = #expect(throws: JSONFault.self) { try JSONValue(text) }
    #expect(fault?.line == line)
    #expect(fault?.column == column)
    #expect(fault?.reason == reason)
  }

  @Test func `a fault says where and what`() {
    let fault = #expect(throws: JSONFault.self) { try JSONValue("{\n  \"a\": tru}") }
    #expect(fault?.description == "2:8: a value is expected here")
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    let fault = #expect(throws: JSONFault.self) {
      try JSONValue([0x5B, 0x22, 0xC3, 0x28, 0x22, 0x5D])
    }
    #expect(fault?.reason == .badUTF8)
    #expect(fault?.column == 2)
  }

  @Test func `names that look the same but have other bytes are two`() throws {
    let value = try JSONValue("{\"\u{E9}\":1,\"e\u{301}\":2}")
    #expect(value["\u{E9}"]?.integer == 1)
    #expect(value["e\u{301}"]?.integer == 2)
  }

  @Test func `64 levels are read, and 65 are too deep`() throws {
    let deep = { (depth: Int) in
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(deep(64))
    let fault = #expect(throws: JSONFault.self) { try JSONValue(deep(65)) }
    #expect(fault?.reason == .tooDeep)
    #expect(fault?.column == 65)
    #expect(throws: JSONFault.self) { try JSONValue(String(repeating: "[", count: 1_000_000)) }
  }

  @Test func `settings may have comments, last commas, plain names and single quotes`() throws {
    let text = """
      \u{FEFF}// a schedule
      {
        name: 'it\\'s "nightly"', /* with
        two lines */ $_a1: [1, 2,],
        "url": "http://x/*y*/", // the end
      }
      """
    #expect(
      try JSONValue(text, dialect: .relaxed).canonicalText
        == #"{"$_a1":[1,2],"name":"it's \"nightly\"","url":"http://x/*y*/"}"#)
  }

  @Test(
    arguments: [
      ("{/* x", 1, 2, .unfinished("comment")), ("[,]", 1, 2, .expected("a value")),
      ("[1,,]", 1, 4, .expected("a value")), ("{1a:2}", 1, 2, .expected("a name in quotes")),
      ("/x", 1, 1, .expected("a value or a comment")), ("{a:1,'a':2}", 1, 6, .duplicateName("a")),
    ] as [(String, Int, Int, JSONFault.Reason)])
  func `settings have their limits`(
    text: String, line: Int, column: Int, reason: JSONFault.Reason
  ) {
    let fault = #expect(throws: JSONFault.self) { try JSONValue(text, dialect: .relaxed) }
    #expect(fault?.line == line)
    #expect(fault?.column == column)
    #expect(fault?.reason == reason)
  }

  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("-0.00e5", "0"), ("1.0", "1"), ("1.50", "1.5"), ("15e-1", "1.5"),
    ("0.10", "0.1"), ("100", "100"), ("1e2", "100"), ("1E+2", "100"), ("-12.340", "-12.34"),
    ("0.000123", "0.000123"), ("123e-5", "0.00123"), ("9223372036854775808", "9223372036854775808"),
    ("1e40", "1" + String(repeating: "0", count: 40)), ("1e41", "1e41"), ("10e40", "1e41"),
    ("0.1e-40", "1e-41"), ("12e-41", "12e-41"), ("-5e999999999", "-5e999999999"),
  ])
  func `all spellings of a number have one canonical text`(
    spelling: String, canonical: String
  ) throws {
    #expect(try JSONValue(spelling).canonicalText == canonical)
  }

  @Test func `canonical text sorts names by their bytes`() throws {
    let value = try JSONValue(#"{ "b" : 1, "é": {}, "B": [ ], "a\n": "\u0041/" , "": null}"#)
    #expect(value.canonicalText == #"{"":null,"B":[],"a\n":"A/","b":1,"é":{}}"#)
  }

  @Test func `an accessor answers for its own kind alone`() throws {
    let kinds: [JSONValue] = [
      .null, .bool(true), .number("2"), .string("2"), .array([]), .object([]),
    ]
    #expect(kinds.map(\.isNull) == [true, false, false, false, false, false])
    #expect(kinds.map(\.truth) == [nil, true, nil, nil, nil, nil])
    #expect(kinds.map(\.integer) == [nil, nil, 2, nil, nil, nil])
    #expect(kinds.map(\.text) == [nil, nil, nil, "2", nil, nil])
    #expect(kinds.map(\.elements) == [nil, nil, nil, nil, [], nil])
    #expect(kinds.map(\.members) == [nil, nil, nil, nil, nil, []])
    #expect(
      kinds.map(\.kind)
        == ["null", "a truth value", "a number", "a string", "an array", "an object"])
  }
}
