import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite("Parts of a programme's night against their definitions")
struct PlainPartsTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `parts of a split are those of the largest remainder`(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for round in 0..<200 {
      let weights = (0..<Int(1 + random.next() % 6)).map { _ in
        round % 3 == 0 ? Int64(random.next() >> 2) : Int64(1 + random.next() % 8)
      }
      let total = Int64(random.next() >> (round % 2 == 0 ? 1 : 50))
      let parts = weights.indices.map {
        largestRemainderPart(of: total, weights: weights, place: $0)
      }
      #expect(parts == Self.split(total, weights))
    }
  }

  /// Every part rounded down, then one more for the greatest remainders, the first of equal ones.
  private static func split(_ total: Int64, _ weights: [Int64]) -> [Int64] {
    let sum = weights.reduce(Int128(0)) { $0 + Int128($1) }
    let products = weights.map { Int128(total) * Int128($0) }
    var parts = products.map { Int64($0 / sum) }
    let left = total - parts.reduce(0, +)
    let order = weights.indices.sorted { first, second in
      let (one, other) = (products[first] % sum, products[second] % sum)
      return one != other ? one > other : first < second
    }
    for place in order.prefix(Int(left)) { parts[place] += 1 }
    return parts
  }

  @Test(arguments: [0, 1, 7, 50, 99, -1, -25, -50, -149, .max, .min + 1] as [Int64])
  func `amounts are rounded half away from zero`(_ amount: Int64) throws {
    for (numerator, denominator) in [(1, 2), (1, 3), (99, 100), (2_550, 10_000)] {
      let exact = Int128(amount) * Int128(numerator)
      let twice = (exact < 0 ? -exact : exact) * 2 + Int128(denominator)
      let magnitude = Int64(twice / (2 * Int128(denominator)))
      let result = try rounded(amount, times: Int64(numerator), over: Int64(denominator))
      #expect(result == (exact < 0 ? -magnitude : magnitude))
    }
  }

  @Test(arguments: [0, 9, 10, 1_234_567, -1, -90, .max, .min] as [Int64])
  func `a reward's id is the hash of its words`(_ level: Int64) {
    var key = RewardKey(type: .tierBonus, program: "prog")
    key.affiliate = "aff_é"
    key.order = OrderID(Text(String(repeating: "o", count: 40)))
    key.generation = 12
    key.credit = 3
    key.level = level
    let words = [
      "reward", "tier_bonus", "prog", "aff_é", String(repeating: "o", count: 40), "", "12", "3",
      "0", String(level),
    ]
    let bytes = Array(words.joined(separator: "\u{1F}").utf8)
    #expect(key.digest == ByteView.withBytes(of: bytes) { ContentHash.digest(of: $0) })
  }

  @Test func `terms in force are those of the timeline, whichever way one walks`() {
    let timeline = [(Int64.min / 4, 1), (100, 2), (100, 3), (200, 4)].map { from, days in
      var terms = Terms()
      terms.holdDays = Int64(days)
      return Program.DatedTerms(from: Instant(milliseconds: from), terms: terms)
    }
    let program = Program(
      id: "p", ordinal: ProgramOrdinal(0), timeline: timeline, statuses: [])
    var inForce = TermsInForce(program)
    for milliseconds in [0, 99, 100, 150, 199, 200, 500, 150, -5, 100] as [Int64] {
      let instant = Instant(milliseconds: milliseconds)
      inForce.move(to: instant)
      #expect(inForce.terms.holdDays == program.terms(at: instant).holdDays)
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `sightings above a number are those that counting finds`(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var orders: [(key: Digest128, instant: Instant, id: OrderID, place: Int32)] = []
    for number in 0..<80 {
      let hour = Int64(random.next() % 60)
      orders.append(
        (
          Digest128(high: random.next() % 3, low: 7), Instant(milliseconds: hour * Instant.hour),
          OrderID(Text("o\(random.next() % 1_000)-\(number)")), 0
        ))
    }
    // Conversions stand in the order of processing, traces in none.
    let half = orders[..<40].sorted { ($0.instant, $0.id) < ($1.instant, $1.id) }
    orders = half + orders[40...]
    var sightings = OrderSightings(room: 80)
    for place in orders.indices {
      orders[place].place = Int32(place < 40 ? place : 39 - place)
      sightings.append(.customer(orders[place].key), orders[place].instant, orders[place].place)
    }
    var marked: Set<Int> = []
    let known = orders
    sightings.forEach(
      above: 5, id: { place in known.first { $0.place == place }?.id ?? "" },
      { marked.insert($0) })
    let expected = (0..<40).filter { place in
      let order = known[place]
      let count = known.count { other in
        other.key == order.key && other.instant >= order.instant + -Instant.day
          && (other.instant, other.id) <= (order.instant, order.id)
      }
      return count > 5
    }
    #expect(marked == Set(expected))
    #expect(!expected.isEmpty)
  }

  @Test func `a table finds each text, and no other`() {
    let texts = (0..<500).map { Text("order-of-a-long-name-\($0 % 2 == 0 ? "a" : "b")-\($0)") }
    var table = TextTable()
    for place in texts.indices { table.insert(texts[place], at: place) }
    for place in texts.indices {
      #expect(table.place(of: texts[place]) { texts[$0] == texts[place] } == place)
    }
    #expect(table.place(of: "order") { texts[$0] == "order" } == nil)
    #expect(TextTable().place(of: "a") { _ in true } == nil)
  }
}
