// The same rows in one night and over several, where the contract promises the same winners.

import Pipeline
import TestSupport

extension Adversary {
  /// Two histories of the same rows at the same instant: all at once, and the clicks and orders over
  /// three later nights. Nothing is paid, capped or sent twice, and ids are not shared.
  static func arrivals(seed: UInt64) -> (atOnce: [Night], spread: [Night]) {
    var adversary = Adversary(seed: seed, size: HistorySize())
    return adversary.arrivals()
  }

  private mutating func arrivals() -> (atOnce: [Night], spread: [Night]) {
    settings.openDays = 1000
    asOf = parsedInstant("2026-03-30T00:00:00Z") ?? 0
    foundRegistry()
    for index in drafts.indices where drafts[index].kind == .programs {
      drafts[index].set("hold_days", .integer(365))
      drafts[index].set("max_clicks_per_ip_hour", .integer(1000))
    }
    let registry = drafts
    drafts = []
    for _ in 0..<30 { addClick() }
    for _ in 0..<25 { addOrder() }
    let events = withOwnIDs(drafts.filter { $0.kind == .clicks || $0.kind == .orders })
    drafts = registry + events
    let atOnce = [Night(asOf: asOf, files: files(), settings: settings)]
    var spread: [Night] = []
    let arrivals = events.map { _ in 1 + random.below(3) }
    for number in 0...3 {
      nightNumber = number + 1
      let due = zip(events, arrivals).filter { $0.1 == number }.map(\.0)
      drafts = number == 0 ? registry : due
      spread.append(Night(asOf: asOf, files: files(), settings: settings))
    }
    return (atOnce, spread)
  }

  /// The same rows, each click and order with an id of its own.
  private mutating func withOwnIDs(_ events: [Draft]) -> [Draft] {
    events.enumerated().map { index, event in
      var draft = event
      if draft.kind == .clicks {
        draft.set("click_id", .text("click\(index)"))
      } else {
        draft.set("order_id", .text("order\(index)"))
        draft.set("click_id", random.maybe(30, .text("click\(random.below(30))")))
      }
      return draft
    }
  }
}
