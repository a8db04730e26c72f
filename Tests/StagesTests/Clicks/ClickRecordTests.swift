// What waits to be judged comes back as it went in.
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite struct ClickRecordTests {
  private struct Written {
    var values: ClickValues
    var id: [UInt8]
    var traffic: UInt32
    var source: [UInt8] = []
    var page: [UInt8] = []
  }

  @Test(arguments: [0, 1, 12, 254, 255, 256, 32_766, 32_767, 32_768, 100_000])
  func `a click gives back what went into it`(idLength: Int) {
    var random = SplitMix64(seed: UInt64(idLength))
    for flags in UInt8(0)..<16 {
      let instant = [
        InstantText.earliestMilliseconds, -1, 0, 1_774_915_200_123,
        InstantText.latestMilliseconds,
      ].randomElement(using: &random)
      let written = Self.click(
        &random, flags: flags, idLength: idLength, instant: instant ?? 0,
        RowOrigin(file: 70_000, line: .max))
      Self.expect([written])
    }
  }

  @Test(arguments: UInt64(1)...20)
  func `clicks of one piece come back in their order, near or far`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var origin = RowOrigin(file: 0, line: 1)
    var instant: Int64 = 1_774_915_200_000
    let clicks = (0..<400).map { _ -> Written in
      let lines: [Int32] = [1, 2, 65_534, 65_535, 65_536, 1 << 30, -1, -70_000]
      origin.line = origin.line &+ (lines.randomElement(using: &random) ?? 1)
      if Int.random(in: 0..<10, using: &random) == 0 {
        origin = RowOrigin(file: Int32.random(in: 0...3, using: &random), line: 1)
      }
      let times = [0, 1, -1, Int64(Int32.max), Int64(Int32.max) + 1, Int64(Int32.min), -1 << 40]
      instant += times.randomElement(using: &random) ?? 0
      if !(InstantText.earliestMilliseconds...InstantText.latestMilliseconds).contains(instant) {
        instant = 0
      }
      return Self.click(
        &random, flags: UInt8.random(in: 0..<16, using: &random),
        idLength: [0, 3, 12, 254, 255, 300].randomElement(using: &random) ?? 0, instant: instant,
        origin)
    }
    Self.expect(clicks)
  }

  /// Ids that are counted up, that repeat, that stop short of each other or have nothing in common.
  @Test(arguments: UInt64(1)...20)
  func `ids that begin like their neighbours come back whole`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let lengths = [0, 1, 7, 8, 9, 12, 15, 16, 17, 24, 40, 253, 254, 255, 300]
    let word = (0..<300).map { _ in UInt8.random(in: 97...98, using: &random) }
    let clicks = (1...600).map { line -> Written in
      var click = Self.click(
        &random, flags: UInt8.random(in: 0..<16, using: &random), idLength: 0,
        instant: 1_774_915_200_000 + Int64(line), RowOrigin(file: 0, line: Int32(line)))
      click.id = Array(word.prefix(lengths.randomElement(using: &random) ?? 0))
      // A byte of the beginning, or behind what is compared, is another one.
      if let place = click.id.indices.randomElement(using: &random), Bool.random(using: &random) {
        click.id[min(place, Int.random(in: 0...20, using: &random))] = 0xFF
      }
      return click
    }
    Self.expect(clicks)
  }

  @Test func `ids that are counted up take four bytes each`() {
    var random = SplitMix64(seed: 5)
    let clicks = (0..<100).map { number -> Written in
      var click = Self.click(
        &random, flags: 0, idLength: 0, instant: 1_774_915_200_000 + Int64(number) * 1_000,
        RowOrigin(file: 0, line: Int32(number)))
      click.id = Array("c_0000000\(100 + number)".utf8)
      return click
    }
    let own = 12 + WaitingClick.mostHead + 99 * WaitingClick.leastHead + 100
    // The digits that change: one for most, three for the one that is the hundredth.
    #expect(Self.expect(clicks) <= own + 99 * 3)
  }

  private static func click(
    _ random: inout SplitMix64, flags: UInt8, idLength: Int, instant: Int64, _ origin: RowOrigin
  ) -> Written {
    let values = ClickValues(
      instant: instant, code: Int32.random(in: 0..<1 << 28, using: &random), origin: origin,
      flags: ClickFlags(rawValue: flags), visitor: Key96(high: random.next(), low: 7),
      ip: Key96(high: random.next(), low: 9), content: random.next())
    let id = (0..<idLength).map { _ in UInt8.random(in: 0...255, using: &random) }
    var written = Written(values: values, id: id, traffic: 0)
    guard values.flags.contains(.hasTraffic) else { return written }
    if Bool.random(using: &random) {
      written.traffic = UInt32.random(in: 1..<1 << 31, using: &random)
    } else {
      written.traffic = TrafficMark.named
      written.source = Array("news.example".utf8)
      written.page = Array("/a/\(idLength)".utf8)
    }
    return written
  }

  /// Writes the clicks one after the other, and reads them as records.
  ///
  /// - Returns: How many bytes they take.
  @discardableResult
  private static func expect(_ clicks: [Written]) -> Int {
    var used = 0
    let most = clicks.reduce(0) {
      $0 + WaitingClick.mostHead + 32 + $1.id.count + 4 + $1.source.count + $1.page.count
    }
    let room = OwnedBytes(count: most) { room in
      var neighbour = ClickNeighbour()
      for click in clicks {
        ByteView.withBytes(of: click.id) { id in
          ByteView.withBytes(of: click.source) { source in
            ByteView.withBytes(of: click.page) { page in
              let mark = TrafficMark(
                word: click.traffic, source: RawReader(source), page: RawReader(page))
              used += WaitingClick.store(
                click.values, id: RawReader(id), traffic: mark,
                into: room.slice(used, room.count - used), after: &neighbour)
            }
          }
        }
      }
    }
    var place = 0
    room.withReader { reader in
      forEachWaitingClick(reader.slice(0, used)) { waiting in
        let click = clicks[place]
        place += 1
        #expect(waiting.instant == click.values.instant)
        #expect(waiting.code == click.values.code)
        #expect(waiting.origin == click.values.origin)
        let record = OwnedBytes(count: waiting.recordSize) { waiting.storeRecord(into: $0) }
        record.withReader { compare(unsafe ClickRecord(base: $0.base), click) }
      }
    }
    #expect(place == clicks.count)
    return used
  }

  private static func compare(_ record: ClickRecord, _ click: Written) {
    let none = Key96(high: 0, low: 0)
    let values = click.values
    #expect(record.instant == values.instant)
    #expect(record.code == values.code)
    #expect(record.origin == values.origin)
    #expect(record.flags == values.flags)
    #expect(record.visitor == (values.flags.contains(.hasVisitor) ? values.visitor : none))
    #expect(record.ip == (values.flags.contains(.hasIP) ? values.ip : none))
    #expect(record.content == values.content)
    #expect(record.id.copied == click.id)
    #expect(record.traffic == click.traffic)
    guard click.traffic == TrafficMark.named else { return }
    #expect(record.trafficNames.source == click.source)
    #expect(record.trafficNames.page == click.page)
  }
}
