// The order of a day's counts: programme by programme, as they come, and by code within one.

/// Sorts the counts of one day after another.
struct DailySorter {
  /// Of each code: its place in the order of all codes; those of a programme follow each other.
  private let ranks: [Int32]
  /// Of each code: its programme.
  private let programs: [Int32]
  /// By rank: which of the counts at hand it is; −1 for none, as always between two programmes.
  private var places: [Int32]
  /// The counts at hand.
  private var group: [DailyClicks] = []

  /// How many ranks are looked at for each count, at the most, instead of comparing counts.
  private static let mostRanksEach = 16

  /// - Parameters:
  ///   - ranks: Each number from 0 on once.
  ///   - programs: As many.
  init(ranks: [Int32], programs: [Int32]) {
    self.ranks = ranks
    self.programs = programs
    places = Array(repeating: -1, count: ranks.count)
  }

  /// Sorts the counts of a day, which come programme by programme.
  mutating func sort(_ day: inout [DailyClicks]) {
    var start = 0
    while start < day.count {
      let program = programs[day[start].code.position]
      var end = start + 1
      var last = ranks[day[start].code.position]
      var (least, greatest) = (last, last)
      var isSorted = true
      while end < day.count, programs[day[end].code.position] == program {
        let rank = ranks[day[end].code.position]
        if rank < last { isSorted = false }
        last = rank
        least = min(least, rank)
        greatest = max(greatest, rank)
        end += 1
      }
      if !isSorted { sort(&day, start..<end, least...greatest) }
      start = end
    }
  }

  /// Sorts the counts of one programme.
  ///
  /// - Parameter span: Its least and its greatest rank.
  private mutating func sort(
    _ day: inout [DailyClicks], _ range: Range<Int>, _ span: ClosedRange<Int32>
  ) {
    guard span.count <= Self.mostRanksEach * range.count, deal(day[range]) else {
      let ranks = ranks
      day[range].sort { ranks[$0.code.position] < ranks[$1.code.position] }
      return
    }
    var next = range.lowerBound
    for rank in Int(span.lowerBound)...Int(span.upperBound) where places[rank] >= 0 {
      day[next] = group[Int(places[rank])]
      places[rank] = -1
      next += 1
    }
  }

  /// Notes where the counts of each rank are.
  ///
  /// - Returns: Whether no two are of one rank; where some are, nothing is noted.
  private mutating func deal(_ counts: ArraySlice<DailyClicks>) -> Bool {
    group.removeAll(keepingCapacity: true)
    group.append(contentsOf: counts)
    for (place, daily) in group.enumerated() {
      let rank = Int(ranks[daily.code.position])
      guard places[rank] < 0 else {
        for daily in group.prefix(place) { places[Int(ranks[daily.code.position])] = -1 }
        return false
      }
      places[rank] = Int32(truncatingIfNeeded: place)
    }
    return true
  }
}
