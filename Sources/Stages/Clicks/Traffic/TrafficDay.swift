// Accepted clicks of a programme and day by source and page: the most frequent by name.
import Pipeline

/// What a day's accepted clicks came from and went to.
struct TrafficDay: Sendable {
  /// A name by its rank in the night's names, or, where it has none, itself.
  enum Name: Hashable, Sendable {
    case ranked(Int32)
    case plain([UInt8])
  }

  var day: Int32
  /// By list: in the order of the names' bytes; behind them what is left out.
  var counts: [[(name: Name, count: Int64)]]
  var others: [Int64]

  /// Names of a day that keep their own counts.
  static let most = 1_000
}

/// Counts of names by number, and which of them are not 0.
private struct NumberCounts {
  private var counts: [Int32]
  private(set) var touched: [UInt32] = []

  init(_ numbers: Int) { counts = [Int32](repeating: 0, count: numbers) }

  @inline(__always) mutating func add(_ number: UInt32) {
    let before = counts[Int(number)]
    if before == 0 { touched.append(number) }
    counts[Int(number)] = before &+ 1
  }

  /// The counts by rank, in its order; all are 0 again.
  mutating func take(_ ranks: [Int32]) -> [(name: TrafficDay.Name, count: Int64)] {
    // Rank and number in one word: words are sorted without a closure.
    var taken = touched.map { UInt64(UInt32(bitPattern: ranks[Int($0)])) << 32 | UInt64($0) }
    taken.sort()
    var all: [(name: TrafficDay.Name, count: Int64)] = []
    all.reserveCapacity(taken.count)
    for entry in taken {
      let number = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF)
      all.append((.ranked(Int32(truncatingIfNeeded: entry >> 32)), Int64(counts[number])))
      counts[number] = 0
    }
    touched.removeAll(keepingCapacity: true)
    return all
  }
}

/// Counts a day's traffic.
struct TrafficCounter {
  private let ranks: TrafficRanks
  private var sources: NumberCounts
  private var pages: NumberCounts
  /// By list: names without a number.
  private var named: [[[UInt8]: Int64]] = [[:], [:]]
  /// Clicks whose source has a name.
  private var fromNamed: Int64 = 0

  init(_ ranks: TrafficRanks) {
    self.ranks = ranks
    sources = NumberCounts(ranks.ranks[0].count)
    pages = NumberCounts(ranks.ranks[1].count)
  }

  /// Counts an accepted click that has a mark.
  @inline(__always) mutating func count(_ record: ClickRecord) {
    let word = record.traffic
    guard word != TrafficMark.named else { return countNamed(record) }
    let source = word >> TrafficMark.pageBits
    let page = word & (1 << TrafficMark.pageBits &- 1)
    if source > 0 {
      fromNamed &+= 1
      sources.add(source)
    }
    if page > 0 { pages.add(page) }
  }

  @inline(never) private mutating func countNamed(_ record: ClickRecord) {
    let names = record.trafficNames
    if names.source.count > 0, !names.source.elementsEqual(TrafficNames.direct.utf8) {
      fromNamed += 1
      named[0][names.source, default: 0] += 1
    }
    if names.page.count > 0 { named[1][names.page, default: 0] += 1 }
  }

  /// Ends a day.
  ///
  /// - Parameter accepted: All accepted clicks of it: what has no source is `direct`.
  /// - Returns: nil where no click of the day has a mark.
  mutating func close(_ day: Int32, accepted: Int64) -> TrafficDay? {
    guard
      !sources.touched.isEmpty || !pages.touched.isEmpty || !named[0].isEmpty
        || !named[1].isEmpty
    else { return nil }
    let direct = accepted - fromNamed
    if direct > 0 { named[0][Array(TrafficNames.direct.utf8)] = direct }
    var result = TrafficDay(day: day, counts: [], others: [])
    for list in 0..<2 {
      let (counts, others) = collect(list)
      result.counts.append(counts)
      result.others.append(others)
    }
    fromNamed = 0
    return result
  }

  private mutating func collect(_ list: Int) -> ([(name: TrafficDay.Name, count: Int64)], Int64) {
    var all = list == 0 ? sources.take(ranks.ranks[0]) : pages.take(ranks.ranks[1])
    if !named[list].isEmpty {
      all = merged(all, named[list], list)
      named[list].removeAll()
    }
    guard all.count > TrafficDay.most else { return (all, 0) }
    // Of equal counts the lesser names stay.
    let order = all.indices.sorted { left, right in
      all[left].count != all[right].count ? all[left].count > all[right].count : left < right
    }
    let others = order.dropFirst(TrafficDay.most).reduce(Int64(0)) { $0 + all[$1].count }
    return (order.prefix(TrafficDay.most).sorted().map { all[$0] }, others)
  }

  /// Names with and without a number, in the order of their bytes; the same name once.
  private func merged(
    _ ranked: [(name: TrafficDay.Name, count: Int64)], _ plain: [[UInt8]: Int64], _ list: Int
  ) -> [(name: TrafficDay.Name, count: Int64)] {
    var counts: [[UInt8]: (name: TrafficDay.Name, count: Int64)] = [:]
    for entry in ranked {
      if case .ranked(let rank) = entry.name { counts[ranks.names[list][Int(rank)]] = entry }
    }
    for (name, count) in plain {
      counts[name, default: (.plain(name), 0)].count += count
    }
    return counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }
}
