// The fast CSV reader against the slow one, on random bytes, in one and in many ranges.

import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

private let pieces: [[UInt8]] = [
  Array("a".utf8), Array("\"".utf8), Array("\"".utf8), Array(",".utf8), Array("\n".utf8),
  Array("\r".utf8), Array("\r\n".utf8), Array(";".utf8), Array("é".utf8), [0],
  [0xEF, 0xBB, 0xBF], [0xFF], Array("\"\"".utf8), Array(",\"b\"".utf8), Array("bc,d\n".utf8),
  Array("\"x\ny\",z\n".utf8), Array("plain text that is longer, and more\n".utf8),
]

private func randomCSV(_ random: inout SplitMix64, gentle: Bool) -> [UInt8] {
  var bytes = Array(Bool.random(using: &random) ? "a,b\n".utf8 : "\u{FEFF}b,\"a\"\r\n".utf8)
  for _ in 0..<Int.random(in: 0...120, using: &random) {
    let weight = gentle ? Int.random(in: 0...3, using: &random) : 0
    bytes += weight > 0 ? pieces[13 + weight] : pieces.randomElement(using: &random) ?? []
  }
  return bytes
}

struct RandomCSVTests {
  @Test(arguments: 0..<8)
  func `random bytes are read alike in any ranges, and as the plain reader reads them`(
    seed: UInt64
  ) throws {
    var random = SplitMix64(seed: 1000 + seed)
    let folder = try TemporaryFolder()
    let columns = ["a", "b", "zz"]
    for round in 0..<100 {
      let bytes = randomCSV(&random, gentle: round % 2 == 0)
      let delimiter = UInt8(ascii: ",")
      let limit = [1 << 20, 20, 7].randomElement(using: &random) ?? 20
      let plain = PlainCSV(bytes, delimiter: delimiter, columns: columns, limit: limit)
      for count in [1, 2, 3, 5, 7] {
        let sizes = ReaderSizes(
          blockBytes: 1 << Int.random(in: 1...7, using: &random),
          chunkBytes: Int.random(in: 1...200, using: &random), recordLimit: limit)
        let source = try openSource(
          bytes, as: "in.csv", in: folder, columns: ColumnRequest(names: columns), sizes: sizes)
        let ranges = source.ranges(count)
        let records = try source.records(ranges, columns: columns.count)
        #expect(source.survey.lineFeeds == bytes.count { $0 == 10 })
        #expect(records.count <= bytes.count { $0 == 10 } + 1)
        #expect(ranges.first?.start == source.ranges(1).first?.start)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.end == $1.start })
        guard records == plain.records else {
          let index = zip(records, plain.records).prefix { $0 == $1 }.count
          Issue.record(
            """
            seed \(seed), round \(round), record \(index) of \(records.count) and \
            \(plain.records.count), \(ranges) \(sizes)
            \(bytes)
            \(records.dropFirst(index).prefix(1)) is not
            \(plain.records.dropFirst(index).prefix(1))
            """)
          return
        }
      }
    }
  }

  @Test func `a well-formed file with quoted line ends is cut near where it should be`() throws {
    var text = "a,b\n"
    for row in 0..<4000 { text += "\(row),\"one, \"\"two\"\"\nthree\"\r\n" }
    let folder = try TemporaryFolder()
    let sizes = ReaderSizes(blockBytes: 256, chunkBytes: 1000, recordLimit: 1 << 20)
    let source = try openSource(
      Array(text.utf8), as: "in.csv", in: folder, columns: ColumnRequest(names: ["a", "b"]),
      sizes: sizes)
    let ranges = source.ranges(7)
    #expect(ranges.count == 7)
    let mean = text.utf8.count / 7
    #expect(ranges.allSatisfy { abs($0.end - $0.start - mean) < 512 })
    let records = try source.records(ranges, columns: 2)
    #expect(records.map(\.line) == (0..<4000).map { 2 + 2 * $0 })
    #expect(records.allSatisfy { $0.fields[1] == .text("one, \"two\"\nthree") })
  }

  @Test func `ranges can be read on several threads at once`() throws {
    let folder = try TemporaryFolder()
    let text = "a,b\n" + (0..<20_000).map { "\($0),\"x \"\"y\"\"\n\"\n" }.joined()
    let sizes = ReaderSizes(blockBytes: 1024, chunkBytes: 5000, recordLimit: 1 << 20)
    let source = try openSource(
      Array(text.utf8), as: "in.csv", in: folder, columns: ColumnRequest(names: ["a", "b"]),
      sizes: sizes)
    let ranges = source.ranges(4)
    #expect(ranges.count == 4)
    let parts = Mutex<[[ReadRecord]]>(Array(repeating: [], count: 4))
    DispatchQueue.concurrentPerform(iterations: 4) { index in
      let records = (try? source.records([ranges[index]], columns: 2)) ?? []
      parts.withLock { $0[index] = records }
    }
    let together = parts.withLock { $0.flatMap(\.self) }
    #expect(together == (try source.records(source.ranges(1), columns: 2)))
    #expect(together.count == 20_000)
  }

  @Test func `a stray quote early in a file does not keep it in one range`() throws {
    var text = "a,b\nx\"y,z\n"
    for row in 0..<4000 { text += "\(row),\"one\n\"\n" }
    let folder = try TemporaryFolder()
    let sizes = ReaderSizes(blockBytes: 256, chunkBytes: 1000, recordLimit: 1 << 20)
    let source = try openSource(
      Array(text.utf8), as: "in.csv", in: folder, columns: ColumnRequest(names: ["a", "b"]),
      sizes: sizes)
    let ranges = source.ranges(4)
    #expect(ranges.count == 4)
    let records = try source.records(ranges, columns: 2)
    #expect(records.count == 4001)
    #expect(records.dropFirst().allSatisfy { $0.fault == nil })
  }
}
