// The model by itself, over seeded histories: it must take every night without a row left over.

import Testing

@Test(arguments: [UInt64](1...40))
func `the model takes every row of a random history`(seed: UInt64) {
  var model = Model()
  for night in Adversary.history(seed: seed, size: HistorySize()) {
    let facts = model.run(night, naming: model.naming)
    for fact in facts {
      let sum =
        fact.accepted + fact.duplicate + fact.filtered.values.reduce(0, +)
        + fact.rejected.values.reduce(0, +)
      #expect(sum == fact.rows)
    }
  }
}
