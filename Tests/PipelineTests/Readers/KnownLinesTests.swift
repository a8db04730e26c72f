// The quick way through JSONL against the full one: the same records, faults and words, whatever
// is done to the lines and wherever the pieces are cut.

import TestSupport
import Testing

@testable import Pipeline

private let columns = ["code", "amount", "a name that takes up more than sixteen bytes", "none"]

/// Members in the order that lines keep; some are left out of a line.
private let names = [
  "click_id", "code", "amount", "x", "a name that takes up more than sixteen bytes", "\\u00e9",
  "a name that takes up more than any word", "last",
]

private let values = [
  "1", "-0.5e1", "99.90", "0", "true", "false", "null", "\"\"", "\"x\"", "\"plain text\"",
  "\"some text that takes up more than the sixty-four bytes that are in a word of the stops\"",
  "\"with \\\"escapes\\\" \\u00e9 \\ud83d\\ude00 \\/\"", "\"é, ü and 😀\"", "[1,{\"a\":2}]", "{}",
  "{\"code\":1,\"code2\":\"\\n\"}", "\"{\\\"code\\\":1}\"",
]

/// What is put into lines to spoil them.
private let odds: [[UInt8]] =
  [
    "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\t", "\r", "\0", "\u{1F}", "\u{7F}", "1", "x",
    "\"code\":1,", ",\"code\":2", "\\ud83d", "\\u0000", "\\x", "é", "true", "\n",
  ].map { Array($0.utf8) } + [[0xFF], [0x80], [0xC3], [0xED, 0xA0, 0x80]]

/// Lines of one order, in one style; some spoilt, some in another order.
private func lines(_ random: inout SplitMix64, spoiling: Bool) -> [UInt8] {
  let comma = [",", ", ", " ,\t"].randomElement(using: &random) ?? ","
  let colon = [":", ": ", " : "].randomElement(using: &random) ?? ":"
  let left = Int.random(in: 0...3, using: &random)
  let end = Array((["\n", "\r\n"].randomElement(using: &random) ?? "\n").utf8)
  var bytes: [UInt8] = []
  for _ in 0..<Int.random(in: 1...30, using: &random) {
    var members = names.filter { _ in Int.random(in: 0...3, using: &random) >= left }
    if Int.random(in: 0...9, using: &random) == 0 { members.shuffle(using: &random) }
    let texts = members.map { name in
      "\"\(name)\"\(colon)\(values.randomElement(using: &random) ?? "0")"
    }
    var line = Array("{\(texts.joined(separator: comma))}".utf8)
    if spoiling, Int.random(in: 0...3, using: &random) == 0 {
      let index = Int.random(in: 0..<line.count, using: &random)
      if Bool.random(using: &random) { line.remove(at: index) }
      line.insert(contentsOf: odds.randomElement(using: &random) ?? [], at: index)
    }
    bytes += line + end
  }
  if Bool.random(using: &random) { bytes.removeLast(end.count) }
  return bytes
}

/// A reader's work by hand: pieces of some sizes, one after the other.
private func records(
  _ bytes: [UInt8], pieces: [Int], limit: Int, knowsShapes: Bool
) -> [ReadRecord] {
  let scanner = JSONScanner(columns: columns, recordLimit: limit, knowsShapes: knowsShapes)
  let batch = RecordBatch(
    isCSV: false, places: Array(columns.indices), fieldCount: columns.count, recordLimit: limit)
  var found: [ReadRecord] = []
  var start = 0
  var end = 0
  var line = 1
  var piece = 0
  repeat {
    end = min(bytes.count, end + pieces[min(piece, pieces.count - 1)])
    piece += 1
    // No more than the 64 line feeds that are promised can be read behind the piece.
    var buffer = Array(bytes[start..<end]) + [UInt8](repeating: 0x0A, count: 64)
    unsafe buffer.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe batch.reset(base: base, firstLine: line)
      let done = scanner.scan(batch, count: end - start, isLast: end == bytes.count)
      start += done.bytes
      line += done.lines
      for row in 0..<batch.count {
        found.append(ReadRecord(batch, row: row, columns: columns.count))
      }
    }
  } while end < bytes.count
  #expect(start == bytes.count)
  return found
}

