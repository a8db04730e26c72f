// The work on one bucket of programmes: its clicks judged, its programmes taken through the stages,
// what they come to encoded. A large programme is divided among the cores.
import Pipeline

/// What a worker leaves of one programme for the merge.
struct WorkedProgram: Sendable {
  let night: ProgramNight
  let clicks: ProgramClicks
  /// Of a large programme it is made while the merge writes the night.
  let conclusion: BackgroundResult<ProgramConclusion>
}

/// What a finished night comes to in the outputs and in the tables of sums.
struct ProgramConclusion: Sendable {
  /// What it changes of the sums that the store keeps.
  let sums: ProgramSums
  let days: DayRows
  let extracts: ProgramExtracts
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

  /// The night's orders, of all programmes.
  private let allOrders: Int
  /// Bytes of the night's clicks, of all programmes.
  private let allClicks: Int

  /// Orders of a programme from which on what it comes to may be made on several threads.
  private static let manyOrders = 4_000
  /// Bytes of order rows above which they are not read ahead: one programme's, mostly.
  private static let mostFetched = 8 << 20

  init(
    plan: ShardPlan, facts: NightFacts, intake: ClickIntake, bins: ProgramRowBins,
    stages: [String], loaders: LoaderPool, threads: Int
  ) {
    self.plan = plan
    self.facts = facts
    self.intake = intake
    self.bins = bins
    self.stages = stages
    self.loaders = loaders
    self.threads = threads
    allOrders = bins.orderCounts(plan.buckets).reduce(0, +)
    allClicks = plan.buckets.indices.reduce(0) { $0 + intake.byteCount(ofBucket: $1) }
  }

  /// Whether a programme of so many orders leaves other threads without work.
  private func isLarge(orders: Int) -> Bool {
    orders >= Self.manyOrders && leavesOthersIdle(orders, of: allOrders)
  }

  /// Whether a part of the night is more than a quarter of one thread's share: then it is divided.
  private func leavesOthersIdle(_ part: Int, of whole: Int) -> Bool {
    threads > 1 && part >= whole / (4 * threads)
  }

  /// How many threads may judge a bucket's clicks in passes. Half of the time each waits for spilled ones,
  /// so there is work for twice as many as there are cores for it.
  private func judgingThreads(_ bucket: Int) -> Int {
    guard threads > 1 else { return 1 }
    return leavesOthersIdle(intake.byteCount(ofBucket: bucket), of: allClicks) ? 2 * threads : 2
  }

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
    let early = admittingEarly(bucket, fetched)
    let clicks = try intake.judge(
      bucket: bucket, fetched: fetched.clicks, history: plan.segments, contents: plan.contents,
      threads: judgingThreads(bucket))
    if let early, let program = plan.buckets[bucket].first, let clicks = clicks[program] {
      var night = try early.take()
      night.clicks = clicks
      return [try finish(&night, clicks, runner, before: ProgramSums())]
    }
    var worked: [WorkedProgram] = []
    var allRows = try rows(of: bucket, fetched)
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
      worked.append(try finish(&night, clicks, runner, before: before))
    }
    return worked
  }

  /// The bucket's rows of other kinds than clicks, by programme.
  private func rows(of bucket: Int, _ fetched: FetchedRows) throws -> [ProgramRows] {
    let rows = try fetched.rows ?? bins.take(plan.buckets[bucket])
    // They are copied: where they waited is free from here on.
    bins.release(plan.buckets[bucket])
    return rows
  }

  /// A first night's large programme that is a bucket of its own leaves other threads without work:
  /// its orders, which do not need its clicks yet, are admitted while these are judged.
  private func admittingEarly(
    _ bucket: Int, _ fetched: FetchedRows
  ) -> BackgroundResult<ProgramNight>? {
    guard plan.isFirstRun, plan.buckets[bucket].count == 1,
      stages.contains(AttributeStage().name), let program = plan.buckets[bucket].first,
      isLarge(orders: bins.orderCounts([[program]])[0])
    else { return nil }
    return BackgroundResult(label: "refbatch.admission") {
      let rows = try rows(of: bucket, fetched)
      var night = ProgramNight(
        facts: facts, snapshot: ProgramSnapshot(program: program), rows: rows[0],
        clicks: ProgramClicks.historyOnly(program: program, history: plan.segments))
      night.admitOrders()
      return night
    }
  }

  /// Runs the stages, and has made of the night what the merge needs.
  ///
  /// - Parameter before: What the store's sums lose of it.
  private func finish(
    _ night: inout ProgramNight, _ clicks: ProgramClicks, _ runner: Runner<ProgramNight>,
    before: ProgramSums
  ) throws -> WorkedProgram {
    if isLarge(orders: night.orderCount) { night.threads = threads }
    try runner.run(&night)
    let conclusion: BackgroundResult<ProgramConclusion>
    if night.threads > 1 {
      conclusion = BackgroundResult(label: "refbatch.conclusion") { [finished = copy night] in
        try conclude(finished, clicks, before)
      }
    } else {
      conclusion = BackgroundResult(try conclude(night, clicks, before))
    }
    night.forgetWork()
    return WorkedProgram(night: night, clicks: clicks, conclusion: conclusion)
  }

  /// Adds a finished night up, and encodes its rows.
  ///
  /// - Parameter before: What the store's sums lose of it.
  private func conclude(
    _ night: ProgramNight, _ clicks: ProgramClicks, _ before: ProgramSums
  ) throws -> ProgramConclusion {
    @Sendable func added() throws -> (ProgramSums, DayRows) {
      var sums = before
      try sums.take(night.conversions, night.rewards, night.referrals, sign: 1)
      sums.take(clicks.daily)
      let days = try DayRows(
        clicks, sums, plan.namesAreNew ? intake.trafficRanks() : nil,
        period: PeriodFacts.days(upTo: facts.asOf))
      return (sums, days)
    }
    // One large programme leaves other threads without work.
    guard night.threads > 1 else {
      let (sums, days) = try added()
      return ProgramConclusion(sums: sums, days: days, extracts: try ProgramExtracts(night))
    }
    let sums = Guarded<(ProgramSums, DayRows)?>(nil)
    let parts = try mapWaiting(count: ExtractPart.count + 1, threads: night.threads) {
      number -> ExtractPart? in
      // The longest one first.
      guard number == 0 else { return try ExtractPart(number - 1, of: night) }
      let all = try added()
      sums.withLock { $0 = all }
      return nil
    }
    guard let (sums, days) = sums.withLock({ $0 }) else { throw CancellationError() }
    return ProgramConclusion(
      sums: sums, days: days, extracts: try ProgramExtracts(parts.compactMap(\.self)))
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
