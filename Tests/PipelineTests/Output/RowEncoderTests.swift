import Pipeline
import TestSupport
import Testing

/// What is encoded must be what the plain writers print.
struct RowEncoderTests {
  private func text(_ body: (inout RowEncoder) -> Void) -> String {
    var encoder = RowEncoder(capacity: 0)
    body(&encoder)
    return encoder.finish().withSpan { bytes in
      String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
  }

  @Test(arguments: [
    0, 7, -1, 10, 99, 100, 12_345_678, 99_999_999, 100_000_000, 100_000_001, -100_000_000,
    1_000_000_000_000_000_000, Int64.max, .min,
  ])
  func `numbers are printed in decimal`(number: Int64) {
    #expect(text { $0.append(decimal: number) } == String(number))
  }

  @Test func `numbers of any length are printed in decimal`() {
    var random = SplitMix64(seed: 11)
    let numbers = (0..<2_000).map { _ in
      Int64(bitPattern: random.next()) >> Int64(random.next() % 63)
    }
    let found = text { encoder in
      for number in numbers {
        encoder.append(decimal: number)
        encoder.append(0x20)
      }
    }
    #expect(found == numbers.map { "\($0) " }.joined())
  }

  @Test func `instants are printed as InstantText prints them`() {
    var random = SplitMix64(seed: 12)
    let special: [Int64] = [
      0, -1, 999, 1_000, 86_399_999, 86_400_000, -86_400_000, InstantText.earliestMilliseconds,
      InstantText.latestMilliseconds, InstantText.earliestMilliseconds - 1,
      InstantText.latestMilliseconds + 1, .min, .max, 1_774_000_000_123, 951_782_400_000,
    ]
    let span = UInt64(InstantText.latestMilliseconds - InstantText.earliestMilliseconds)
    let any = (0..<2_000).map { _ in
      InstantText.earliestMilliseconds + Int64(random.next() % span)
    }
    let near = (0..<2_000).map { _ in 1_767_225_600_000 + Int64(random.next() % 400_000_000) }
    let instants = special + any + near + near.map { $0 - $0 % 1000 }
    let found = text { encoder in
      for instant in instants {
        encoder.append(instant: instant)
        encoder.append(0x0A)
      }
    }
    #expect(found == instants.map { InstantText.text(milliseconds: $0) + "\n" }.joined())
  }

  @Test(arguments: [(0, "1970-01-01"), (20_543, "2026-03-31"), (-1, "1969-12-31")])
  func `a day's date`(day: Int, expected: String) {
    #expect(text { $0.append(date: day) } == expected)
  }

  @Test func `digests are printed as they describe themselves`() {
    var random = SplitMix64(seed: 13)
    for _ in 0..<200 {
      let digest = Digest128(high: random.next(), low: random.next())
      #expect(text { $0.append(hexadecimal: digest) } == digest.description)
    }
  }

  @Test func `fields have quotes where CSVWriter puts them`() throws {
    var random = SplitMix64(seed: 14)
    let letters: [Character] = [
      "a", "Z", "9", "-", "_", ",", "\"", "\n", "\r", " ", "+", "é", "%", ":", "\u{1F600}", "\t",
    ]
    for _ in 0..<3_000 {
      let length = Int(random.next() % 24)
      let mostly = random.next() % 2 == 0
      let field = String(
        (0..<length).map { _ in
          letters[Int(random.next() % UInt64(mostly ? 5 : letters.count))]
        })
      let buffer = ByteBuffer()
      var csv = try CSVWriter(to: buffer, columns: ["a", "b"])
      csv.append("x")
      csv.append(field)
      try csv.endRow()
      try csv.finish()
      let found = text { encoder in
        encoder.append(raw: Array("a,b\nx,".utf8))
        encoder.append(field: Text(field))
        encoder.append(0x0A)
      }
      #expect(found == buffer.text)
    }
  }

  @Test func `words made ready, copies and what is taken back`() {
    let found = text { encoder in
      encoder.append(ShortField("no_click_in_window"))
      encoder.append(ShortField(""))
      encoder.appendCopy(from: 3, 5)
      encoder.append(raw: Array("gone".utf8))
      encoder.truncate(to: encoder.count - 4)
      encoder.append(ShortField(","))
    }
    #expect(found == "no_click_in_windowclick,")
  }

  @Test func `numbers are written over their places`() {
    var encoder = RowEncoder(capacity: 16)
    encoder.append(raw: Array("r-00000000,x\nr-00000000,y\n".utf8))
    let rows = encoder.finish()
    rows.number([2, 15], 120_045)
    let text = rows.withSpan { bytes in
      String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
    #expect(text == "r-00120045,x\nr-00120045,y\n")
  }
}
