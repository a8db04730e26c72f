// The arithmetic below a sample: chance by counter, days, hours.

import Testing

@testable import Stages

struct GenerateArithmeticTests {
  @Test func `numbers follow from seed, stream and index alone`() {
    let numbers = SampleNumbers(seed: 1, stream: .click)
    #expect(numbers.number(5) == SampleNumbers(seed: 1, stream: .click).number(5))
    #expect(numbers.number(5) != numbers.number(6))
    #expect(numbers.number(5) != SampleNumbers(seed: 1, stream: .order).number(5))
    #expect(numbers.number(5) != SampleNumbers(seed: 2, stream: .click).number(5))
  }

  @Test(arguments: [1, 2, 3, 7, 64, 1_000])
  func `a bounded number is bounded and reaches both ends`(bound: Int) {
    var random = SampleNumbers(seed: 3, stream: .code).sequence(bound)
    var plain: Set<Int> = []
    var skewed: Set<Int> = []
    for _ in 0..<40_000 {
      plain.insert(random.below(bound))
      skewed.insert(random.skewed(below: bound))
    }
    #expect(plain == Set(0..<bound))
    #expect(skewed == Set(0..<bound))
  }

  @Test(arguments: [1, 2, 5, 1_000])
  func `a skewed choice covers all and favours the first`(count: Int) {
    let choice = SkewedChoice(count: count, growth: 19)
    var random = SampleNumbers(seed: 4, stream: .code).sequence(count)
    var counts = [Int](repeating: 0, count: count)
    for _ in 0..<100_000 { counts[choice.draw(&random)] += 1 }
    #expect(counts.allSatisfy { $0 > 0 })
    #expect(counts.first == counts.max())
  }

  @Test func `gaps have their mean and their limit`() {
    var random = SampleNumbers(seed: 5, stream: .order).sequence(0)
    var sum = 0
    for _ in 0..<100_000 {
      let gap = random.exponential(mean: 1_000)
      #expect((0...8_000).contains(gap))
      sum += gap
    }
    #expect((980...1_060).contains(sum / 100_000))
  }

  @Test(arguments: [
    (1970, 1, 1, 0), (2000, 2, 29, 11_016), (2026, 3, 31, 20_543), (9999, 12, 31, 2_932_896),
    (1, 1, 1, -719_162),
  ])
  func `days count from 1970`(year: Int, month: Int, day: Int, number: Int) {
    #expect(SampleDay(year: year, month: month, day: day) == SampleDay(number: number))
    #expect(SampleDay(number: number).civil == (year, month, day))
  }

  @Test(arguments: [(2026, 2, 29), (2026, 4, 31), (2026, 0, 1), (2026, 1, 0), (0, 1, 1)])
  func `there are no other days`(year: Int, month: Int, day: Int) {
    #expect(SampleDay(year: year, month: month, day: day) == nil)
  }

  @Test(arguments: [(1, 10), (1, 100_000), (30, 7), (90, 1_000_000)])
  func `rows rise through their nights and are found by their instant`(days: Int, count: Int) {
    var options = SampleOptions()
    options.days = days
    let calendar = SampleCalendar(options)
    let series = SampleSeries(count: count, calendar: calendar)
    for night in 0..<3 {
      let rows = series.rows(in: night)
      var before = calendar.start(of: night)
      for row in stride(from: rows.lowerBound, to: rows.upperBound, by: max(1, count / 997)) {
        let instant = series.instant(of: row, in: night)
        #expect(series.night(of: row) == night)
        #expect(instant >= before && instant < calendar.end(of: night))
        #expect(abs(series.row(at: instant) - row) <= 1)
        before = instant
      }
    }
    #expect(series.row(at: calendar.start - 5) == 0)
  }

  @Test func `a CSV cell is quoted only where it has to be`() {
    #expect(SamplePhrase("plain").csv == Array("plain".utf8))
    #expect(SamplePhrase("a,b").csv == Array("\"a,b\"".utf8))
    #expect(SamplePhrase("say \"a\"").csv == Array("\"say \"\"a\"\"\"".utf8))
    #expect(SamplePhrase("a\nb").json == Array("\"a\\nb\"".utf8))
    #expect(SamplePhrase("a\\\"b").json == Array("\"a\\\\\\\"b\"".utf8))
  }
}
