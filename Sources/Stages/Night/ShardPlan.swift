// What a run knows before it works on its programmes.
import Pipeline

/// What the plan knows of each programme: whether there is anything to do, and what to load.
struct ShardPlan: Sendable {
  let buckets: [[ProgramOrdinal]]
  let segments: SegmentCatalog
  let contents: FileClickContents
  let bases: JudgingBases
  let closed: [ProgramOrdinal: Instant]
  let waiting: Set<ProgramOrdinal>
  let paysOut: Bool
  /// Whether no run has been committed yet.
  let isFirstRun: Bool
  /// Whether the store has no name of a source or a page yet.
  let namesAreNew: Bool

  init(_ night: Night, _ facts: NightFacts) throws {
    buckets = night.buckets
    isFirstRun = try RunTables.last(night.database) == nil
    namesAreNew =
      try night.database.integer("SELECT EXISTS (SELECT 1 FROM traffic_names)") == 0
    segments = SegmentCatalog(
      root: night.workspace.path, entries: try RunTables.segments(night.database))
    let clicks = night.files.enumerated().filter { $0.element.kind == .clicks }
    contents = FileClickContents(
      sources: Dictionary(
        uniqueKeysWithValues: clicks.map { (Int32($0.offset), $0.element.source) }))
    bases = try JudgingBases(night, facts)
    paysOut = night.request.schedule.stages.contains("payout")
    var closed: [ProgramOrdinal: Instant] = [:]
    let periods = try night.database.prepare("SELECT program, last_closed FROM periods")
    while try periods.step() {
      closed[ProgramOrdinal(Int(periods.int(0)))] = Instant(milliseconds: periods.int(1))
    }
    self.closed = closed
    var waiting: Set<ProgramOrdinal> = []
    let retries = try night.database.prepare(
      "SELECT DISTINCT program FROM payouts WHERE awaits_retry = 1")
    while try retries.step() { waiting.insert(ProgramOrdinal(Int(retries.int(0)))) }
    self.waiting = waiting
  }

  /// Whether every open conversion of the programme is judged afresh.
  func judgesAll(_ program: ProgramOrdinal) -> Bool { bases.changed.contains(program) }

  /// Whether a payout period of the programme is due.
  func isDue(_ program: ProgramOrdinal, _ facts: NightFacts) -> Bool {
    guard paysOut else { return false }
    let period = PayoutPeriod(
      latestDue: facts.asOf, facts.registry[program].terms(at: facts.asOf))
    return closed[program].map { period.end > $0 } ?? true
  }
}
