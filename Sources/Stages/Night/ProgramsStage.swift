// The stages from `attribute` to `payout`, programme by programme on the cores, and the merge of
// what they come to, in the order of programme ids, on the thread that owns the store.
import Pipeline

/// The middle of the run: shards of programmes, each a pure function of the store as of the plan
/// and the night's rows, merged in order (SPEC 8).
struct ProgramsStage: Stage {
  let name = "programs"
  let inputs: [Artifact] = [.rows]
  let outputs: [Artifact] = [.programNights]
  /// The names of the stages that the schedule has.
  let names: [String]

  func run(_ night: inout Night) throws {
    guard let facts = night.facts, let intake = night.intake else { return }
    let plan = try ShardPlan(night, facts)
    let shards = ShardWork(
      plan: plan, facts: facts, intake: intake, bins: night.bins,
      stages: names, loaders: LoaderPool(path: night.workspace.storePath, facts: facts),
      threads: night.request.threads)
    try night.database.execute("BEGIN IMMEDIATE")
    let merge = try NightMerge(night, facts, isFirstRun: plan.isFirstRun)
    let log = night.log
    try log.timed("working through programmes") {
      try work(shards, merge, night)
    }
    try log.timed("finishing the merge") { try merge.finish() }
  }

  private func work(
    _ shards: ShardWork, _ merge: NightMerge, _ night: Night
  ) throws {
    let memory = NightMemory(night.request.memory)
    let ahead = ReadAhead(count: night.buckets.count, ahead: 2) { try shards.fetch($0) }
    let merged = MergedPrograms()
    try streamShards(
      count: night.buckets.count, threads: night.request.threads, room: shards.room(night.request),
      work: {
        merged.letGo()
        return try shards.work($0, ahead.take($0))
      },
      meanwhile: { try merge.begin(shards.intake.trafficRanks()) },
      consume: { bucket, worked in
        for program in worked {
          try program.night.withLock { night in
            try merge.take(
              &night, program.clicks, program.extracts, program.sums, program.days)
          }
          let ordinal = program.clicks.program
          if shards.plan.judgesAll(ordinal), let basis = shards.plan.bases.new[ordinal] {
            try merge.note(basis, of: ordinal, judgedAnew: true)
          }
        }
        merged.keep(worked)
        night.bins.release(upTo: night.buckets[bucket])
        memory.trim()
      })
    for program in shards.plan.bases.unjudged {
      if let basis = shards.plan.bases.new[program] {
        try merge.note(basis, of: program, judgedAnew: false)
      }
    }
  }
}

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

/// What a worker leaves of one programme for the merge.
struct WorkedProgram: Sendable {
  /// In a place of its own: the merge notes in it what it writes, and would copy it otherwise.
  let night: Guarded<ProgramNight>
  let clicks: ProgramClicks
  let extracts: ProgramExtracts
  /// What it changes of the sums that the store keeps.
  let sums: ProgramSums
  let days: DayRows
}

/// What the merge is done with, until a worker lets it go: to free what a programme is made of takes
/// time that the merge, for which all others wait, does not have.
private final class MergedPrograms: Sendable {
  private let programs = Guarded<[[WorkedProgram]]>([])

  func keep(_ worked: [WorkedProgram]) { programs.withLock { $0.append(worked) } }

  /// Frees what there is, on the calling thread.
  func letGo() {
    _ = programs.withLock { programs in
      let taken = programs
      programs = []
      return taken
    }
  }
}

/// What was spilled of a bucket's rows, as far as it has been read back.
struct FetchedRows: Sendable {
  var clicks: FetchedClicks?
  /// By programme; nil where the work on the bucket takes them itself.
  var rows: [ProgramRows]?
}

/// The work on one bucket of programmes, on whichever thread.
struct ShardWork: Sendable {
  let plan: ShardPlan
  let facts: NightFacts
  let intake: ClickIntake
  let bins: ProgramRowBins
  let stages: [String]
  let loaders: LoaderPool
  let threads: Int

  /// Orders of a programme from which on what it comes to is made on several threads.
  private static let manyOrders = 4_000
  /// Bytes of order rows above which they are not read ahead: one programme's, mostly.
  private static let mostFetched = 8 << 20

  /// How many buckets may be in memory at once.
  func room(_ request: RunRequest) -> ShardRoom {
    let orders = bins.orderCounts(plan.buckets)
    return NightMemory(request.memory).room(
      plan.buckets.indices.map { (orders[$0], intake.byteCount(ofBucket: $0)) },
      threads: request.threads)
  }

  /// Reads back what is spilled of a bucket's rows, before somebody works on it.
  func fetch(_ bucket: Int) throws -> FetchedRows {
    let programs = plan.buckets[bucket]
    let orders = bins.spills(atMost: Self.mostFetched, of: programs) ? try bins.take(programs) : nil
    return FetchedRows(clicks: try intake.fetch(bucket: bucket), rows: orders)
  }

