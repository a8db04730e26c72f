// A programme's terms as one walks through instants: most neighbours have the same.

/// The terms in force at the instant last asked for.
struct TermsInForce {
  private let timeline: [Program.DatedTerms]
  private(set) var terms: Terms
  private var from: Instant
  /// nil for no end.
  private var until: Instant?

  init(_ program: Program) {
    timeline = program.timeline
    terms = timeline.first?.terms ?? Terms()
    from = .distantPast
    until = timeline.count > 1 ? timeline[1].from : nil
  }

  /// Brings the terms that are in force at an instant (SPEC 9, Registry).
  mutating func move(to instant: Instant) {
    if instant >= from, until.map({ instant < $0 }) ?? true { return }
    guard !timeline.isEmpty else { return }
    var place = timeline.count - 1
    while place > 0, timeline[place].from > instant { place -= 1 }
    terms = timeline[place].terms
    from = place == 0 ? .distantPast : timeline[place].from
    until = place + 1 < timeline.count ? timeline[place + 1].from : nil
  }
}
