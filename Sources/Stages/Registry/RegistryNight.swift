// Judges a night's registry rows, one after the other in the order that does not depend on files,
// against what is registered so far.
public import Pipeline

/// The content of a row that must not be taken twice.
public struct RowContent: Hashable, Sendable {
  public var kind: InputKind
  public var digest: Digest128

  public init(kind: InputKind, digest: Digest128) {
    self.kind = kind
    self.digest = digest
  }
}

/// A run's registry in the making. Programmes are judged first, then affiliates, then codes.
public struct RegistryNight: Sendable {
  /// As judged so far.
  public internal(set) var records: RegistryRecords
  public internal(set) var changedPrograms: Set<ProgramOrdinal> = []
  public internal(set) var changedAffiliates: Set<AffiliateOrdinal> = []
  public internal(set) var changedCodes: Set<CodeOrdinal> = []
  /// Fates of the rows judged.
  public internal(set) var fates = FateTally()
  public internal(set) var rejects: [RejectedRow] = []
  /// Of accepted and filtered rows: what later nights must know as duplicates.
  public internal(set) var contents: [RowContent] = []

  let former: RegistryRecords
  private let known: Set<RowContent>
  let asOf: Instant
  private var taken: Set<RowContent> = []
  /// Who has an e-mail, by the normalised e-mail's key.
  var emailOwners: [Digest128: AffiliateOrdinal]?
  /// Affiliates of earlier runs by the name part of their invitation codes.
  var invitationNames: [Text: AffiliateOrdinal]?

  /// - Parameters:
  ///   - records: As earlier runs left them.
  ///   - known: Contents that earlier runs accepted or filtered; of no others than the night's rows
  ///     need they be.
  public init(records: RegistryRecords, known: Set<RowContent>, asOf: Instant) {
    self.records = records
    former = records
    self.known = known
    self.asOf = asOf
  }

  /// The registry as judged.
  ///
  /// - Parameter defaults: A schedule's `programs`, for fields that no row ever stated.
  public func registry(defaults: ProgramFields = ProgramFields()) -> Registry {
    Registry(records, defaults: defaults)
  }

  /// Judges programs rows: undated ones first, then by (updated_at, content).
  public mutating func judge(programs rows: [ProgramRow]) {
    for place in RegistryOrder.places(of: rows, { RegistryOrder($0) }) { judge(rows[place]) }
  }

  private mutating func judge(_ row: ProgramRow) {
    let content = RowContent(kind: .programs, digest: row.digest)
    if isKnown(content) { return settle(row.origin, .duplicate) }
    // Staleness is against earlier runs: inside a run undated rows go before older dated ones.
    let stored = former.program(row.id).flatMap { former[$0].updatedAt }
    if let updated = row.updatedAt, let stored, updated < stored {
      return settle(row.origin, .filtered(.stale), content)
    }
    let isFirst = records.program(row.id) == nil
    let ordinal =
      records.program(row.id) ?? records.append(ProgramRecord(id: row.id, seen: asOf))
    records[ordinal].take(row, isFirst: isFirst, asOf: asOf)
    changedPrograms.insert(ordinal)
    settle(row.origin, .accepted, content)
  }

  /// Judges codes rows, by content.
  public mutating func judge(codes rows: [CodeRow]) {
    guard !rows.isEmpty else { return }
    reserve(rows.count)
    records.reserve(codes: rows.count)
    for place in RegistryOrder.places(of: rows, { RegistryOrder($0) }) { judge(rows[place]) }
  }

  private mutating func judge(_ row: CodeRow) {
    let content = RowContent(kind: .codes, digest: row.digest)
    if isKnown(content) { return settle(row.origin, .duplicate) }
    guard let affiliate = records.affiliate(row.affiliate) else {
      return reject(row.origin, .unknownAffiliate, "affiliate_id", row.affiliate.text)
    }
    guard let program = records.program(row.program) else {
      return reject(row.origin, .unknownProgram, "program_id", row.program.text)
    }
    let code =
      row.code.map { Code($0) }
      ?? GeneratedCode.text(program: row.program, affiliate: row.affiliate)
    let known = records.code(code)
    if let known, records[known].affiliate != affiliate || records[known].program != program {
      return reject(row.origin, .duplicateCode, "code", code.text)
    }
    let fresh = CodeRecord(code: code, affiliate: affiliate, program: program, seen: asOf)
    let ordinal = known ?? records.append(fresh)
    records[ordinal].take(row, asOf: asOf)
    changedCodes.insert(ordinal)
    settle(row.origin, .accepted, content)
  }
}

extension RegistryNight {
  /// Makes room for the contents of further rows.
  mutating func reserve(_ rows: Int) {
    taken.reserveCapacity(taken.count + rows)
    contents.reserveCapacity(contents.count + rows)
  }

  /// Whether a content was accepted or filtered before, in any run.
  func isKnown(_ content: RowContent) -> Bool {
    taken.contains(content) || known.contains(content)
  }

  /// Counts a row's fate; a content that was taken is remembered.
  mutating func settle(_ origin: RowOrigin, _ fate: Fate, _ content: RowContent? = nil) {
    fates.count(fate, file: origin.file)
    if let content, taken.insert(content).inserted { contents.append(content) }
  }

  /// Rejects a row for the value of one of its columns.
  mutating func reject(
    _ origin: RowOrigin, _ reason: RejectReason, _ column: String, _ value: Text
  ) {
    fates.count(.rejected(reason), file: origin.file)
    let message = "\(column) \(Quoted.text(value)) \(Self.explanation(reason))"
    rejects.append(
      RejectedRow(origin: origin, column: column, reason: reason, message: message))
  }

  private static func explanation(_ reason: RejectReason) -> String {
    switch reason {
    case .inviteConflict: "and master_id both name an inviter; give one of them"
    case .feeCap: "is over 10; give at most 10"
    case .rateOutOfRange: "must be from 0.01 to 1"
    case .selfReferral: "names the affiliate itself; an affiliate cannot invite itself"
    case .unknownAffiliate: "is not registered; register it in an affiliates file"
    case .unknownProgram: "is not registered; register it in a programs file"
    case .unknownCode: "is neither an invitation code nor a code of an earlier run"
    case .currencyMismatch: "is not the inviter's currency"
    case .duplicateEmail: "belongs to another affiliate"
    case .duplicateCode: "belongs to another affiliate or program; codes are unique"
    default: "is refused"
    }
  }
}
