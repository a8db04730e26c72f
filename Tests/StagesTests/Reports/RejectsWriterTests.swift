import Foundation
import Pipeline
import Testing

@testable import Stages

@Suite("Rejects files")
struct RejectsWriterTests {
  private func row(
    file: Int32, line: Int32, raw: [UInt8]?, column: String? = "amount"
  ) -> RejectedRow {
    RejectedRow(
      origin: RowOrigin(file: file, line: line), column: column, reason: .badValue,
      message: "must be \"x\"", raw: raw)
  }

  /// Writes and reads back what stands below `rejects/r`, by name.
  private func write(
    _ rejects: [RejectedRow], files: [String],
    fetch: (Int32, [Int32]) throws -> [Int32: [UInt8]] = { _, _ in [:] }
  ) throws -> [String: String] {
    let folder = NSTemporaryDirectory() + "refbatch-rejects-" + UUID().uuidString
    try DirectoryTree.make(folder)
    defer { try? DirectoryTree.remove(folder) }
    let publication = try Publication(workspace: folder, run: "r")
    try RejectsWriter.write(rejects, files: files, run: "r", to: publication, fetch: fetch)
    try publication.seal()
    try publication.publish()
    guard try FileInformation.of(folder + "/rejects/r") != nil else { return [:] }
    var found: [String: String] = [:]
    #expect(try FileInformation.of(folder + "/rejects/r")?.mode == 0o700)
    for entry in try DirectoryTree.list(folder + "/rejects/r") {
      let path = folder + "/rejects/r/\(entry.name)"
      #expect(try FileInformation.of(path)?.mode == 0o600)
      found[entry.name.string] = String(decoding: try WholeFile.read(path), as: UTF8.self)
    }
    return found
  }

  @Test func `lines are sorted, and rows without their bytes are asked for in one go`() throws {
    var asked: [[Int32]] = []
    let found = try write(
      [row(file: 1, line: 9, raw: nil), row(file: 1, line: 2, raw: Array("a,b".utf8), column: nil)]
        + [row(file: 1, line: 4, raw: nil)],
      files: ["clicks.csv", "orders.csv"]
    ) { file, lines in
      #expect(file == 1)
      asked.append(lines)
      return [4: Array("\"x\ny\"".utf8), 9: []]
    }
    #expect(asked == [[4, 9]])
    let start = #"{"file":"orders.csv","line":"#
    let end = #""reason":"bad_value","message":"must be \"x\"","raw":"#
    #expect(
      found == [
        "orders.csv.rejects.jsonl": """
        \(start)2,"column":null,\(end)"a,b"}
        \(start)4,"column":"amount",\(end)"\\"x\\ny\\""}
        \(start)9,"column":"amount",\(end)""}

        """
      ])
  }

  @Test func `bytes that are no text are given exactly beside the repaired text`() throws {
    let found = try write([row(file: 0, line: 2, raw: [0x61, 0xFF, 0x62, 0xFE])], files: ["a"])
    let text = try #require(found["a.rejects.jsonl"])
    #expect(text.hasSuffix("\"raw\":\"a\u{FFFD}b\u{FFFD}\",\"raw_base64\":\"Yf9i/g==\"}\n"))
  }

  @Test func `inputs of one base name have rejects files of their own`() throws {
    let names = RejectsWriter.fileNames(["a.csv", "b.csv", "a.csv", "a.csv~2", "a.csv"])
    #expect(
      names == ["a.csv", "b.csv", "a.csv~2", "a.csv~2~2", "a.csv~3"].map { $0 + ".rejects.jsonl" })
    let long = String(repeating: "é", count: 120)
    let cut = RejectsWriter.fileNames(["x", long])[1]
    #expect(cut == String(repeating: "é", count: 100) + "~2.rejects.jsonl")
  }

  @Test func `without rejected rows there is nothing`() throws {
    #expect(try write([], files: ["a.csv"]).isEmpty)
  }

  @Test func `a row that is not there any more stops the run`() throws {
    #expect(throws: MissingRejectedRow.self) {
      try write([row(file: 0, line: 2, raw: nil)], files: ["a.csv"])
    }
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func `base64 is that of RFC 4648`(text: String, expected: String) {
    #expect(Base64.text(of: Array(text.utf8)) == expected)
  }
}
