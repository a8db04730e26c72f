// Clicks of codes with limits: what is told of a window, against going through it.
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite struct UsableClicksTests {
  @Test(arguments: 1...60)
  func `SPEC 3: clicks of exhausted codes are no candidates, in any window and by any model`(
    seed: Int
  ) {
    var random = SplitMix64(seed: UInt64(seed))
    let codes = (0..<Int.random(in: 0...250, using: &random)).map { _ in
      CodeOrdinal(Int.random(in: 0..<9, using: &random))
    }
    // The last codes have no limit.
    let limited = (0..<Int.random(in: 0...8, using: &random)).map { CodeOrdinal($0) }
    var clicks = UsableClicks(codes) { limited.contains($0) }
    var exhausted: Set<CodeOrdinal> = []
    for code in [nil] + limited.shuffled(using: &random) {
      if let code {
        clicks.exhaust(code)
        exhausted.insert(code)
      }
      for _ in 0..<20 {
        let ends = (0..<2).map { _ in Int.random(in: 0...codes.count, using: &random) }.sorted()
        let range = ends[0]..<ends[1]
        let usable = range.filter { !exhausted.contains(codes[$0]) }
        #expect(clicks.hasLimited(in: range) == range.contains { limited.contains(codes[$0]) })
        #expect(clicks.hasExhausted(in: range) == (usable.count < range.count))
        for model in AttributionModel.allCases {
          let winners = clicks.winners(in: range, by: model)
          #expect(winners == Array(model.winners(of: usable[...])))
        }
      }
    }
  }

  @Test func `codes are told as exhausted once, when their last use is counted`() {
    let codes = (0..<4).map { CodeOrdinal($0) }
    var uses = CodeUses([], limits: [codes[0]: 0, codes[1]: 1, codes[2]: 2])
    var told = uses.takeExhausted()
    #expect(told == [codes[0]])
    func credits(_ places: [Int]) -> [Credit] {
      places.map {
        Credit(
          code: codes[$0], affiliate: AffiliateOrdinal(0), clickID: "", clickAt: nil, weight: 1)
      }
    }
    let steps: [(credited: [Int], isUse: Bool, exhausts: [Int])] = [
      ([1, 1, 2], true, [1]), ([3], false, []), ([2], true, [2]), ([1, 2], true, []),
    ]
    for step in steps {
      let isUse = uses.count(credits(step.credited))
      #expect(isUse == step.isUse)
      told = uses.takeExhausted()
      #expect(told == step.exhausts.map { codes[$0] })
    }
  }
}
