// The clicks that could earn a programme's orders, gathered once and asked for each order.
import Pipeline

/// Accepted clicks by what an order may name: their id, their code or their visitor.
///
/// All are kept as plain numbers; a ``Touch`` with its text is made when an order asks.
struct CandidateClicks {
  private let probe: WishProbe
  private var byVisitor: FoundLists
  private var byClickID: FoundLists
  private var byCode: LatestByCode
  /// The bytes of the click ids found.
  private var ids = FoundIDs()

  /// Gathers what the wish names.
  ///
  /// - Parameters:
  ///   - codeInstants: For each code of the wish, the instants of the orders that name it.
  ///   - threads: How many threads may look for them, each in days of its own.
  init(
    _ wish: ClickWish, codeInstants: [CodeOrdinal: [Instant]], from clicks: any ClickSource,
    registry: Registry, threads: Int = 1
  ) throws {
    probe = WishProbe(wish)
    byVisitor = FoundLists(count: probe.visitors.digests.count)
    byClickID = FoundLists(count: probe.clickIDs.count)
    byCode = LatestByCode(
      instants: probe.codes.map { codeInstants[CodeOrdinal(Int($0))] ?? [] })
    guard !probe.isEmpty else { return }
    // What a code's later clicks settle, the earlier days need not look for.
    let stretches = probe.codes.isEmpty && threads > 1 ? wish.stretches(2 * threads) : [wish]
    if stretches.count > 1 {
      try gather(stretches, from: clicks, threads: threads)
    } else {
      try gather(wish, from: clicks)
    }
    byCode.spread()
    let order = FoundOrder(ids: ids, registry: registry)
    byVisitor.arrange(order)
    byClickID.arrange(order)
  }

  private mutating func gather(_ wish: ClickWish, from clicks: any ClickSource) throws {
    // Fields of their own, so that the closure changes them in place.
    var (visitors, named, latest, ids) = (byVisitor, byClickID, byCode, ids)
    byVisitor = FoundLists(count: 0)
    byClickID = FoundLists(count: 0)
    byCode = LatestByCode(instants: [])
    let probe = probe
    try clicks.forEachDay(wish) { matches in
      let midnight = Int64(matches.day + 1) * Instant.day
      probe.scan(matches, isIdle: { latest.isSettled($0, before: midnight) }) { click in
        if click.visitorPlace & click.clickIDPlace != -1 {
          let found = FoundClick(click, idStart: ids.append(click.id))
          if click.visitorPlace >= 0 { visitors.append(found, list: click.visitorPlace) }
          if click.clickIDPlace >= 0 { named.append(found, list: click.clickIDPlace) }
        }
        if click.codePlace >= 0 { latest.add(click, ids) }
      }
      latest.endDay(&ids)
      visitors.endBlock()
      named.endBlock()
    }
    (byVisitor, byClickID, byCode, self.ids) = (visitors, named, latest, ids)
  }

  /// Gathers clicks by visitor and id from stretches of days at once.
  ///
  /// - Parameter stretches: The latest first.
  private mutating func gather(
    _ stretches: [ClickWish], from clicks: any ClickSource, threads: Int
  ) throws {
    let probe = probe
    // More threads than cores, as they wait for spilled blocks.
    let found = try mapWaiting(count: stretches.count, threads: 2 * threads) { number in
      try GatheredClicks(stretches[number], probe, from: clicks)
    }
    for part in found {
      let idOffset = ids.append(part.ids)
      byVisitor.append(part.visitors, idOffset: idOffset)
      byClickID.append(part.named, idOffset: idOffset)
    }
  }

  /// The places of the visitor's clicks within the window, earliest first.
  func places(ofVisitor visitor: Digest128, within window: ClosedRange<Instant>) -> Range<Int> {
    let list = probe.visitors.place(of: Key96(visitor))
    guard list >= 0, probe.visitors.digests[Int(list)] == visitor else { return 0..<0 }
    return byVisitor.places(list, within: window)
  }

  /// The places of the clicks with this id within the window, earliest first.
  func places(withID clickID: Text, within window: ClosedRange<Instant>) -> Range<Int> {
    let list = probe.clickIDs.place(of: clickID)
    return list >= 0 ? byClickID.places(list, within: window) : 0..<0
  }

  /// A click of a visitor by its place.
  func touch(ofVisitorAt place: Int) -> Touch { touch(byVisitor[place]) }

  /// A click with an id by its place.
  func touch(withIDAt place: Int) -> Touch { touch(byClickID[place]) }

  /// By place: the codes of the visitors' clicks.
  var codesByVisitor: some Collection<CodeOrdinal> { byVisitor.codes }

  /// By place: the codes of the clicks with ids.
  var codesByID: some Collection<CodeOrdinal> { byClickID.codes }

  /// Those of the visitor's clicks within the window that a model credits, earliest first: of a
  /// visitor's thousands no others become touches.
  func winners(
    ofVisitor visitor: Digest128, within window: ClosedRange<Instant>, by model: AttributionModel
  ) -> ArraySlice<Touch> {
    let places = places(ofVisitor: visitor, within: window)
    return ArraySlice(model.winners(of: byVisitor[places]).map(touch))
  }

  /// The latest of the visitor's clicks within the window.
  func lastTouch(ofVisitor visitor: Digest128, within window: ClosedRange<Instant>) -> Touch? {
    let place = probe.visitors.place(of: Key96(visitor))
    guard place >= 0, probe.visitors.digests[Int(place)] == visitor else { return nil }
    return byVisitor.last(place, within: window).map(touch)
  }

  /// The latest of the clicks with this id within the window.
  func lastTouch(withID clickID: Text, within window: ClosedRange<Instant>) -> Touch? {
    let place = probe.clickIDs.place(of: clickID)
    return place >= 0 ? byClickID.last(place, within: window).map(touch) : nil
  }

  /// The latest click of a code within the window.
  func latestTouch(of code: CodeOrdinal, within window: ClosedRange<Instant>) -> Touch? {
    let place = probe.place(ofCode: code.index)
    guard place >= 0,
      let found = byCode.latest(place, before: window.upperBound.milliseconds),
      found.instant >= window.lowerBound.milliseconds
    else { return nil }
    return touch(found)
  }

  private func touch(_ found: FoundClick) -> Touch {
    Touch(
      instant: Instant(milliseconds: found.instant), code: CodeOrdinal(Int(found.code)),
      clickID: ids.text(found),
      visitor: found.hasVisitor ? probe.visitors.digest(of: found.visitor) : nil)
  }
}

/// The clicks of some days by visitor and id.
private struct GatheredClicks: Sendable {
  let visitors: FoundLists
  let named: FoundLists
  let ids: FoundIDs

  init(_ wish: ClickWish, _ probe: WishProbe, from clicks: any ClickSource) throws {
    var visitors = FoundLists(count: probe.visitors.digests.count)
    var named = FoundLists(count: probe.clickIDs.count)
    var ids = FoundIDs()
    try clicks.forEachDay(wish) { matches in
      probe.scan(matches) { click in
        let found = FoundClick(click, idStart: ids.append(click.id))
        if click.visitorPlace >= 0 { visitors.append(found, list: click.visitorPlace) }
        if click.clickIDPlace >= 0 { named.append(found, list: click.clickIDPlace) }
      }
      visitors.endBlock()
      named.endBlock()
    }
    self.visitors = visitors
    self.named = named
    self.ids = ids
  }
}

extension RandomAccessCollection where Index == Int {
  /// The first place at which the predicate holds, in a collection where it holds from some place
  /// on.
  ///
  /// - Complexity: O(log n).
  func partitionPoint(where holds: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
