// A programme: who it is, its dated terms and the instants at which it paused.

/// A programme as the registry knows it in a run.
public struct Program: Sendable {
  public enum Status: UInt8, Sendable {
    case active, paused
  }

  /// Terms from one instant to the next.
  public struct DatedTerms: Hashable, Sendable {
    public var from: Instant
    public var terms: Terms

    public init(from: Instant, terms: Terms) {
      self.from = from
      self.terms = terms
    }
  }

  /// A status from one instant on.
  public struct DatedStatus: Hashable, Sendable {
    public var from: Instant
    public var status: Status

    public init(from: Instant, status: Status) {
      self.from = from
      self.status = status
    }
  }

  public let id: ProgramID
  public let ordinal: ProgramOrdinal
  /// Ascending; the first is `distantPast`: never empty.
  public var timeline: [DatedTerms]
  /// Ascending; active before the first.
  public var statuses: [DatedStatus]

  public init(
    id: ProgramID, ordinal: ProgramOrdinal, timeline: [DatedTerms], statuses: [DatedStatus]
  ) {
    self.id = id
    self.ordinal = ordinal
    self.timeline = timeline
    self.statuses = statuses
  }

  /// The terms in force at an instant (SPEC 9, Registry).
  public func terms(at instant: Instant) -> Terms {
    timeline.isEmpty ? Terms() : timeline[termsPlace(at: instant)].terms
  }

  /// Where the terms in force at an instant stand in the timeline, for a look without a copy.
  func termsPlace(at instant: Instant) -> Int {
    var place = timeline.count - 1
    while place > 0, timeline[place].from > instant { place -= 1 }
    return place
  }

  /// Whether the programme takes no clicks at an instant.
  public func isPaused(at instant: Instant) -> Bool {
    var status = Status.active
    for dated in statuses where dated.from <= instant { status = dated.status }
    return status == .paused
  }
}
