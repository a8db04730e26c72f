// A day's counts by programme and code, against a plain sort.
import TestSupport
import Testing

@testable import Stages

@Suite struct `Sorting a day's counts` {
  /// Codes of programmes, `count` of each, whose ranks are dealt at random within the programme.
  private static func codes(
    _ programs: Int, _ count: Int, _ random: inout SplitMix64
  ) -> (ranks: [Int32], programs: [Int32]) {
    var ranks: [Int32] = []
    for program in 0..<programs {
      var own = (0..<count).map { Int32(program * count + $0) }
      own.shuffle(using: &random)
      ranks += own
    }
    return (ranks, (0..<programs * count).map { Int32($0 / count) })
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>, [2, 7, 60, 2_000])
  func `every count comes once, in the order of the ranks`(seed: UInt64, one in: Int) {
    var random = SplitMix64(seed: seed)
    let (ranks, programs) = Self.codes(5, 400, &random)
    var sorter = DailySorter(ranks: ranks, programs: programs)
    // One sorter serves many days: nothing of one may be left for the next.
    for day in 0..<20 {
      var counts: [DailyClicks] = []
      for program in 0..<5 {
        var own = (program * 400..<(program + 1) * 400).filter { _ in
          random.next() % UInt64(`in`) == 0
        }
        own.shuffle(using: &random)
        // A code that comes twice is nothing that a night makes; no row of it may be lost either.
        if random.next() % 8 == 0, let twice = own.first { own.append(twice) }
        for code in own {
          let clicks = Int64(random.next() % 1_000)
          counts.append(
            DailyClicks(day: Int32(day), code: CodeOrdinal(code), clicks: clicks, filtered: 0))
        }
      }
      let expected = counts.enumerated().sorted {
        let (left, right) = (ranks[$0.element.code.position], ranks[$1.element.code.position])
        return left != right ? left < right : $0.offset < $1.offset
      }.map(\.element)
      sorter.sort(&counts)
      #expect(counts == expected)
    }
  }
}
