// A whole run, from the lock to the last file in its place.
public import Pipeline

/// What became of a run.
public struct RunOutcome: Sendable {
  /// nil where there was nothing to do.
  public var run: String?
  public var asOf: Instant
  public var workspace: String
  /// Where its files are.
  public var directory: String?
  public var files: Int
  public var counts: FateCounts
  public var payouts: Int64
  /// Payout totals by currency, in minor units.
  public var totals: [(currency: String, minor: Int64)]
  public var held: Int64
  /// Files that were refused and left out.
  public var leftOut: Int
}

/// Runs one night in a workspace.
public struct NightRun {
  let request: RunRequest
  let log: Log

  public init(_ request: RunRequest, log: Log) {
    self.request = request
    self.log = log
  }

  /// Ingests, computes and publishes; or changes nothing.
  ///
  /// - Parameter observing: Told as stages begin and end.
  /// - Throws: What stopped it; `failed/run.json` then says so as well.
  public func run(observing: (StageEvent) -> Void = { _ in }) throws -> RunOutcome {
    let workspace = Workspace(request.schedule.workspace)
    if request.proposal != nil, try !workspace.hasStore() {
      throw NoStore(workspace: workspace.path)
    }
    try workspace.prepare()
    // A night may have thousands of files, and each stays open so that a change of it is noticed.
    OpenFileLimit.raise()
    SystemAllocator.share(arenas: NightMemory(request.memory).arenas(threads: request.threads))
    let lock = try WorkspaceLock.acquire(path: workspace.lockPath, note: "refbatch run")
    let result = Result { try runLocked(workspace, observing) }
    try lock.release()
    return try result.get()
  }

  private func runLocked(
    _ workspace: Workspace, _ observing: (StageEvent) -> Void
  ) throws -> RunOutcome {
    let first = try beginReading(workspace)
    let database = try Database.open(
      path: workspace.storePath, mode: .readWriteCreate, schema: StoreSchema.schema,
      journal: .rollbackWhileNew, cacheKibibytes: NightMemory(request.memory).storeCache >> 10)
    _ = try Publication.recover(workspace: workspace.path) { run in
      try RunTables.isCommitted(run, database)
    }
    let last = try RunTables.last(database)
    if let last, request.asOf < last.asOf {
      throw InputFault(
        "--as-of \(InstantText.text(milliseconds: request.asOf.milliseconds)) lies before that of the last run, "
          + "\(last.name) (\(InstantText.text(milliseconds: last.asOf.milliseconds)))", .usage)
    }
    guard let name = try RunTables.nextName(asOf: request.asOf, database) else {
      throw InputFault("--as-of lies outside the years 0000 to 9999", .usage)
    }
    let publication = try Publication(workspace: workspace.path, run: name.description)
    do {
      return try run(workspace, database, publication, name, last, first, observing)
    } catch {
      if database.isInTransaction { try? database.execute("ROLLBACK") }
      try? publication.discard()
      try? FailedRun.record(error, request, workspace)
      throw error
    }
  }

  /// Where there is no store yet, files are looked for and the registry is read while it is made; nil
  /// else, as it knows some.
  private func beginReading(_ workspace: Workspace) throws -> BackgroundResult<FirstReading>? {
    guard request.proposal == nil, try !workspace.hasStore() else { return nil }
    return BackgroundResult(label: "refbatch.first") { [request] in try FirstReading(request) }
  }

  private func run(
    _ workspace: Workspace, _ database: Database, _ publication: Publication, _ name: RunName,
    _ last: StoredRun?, _ first: BackgroundResult<FirstReading>?,
    _ observing: (StageEvent) -> Void
  ) throws -> RunOutcome {
    var night = try Night(
      request, workspace: workspace, database: database, publication: publication, run: name,
      runNumber: (last?.number ?? 0) + 1, log: log)
    night.firstReading = first
    defer { night.giveUp() }
    let names = request.schedule.stages
    let work: [any Stage<Night>] =
      request.proposal.map { [ReleaseStage(request: $0)] }
      ?? [IngestStage(), ProgramsStage(names: names)]
    let stages = work + [ReportStage(), PublishStage()]
    try log.timed("the run") { try Runner(stages: stages).run(&night, observing: observing) }
    return try outcome(night)
  }

