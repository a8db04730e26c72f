// JSONL, rule by rule, and the well-known cases of what is JSON and what is not.

import Testing

@testable import Pipeline

private func read(_ lines: String, _ columns: [String] = ["a", "b"]) throws -> [ReadRecord] {
  try readAll(lines, as: "in.jsonl", columns: columns)
}

private func isTaken(_ line: String) throws -> Bool {
  let records = try read(line + "\n{}\n", ["a"])
  #expect(records.count == 2)
  #expect(records.last?.fault == nil)
  #expect(records[0].raw == Array(line.utf8))
  #expect((PlainJSON.members(Array(line.utf8)) != nil) == (records[0].fault == nil))
  if let fault = records[0].fault { #expect(fault.code == "bad_row") }
  return records[0].fault == nil
}

struct JSONLReaderTests {
  @Test func `members are found by name and keep their form`() throws {
    let line = #"{"x":[1,{"a":2}],"b":-1.50e3,"a":"t\u00e9\n","c":{"k": [ ]},"d":true}"#
    let records = try read(line + "\n", ["a", "b", "c", "d", "x", "none"])
    #expect(
      records.map(\.fields) == [
        [
          .text("té\n"), ReadField(bytes: Array("-1.50e3".utf8), form: .number),
          ReadField(bytes: Array(#"{"k": [ ]}"#.utf8), form: .structure),
          ReadField(bytes: Array("true".utf8), form: .literal),
          ReadField(bytes: Array(#"[1,{"a":2}]"#.utf8), form: .structure), .absent,
        ]
      ])
  }

  @Test func `null, the empty string and a missing member are absent`() throws {
    let records = try read("{\"a\":null,\"b\":\"\"}\n{}\n{\"b\":\"x\"}")
    #expect(
      records.map(\.fields) == [
        [.absent, .absent], [.absent, .absent], [.absent, .text("x")],
      ])
  }

  @Test func `lines of other shapes and orders give their own values`() throws {
    let lines = [
      #"{"a":"1","b":"2"}"#, #"{"b":"3","a":"4"}"#, #"{"a":"5"}"#, #"{"z":0,"b":"6","y":1}"#,
      #"{"\u0061":"7","b":"8"}"#, #"{"a":"9","b":"10","c":1}"#,
    ]
    let records = try read(lines.joined(separator: "\n"))
    #expect(
      records.map { $0.fields.map { String(decoding: $0.bytes, as: UTF8.self) } } == [
        ["1", "2"], ["4", "3"], ["5", ""], ["", "6"], ["7", "8"], ["9", "10"],
      ])
  }

  @Test func `a column that is asked for twice is given twice`() throws {
    #expect(
      try read("{\"a\":1}", ["a", "a"]).map { $0.fields.map(\.form) } == [[.number, .number]])
  }

  @Test func `line ends, empty lines and a byte order mark are no content`() throws {
    let records = try read("\u{FEFF}\r\n{\"a\":1}\r\n\n \t{\"a\":2} \r\n{\"a\":3}")
    #expect(records.map(\.fault) == [nil, nil, nil])
    #expect(records.map(\.line) == [2, 4, 5])
    #expect(
      records.map(\.raw) == ["{\"a\":1}", " \t{\"a\":2} ", "{\"a\":3}"].map { Array($0.utf8) })
  }

  @Test(arguments: [
    #"{}"#, #"{ }"#, #"{"a":0}"#, #"{"a":-0}"#, #"{"a":-0.0}"#, #"{"a":1E22}"#, #"{"a":1e+2}"#,
    #"{"a":0e-1}"#, #"{"a":123.456e78}"#, #"{"a":[]}"#, #"{"a":[[] ]}"#, #"{"a":[1,2 , 3]}"#,
    #"{"a":[null,1,"1",{}]}"#, #"{"a":"\"\\\/\b\f\n\r\t"}"#, #"{"a":"\u0123\uD834\uDD1E"}"#,
    #"{"a":"\uD800\uDC00"}"#, #"{"a":"\uDBFF\uDFFF"}"#, #"{"":0}"#, #"{"a":"\u00e9é"}"#,
    "{\"a\":\"\u{7F}\"}", "{\"a\":\"\u{10FFFF}\u{FFFE}\"}", #"{"a":{"b":{"c":{}}}}"#,
    #"{"a":"long text that takes more than eight bytes"}"#, "\t{\"a\":1}\r ",
    #"{"a":true,"b":false,"c":null}"#, #"{"a":"a b","A":1,"ä":1,"a\u0308":1}"#,
    #"{"a":{"x":1},"b":{"x":1}}"#, #"{"a":[{"x":1},{"x":1}]}"#, #"{"a":"\u2028\u005C"}"#,
    #"{"a":123456789012345678901234567890}"#, "{\"a\"\r:\t1 , \"b\" : 2}",
  ])
  func `JSON is taken`(line: String) throws { #expect(try isTaken(line)) }

  @Test(arguments: [
    "[]", "1", "null", "\"a\"", "[{}]", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
    "{\"a\":1,}", "{,}", "{\"a\" 1}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "{\"a\":1}}",
    "{\"a\":1}x", "{} {}", "{},", "{\"a\":[1,]}", "{\"a\":[,1]}", "{\"a\":[1 2]}", "{\"a\":[}",
    "{\"a\":[1}", "{\"a\":01}", "{\"a\":-01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":-}",
    "{\"a\":+1}", "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":0x1}", "{\"a\":1_000}", "{\"a\":NaN}",
    "{\"a\":Infinity}", "{\"a\":tru}", "{\"a\":True}", "{\"a\":truex}", "{\"a\":nul}",
    "{\"a\":TRUE}", "{\"a\":\"", "{\"a\":\"x}", "{\"a\":\"\\\"}", "{\"a\":\"\\x41\"}",
    "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12G4\"}", "{\"a\":\"\\'\"}", "{\"a\":\"\\U0041\"}",
    "{\"a\":\"\\uD800\"}", "{\"a\":\"\\uDC00\"}", "{\"a\":\"\\uD800\\u0041\"}",
    "{\"a\":\"\\uD800x\"}", "{\"a\":\"\\uD800\\uD800\"}", "{\"a\":\"\\u0000\"}", "{\"a\":\"\0\"}",
    "{\"a\":\"\t\"}", "{\"a\":\"\u{1F}\"}", "{\"a\":\"x\ry\"}", "{\"a\":1}\0", "\0{}", "{\0}",
    "{\"a\":\0}", "{\"a\"\0:1}", "{\"a\":1\0}", "{\"a\":1}//", "/**/{}", "{\"a\":1}\u{0C}",
    "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{\"b\":{\"x\":1,\"x\":1}}",
    "{\"b\":[{\"x\":1,\"\\u0078\":1}]}", "{\"\":1,\"\":2}", "{\"z\":1,\"z\":1}", " ", "\u{A0}{}",
    "{\"a\":\u{FEFF}1}", "{\"a\":\"\\", "{\"a\":\"\\u", "{\"a\":\"\\uD83D\\", "{\"a\":1e1.5}",
    "{\"\\uD800\":1}", "é", "{\"a\":é}", "{\"a\":1;\"b\":2}", "{\"a\",\"b\"}", "{1:1}",
  ])
  func `what is not an object of JSON is a bad row`(line: String) throws {
    #expect(try !isTaken(line))
  }

  @Test func `64 levels are taken and 65 are not`() throws {
    for (levels, isFine) in [(64, true), (65, false), (5000, false)] {
      let inner = levels - 1
      let arrays =
        "{\"a\":" + String(repeating: "[", count: inner) + String(repeating: "]", count: inner)
        + "}"
      let objects =
        String(repeating: "{\"a\":", count: inner) + "{}" + String(repeating: "}", count: inner)
      #expect(try isTaken(arrays) == isFine)
      #expect(try isTaken(objects) == isFine)
    }
  }

  @Test func `a name twice among very many is found`() throws {
    var members = (0..<3000).map { "\"name\($0)\":\($0)" }
    #expect(try isTaken("{" + members.joined(separator: ",") + "}"))
    #expect(try isTaken("{\"x\":{" + members.joined(separator: ",") + "}}"))
    members.append("\"name\\u0031\":0")
    #expect(try !isTaken("{" + members.joined(separator: ",") + "}"))
    #expect(try !isTaken("{\"x\":{" + members.joined(separator: ",") + "}}"))
  }

  @Test func `the message tells the byte`() throws {
    let fault = try read("{\"a\":01}\n")[0].fault
    #expect(
      fault
        == .badRow(
          message: "a number is not written as JSON wants it (byte 7 of the line)", column: nil))
  }

  @Test func `invalid UTF-8 refuses its line after all else and names the member`() throws {
    let folder = try TemporaryFolder()
    let head = Array("{\"a\":\"x\",\"b\":\"".utf8)
    var bytes = head + [0xFF] + Array("\"}\n{\"b\":\"é\"}\n".utf8)
    bytes += head + [0xC0, 0x80] + Array("\",}\n".utf8)
    bytes += Array("{\"".utf8) + [0xED, 0xA0, 0x80] + Array("\":1}\n".utf8)
    bytes += Array("{\"b\":\"\\n".utf8) + [0xE2, 0x82] + Array("\"}\n".utf8)
    let source = try openSource(
      bytes, as: "in.jsonl", in: folder, columns: ColumnRequest(names: ["b"]))
    let records = try source.records(source.ranges(1), columns: 1)
    #expect(records.map(\.fault?.code) == ["bad_utf8", nil, "bad_row", "bad_utf8", "bad_utf8"])
    #expect(records[0].fault == .badUTF8(offset: 14, column: "b"))
    #expect(records[1].fields == [.text("é")])
    #expect(records[3].fault == .badUTF8(offset: 2, column: nil))
    #expect(records[4].fault == .badUTF8(offset: 8, column: "b"))
  }

  @Test(arguments: [0, 1, 2, 1_000_000])
  func `a line of exactly 1 MiB is taken and a longer one is not`(extra: Int) throws {
    let long = "{\"a\":\"" + String(repeating: "x", count: (1 << 20) - 8 + extra) + "\"}"
    for end in ["\r\n", "\n"] {
      let records = try read("{\"a\":1}\n" + long + end + "{\"a\":2}")
      #expect(records.map(\.fault) == [nil, extra == 0 ? nil : .tooLong(limit: 1 << 20), nil])
      #expect(records[1].raw == Array(long.utf8.prefix(1 << 20)))
      #expect(records.map(\.line) == [1, 2, 3])
    }
  }

  @Test func `no lines are no rows`() throws { #expect(try read("\n\r\n\n") == []) }
}
