// Numbers in decimal digits, compared with how Swift spells them.
import Pipeline
import TestSupport
import Testing

struct DecimalDigitsTests {
  @Test func `a number is spelt as Swift spells it`() {
    var numbers: [Int64] = [.min, .max, 0, -1]
    var power: Int64 = 1
    for _ in 0..<19 {
      numbers += [power - 1, power, power + 1, -power]
      power &*= 10
    }
    var random = SplitMix64(seed: 7)
    for _ in 0..<1_000 {
      let shift = random.next() % 64
      numbers.append(Int64(truncatingIfNeeded: random.next() >> shift))
    }
    for number in numbers {
      var bytes = Array("x".utf8)
      bytes.append(decimal: number)
      #expect(String(decoding: bytes, as: UTF8.self) == "x\(number)")
    }
  }
}
