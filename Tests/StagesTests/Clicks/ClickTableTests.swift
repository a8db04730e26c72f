// The tables of the hot path against plain collections.
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite struct ClickTableTests {
  @Test func `every code is found by its bytes, and nothing else is`() {
    var random = SplitMix64(seed: 3)
    var codes: [AffiliateCode] = []
    var known: [[UInt8]: Int32] = [:]
    for number in 0..<3_000 {
      let length = Int.random(in: 1...(number % 50 == 0 ? 80 : 20), using: &random)
      let text = String((0..<length).map { _ in "aAbB0é".randomElement(using: &random) ?? "a" })
      guard known[Array(text.utf8)] == nil else { continue }
      known[Array(text.utf8)] = Int32(codes.count)
      codes.append(
        AffiliateCode(
          code: Code(Text(text)), ordinal: CodeOrdinal(codes.count), affiliate: AffiliateOrdinal(0),
          program: ProgramOrdinal(0)))
    }
    let table = CodeTable(codes, bucketOfProgram: [3])
    for (bytes, ordinal) in known {
      #expect(
        ByteView.withBytes(of: bytes) { table.find(table.probe(RawReader($0))).ordinal } == ordinal)
      var other = bytes
      other[other.count - 1] ^= 0x40
      let expected = known[other] ?? -1
      #expect(
        ByteView.withBytes(of: other) { table.find(table.probe(RawReader($0))).ordinal } == expected
      )
      let longer = bytes + [0]
      #expect(
        ByteView.withBytes(of: longer) { table.find(table.probe(RawReader($0))).ordinal } == -1)
    }
  }

  @Test func `the machine finds exactly the words that a plain search finds`() {
    var random = SplitMix64(seed: 4)
    let words = ["bob", "obo", "abab", "ba/b", "bbba"]
    let machine = WordMachine(words: words)
    for _ in 0..<3_000 {
      let length = Int.random(in: 0..<12, using: &random)
      let text = String((0..<length).map { _ in "aAbBo/".randomElement(using: &random) ?? "a" })
      let found = ByteView.withBytes(of: text) { machine.search(RawReader($0)) }
      #expect(found == words.contains { text.lowercased().contains($0) }, "\(text)")
    }
  }

  @Test func `sorting by key keeps the order of equal keys`() {
    var random = SplitMix64(seed: 5)
    for count in [0, 1, 2, 64, 65, 1_000] {
      let bytes = OwnedBytes(count: max(count, 1) + ClickRecord.fixedSize) { _ in }
      bytes.withReader { reader in
        var items = (0..<count).map { place in
          unsafe ClickItem(
            key: random.next() >> (place % 3 == 0 ? 60 : 20),
            record: ClickRecord(base: reader.base + place))
        }
        let expected = items.enumerated().sorted {
          ($0.element.key, $0.offset) < ($1.element.key, $1.offset)
        }
        radixSort(&items, greatestKey: items.map(\.key).max() ?? 0)
        #expect(items.map(\.key) == expected.map(\.element.key))
        let same = zip(items, expected).allSatisfy {
          unsafe $0.record.base == $1.element.record.base
        }
        #expect(same)
      }
    }
  }

  @Test func `an id is free once`() {
    var random = SplitMix64(seed: 6)
    var known: Set<[UInt8]> = []
    var table = ClickIDTable(seed: 1)
    let ids = (0..<2_000).map { _ in
      let bytes = (0..<Int.random(in: 1..<20, using: &random)).map { _ in
        UInt8.random(in: 97...99, using: &random)
      }
      return OwnedBytes(count: bytes.count) { room in
        for (place, byte) in bytes.enumerated() { room.store(byte, at: place) }
      }
    }
    table.reset(count: ids.count)
    for id in ids {
      let isFree = known.insert(id.withReader { $0.copied }).inserted
      #expect(unsafe table.take(id.unsafeReader) == isFree)
    }
  }

  @Test func `bytes of any length are copied whole`() {
    for count in 0..<100 {
      let source = OwnedBytes(count: count) { room in
        for place in 0..<count { room.store(UInt8(place + 1), at: place) }
      }
      let target = OwnedBytes(count: count + 2) { room in
        for place in 0..<(count + 2) { room.store(UInt8(0xEE), at: place) }
        source.withReader { room.copy($0, at: 1) }
      }
      let expected = [0xEE] + (0..<count).map { UInt8($0 + 1) } + [0xEE]
      #expect(target.withReader { $0.copied } == expected)
    }
  }
}
