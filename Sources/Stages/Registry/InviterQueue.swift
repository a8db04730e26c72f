// In what order affiliates rows are judged.
internal import Pipeline

/// Hands out rows so that affiliates come after their inviters (SPEC 9, Rows): always the least
/// row, in the order given, that waits for nobody. A row waits for earlier rows of its own
/// affiliate and for all rows of its inviter in the night; where all wait for each other, the
/// least goes.
struct InviterQueue {
  private let rows: [AffiliateRow]
  /// The row of the same affiliate before each row, if any.
  private var previous: [Int?]
  private var isDone: [Bool]
  /// Rows of each affiliate not yet handed out.
  private var left: [AffiliateID: Int] = [:]
  private var ready: MinimumHeap
  private var waitingForRow: [Int: [Int]] = [:]
  private var waitingForAffiliate: [AffiliateID: [Int]] = [:]
  private var waiting: Set<Int> = []
  private var last: Int?

  init(_ rows: [AffiliateRow]) {
    self.rows = rows
    previous = Array(repeating: nil, count: rows.count)
    isDone = Array(repeating: false, count: rows.count)
    ready = MinimumHeap(Array(rows.indices))
    var latest: [AffiliateID: Int] = [:]
    for (place, row) in rows.enumerated() {
      previous[place] = latest.updateValue(place, forKey: row.id)
      left[row.id, default: 0] += 1
    }
  }

  /// The place of the next row; nil when none is left. The row handed out before has been judged.
  mutating func next() -> Int? {
    if let last { release(after: last) }
    last = nil
    while let place = ready.popFirst() {
      if let before = previous[place], !isDone[before] {
        waitingForRow[before, default: []].append(place)
        waiting.insert(place)
      } else if let inviter = rows[place].masterID, inviter != rows[place].id,
        left[inviter, default: 0] > 0
      {
        waitingForAffiliate[inviter, default: []].append(place)
        waiting.insert(place)
      } else {
        return take(place)
      }
    }
    guard let least = waiting.min() else { return nil }
    waiting.remove(least)
    return take(least)
  }

  private mutating func take(_ place: Int) -> Int {
    isDone[place] = true
    left[rows[place].id, default: 1] -= 1
    last = place
    return place
  }

  private mutating func release(after place: Int) {
    let id = rows[place].id
    var released = waitingForRow.removeValue(forKey: place) ?? []
    if left[id, default: 0] == 0 {
      released += waitingForAffiliate.removeValue(forKey: id) ?? []
    }
    for row in released where waiting.remove(row) != nil { ready.insert(row) }
  }
}

/// A heap of places, the least first.
private struct MinimumHeap {
  private var places: [Int]

  /// - Parameter sorted: Ascending, and so a heap already.
  init(_ sorted: [Int]) { places = sorted }

  mutating func insert(_ place: Int) {
    places.append(place)
    var child = places.count - 1
    while child > 0, places[child] < places[(child - 1) / 2] {
      places.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> Int? {
    guard let first = places.first, let last = places.popLast() else { return nil }
    guard !places.isEmpty else { return first }
    places[0] = last
    var parent = 0
    while true {
      let children = (2 * parent + 1)..<min(2 * parent + 3, max(places.count, 2 * parent + 1))
      guard let least = children.min(by: { places[$0] < places[$1] }),
        places[least] < places[parent]
      else { return first }
      places.swapAt(parent, least)
      parent = least
    }
  }
}