  /// Judges a bucket's clicks and works through its programmes, in the order of their ids.
  func work(_ bucket: Int, _ fetched: FetchedRows) throws -> [WorkedProgram] {
    let runner = try Self.runner(stages)
    let clicks = try intake.judge(
      bucket: bucket, fetched: fetched.clicks, history: plan.segments, contents: plan.contents)
    var worked: [WorkedProgram] = []
    var allRows = try fetched.rows ?? bins.take(plan.buckets[bucket])
    // They are copied: where they waited is free from here on.
    bins.release(plan.buckets[bucket])
    for (place, program) in plan.buckets[bucket].enumerated() {
      let rows = allRows[place]
      allRows[place] = ProgramRows()
      guard let clicks = clicks[program] else { continue }
      guard hasWork(program, rows, clicks) else { continue }
      // Before the first commit there is nothing to read, and nobody but the writer may.
      let snapshot =
        try plan.isFirstRun
        ? ProgramSnapshot(program: program)
        : loaders.withLoader { try $0.snapshot(wish(program, rows), clicks) }
      var before = ProgramSums()
      try before.take(snapshot.conversions, snapshot.rewards, snapshot.referrals, sign: -1)
      var night = ProgramNight(facts: facts, snapshot: snapshot, rows: rows, clicks: clicks)
      if rows.orders.count + snapshot.conversions.count >= Self.manyOrders {
        night.threads = threads
      }
      try runner.run(&night)
      let (sums, extracts) = try conclude(night, clicks, before)
      let days = try DayRows(
        clicks, sums, plan.namesAreNew ? intake.trafficRanks() : nil,
        period: PeriodFacts.days(upTo: facts.asOf))
      night.forgetWork()
      worked.append(
        WorkedProgram(
          night: Guarded(night), clicks: clicks, extracts: extracts, sums: sums, days: days))
    }
    return worked
  }

  /// Adds a finished night up, and encodes its rows.
  ///
  /// - Parameter before: What the store's sums lose of it.
  private func conclude(
    _ night: ProgramNight, _ clicks: ProgramClicks, _ before: ProgramSums
  ) throws -> (ProgramSums, ProgramExtracts) {
    @Sendable func added() throws -> ProgramSums {
      var sums = before
      try sums.take(night.conversions, night.rewards, night.referrals, sign: 1)
      sums.take(clicks.daily)
      return sums
    }
    // One large programme leaves other threads without work.
    guard night.threads > 1 else { return (try added(), try ProgramExtracts(night)) }
    let sums = Guarded(before)
    let parts = try mapShards(count: ExtractPart.count + 1, threads: night.threads) {
      number -> ExtractPart? in
      guard number == ExtractPart.count else { return try ExtractPart(number, of: night) }
      let all = try added()
      sums.withLock { $0 = all }
      return nil
    }
    return (sums.withLock { $0 }, try ProgramExtracts(parts.compactMap(\.self)))
  }

  /// The stages that work on one programme.
  private static func runner(_ names: [String]) throws -> Runner<ProgramNight> {
    let all: [any Stage<ProgramNight>] = [
      AttributeStage(), ScoreStage(), CommissionStage(), SettleStage(), PayoutStage(),
    ]
    return try Runner(stages: all.filter { names.contains($0.name) }, given: [.programRows])
  }

  private func hasWork(
    _ program: ProgramOrdinal, _ rows: ProgramRows, _ clicks: ProgramClicks
  ) -> Bool {
    plan.judgesAll(program) && plan.bases.known.contains(program) || clicks.storedRows > 0
      || !clicks.fates.files.isEmpty || !rows.isEmpty
      || plan.waiting.contains(program) || plan.isDue(program, facts)
  }

  private func wish(_ program: ProgramOrdinal, _ rows: ProgramRows) -> SnapshotWish {
    var wish = SnapshotWish(program: program)
    for place in 0..<rows.orders.count {
      let head = rows.orders.head(place)
      wish.orders.insert(head.id)
      wish.orderInstants.append(head.occurredAt)
    }
    for decision in rows.decisions {
      switch decision.target {
      case .conversion(let order): wish.orders.insert(order)
      case .referral(let id): wish.referrals.insert(id)
      }
    }
    wish.payouts = Set(rows.settlements.map(\.payoutID))
    wish.judgesAll = plan.judgesAll(program)
    wish.paysOut = plan.isDue(program, facts) || !rows.requests.isEmpty
    return wish
  }
}

extension ProgramRows {
  /// Whether there is no row at all.
  var isEmpty: Bool {
    orders.isEmpty && referrals.isEmpty && decisions.isEmpty && requests.isEmpty
      && settlements.isEmpty
  }
}
