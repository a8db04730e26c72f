// The clicks that could earn a programme's orders, gathered once and asked for each order.
import Pipeline

/// Accepted clicks by what an order may name: their id, their code or their visitor.
struct CandidateClicks {
  private var byVisitor: [Digest128: [Touch]] = [:]
  private var byClickID: [Text: [Touch]] = [:]
  /// For a code only the latest click before an order matters, so it is kept for each order's
  /// instant rather than for each click.
  private var byCode: [CodeOrdinal: LatestClicks] = [:]

  /// Gathers what the wish names.
  ///
  /// - Parameter codeInstants: For each code of the wish, the instants of the orders that name it.
  init(
    _ wish: ClickWish, codeInstants: [CodeOrdinal: [Instant]], from clicks: any ClickSource,
    registry: Registry
  ) throws {
    for (code, instants) in codeInstants { byCode[code] = LatestClicks(before: instants) }
    try gather(wish, from: clicks)
    for code in byCode.keys { byCode[code]?.spread() }
    let order = ClickOrder(registry: registry)
    byVisitor = byVisitor.mapValues { $0.sorted(by: order.isEarlier) }
    byClickID = byClickID.mapValues { $0.sorted(by: order.isEarlier) }
  }

  private mutating func gather(_ wish: ClickWish, from clicks: any ClickSource) throws {
    var gathered = self
    self.byVisitor = [:]
    self.byClickID = [:]
    self.byCode = [:]
    try clicks.forEachTouch(wish) { touch in
      if let visitor = touch.visitor, wish.visitors.contains(visitor) {
        gathered.byVisitor[visitor, default: []].append(touch)
      }
      if !touch.clickID.isEmpty, wish.clickIDs.contains(touch.clickID) {
        gathered.byClickID[touch.clickID, default: []].append(touch)
      }
      gathered.byCode[touch.code]?.add(touch)
    }
    self = gathered
  }

  /// The visitor's clicks within the window, earliest first.
  func touches(ofVisitor visitor: Digest128, within window: ClosedRange<Instant>) -> ArraySlice<
    Touch
  > {
    slice(byVisitor[visitor] ?? [], within: window)
  }

  /// The clicks with this id within the window, earliest first.
  func touches(withID clickID: Text, within window: ClosedRange<Instant>) -> ArraySlice<Touch> {
    slice(byClickID[clickID] ?? [], within: window)
  }

  /// The latest click of a code within the window.
  func latestTouch(of code: CodeOrdinal, within window: ClosedRange<Instant>) -> Touch? {
    guard let touch = byCode[code]?.latest(before: window.upperBound) else { return nil }
    return touch.instant >= window.lowerBound ? touch : nil
  }

  private func slice(_ touches: [Touch], within window: ClosedRange<Instant>) -> ArraySlice<Touch> {
    let start = touches.partitionPoint { $0.instant >= window.lowerBound }
    let end = touches.partitionPoint { $0.instant > window.upperBound }
    return start < end ? touches[start..<end] : []
  }
}

/// The order of clicks: (instant, click_id, code), bytewise (SPEC 10, Clicks and attribution).
struct ClickOrder {
  let registry: Registry

  func isEarlier(_ left: Touch, _ right: Touch) -> Bool {
    if left.instant != right.instant { return left.instant < right.instant }
    if left.clickID != right.clickID { return left.clickID < right.clickID }
    return registry.text(of: left.code) < registry.text(of: right.code)
  }
}

/// The latest click of one code at or before each of its orders' instants.
private struct LatestClicks {
  private let instants: [Instant]
  private var latest: [Touch?]

  init(before instants: [Instant]) {
    let sorted = instants.sorted()
    var distinct: [Instant] = []
    for instant in sorted where instant != distinct.last { distinct.append(instant) }
    self.instants = distinct
    latest = Array(repeating: nil, count: distinct.count)
  }

  /// Notes a click at the first order that it could earn.
  mutating func add(_ touch: Touch) {
    let place = instants.partitionPoint { $0 >= touch.instant }
    guard place < latest.count else { return }
    guard let best = latest[place] else {
      latest[place] = touch
      return
    }
    if isLater(touch, best) { latest[place] = touch }
  }

  /// Lets every later order see what an earlier one saw, unless it saw something later.
  mutating func spread() {
    for place in latest.indices.dropFirst() where latest[place] == nil {
      latest[place] = latest[place - 1]
    }
  }

  func latest(before instant: Instant) -> Touch? {
    let place = instants.partitionPoint { $0 >= instant }
    guard place < instants.count, instants[place] == instant else { return nil }
    return latest[place]
  }

  /// Clicks of one code: the code itself can make no difference.
  private func isLater(_ left: Touch, _ right: Touch) -> Bool {
    left.instant != right.instant ? left.instant > right.instant : left.clickID > right.clickID
  }
}

extension Array {
  /// The first place at which the predicate holds, in an array where it holds from some place on.
  ///
  /// - Complexity: O(log n).
  func partitionPoint(where holds: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
