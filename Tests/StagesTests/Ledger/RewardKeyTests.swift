import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite("Ids of rewards")
struct RewardKeyTests {
  @Test func `a credit's reward has the id of its key`() {
    var random = SplitMix64(seed: 11)
    let texts: [Text] = ["", "p", "o-000000001", "日本", Text(String(repeating: "x", count: 300))]
    for _ in 0..<300 {
      var key = RewardKey(
        type: random.next() % 2 == 0 ? .commission : .override,
        program: ProgramID(texts[Int(random.next() % 5)]))
      let order = OrderID(texts[Int(random.next() % 5)])
      key.order = order
      key.generation = Int32(truncatingIfNeeded: random.next() >> UInt64(random.next() % 64))
      key.credit = Int32(truncatingIfNeeded: random.next() >> UInt64(random.next() % 64))
      key.sequence = Int32(truncatingIfNeeded: random.next() >> UInt64(random.next() % 64))
      let digest = RewardKey.digest(
        key.type, program: key.program.text, order: order.text, generation: key.generation,
        credit: key.credit, sequence: key.sequence)
      #expect(digest == key.digest)
    }
  }
}
