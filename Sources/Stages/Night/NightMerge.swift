// The merge: takes the programmes' nights in the order of their ids, writes what they change and
// adds up what the run comes to. Only the merge writes the store.
import Pipeline

/// Takes programmes' nights into the run's one transaction.
final class NightMerge {
  private let night: Night
  private let facts: NightFacts
  private let writer: NightWriter
  private var sums: SumsWriter
  private var traffic: TrafficWriter
  private let clickDays: ClickDaysWriter
  private let journal: PostingJournal
  private let extracts: RunExtracts
  private let statements: RunStatements
  private var segments: ClickSegmentWriter?
  /// By request for all programmes: whether any paid.
  private var answers: [RowOrigin: Bool] = [:]
  private var programRejects: [RejectedRow] = []
  private var payouts = NightPayouts()
  /// What affiliates earned in the report's period; nil where the report reads it out of the store.
  private var sales: PeriodSales?
  /// What earlier runs' orders earned in the report's period, read beside the work on programmes.
  private let earlierSales: BackgroundResult<PeriodSales>?

  init(_ night: Night, _ facts: NightFacts, isFirstRun: Bool) throws {
    self.night = night
    self.facts = facts
    let orders = night.bins.orderCounts(facts.registry.programsInOrder.map { [$0] }).max() ?? 0
    writer = try NightWriter(
      night.database, run: night.runNumber, facts: facts,
      scattersOrders: orders * StoreSchema.orderEntryBytes
        > NightMemory(night.request.memory).storeCache / 2)
    sums = try SumsWriter(night.database, run: night.runNumber)
    traffic = try TrafficWriter(night.database, run: night.runNumber)
    clickDays = ClickDaysWriter(night.database, run: night.runNumber)
    journal = try PostingJournal(night.publication, run: facts.run, registry: facts.registry)
    extracts = try RunExtracts(night.publication, run: facts.run)
    statements = RunStatements(night.publication, run: facts.run)
    let directory = try night.publication.stagingPath(for: "clicks")
    try DirectoryTree.make(directory)
    segments = ClickSegmentWriter(
      directory: directory, run: facts.run,
      batchBytes: NightMemory(night.request.memory).segmentBatch)
    let days = PeriodFacts.days(upTo: facts.asOf)
    // A night without files mostly has no report; one that pays out reads all of it out of the store.
    let reports = !night.files.isEmpty
    sales = reports ? PeriodSales(days: days) : nil
    earlierSales =
      reports && !isFirstRun
      ? PeriodSales.reading(storeAt: night.workspace.storePath, days: days) : nil
  }

  /// Writes what is known before the first programme: what the night changes of the registry, and
  /// the names that clicks are counted by.
  func begin(_ names: TrafficRanks) throws {
    try traffic.begin(names)
    guard let registry = night.registryNight else { return }
    try RegistryTables.save(registry, to: night.database)
  }

  /// Takes one programme's night.
  func take(_ worked: WorkedProgram) throws {
    let (program, clicks) = (worked.night, worked.clicks)
    try segments?.write(clicks)
    // What is still being made is mostly there when the conversions are written.
    let early = worked.conclusion.isThere ? try hand(worked.conclusion) : nil
    let written = try writer.write(program) { try early ?? hand(worked.conclusion) }
    if written.changesStore { night.changesStore = true }
    payouts.take(program, numbers: written.payouts, run: night.runNumber)
    let made = written.midway
    try sums.write(made.sums, made.days.sales, program: program.program)
    try traffic.write(clicks, made.days.traffic)
    try clickDays.write(made.days.clicks, program: program.program)
    try sales?.take(made.days.period)
    night.daily.append(clicks.daily)
    night.fates.add(clicks.fates)
    night.fates.add(program.fates)
    programRejects.append(contentsOf: program.rejects)
    answers.merge(program.fannedOutResults) { $0 || $1 }
  }

  /// Hands a programme's rows of the journal and the extracts to those who write them.
  private func hand(
    _ conclusion: BackgroundResult<ProgramConclusion>
  ) throws -> ProgramConclusion {
    let made = try conclusion.take()
    try journal.append(made.extracts.postings)
    try extracts.take(made.extracts)
    try statements.take(made.extracts.statements)
    return made
  }

  /// Notes what the verdicts on a programme's orders rest on.
  func note(_ basis: Digest128, of program: ProgramOrdinal, judgedAnew: Bool) throws {
    try writer.write(basis: basis, of: program, judgedAnew: judgedAnew)
  }

  /// Settles what depends on all programmes, and writes the run's own rows.
  func finish() throws {
    journal.close()
    extracts.closePrograms()
    // Beside the rest of the merge and the reports, which need nothing of them.
    if let writer = segments.take() { night.endingSegments = writer.end() }
    if night.changesStore || !night.files.isEmpty {
      // Beside the making of the indexes, which is one thread's work.
      var daily = NightDays()
      swap(&daily, &night.daily)
      try daily.addEarlier(than: night.runNumber, in: night.database)
      extracts.write(daily, facts.registry)
      extracts.write(payouts)
    }
    try writer.finish()
    try sums.flush()
    try traffic.flush()
    try clickDays.flush()
    answerRequests()
    let conclusion = night.admitted.conclude(rejected: programRejects)
    night.fates.add(conclusion.fates)
    night.rejects.append(contentsOf: programRejects + conclusion.rejects)
    let contents = night.admitted.contents + conclusion.contents
    try RegistryTables.save(contents, to: night.database)
    if let earlierSales { try sales?.take(earlierSales.take()) }
    night.sales = sales
    night.extracts = extracts
    night.statements = statements
    night.payouts = payouts
    night.journal = try journal.finish()
    night.balances = journal.balances
    guard !night.isRehearsal else { return try night.finishSegments() }
    // Most of it is then on its way to the disk while the reports are made.
    try night.database.writeChangedPages()
    if !night.database.wasEmpty { night.publication.bringToDisk(night.database.logPath) }
  }

  /// A request for every programme is accepted if one payout results (SPEC 10, Payouts).
  private func answerRequests() {
    for origin in night.admitted.fannedOut {
      if answers[origin] == true {
        night.fates.count(.accepted, file: origin.file)
      } else {
        night.fates.count(.rejected(.belowMinimum), file: origin.file)
        programRejects.append(
          RejectedRow(
            origin: origin, column: "affiliate_id", reason: .belowMinimum,
            message: "in no programme does what is payable reach the minimum"))
      }
    }
  }
}
