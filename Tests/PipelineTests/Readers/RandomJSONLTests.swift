// The fast JSONL reader against the slow one, on random lines, in one and in many ranges.

import TestSupport
import Testing

@testable import Pipeline

private let pieces = [
  "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"a\":", "\"b\":", "1", "-0.5e1", "true",
  "null", "\"", "\\", "\\u0061", "\\ud83d\\ude00", "\\ud83d", "\\n", " ", "\t", "\r", "\0", "é",
  "\"\"", "{}", "[]", "01", "x", "\"a\":1", ",\"b\":\"some longer text\"",
]

/// A line that is JSON, before anything is done to it.
private func object(_ random: inout SplitMix64, depth: Int) -> String {
  let names = ["a", "b", "c", "\\u0061", "long name of a member"].shuffled(using: &random)
  let members = names.prefix(Int.random(in: 0...4, using: &random)).map { name in
    "\"\(name)\":" + value(&random, depth: depth)
  }
  return "{" + members.joined(separator: Bool.random(using: &random) ? "," : " ,\t") + "}"
}

private func value(_ random: inout SplitMix64, depth: Int) -> String {
  switch Int.random(in: 0...(depth > 3 ? 5 : 7), using: &random) {
  case 0: "\(Int.random(in: -999...999, using: &random))"
  case 1: "0.\(Int.random(in: 0...999, using: &random))E+2"
  case 2: "\"\""
  case 3: "\"plain text, some of it é\""
  case 4: "\"with \\\"escapes\\\" \\u00e9 \\ud83d\\ude00 \\/\""
  case 5: ["true", "false", "null"].randomElement(using: &random) ?? "null"
  case 6: object(&random, depth: depth + 1)
  default: "[\(value(&random, depth: depth + 1)), \(value(&random, depth: depth + 1))]"
  }
}

/// What the slow reader makes of the file.
private func plainRecords(_ bytes: [UInt8], _ columns: [String], limit: Int) -> [ReadRecord] {
  var records: [ReadRecord] = []
  let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
  for (index, line) in lines.enumerated() {
    var raw = Array(line)
    if index < lines.count - 1, raw.last == 0x0D { raw.removeLast() }
    if raw.isEmpty { continue }
    let members = raw.count <= limit ? PlainJSON.members(raw) : nil
    var fault: RecordFault?
    if members == nil {
      fault = .badRow(message: "", column: nil)
    } else if firstInvalidByStandardLibrary(raw) != nil {
      fault = .badUTF8(message: "", column: nil)
    }
    let fields = columns.map { members?[Array($0.utf8)] ?? .absent }
    records.append(
      ReadRecord(
        line: index + 1, raw: Array(raw.prefix(limit)), fault: fault,
        fields: fault == nil ? fields : []))
  }
  return records
}

/// The record without the words of its fault.
private func withoutWords(_ record: ReadRecord) -> ReadRecord {
  var result = record
  switch record.fault {
  case .badRow: result.fault = .badRow(message: "", column: nil)
  case .badUTF8: result.fault = .badUTF8(message: "", column: nil)
  case .badValue(let reason, _, _):
    result.fault = .badValue(reason: reason, message: "", column: nil)
  case nil: break
  }
  return result
}

struct RandomJSONLTests {
  @Test(arguments: 0..<8)
  func `random lines are read alike in any ranges, and as the plain reader reads them`(
    seed: UInt64
  ) throws {
    var random = SplitMix64(seed: 2000 + seed)
    let folder = try TemporaryFolder()
    let columns = ["b", "a", "zz"]
    for round in 0..<60 {
      let bytes = randomLines(&random)
      let limit = [1 << 20, 40].randomElement(using: &random) ?? 40
      let plain = plainRecords(bytes, columns, limit: limit)
      var first: [ReadRecord]?
      for count in [1, 2, 3, 7] {
        let sizes = ReaderSizes(
          blockBytes: 1 << Int.random(in: 1...7, using: &random),
          chunkBytes: Int.random(in: 1...200, using: &random), recordLimit: limit)
        let source = try openSource(
          bytes, as: "in.jsonl", in: folder, columns: ColumnRequest(names: columns), sizes: sizes)
        let records = try source.records(source.ranges(count), columns: columns.count)
        #expect(records.count <= (source.survey.lineFeeds ?? -1) + 1)
        #expect(first == nil || first == records, "seed \(seed), round \(round)")
        first = records
        let found = records.map(withoutWords)
        guard found == plain else {
          let index = zip(found, plain).prefix { $0 == $1 }.count
          Issue.record(
            """
            seed \(seed), round \(round), record \(index) of \(found.count) and \(plain.count)
            \(found.dropFirst(index).prefix(1)) is not
            \(plain.dropFirst(index).prefix(1))
            """)
          return
        }
      }
    }
  }

  private func randomLines(_ random: inout SplitMix64) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      var line = Array(object(&random, depth: 1).utf8)
      for _ in 0..<max(0, Int.random(in: -3...2, using: &random)) {
        let index = Int.random(in: 0...line.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0 where index < line.count: line.remove(at: index)
        case 1: line.insert([0xFF, 0x80, 0x22, 0x5C].randomElement(using: &random) ?? 0, at: index)
        default:
          line.insert(
            contentsOf: Array((pieces.randomElement(using: &random) ?? "").utf8), at: index)
        }
      }
      bytes += line
      bytes += Array((["\n", "\r\n", "\n\n"].randomElement(using: &random) ?? "\n").utf8)
    }
    if Bool.random(using: &random) { bytes.removeLast() }
    return bytes.isEmpty ? [0x0A] : bytes
  }
}