  /// What the run would come to, computed whole and thrown away.
  ///
  /// - Throws: What would stop it.
  func rehearse() throws -> (FateCounts, [(path: String, reject: RejectedRow)]) {
    let workspace = Workspace(request.schedule.workspace)
    guard try workspace.hasStore() else { throw NoStore(workspace: workspace.path) }
    let lock = try WorkspaceLock.acquire(path: workspace.lockPath, note: "refbatch check")
    let database = try Database.open(
      path: workspace.storePath, mode: .readWriteCreate, schema: StoreSchema.schema)
    guard let name = try RunTables.nextName(asOf: request.asOf, database) else {
      throw InputFault("the instant lies outside the years 0000 to 9999", .usage)
    }
    let publication = try Publication(workspace: workspace.path, run: name.description)
    defer {
      if database.isInTransaction { try? database.execute("ROLLBACK") }
      try? publication.discard()
    }
    var night = try Night(
      request, workspace: workspace, database: database, publication: publication, run: name,
      runNumber: (RunTables.last(database)?.number ?? 0) + 1, log: log)
    defer { night.giveUp() }
    night.isRehearsal = true
    try Runner<Night>(stages: [IngestStage(), ProgramsStage(names: request.schedule.stages)])
      .run(&night)
    var counts = FateCounts()
    for file in night.fates.files.values { counts.add(file) }
    let rejects = night.locatedRejects.sorted { $0.origin < $1.origin }
      .map { (path: night.files[Int($0.origin.file)].path, reject: $0) }
    try lock.release()
    return (counts, rejects)
  }

  private func outcome(_ night: Night) throws -> RunOutcome {
    let isCommitted = night.changesStore || !night.files.isEmpty
    var counts = FateCounts()
    for file in night.fates.files.values { counts.add(file) }
    var outcome = RunOutcome(
      run: isCommitted ? night.run.description : nil, asOf: request.asOf,
      workspace: night.workspace.path,
      directory: isCommitted ? "\(night.workspace.path)/out/\(night.run)" : nil,
      files: night.files.count, counts: counts, payouts: 0, totals: [], held: 0,
      leftOut: night.refused.count)
    guard isCommitted else { return outcome }
    let sums = try night.database.prepare(
      "SELECT currency, count(*), sum(amount_minor) FROM payouts WHERE emitted_run = ? "
        + "GROUP BY currency ORDER BY currency")
    try sums.bind(int: night.runNumber, at: 1)
    while try sums.step() {
      outcome.payouts += sums.int(1)
      outcome.totals.append((sums.text(0).string, sums.int(2)))
    }
    outcome.held = try night.database.integer(
      "SELECT count(*) FROM held WHERE run = \(night.runNumber)")
    return outcome
  }
}

/// The trace of a run that failed: it takes no number and leaves only this (SPEC 9, Runs).
enum FailedRun {
  static func record(_ error: any Error, _ request: RunRequest, _ workspace: Workspace) throws {
    let buffer = ByteBuffer()
    var writer = JSONWriter(to: buffer, layout: .indented)
    writer.beginObject()
    writer.member("status", "failed")
    writer.member("as_of", InstantText.text(milliseconds: request.asOf.milliseconds))
    let status = (error as? any ExitCoded)?.exitStatus ?? .failed
    writer.member("exit_code", Int64(status.rawValue))
    writer.member("message", "\(error)")
    writer.endObject()
    try writer.endLine()
    try writer.finish()
    try DirectoryTree.make("\(workspace.path)/failed")
    try WholeFile.replace("\(workspace.path)/failed/run.json", with: buffer.bytes)
  }
}
