// CSV, rule by rule.

import Testing

@testable import Pipeline

private let mebibyte = 1 << 20

private func fields(_ text: String, _ columns: [String] = ["a", "b"]) throws -> [[ReadField]] {
  try readAll(text, columns: columns).map(\.fields)
}

struct CSVReaderTests {
  @Test func `columns are found by name in any order and others are ignored`() throws {
    let records = try readAll("x,b,a\n1,2,3\n4,,6\n", columns: ["a", "b", "none"])
    #expect(
      records.map(\.fields) == [
        [.text("3"), .text("2"), .absent], [.text("6"), .absent, .absent],
      ])
    #expect(records.map(\.line) == [2, 3])
    #expect(records.map(\.raw) == [Array("1,2,3".utf8), Array("4,,6".utf8)])
  }

  @Test(arguments: [
    "a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\n1,2\r\n3,4", "\u{FEFF}a,b\n1,2\n3,4\n",
    "a,b\n\n1,2\r\n\r\n\n3,4\n\n", "\"a\",\"b\"\r\n\"1\",\"2\"\r\n\"3\",\"4\"\r\n",
    "\u{FEFF}\"a\",b\n1,\"2\"\n3,4", "\na,b\n1,2\n3,4",
  ])
  func `line ends, a byte order mark, quotes and empty lines change no value`(
    text: String
  ) throws {
    #expect(try fields(text) == [[.text("1"), .text("2")], [.text("3"), .text("4")]])
  }

  @Test func `quoted cells keep delimiters, line ends and doubled marks`() throws {
    let text = "a,b\n\"x,y\",\"1\r\n2\"\n\"say \"\"hi\"\"\",\"\"\"\"\n\"\",z\n"
    #expect(
      try fields(text) == [
        [.text("x,y"), .text("1\r\n2")], [.text("say \"hi\""), .text("\"")], [.absent, .text("z")],
      ])
    #expect(try readAll(text, columns: ["a"]).map(\.line) == [2, 4, 5])
  }

  @Test func `the same cell can be asked for twice`() throws {
    let columns = ["a", "a"]
    let records = try readAll("a\n\"x\"\"y\"\n", columns: columns)
    #expect(records.map(\.fields) == [[.text("x\"y"), .text("x\"y")]])
  }

  @Test func `a lone CR is content`() throws {
    #expect(
      try fields("a,b\n1\r2,3\n4,5\r\r\n6,7\r") == [
        [.text("1\r2"), .text("3")], [.text("4"), .text("5\r")], [.text("6"), .text("7\r")],
      ])
  }

  @Test func `nothing is trimmed`() throws {
    #expect(try fields("a,b\n 1 ,\t\n") == [[.text(" 1 "), .text("\t")]])
    #expect(try fields(" a,b\n1,2\n") == [[.absent, .text("2")]])
  }

  @Test(arguments: [
    ("1\"2,3", RecordFault.strayQuote(column: "a")),
    ("1, \"2\"", RecordFault.strayQuote(column: "b")),
    ("\"1\" ,2", RecordFault.textAfterQuote(column: "a")),
    ("1,\"2\"x", RecordFault.textAfterQuote(column: "b")),
    ("1", RecordFault.cellCount(1, expected: 2)),
    ("1,2,3", RecordFault.cellCount(3, expected: 2)),
    ("1,2,\"3\"4", RecordFault.textAfterQuote(column: nil)),
    ("1,\0", RecordFault.nulByte(column: "b")),
    ("\"1\"\rx,2", RecordFault.textAfterQuote(column: "a")),
  ])
  func `a row that is not well-formed is a bad row, and reading goes on`(
    row: String, fault: RecordFault
  ) throws {
    for end in ["\n", "\r\n"] {
      let records = try readAll("a,b\nx,y\n" + row + end + "7,8\n", columns: ["a", "b"])
      #expect(records.map(\.fault) == [nil, fault, nil])
      #expect(records.map(\.line) == [2, 3, 4])
      #expect(records.map(\.raw) == ["x,y", row, "7,8"].map { Array($0.utf8) })
      #expect(fault.code == "bad_row")
    }
  }

  @Test func `an unterminated quote takes the rest of the file as one bad row`() throws {
    let records = try readAll("a,b\n1,2\n3,\"4\n5,6\n7,8\n", columns: ["a", "b"])
    #expect(records.map(\.fault) == [nil, .unterminatedQuote])
    #expect(records.map(\.line) == [2, 3])
    #expect(records.last?.raw == Array("3,\"4\n5,6\n7,8\n".utf8))
  }

  @Test func `invalid UTF-8 refuses its row and names the column`() throws {
    let folder = try TemporaryFolder()
    let bytes = Array("a,b\n1,2\n3,".utf8) + [0xFF] + Array("\né,ü\n".utf8) + [0xC3, 0x2C, 0x0A]
    let source = try openSource(
      bytes, as: "in.csv", in: folder, columns: ColumnRequest(names: ["a"]))
    let records = try source.records(source.ranges(1), columns: 1)
    #expect(
      records.map(\.fault) == [
        nil, .badUTF8(offset: 2, column: "b"), nil, .badUTF8(offset: 0, column: "a"),
      ])
    #expect(records[1].fault?.code == "bad_utf8")
    #expect(records[2].fields == [.text("é")])
  }

  @Test func `a malformed row with invalid UTF-8 is a bad row`() throws {
    let folder = try TemporaryFolder()
    let bytes = Array("a,b\n".utf8) + [0xFF, 0x0A]
    let source = try openSource(
      bytes, as: "in.csv", in: folder, columns: ColumnRequest(names: ["a"]))
    let records = try source.records(source.ranges(1), columns: 1)
    #expect(records.map(\.fault) == [.cellCount(1, expected: 2)])
  }

  @Test(arguments: [0, 1, 2, 700_000])
  func `a record of exactly 1 MiB is taken and a longer one is not`(extra: Int) throws {
    let long = String(repeating: "x", count: mebibyte - 4 + extra)
    for (row, lineFeeds) in [("\"\(long)\",1", 0), ("\"\n\(long.dropFirst())\",1", 1)] {
      for end in ["\r\n", "\n"] {
        let text = "a,b\n0,0\n" + row + end + "2,3\n"
        let records = try readAll(text, columns: ["a", "b"])
        #expect(records.count == 3)
        #expect(records[1].fault == (extra == 0 ? nil : .tooLong(limit: mebibyte)))
        #expect(records[1].raw == Array(row.utf8.prefix(mebibyte)))
        #expect(records[2].fields == [.text("2"), .text("3")])
        #expect(records.map(\.line) == [2, 3, 4 + lineFeeds])
      }
    }
  }

  @Test func `a header alone is no rows`() throws {
    #expect(try readAll("a,b", columns: ["a"]) == [])
    #expect(try readAll("a,b\r\n", columns: ["a"]) == [])
    #expect(try readAll("\"a\r\nb\",c\n1,2\n", columns: ["c"]).map(\.line) == [3])
  }

  @Test func `other delimiters separate cells`() throws {
    for delimiter in [";", "\t", "|"] {
      let folder = try TemporaryFolder()
      let text = ["a", "b"].joined(separator: delimiter) + "\n1,1\(delimiter)\"2\"\n"
      let source = try openSource(
        Array(text.utf8), as: "in.csv", in: folder,
        columns: ColumnRequest(names: ["a", "b"], required: ["a", "b"]),
        format: .csv(delimiter: try #require(delimiter.utf8.first)))
      let records = try source.records(source.ranges(1), columns: 2)
      #expect(records.map(\.fields) == [[.text("1,1"), .text("2")]])
    }
  }
}
