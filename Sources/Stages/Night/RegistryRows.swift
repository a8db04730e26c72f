// The rows of the registry's three kinds, from a night's files to the registry that they lead to.
import Pipeline

/// What was read of the registry, and what it leads to.
typealias ReadRegistry = (rows: RegistryRows, judged: JudgedRegistry)

/// Rows of programmes, affiliates and codes, read and not yet judged.
struct RegistryRows: Sendable {
  private(set) var programs = KindRows<ProgramRow>()
  private(set) var affiliates = KindRows<AffiliateRow>()
  private(set) var codes = KindRows<CodeRow>()

  private enum Kind: Sendable {
    case programs(KindRows<ProgramRow>)
    case affiliates(KindRows<AffiliateRow>)
    case codes(KindRows<CodeRow>)
  }

  /// Reads the files of all three kinds at once.
  ///
  /// - Throws: ``FileRefusal``.
  init(_ files: [NightFile], threads: Int) throws {
    let kinds: [Kind] = try mapShards(count: 3, threads: threads) {
      switch $0 {
      case 0: .programs(try KindRows(.programs, files) { ProgramRow.decode($0, $1, $2) })
      case 1: .affiliates(try KindRows(.affiliates, files) { AffiliateRow.decode($0, $1, $2) })
      default: .codes(try KindRows(.codes, files) { CodeRow.decode($0, $1, $2) })
      }
    }
    for kind in kinds {
      switch kind {
      case .programs(let rows): programs = rows
      case .affiliates(let rows): affiliates = rows
      case .codes(let rows): codes = rows
      }
    }
  }

  /// The contents of the rows that a store knows.
  ///
  /// - Throws: ``DatabaseFault``.
  func contents(knownTo history: StoreHistory) throws -> Set<RowContent> {
    var known: Set<RowContent> = []
    func ask(_ kind: InputKind, _ digests: some Sequence<Digest128>) throws {
      for digest in digests where try history.hasContent(kind, digest) {
        known.insert(RowContent(kind: kind, digest: digest))
      }
    }
    try ask(.programs, programs.rows.lazy.map(\.digest))
    try ask(.affiliates, affiliates.rows.lazy.map(\.digest))
    try ask(.codes, codes.rows.lazy.map(\.digest))
    return known
  }
}

/// A run's registry, judged.
struct JudgedRegistry: Sendable {
  let night: RegistryNight
  let registry: Registry

  /// Judges the rows: programmes first, then affiliates, then codes.
  ///
  /// - Parameters:
  ///   - records: As earlier runs left them.
  ///   - known: Those of the rows' contents that earlier runs accepted or filtered.
  /// - Throws: ``ScheduleFault`` for what the schedule's `programs` cannot set.
  init(
    _ rows: RegistryRows, _ records: RegistryRecords, known: Set<RowContent>,
    _ request: RunRequest
  ) throws {
    var night = RegistryNight(records: records, known: known, asOf: request.asOf)
    night.judge(programs: rows.programs.rows)
    night.judge(affiliates: rows.affiliates.rows)
    night.judge(codes: rows.codes.rows)
    let schedule = request.schedule
    let defaults = try ProgramFields(defaults: schedule.programDefaults, file: schedule.name)
    self.night = night
    registry = night.registry(defaults: defaults)
  }
}

/// What a first night's run can do while its store is made, which knows nothing of it.
struct FirstReading: Sendable {
  let files: FoundFiles
  /// The registry, or why it cannot be read.
  let registry: Result<ReadRegistry, any Error>

  /// Looks for the files, and reads and judges the registry.
  ///
  /// - Throws: As ``InputSearch/newFiles(_:)``.
  init(_ request: RunRequest) throws {
    let found = try InputSearch(request).newFiles(nil)
    files = found
    registry = Result {
      let rows = try RegistryRows(found.files, threads: request.threads)
      let judged = try JudgedRegistry(rows, RegistryRecords(), known: [], request)
      return (rows, judged)
    }
  }
}
