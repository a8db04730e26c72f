// What the reports of a run are made from.
public import Pipeline

/// One of a run's input files, as the manifest names it.
public struct ManifestInput: Hashable, Sendable {
  /// As the schedule's pattern found it.
  public var path: String
  /// The word for what it is.
  public var kind: String
  /// Of the bytes as stored, in hexadecimal digits.
  public var digest: String
  public var bytes: Int64
  public var rows: Int64

  public init(path: String, kind: InputKind, digest: String, bytes: Int64, rows: Int64) {
    self.path = path
    self.kind = kind.word
    self.digest = digest
    self.bytes = bytes
    self.rows = rows
  }

  /// What somebody asked of a batch, as it stands in the archive.
  init(_ request: ProposalRequest) {
    path = request.name
    kind = request.step.word
    digest = request.sha256
    bytes = Int64(request.bytes.count)
    rows = 1
  }
}

/// What a run knows of one of its output files besides size and digest.
public struct OutputDetail: Hashable, Sendable {
  /// Relative to `out/<run>`.
  public var path: String
  /// Records, a header not counted.
  public var rows: Int64?
  /// Where all amounts are in one.
  public var currency: Currency?
  /// The sum of the amounts paid, in minor units.
  public var totalMinor: Int64?

  public init(
    path: String, rows: Int64? = nil, currency: Currency? = nil, totalMinor: Int64? = nil
  ) {
    self.path = path
    self.rows = rows
    self.currency = currency
    self.totalMinor = totalMinor
  }
}

/// A run as its reports see it, inside its transaction: every row is written, nothing is committed.
public struct ReportInputs {
  public var run: RunName
  /// The run's number in the store.
  public var number: Int64
  public var asOf: Instant
  /// The connection with the run's open transaction.
  public var database: Database
  public var registry: Registry
  public var inputs: [ManifestInput]
  public var journal: JournalFacts
  /// The accounts that payouts are paid from.
  public var payers = PayerSettings()
  /// What is written of the large extracts already; without it they are read out of the store.
  var extracts: RunExtracts?
  /// The statements of the payouts that the run makes.
  var statements: RunStatements?
  /// The payouts that the run made or changed; without them they are read out of the store.
  var payouts: NightPayouts?
  /// What affiliates earned in the report's period; without it, it is read out of the store.
  var sales: PeriodSales?
  /// How long what took, for `run.json` alone: milliseconds by stage.
  public var durations: [(stage: String, milliseconds: Int64)] = []

  public init(
    run: RunName, number: Int64, asOf: Instant, database: Database, registry: Registry,
    inputs: [ManifestInput], journal: JournalFacts
  ) {
    self.run = run
    self.number = number
    self.asOf = asOf
    self.database = database
    self.registry = registry
    self.inputs = inputs
    self.journal = journal
  }

  /// What its files for payment services are made with.
  var emissionTerms: EmissionTerms {
    EmissionTerms(asOf: asOf, runNumber: run.number, registry: registry, payers: payers)
  }

  /// Where a file of this run's outputs stands, relative to the workspace.
  func output(_ path: String) -> String { "out/\(run)/\(path)" }
}
