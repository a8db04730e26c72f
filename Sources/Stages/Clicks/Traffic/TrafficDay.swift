// Accepted clicks of a programme and day by source and page: the most frequent by name.
import Pipeline

/// What a day's accepted clicks came from, or went to.
struct TrafficCounts: Sendable {
  /// A name and its clicks.
  struct Entry: Sendable {
    /// Its rank in the night's names; where it has none, −1 less its place in `plainNames`.
    var name: Int32
    var count: Int64
  }

  /// In the order of the names' bytes.
  var entries: [Entry] = []
  var plainNames: [[UInt8]] = []
  /// Clicks of names that are left out.
  var others: Int64 = 0

  /// Names of a day that keep their own counts.
  static let most = 1_000

  /// Leaves out all but the most frequent names; of equal counts the lesser names stay.
  mutating func cut() {
    guard entries.count > Self.most else { return }
    let order = entries.indices.sorted { left, right in
      entries[left].count != entries[right].count
        ? entries[left].count > entries[right].count : left < right
    }
    others = order.dropFirst(Self.most).reduce(Int64(0)) { $0 + entries[$1].count }
    entries = order.prefix(Self.most).sorted().map { entries[$0] }
  }
}

/// A day's traffic.
struct TrafficDay: Sendable {
  var day: Int32
  /// By ``TrafficList``.
  var lists: [TrafficCounts]
}

/// Counts of names by rank, and a map of which of them are not 0: a bit each, and a bit for each
/// word of those.
private struct RankCounts {
  private var counts: [Int32]
  private var bits: [UInt64]
  private var words: [UInt64]
  private(set) var isEmpty = true

  init(_ ranks: Int) {
    counts = [Int32](repeating: 0, count: ranks)
    bits = [UInt64](repeating: 0, count: ranks / 64 + 1)
    words = [UInt64](repeating: 0, count: ranks / 4_096 + 1)
  }

  @inline(__always) mutating func add(_ rank: Int, _ count: Int32 = 1) {
    counts[rank] &+= count
    bits[rank >> 6] |= 1 << UInt64(rank & 63)
    words[rank >> 12] |= 1 << UInt64(rank >> 6 & 63)
    isEmpty = false
  }

  /// The counts in the order of their ranks; all are 0 again.
  mutating func take() -> [TrafficCounts.Entry] {
    var taken: [TrafficCounts.Entry] = []
    for word in words.indices {
      while words[word] != 0 {
        let place = word << 6 | words[word].trailingZeroBitCount
        words[word] &= words[word] &- 1
        while bits[place] != 0 {
          let rank = place << 6 | bits[place].trailingZeroBitCount
          bits[place] &= bits[place] &- 1
          taken.append(
            TrafficCounts.Entry(name: Int32(truncatingIfNeeded: rank), count: Int64(counts[rank])))
          counts[rank] = 0
        }
      }
    }
    isEmpty = true
    return taken
  }
}

/// Counts a day's traffic.
struct TrafficCounter {
  private let ranks: TrafficRanks
  private let sourceRanks: [Int32]
  private let pageRanks: [Int32]
  private var sources: RankCounts
  private var pages: RankCounts
  /// By list: names without a number.
  private var named: [[[UInt8]: Int64]] = [[:], [:]]
  /// Clicks whose source has a name.
  private var fromNamed: Int64 = 0

  init(_ ranks: TrafficRanks) {
    self.ranks = ranks
    sourceRanks = ranks.ranks[TrafficList.sources.rawValue]
    pageRanks = ranks.ranks[TrafficList.pages.rawValue]
    sources = RankCounts(ranks.count(.sources))
    pages = RankCounts(ranks.count(.pages))
  }

  /// Counts an accepted click that has a mark.
  @inline(__always) mutating func count(_ record: ClickRecord) {
    let word = record.traffic
    guard word != TrafficMark.named else { return countNamed(record) }
    let source = Int(word >> TrafficMark.pageBits)
    let page = Int(word & (1 << TrafficMark.pageBits &- 1))
    if source > 0 {
      fromNamed &+= 1
      sources.add(Int(sourceRanks[source]))
    }
    if page > 0 { pages.add(Int(pageRanks[page])) }
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
    guard !sources.isEmpty || !pages.isEmpty || !named[0].isEmpty || !named[1].isEmpty else {
      return nil
    }
    let direct = accepted - fromNamed
    if direct > 0 { sources.add(Int(sourceRanks[0]), Int32(clamping: direct)) }
    fromNamed = 0
    return TrafficDay(
      day: day, lists: [collect(.sources, sources.take()), collect(.pages, pages.take())])
  }

  private mutating func collect(
    _ list: TrafficList, _ ranked: [TrafficCounts.Entry]
  ) -> TrafficCounts {
    var all = TrafficCounts(entries: ranked)
    if !named[list.rawValue].isEmpty {
      all = merged(ranked, named[list.rawValue], list)
      named[list.rawValue].removeAll()
    }
    all.cut()
    return all
  }

  /// Names with and without a number, in the order of their bytes; the same name once.
  private func merged(
    _ ranked: [TrafficCounts.Entry], _ plain: [[UInt8]: Int64], _ list: TrafficList
  ) -> TrafficCounts {
    var counts: [[UInt8]: TrafficCounts.Entry] = [:]
    var result = TrafficCounts()
    for entry in ranked { counts[ranks.name(list, Int(entry.name))] = entry }
    for (name, count) in plain {
      if counts[name] == nil {
        counts[name] = TrafficCounts.Entry(name: -1 - Int32(result.plainNames.count), count: 0)
        result.plainNames.append(name)
      }
      counts[name]?.count += count
    }
    result.entries = counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    return result
  }
}
