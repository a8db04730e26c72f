// Files that are refused as a whole, each for its own reason.

import Glibc
import Testing

@testable import Pipeline

struct FileRefusalTests {
  @Test func `a file of no bytes is refused`() throws {
    #expect(try refusal([])?.kind == .zeroBytes)
    #expect(try refusal([], as: "in.csv.gz")?.kind == .zeroBytes)
    #expect(try refusal([], as: "in.jsonl")?.kind == .zeroBytes)
  }

  @Test func `UTF-16 is refused with and without its mark`() throws {
    #expect(try refusal([0xFF, 0xFE, 0x61, 0x00])?.kind == .utf16)
    #expect(try refusal([0xFE, 0xFF, 0x00, 0x61])?.kind == .utf16)
    #expect(try refusal(Array("a\0,\0b\0\n\0".utf8))?.kind == .utf16)
    #expect(try refusal(Array("\0{\0}\0\n".utf8), as: "in.jsonl")?.kind == .utf16)
  }

  @Test func `a column that is named twice is refused even when nobody asks for it`() throws {
    #expect(try refusal(Array("a,b,b\n".utf8))?.kind == .duplicateHeader("b"))
    #expect(try refusal(Array("a,,\n".utf8))?.kind == .duplicateHeader(""))
    #expect(try refusal(Array("é,e\u{301}\n".utf8)) == nil)
  }

  @Test func `a header that lacks a required column is refused`() throws {
    let found = try refusal(Array("a,B\n1,2\n".utf8), required: ["a", "b"])
    #expect(found == FileRefusal(file: "in.csv", line: 1, kind: .missingColumn("b")))
    #expect(found?.description.hasPrefix("in.csv:1: the header lacks the column \"b\"") == true)
    #expect(try refusal(Array("{}\n".utf8), as: "in.jsonl", required: ["a"]) == nil)
  }

  @Test(arguments: [
    "\n\n", "\"a\n", "a\"b\n", "\"a\"b\n", "a\0b\n", "\u{FEFF}", "\u{FEFF}\r\n",
    "\"a\"\r",
  ])
  func `a header that cannot be read is refused`(text: String) throws {
    guard case .missingHeader = try #require(try refusal(Array(text.utf8))).kind else {
      Issue.record("another refusal")
      return
    }
  }

  @Test func `a header of more than 1 MiB is refused`() throws {
    let kind = try refusal([UInt8](repeating: 0x61, count: 3 << 20))?.kind
    #expect(kind == .missingHeader("its first row is longer than 1 MiB"))
  }

  @Test func `another delimiter than stated is found out`() throws {
    let semicolon = FileRefusal.Kind.wrongDelimiter(found: UInt8(ascii: ";"))
    #expect(try refusal(Array("a;b\n1;2\n".utf8), required: ["a", "b"])?.kind == semicolon)
    #expect(try refusal(Array("x,y;a\n".utf8), required: ["a"])?.kind == semicolon)
    #expect(
      try refusal(Array("a\tb\n".utf8), required: ["c"])?.kind == .wrongDelimiter(found: 9))
    #expect(
      try refusal(Array("a,b\n".utf8), required: ["a"], format: .csv(delimiter: 0x7C))?.kind
        == .wrongDelimiter(found: UInt8(ascii: ",")))
    #expect(try refusal(Array("x,y;z\n".utf8), required: ["q"])?.kind == .missingColumn("q"))
    #expect(try refusal(Array("a;b\n1;2\n".utf8)) == nil)
  }

  @Test func `a name that tells no format is refused unless the format is given`() throws {
    #expect(try refusal(Array("a\n".utf8), as: "in.txt")?.kind == .unknownFormat)
    #expect(try refusal(Array("a\n".utf8), as: "csv")?.kind == .unknownFormat)
    #expect(
      try refusal(Array("a\n".utf8), as: "in.txt", format: .csv(delimiter: 0x2C)) == nil)
    #expect(try refusal(Array("a\n".utf8), as: "IN.CSV") == nil)
    #expect(try refusal(Array("{}\n".utf8), as: "in.ndjson") == nil)
  }

  @Test func `a name and bytes that disagree about the compression are refused`() throws {
    for (bytes, name) in [
      (Array("a,b\n".utf8), "in.csv.gz"), (Array("a,b\n".utf8), "in.csv.zst"),
      ([0x1F, 0x8B, 8, 0], "in.csv"), ([0x28, 0xB5, 0x2F, 0xFD], "in.jsonl"),
      ([0x1F, 0x8B, 8, 0], "in.csv.zst"),
    ] {
      guard case .compressionMismatch = try refusal(bytes, as: name)?.kind else {
        Issue.record("\(name) was not refused for its compression")
        continue
      }
    }
  }

  @Test func `what is not there or not a regular file is refused`() throws {
    let folder = try TemporaryFolder()
    let request = ColumnRequest(names: [])
    #expect(throws: FileRefusal(file: "x.csv", kind: .cannotOpen(ENOENT))) {
      try RecordSource(
        path: folder.path + "/x.csv", displayName: "x.csv", format: nil, columns: request,
        threads: 1)
    }
    #expect(throws: FileRefusal(file: "x.csv", kind: .notARegularFile)) {
      try RecordSource(
        path: folder.path, displayName: "x.csv", format: nil, columns: request, threads: 1)
    }
    try folder.run("mkfifo pipe.csv")
    #expect(throws: FileRefusal(file: "pipe.csv", kind: .notARegularFile)) {
      try RecordSource(
        path: folder.path + "/pipe.csv", displayName: "pipe.csv", format: nil, columns: request,
        threads: 1)
    }
  }

  @Test func `a file that the system cannot read is an error of the system`() throws {
    // Nothing is mapped at the first address, so reading there fails with EIO.
    let expected = FileRefusal(file: "mem.csv", kind: .ioError(EIO))
    #expect(expected.isFailureOfTheSystem)
    #expect(throws: expected) {
      try RecordSource(
        path: "/proc/self/mem", displayName: "mem.csv", format: nil,
        columns: ColumnRequest(names: []), threads: 1)
    }
  }
}
