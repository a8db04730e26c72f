// The clicks and orders of a sample, each made from its number alone.

/// What fate a row's number has drawn.
enum SampleFate: Equatable, Sendable {
  case plain
  /// Wrong in the way of this number.
  case malformed(Int)
  /// Repeats the row of this number.
  case duplicate(of: Int)
  /// Belongs to a day before its night.
  case late
  /// A click at the instant, and of the visitor, of the one before it.
  case tie
  /// One of many clicks from one address, the first of which has this number.
  case flood(from: Int)
  /// Changes the order of this number.
  case amendment(of: Int)
}

/// All clicks and orders of a sample.
struct SampleTraffic: Sendable {
  let options: SampleOptions
  let calendar: SampleCalendar
  let registry: SampleRegistry
  let clicks: SampleSeries
  let orders: SampleSeries
  /// Visitors there are; the first ones come more often.
  let visitors: SkewedChoice
  let visitorCount: Int
  let codeChoice: SkewedChoice
  let programChoice: SkewedChoice
  let clickFates: SampleNumbers
  let clickNumbers: SampleNumbers
  let clickDetails: SampleNumbers
  let orderFates: SampleNumbers
  let orderNumbers: SampleNumbers
  let orderDetails: SampleNumbers
  let amendments: SampleNumbers

  init(_ options: SampleOptions) {
    self.options = options
    calendar = SampleCalendar(options)
    registry = SampleRegistry(options)
    clicks = SampleSeries(count: options.clicks, calendar: calendar)
    orders = SampleSeries(count: options.orders, calendar: calendar)
    visitorCount = options.clicks / 3 + 10
    visitors = SkewedChoice(count: visitorCount, growth: 24)
    codeChoice = SkewedChoice(count: options.codes, growth: 17)
    programChoice = SkewedChoice(count: options.programs, growth: 21)
    func numbers(_ stream: SampleStream) -> SampleNumbers {
      SampleNumbers(seed: options.seed, stream: stream)
    }
    clickFates = numbers(.clickFate)
    clickNumbers = numbers(.click)
    clickDetails = numbers(.clickDetail)
    orderFates = numbers(.orderFate)
    orderNumbers = numbers(.order)
    orderDetails = numbers(.orderDetail)
    amendments = numbers(.amendment)
  }

  /// How far back a repeated row may lie.
  static let duplicateReach = 1_024

  /// The nearest number at or below `row` for which `fits` holds, within 32 numbers; nil where
  /// there is none.
  @inline(__always) func nearest(_ row: Int, where fits: (Int) -> Bool) -> Int? {
    var row = row
    for _ in 0..<32 where row >= 0 {
      if fits(row) { return row }
      row -= 1
    }
    return nil
  }

  /// An instant moved by the chances that all rows have: a part of the gap to the next row, and
  /// for one in 64 up to an hour back; whole seconds for seven in eight.
  @inline(__always) func scattered(
    _ instant: Int64, in night: Int, gap: Int, _ random: inout SampleRandom
  ) -> Int64 {
    var moved = instant + Int64(random.below(gap))
    let bits = random.next()
    if bits & 0x3F == 0 {
      moved -= Int64(SampleRandom.scaled(bits, below: 3_600_000))
    }
    if (bits >> 6) & 7 != 0 { moved -= moved % 1_000 }
    return min(max(moved, calendar.start(of: night)), calendar.end(of: night) - 1_000)
  }
}
