// The stage `ingest`: finds the night's files, reads the registry and the small kinds, and divides
// clicks and orders by programme. It is also the plan: what spans programmes is settled here.
import Dispatch
import Pipeline

/// `ingest`: from files to rows by programme.
struct IngestStage: Stage {
  let name = "ingest"
  let inputs: [Artifact] = []
  let outputs: [Artifact] = [.rows]

  func run(_ night: inout Night) throws {
    let known = Self.readingRegistry(night)
    let first = try night.log.timed("surveying files") { () -> FirstReading? in
      let first = try night.firstReading.take()?.take()
      (night.files, night.refused) =
        try first?.files ?? InputSearch(night.request).newFiles(night.history)
      return first
    }
    night.rejectAllowance = RejectAllowance(mostRows: night.mostRejects)
    if !night.isRehearsal { try night.beginArchiving() }
    for file in night.refused { night.log.warning("\(file.message); left out") }
    night.firstFile = try night.database.integer("SELECT coalesce(max(no), 0) + 1 FROM files")
    // A new workspace's key waits for the disk, and is waited for: also where the registry fails nothing
    // may be written after the run.
    let key = BackgroundResult(label: "refbatch.key") { [workspace = night.workspace] in
      try workspace.ipKey()
    }
    let registry = Result {
      try night.log.timed("reading the registry") {
        try take(first?.registry.get() ?? readRegistry(night, known), night)
      }
    }
    let ipKey = try key.take()
    try registry.get()
    try night.log.timed("reading small kinds") { try readSmallKinds(night) }
    let orders = try night.log.timed("reading orders") { try readOrders(night, ipKey) }
    if let facts = night.facts, let orders {
      night.buckets = Self.buckets(of: facts.registry, orders, night.request)
    }
    night.bins = ProgramRowBins(night.admitted.programs, orders)
    try night.log.timed("reading clicks") { try readClicks(night, ipKey) }
    for file in night.files { try file.source.checkUnchanged() }
  }

  /// Begins to read what the store knows of the registry, beside the survey of the files; nil for a
  /// new store, which is nobody's but the writer's.
  private static func readingRegistry(_ night: Night) -> BackgroundResult<RegistryRecords>? {
    guard !night.database.wasEmpty else { return nil }
    return BackgroundResult(label: "refbatch.registry") { [path = night.workspace.storePath] in
      try RegistryTables.load(from: Database.open(path: path, mode: .readOnly))
    }
  }

  private func readRegistry(
    _ night: Night, _ known: BackgroundResult<RegistryRecords>?
  ) throws -> ReadRegistry {
    let rows = try RegistryRows(night.files, threads: night.request.threads)
    let records = try known?.take() ?? RegistryRecords()
    let contents = try rows.contents(knownTo: night.history)
    return (rows, try JudgedRegistry(rows, records, known: contents, night.request))
  }

  private func take(_ registry: ReadRegistry, _ night: Night) {
    let (rows, judged) = registry
    night.take(rows.programs)
    night.take(rows.affiliates)
    night.take(rows.codes)
    night.fates.add(judged.night.fates)
    night.rejects.append(contentsOf: judged.night.rejects)
    let facts = NightFacts(
      run: night.run.description, asOf: night.request.asOf,
      settings: night.request.schedule.settings, registry: judged.registry,
      disposableDomains: Self.disposableDomains(night.request.schedule.settings),
      storedFiles: night.files.indices.map { night.firstFile + Int64($0) })
    night.facts = facts
    night.registryNight = judged.night
  }

  /// Programmes in the order of their ids, cut into stretches of about the same weight: a bucket is
  /// what a thread holds in memory at once. Orders and codes tell what clicks are to be expected.
  private static func buckets(
    of registry: Registry, _ orders: OrderBins, _ request: RunRequest
  ) -> [[ProgramOrdinal]] {
    var weights = [Int](repeating: 1, count: registry.programs.count)
    for code in registry.codes { weights[code.program.position] += 1 }
    orders.addCounts(to: &weights)
    let sum = weights.reduce(0, +)
    let most = NightMemory(request.memory).buckets(orders: sum, threads: request.threads)
    let share = max(1, sum / most)
    var buckets: [[ProgramOrdinal]] = []
    var room = 0
    for program in registry.programsInOrder {
      if buckets.isEmpty || room < weights[program.position], buckets.count < most {
        buckets.append([])
        room = share
      }
      buckets[buckets.count - 1].append(program)
      room -= weights[program.position]
    }
    return buckets
  }

  private static func disposableDomains(_ settings: Settings) -> Set<Digest128> {
    Set((DisposableDomains.builtIn + settings.disposableDomains).map { Keys.key(of: Text($0)) })
  }

  private func readSmallKinds(_ night: Night) throws {
    guard let facts = night.facts else { return }
    let asOf = night.request.asOf
    var rows = NightRows()
    rows.referrals = try read(.referrals, night) { ReferralRow.decode($0, $1, $2, asOf: asOf) }
    rows.decisions = try read(.decisions, night) { DecisionRow.decode($0, $1, $2, asOf: asOf) }
    rows.requests = try read(.payoutRequests, night) {
      PayoutRequestRow.decode($0, $1, $2, asOf: asOf)
    }
    rows.settlements = try read(.settlements, night) {
      SettlementRow.decode($0, $1, $2, asOf: asOf)
    }
    rows.settlements += try readServiceReports(night)
    night.admitted = try RowAdmission.admit(
      rows, registry: facts.registry, history: night.history, asOf: asOf)
    night.fates.add(night.admitted.fates)
    night.rejects.append(contentsOf: night.admitted.rejects)
  }

  /// Takes what services' result files say of payouts.
  private func readServiceReports(_ night: Night) throws -> [SettlementRow] {
    var settlements: [SettlementRow] = []
    for (number, file) in night.files.enumerated() {
      guard let report = file.report else { continue }
      var rows = ServiceRows(
        file: Int32(number), asOf: night.request.asOf,
        messages: try EmittedMessages(night.database))
      try rows.take(report)
      night.fates.add(rows.fates)
      night.rejects.append(contentsOf: rows.rejects)
      night.serviceRows[Int32(number)] = rows.places
      settlements += rows.settlements
    }
    return settlements
  }

  /// Reads all rows of one of the small kinds.
  private func read<Row: Sendable>(
    _ kind: InputKind, _ night: Night,
    _ decode: (RecordBatch, Int, RowOrigin) -> Decoded<Row>
  ) throws -> [Row] {
    night.take(try KindRows(kind, night.files, decode))
  }

  private func readClicks(_ night: Night, _ ipKey: ContentHash.Key) throws {
    guard let facts = night.facts else { return }
    var intake = ClickIntake(
      facts: facts, ipKey: ipKey, buckets: night.buckets,
      memoryBudget: NightMemory(night.request.memory).clicks,
      spillDirectory: night.workspace.spillDirectory, allowance: night.rejectAllowance)
    for (number, file) in night.files.enumerated() where file.kind == .clicks {
      try intake.read(file.source, file: Int32(number), threads: night.request.threads)
    }
    night.fates.add(intake.fates)
    night.rejects.append(contentsOf: intake.takeRejects())
    night.intake = intake
  }
}
