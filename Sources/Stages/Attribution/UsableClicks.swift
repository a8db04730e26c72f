// Which clicks may still win where codes have limits, told for a window without going through it.
import Pipeline

/// Clicks in a row, from which those of exhausted codes drop out and never come back (SPEC 3; SPEC 9,
/// Attribution): as orders are judged in the order of instants, a code's uses only grow.
///
/// A visitor may have a hundred thousand clicks and ten thousand orders, such as one that stands for
/// all who are not known; each of the orders asks in O(log n).
struct UsableClicks {
  /// For each place, and behind the last one: how many clicks before it are of codes with a limit.
  private var limitedBefore: [Int32] = [0]
  /// How many are exhausted, as a binary indexed tree (Fenwick, 1994).
  private var exhausted: [Int32]
  /// For each place plus one, a place plus one that no usable click lies behind, up to it; 0 is none.
  private var earlier: [Int32]
  /// For each place, one that no usable click lies before, from it on; the count is none.
  private var later: [Int32]
  /// Where the clicks of each code are that has a limit.
  private var places: [CodeOrdinal: [Int32]] = [:]

  /// - Parameters:
  ///   - codes: By place.
  ///   - isLimited: Whether a code has a limit.
  init(_ codes: some Collection<CodeOrdinal>, isLimited: (CodeOrdinal) -> Bool) {
    let count = codes.count
    limitedBefore.reserveCapacity(count + 1)
    exhausted = Array(repeating: 0, count: count + 1)
    earlier = (0...Int32(count)).map { $0 }
    later = earlier
    var limited: Int32 = 0
    for (place, code) in codes.enumerated() {
      if isLimited(code) {
        limited += 1
        places[code, default: []].append(Int32(place))
      }
      limitedBefore.append(limited)
    }
  }

  /// Takes the clicks of a code out, whose limit is reached; called once for each.
  mutating func exhaust(_ code: CodeOrdinal) {
    for place in places.removeValue(forKey: code) ?? [] {
      earlier[Int(place) + 1] = place
      later[Int(place)] = place + 1
      var node = Int(place) + 1
      while node < exhausted.count {
        exhausted[node] += 1
        node += node & -node
      }
    }
  }

  /// Whether any click at these places is of a code that has a limit.
  func hasLimited(in range: Range<Int>) -> Bool {
    limitedBefore[range.upperBound] > limitedBefore[range.lowerBound]
  }

  /// Whether any click at these places is of an exhausted code.
  func hasExhausted(in range: Range<Int>) -> Bool {
    exhaustedCount(before: range.upperBound) > exhaustedCount(before: range.lowerBound)
  }

  private func exhaustedCount(before place: Int) -> Int32 {
    var (sum, node) = (Int32(0), place)
    while node > 0 {
      sum += exhausted[node]
      node &= node - 1
    }
    return sum
  }

  /// The places of the usable clicks that a model credits, ascending.
  mutating func winners(in range: Range<Int>, by model: AttributionModel) -> [Int] {
    switch model {
    case .firstClick:
      let first = Self.find(range.lowerBound, in: &later)
      return first < range.upperBound ? [first] : []
    case .lastClick: return last(1, in: range)
    case .linear, .positionBased, .timeDecay: return last(AttributionModel.mostTouches, in: range)
    }
  }

  private mutating func last(_ most: Int, in range: Range<Int>) -> [Int] {
    var found: [Int] = []
    var end = Self.find(range.upperBound, in: &earlier)
    while end > range.lowerBound, found.count < most {
      found.append(end - 1)
      end = Self.find(end - 1, in: &earlier)
    }
    return found.reversed()
  }

  /// Follows a chain to its end, and halves it on the way.
  private static func find(_ start: Int, in next: inout [Int32]) -> Int {
    var place = start
    while Int(next[place]) != place {
      next[place] = next[Int(next[place])]
      place = Int(next[place])
    }
    return place
  }
}
