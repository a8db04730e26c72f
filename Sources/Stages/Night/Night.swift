// One night, from its files to its commit: what the run's own stages share.
import Pipeline

/// How a run is to be made.
public struct RunRequest: Sendable {
  public var schedule: Schedule
  public var asOf: Instant
  public var threads: Int
  /// Most bytes of memory.
  public var memory: Int
  /// Whether any rejected row stops the run before its commit.
  public var isStrict = false
  /// Whether files are read although they look untouched since they were ingested.
  public var rehashes = false
  /// What is asked of a batch that waits for approval; such a run does nothing else.
  public var proposal: ProposalRequest?

  public init(schedule: Schedule, asOf: Instant, threads: Int, memory: Int) {
    self.schedule = schedule
    self.asOf = asOf
    self.threads = threads
    self.memory = memory
  }

  /// A run that does one thing: what is asked of a proposal.
  public init(_ proposal: ProposalRequest, workspace: String, asOf: Instant) {
    var schedule = Schedule(
      name: "payouts \(proposal.step.word)", workspace: workspace, base: ".", inputs: [])
    schedule.stages = ["release", "report", "publish"]
    self.init(
      schedule: schedule, asOf: asOf, threads: 1, memory: schedule.settings.memory)
    self.proposal = proposal
  }
}

/// The rows of all programmes, each handed out once.
final class ProgramRowBins: Sendable {
  private let bins: Guarded<[ProgramOrdinal: ProgramRows]>
  private let orders: OrderBins?

  /// - Parameter bins: Rows of other kinds than orders.
  init(_ bins: [ProgramOrdinal: ProgramRows] = [:], _ orders: OrderBins? = nil) {
    self.bins = Guarded(bins)
    self.orders = orders
  }

  /// The rows of programmes that follow each other in the order of ids.
  ///
  /// - Throws: ``ClickFault`` where spilled rows cannot be read back.
  func take(_ programs: [ProgramOrdinal]) throws(ClickFault) -> [ProgramRows] {
    var taken = bins.withLock { bins in
      programs.map { bins.removeValue(forKey: $0) ?? ProgramRows() }
    }
    guard let orders else { return taken }
    for (place, rows) in try orders.rows(of: programs).enumerated() {
      taken[place].orders = rows
    }
    return taken
  }

  /// Whether some of these programmes' orders are spilled, and all of them are at most so many bytes.
  func spills(atMost limit: Int, of programs: [ProgramOrdinal]) -> Bool {
    orders?.spills(atMost: limit, of: programs) ?? false
  }

  /// How many rows of orders each bucket of programmes has.
  func orderCounts(_ buckets: [[ProgramOrdinal]]) -> [Int] {
    guard let orders else { return buckets.map { _ in 0 } }
    return orders.counts(of: buckets)
  }

  /// Frees what is kept of these programmes' rows, as far as it shares no page with others'.
  func release(_ programs: [ProgramOrdinal]) { orders?.release(programs) }

  /// Frees what is kept of these programmes' rows, and of all before them.
  func release(upTo programs: [ProgramOrdinal]) { orders?.release(upTo: programs) }
}

/// What the stages of a run work on.
final class Night {
  let request: RunRequest
  let workspace: Workspace
  let database: Database
  let publication: Publication
  let run: RunName
  /// The run's number in the store.
  let runNumber: Int64
  let history: StoreHistory
  let log: Log

  /// Whether everything is computed and then thrown away.
  var isRehearsal = false
  /// The files and the registry, where they are read while the store is made.
  var firstReading: BackgroundResult<FirstReading>?
  var files: [NightFile] = []
  /// The inputs on their way into the archive.
  var archiving: InputArchiving?
  /// The schedule for the archive; of a run about a proposal, that of the run that proposed.
  var scheduleSource: [UInt8]
  var refused: [RefusedFile] = []
  /// Number in the store of this run's first file.
  var firstFile: Int64 = 1
  var registryNight: RegistryNight?
  var admitted = AdmittedRows()
  var intake: ClickIntake?
  var bins = ProgramRowBins()
  var buckets: [[ProgramOrdinal]] = []
  var facts: NightFacts?

  /// How much is kept of rejected rows.
  var rejectAllowance = RejectAllowance()
  var fates = FateTally()
  var rejects: [RejectedRow] = []
  /// By file: where the rows of a service's result file stand in it.
  var serviceRows: [Int32: [ServiceRowPlace]] = [:]
  var daily = NightDays()
  /// Whether anything of the store changes.
  var changesStore = false
  var balances: [BalanceKey: Int64] = [:]
  /// The segments of the night's clicks, on their way to the disk.
  var endingSegments: EndingSegments?
  var segments: [ClickSegmentEntry] = []
  var journal: JournalFacts?
  var extracts: RunExtracts?
  var statements: RunStatements?
  /// The payouts that the run made or changed; nil where the reports read them out of the store.
  var payouts: NightPayouts?
  /// What affiliates earned in the report's period; nil where the report reads it out of the store.
  var sales: PeriodSales?

  init(
    _ request: RunRequest, workspace: Workspace, database: Database, publication: Publication,
    run: RunName, runNumber: Int64, log: Log
  ) throws {
    self.request = request
    self.workspace = workspace
    self.database = database
    self.publication = publication
    self.run = run
    self.runNumber = runNumber
    self.log = log
    scheduleSource = request.schedule.source
    history = try StoreHistory(database)
  }

  /// The rejected rows, each with the line on which it stands.
  var locatedRejects: [RejectedRow] {
    // Most nights have none of services' files, and need no copy.
    if serviceRows.isEmpty { return rejects }
    return rejects.map { rejected in
      guard let places = serviceRows[rejected.origin.file] else { return rejected }
      var located = rejected
      let place = places[Int(rejected.origin.line) - 1]
      located.origin.line = place.line
      located.raw = place.raw
      return located
    }
  }

  /// Waits for the segments of the night's clicks, and takes them into the publication.
  ///
  /// - Throws: ``FileFault``, ``ClickFault``, ``PublicationFault``.
  func finishSegments() throws {
    guard let ending = endingSegments else { return }
    endingSegments = nil
    segments = try ending.finish().map { entry in
      var entry = entry
      entry.path = "clicks/\(entry.path)"
      return entry
    }
    for entry in segments {
      try publication.adopt(
        entry.path, sha256: entry.digest.description, byteCount: entry.byteCount, isDurable: true)
    }
  }

  /// Waits for what goes on beside the run, which has failed.
  func giveUp() {
    archiving?.giveUp()
    _ = try? endingSegments?.finish()
  }

  /// How many of its files' rows the run may reject and still commit, as `max_reject_share` is of all
  /// rows and no record is without a line feed but the last; nil where the rows cannot be told
  /// beforehand, and where nothing is committed.
  var mostRejects: Int? {
    if isRehearsal { return nil }
    var rows = 0
    for file in files {
      guard file.report == nil, let lineFeeds = file.source.survey.lineFeeds else { return nil }
      rows += lineFeeds + 1
    }
    if request.isStrict { return 0 }
    return Int(Int128(rows) * Int128(request.schedule.settings.maxRejectShare.value) / 10_000)
  }

  /// All rows read so far and how many of them were rejected.
  var rejectShare: (rows: Int64, rejected: Int64) {
    fates.files.values.reduce((0, 0)) { ($0.0 + $1.rows, $0.1 + $1.rejectedTotal) }
  }
}

extension Artifact {
  static let rows: Artifact = "rows"
  static let programNights: Artifact = "programme nights"
  static let reports: Artifact = "reports"
  static let publishedRun: Artifact = "published run"
}
