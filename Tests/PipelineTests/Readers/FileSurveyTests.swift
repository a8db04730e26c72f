// The first pass: digest, identity, and the check that nothing changed.

import TestSupport
import Testing

@testable import Pipeline

struct FileSurveyTests {
  @Test func `the digest of a file is that of its bytes for any number of threads`() throws {
    var random = SplitMix64(seed: 21)
    let folder = try TemporaryFolder()
    for count in [3, 1000, 1 << 20, (1 << 20) + 1, 3_500_000] {
      var bytes = Array("a\n".utf8)
      while bytes.count < count { bytes.append(UInt8.random(in: 32...126, using: &random)) }
      let path = try folder.write(bytes, as: "in.csv")
      let expected = ByteView.withBytes(of: bytes) { FileSurvey.digest(of: $0) }
      for threads in 1...3 {
        let source = try RecordSource(
          path: path, displayName: "in.csv", format: nil, columns: ColumnRequest(names: ["a"]),
          threads: threads)
        #expect(source.survey.digest == expected)
        #expect(source.survey.byteCount == bytes.count)
        #expect(source.survey.identity.size == Int64(bytes.count))
        #expect(source.survey.identity.inode > 0)
        #expect(source.survey.identity.mtimeNanoseconds > 0)
      }
    }
  }

  @Test func `a digest of a file is the hash of its block digests and its length`() {
    let bytes = [UInt8](repeating: 7, count: (1 << 20) + 5)
    var parts: [UInt8] = []
    for block in [bytes[..<(1 << 20)], bytes[(1 << 20)...]] {
      let digest = ByteView.withBytes(of: Array(block)) { ContentHash.digest(of: $0) }
      for word in [digest.high, digest.low] {
        parts += (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
      }
    }
    parts += [0, 0, 0, 0, 0, 0x10, 0, 5]
    #expect(
      ByteView.withBytes(of: bytes) { FileSurvey.digest(of: $0) }
        == ByteView.withBytes(of: parts) { ContentHash.digest(of: $0) })
  }

  @Test func `a file that grows or shrinks while it is read is noticed`() throws {
    let folder = try TemporaryFolder()
    let text = "a\n" + String(repeating: "x\n", count: 5000)
    let source = try openSource(
      Array(text.utf8), as: "in.csv", in: folder, columns: ColumnRequest(names: ["a"]))
    try source.checkUnchanged()
    try folder.run("printf y >> in.csv")
    let changed = FileRefusal(file: "in.csv", kind: .changedWhileRead)
    #expect(throws: changed) { try source.checkUnchanged() }
    try folder.run("truncate -s 100 in.csv")
    #expect(throws: changed) { try source.records(source.ranges(1), columns: 1) }
  }

  @Test func `a file that another takes the place of is read to its end`() throws {
    let folder = try TemporaryFolder()
    let source = try openSource(
      Array("a\n1\n".utf8), as: "in.csv", in: folder, columns: ColumnRequest(names: ["a"]))
    try folder.run("printf 'a\\n2\\n' > other && mv other in.csv")
    let records = try source.records(source.ranges(1), columns: 1)
    #expect(records.map(\.fields) == [[.text("1")]])
    try source.checkUnchanged()
  }

  @Test func `a block tells both guesses about where its quotes stand`() {
    func census(_ text: String, before: String = "\n\n") -> QuoteCensus {
      let two = Array(before.utf8)
      let bytes = Array(text.utf8)
      return ByteView.withBytes(of: bytes + [UInt8](repeating: 0x22, count: 64)) { padded in
        QuoteCensus(
          padded.slice(from: 0, to: bytes.count), lastTwo: UInt16(two[0]) << 8 | UInt16(two[1]),
          delimiter: UInt8(ascii: ","))
      }
    }
    let well = census("a,\"b\nc\",d\n\"\"\n")
    #expect(well.quotes == 4)
    #expect(well.lineFeeds == 3)
    #expect(well.isCleanOutside)
    #expect(!well.isCleanQuoted)
    #expect(census("b\",\"c").isCleanQuoted)
    #expect(!census("x", before: ",\"").isCleanOutside)
    #expect(census("\r\nx", before: ",\"").isCleanOutside)
    #expect(census("\nx", before: "\"\r").isCleanOutside)
    #expect(!census("x", before: "\"\r").isCleanOutside)
    #expect(!census("\"x", before: "\"\r").isCleanOutside)
    #expect(census(String(repeating: "\"a\r\n\",", count: 50)).isCleanOutside)
  }
}