struct KnownLinesTests {
  @Test(arguments: 0..<8)
  func `lines that go the quick way are read as those that do not`(seed: UInt64) {
    var random = SplitMix64(seed: 4100 + seed)
    for round in 0..<400 {
      let bytes = lines(&random, spoiling: round % 2 == 0)
      let limit = round % 5 == 0 ? 120 : 1 << 20
      let full = records(bytes, pieces: [bytes.count], limit: limit, knowsShapes: false)
      let pieces = (0..<20).map { _ in Int.random(in: 1...300, using: &random) }
      for sizes in [[bytes.count], [1], pieces] where round % 10 == 0 || sizes != [1] {
        let quick = records(bytes, pieces: sizes, limit: limit, knowsShapes: true)
        guard quick != full else { continue }
        let index = zip(quick, full).prefix { $0 == $1 }.count
        Issue.record(
          """
          seed \(seed), round \(round), record \(index) of \(quick.count) and \(full.count)
          \(quick.dropFirst(index).prefix(1)) is not
          \(full.dropFirst(index).prefix(1))
          """)
        return
      }
    }
  }

  @Test func `a piece may end at any byte`() {
    var random = SplitMix64(seed: 4200)
    for _ in 0..<6 {
      let bytes = lines(&random, spoiling: true)
      let full = records(bytes, pieces: [bytes.count], limit: 1 << 20, knowsShapes: false)
      for cut in 1..<bytes.count {
        let quick = records(bytes, pieces: [cut, bytes.count], limit: 1 << 20, knowsShapes: true)
        guard quick == full else {
          Issue.record("cut at \(cut): \(String(decoding: bytes, as: UTF8.self))")
          return
        }
      }
    }
  }

  @Test func `every byte in every place of a line is judged alike`() {
    let line = Array(#"{"click_id":"c","code":"é\n","amount":-1.5,"x":true,"last":[{}]}"#.utf8)
    let before = line + [0x0A] + line + [0x0A]
    for index in line.indices {
      for byte in UInt8.min...UInt8.max {
        var spoilt = line
        spoilt[index] = byte
        let bytes = before + spoilt + [0x0A] + line
        let full = records(bytes, pieces: [bytes.count], limit: 1 << 20, knowsShapes: false)
        let quick = records(bytes, pieces: [bytes.count], limit: 1 << 20, knowsShapes: true)
        guard quick == full else {
          Issue.record("byte \(byte) at \(index)")
          return
        }
      }
    }
  }

  @Test func `an order is learned once, gaps and changes of place are no obstacle`() {
    let scanner = JSONScanner(columns: columns, recordLimit: 1 << 20)
    let text = [
      #"{"a":1,"d":1}"#, #"{"a":1,"c":1,"d":1}"#, #"{"a":1,"b":1,"d":1}"#,
      #"{"a":1,"b":1,"c":1,"d":1}"#,
    ].joined(separator: "\n")
    var buffer = Array(text.utf8) + [UInt8](repeating: 0x0A, count: 64)
    let batch = RecordBatch(
      isCSV: false, places: Array(columns.indices), fieldCount: columns.count,
      recordLimit: 1 << 20)
    unsafe buffer.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for _ in 0..<2 {
        unsafe batch.reset(base: base, firstLine: 1)
        _ = scanner.scan(batch, count: text.utf8.count, isLast: true)
      }
      #expect(scanner.names.knownKeys.count == 4)
      // All lines but the last, which has no line feed, go the quick way now.
      unsafe batch.reset(base: base, firstLine: 1)
      var start = 0
      var line = 0
      unsafe scanner.stops.find(in: UnsafePointer(base), count: text.utf8.count)
      scanner.takeKnownLines(batch, start: &start, line: &line, count: text.utf8.count)
      #expect(line == 3)
    }
  }
}

struct ByteBlockMaskTests {
  @Test func `bytes below a limit and bytes beyond ASCII are found`() {
    var random = SplitMix64(seed: 4300)
    for _ in 0..<2000 {
      let top: UInt8 = Bool.random(using: &random) ? 0x7F : 0xFF
      let bytes = (0..<64).map { _ in UInt8.random(in: 0...top, using: &random) }
      let limit = UInt8.random(in: 0...255, using: &random)
      let block = unsafe bytes.withUnsafeBufferPointer { buffer in
        unsafe buffer.baseAddress.map { unsafe ByteBlock($0) }
      }
      guard let block else { return }
      var expected: UInt64 = 0
      for (index, byte) in bytes.enumerated() where byte < limit { expected |= 1 << UInt64(index) }
      #expect(ByteBlock.mask(ofHits: block.hits(below: limit)) == expected)
      #expect(block.isASCII == bytes.allSatisfy { $0 < 0x80 })
    }
  }
}
