// Sums by key, compared with a dictionary.
import TestSupport
import Testing

@testable import Stages

struct SumTableTests {
  @Test func `sums are those of a dictionary, in the order of the keys`() {
    var random = SplitMix64(seed: 3)
    var table = SumTable<ProgramSums.TotalKey, CodeCounts>(CodeCounts())
    var model: [ProgramSums.TotalKey: CodeCounts] = [:]
    for _ in 0..<20_000 {
      let affiliate = Int32(random.next() % 700) - 1
      let key = ProgramSums.TotalKey(affiliate: affiliate, currency: UInt32(random.next() % 3))
      let amount = Int64(random.next() % 9) - 4
      table[key].clicks += amount
      table[key].orders += 1
      model[key, default: CodeCounts()].clicks += amount
      model[key, default: CodeCounts()].orders += 1
    }
    let found = table.inOrder
    #expect(found.map(\.key) == model.keys.sorted())
    for (key, value) in found { #expect(model[key] == value) }
  }

  @Test func `a key that was not met has the empty value and stays unknown`() {
    let table = SumTable<ProgramSums.TotalKey, CodeCounts>(CodeCounts())
    #expect(table[ProgramSums.TotalKey(affiliate: 4, currency: 1)] == CodeCounts())
    #expect(table.inOrder.isEmpty)
  }
}
