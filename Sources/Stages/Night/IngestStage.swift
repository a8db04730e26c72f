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
    (night.files, night.refused) = try night.log.timed("surveying files") {
      if let search = night.search.take() { return try search.take() }
      return try InputSearch(night.request).newFiles(night.history)
    }
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
        try readRegistry(night, known?.take() ?? RegistryRecords())
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

  /// Begins to look for files beside the making of a store, which knows none of them yet.
  static func searching(_ request: RunRequest) -> BackgroundResult<FoundFiles> {
    BackgroundResult(label: "refbatch.search") { try InputSearch(request).newFiles(nil) }
  }

  /// Begins to read what the store knows of the registry, beside the survey of the files; nil for a
  /// new store, which is nobody's but the writer's.
  private static func readingRegistry(_ night: Night) -> BackgroundResult<RegistryRecords>? {
    guard !night.database.wasEmpty else { return nil }
    return BackgroundResult(label: "refbatch.registry") { [path = night.workspace.storePath] in
      try RegistryTables.load(from: Database.open(path: path, mode: .readOnly))
    }
  }

  private func readRegistry(_ night: Night, _ known: RegistryRecords) throws {
    let asOf = night.request.asOf
    var registry = RegistryNight(records: known, history: night.history, asOf: asOf)
    let kinds = try mapShards(count: 3, threads: night.request.threads) { [files = night.files] in
      switch $0 {
      case 0:
        RegistryKind.programs(try KindRows(.programs, files) { ProgramRow.decode($0, $1, $2) })
      case 1:
        RegistryKind.affiliates(
          try KindRows(.affiliates, files) { AffiliateRow.decode($0, $1, $2) })
      default: RegistryKind.codes(try KindRows(.codes, files) { CodeRow.decode($0, $1, $2) })
      }
    }
    for kind in kinds {
      switch kind {
      case .programs(let rows): try registry.judge(programs: night.take(rows))
      case .affiliates(let rows): try registry.judge(affiliates: night.take(rows))
      case .codes(let rows): try registry.judge(codes: night.take(rows))
      }
    }
    night.fates.add(registry.fates)
    night.rejects.append(contentsOf: registry.rejects)
    let defaults = try ProgramFields(
      defaults: night.request.schedule.programDefaults, file: night.request.schedule.name)
    let facts = NightFacts(
      run: night.run.description, asOf: asOf, settings: night.request.schedule.settings,
      registry: registry.registry(defaults: defaults),
      disposableDomains: Self.disposableDomains(night.request.schedule.settings),
      storedFiles: night.files.indices.map { night.firstFile + Int64($0) })
    night.facts = facts
    night.registryNight = registry
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
      spillDirectory: night.workspace.spillDirectory)
    for (number, file) in night.files.enumerated() where file.kind == .clicks {
      try intake.read(file.source, file: Int32(number), threads: night.request.threads)
    }
    night.fates.add(intake.fates)
    night.rejects.append(contentsOf: intake.rejects)
    night.intake = intake
  }
}
