import Pipeline
import TestSupport
import Testing

struct JSONWriterTests {
  private func text(
    _ layout: JSONWriter.Layout = .compact, _ body: (inout JSONWriter) throws -> Void
  ) throws -> String {
    let buffer = ByteBuffer()
    var json = JSONWriter(to: buffer, layout: layout)
    try body(&json)
    try json.finish()
    return buffer.text
  }

  private func sample(_ json: inout JSONWriter) {
    json.beginObject()
    json.member("z", Int64.min)
    json.member("a", "x" as Text?)
    json.member("n", nil as Int64?)
    json.key("list")
    json.beginArray()
    json.bool(true)
    json.null()
    json.decimal("0.10")
    json.beginArray()
    json.endArray()
    json.beginObject()
    json.endObject()
    json.endArray()
    json.member("t", false)
    json.endObject()
  }

  @Test func `a compact value has no white space, and its names in the order of the calls`() throws
  {
    #expect(
      try text { sample(&$0) }
        == #"{"z":-9223372036854775808,"a":"x","n":null,"list":[true,null,0.10,[],{}],"t":false}"#)
  }

  @Test func `an indented value has two spaces a level`() throws {
    #expect(
      try text(.indented) { json in
        sample(&json)
        try json.endLine()
      } == """
        {
          "z": -9223372036854775808,
          "a": "x",
          "n": null,
          "list": [
            true,
            null,
            0.10,
            [],
            {}
          ],
          "t": false
        }

        """)
  }

  @Test func `lines hold one value each`() throws {
    #expect(
      try text { json in
        for number in 1...3 {
          json.integer(Int64(number))
          try json.endLine()
        }
      } == "1\n2\n3\n")
  }

  @Test(
    arguments: [
      ("a\"b\\c/d", #""a\"b\\c/d""#), ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
      ("\0\u{1F}\u{7F}", "\"\\u0000\\u001f\u{7F}\""), ("é😀\u{2028}", "\"é😀\u{2028}\""),
      ("", "\"\""),
    ] as [(Text, String)])
  func `a string is escaped where JSON demands it`(string: Text, written: String) throws {
    #expect(try text { $0.string(string) } == written)
    #expect(try JSONValue(written) == .string(string))
  }

  @Test func `any text is read back as it was written`() throws {
    var random = SplitMix64(seed: 11)
    for _ in 0..<300 {
      var scalars = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0..<12, using: &random) {
        let bound: UInt32 = Bool.random(using: &random) ? 0x80 : 0x11_0000
        if let scalar = Unicode.Scalar(UInt32.random(in: 0..<bound, using: &random)) {
          scalars.append(scalar)
        }
      }
      let value = JSONValue.array([.string(Text(String(scalars))), .number("-1.50e+3")])
      #expect(try JSONValue(text { $0.value(value) }) == value)
    }
  }

  @Test func `a value without a name in an object is a broken promise`() async {
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter(to: ByteBuffer())
      json.beginObject()
      json.null()
    }
  }

  @Test func `a spelling that is no number is a broken promise`() async {
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter(to: ByteBuffer())
      json.decimal("01")
    }
  }
}
