// A code as it is kept: the latest value of every native field.
public import Pipeline

/// Everything that the rows of a code have stated.
public struct CodeRecord: Hashable, Sendable {
  public let code: Code
  public let affiliate: AffiliateOrdinal
  public let program: ProgramOrdinal
  public var isActive = true
  public var expiresAt: Instant?
  public var maxUses: Int64?
  /// Canonical JSON.
  public var metadata: Text?
  public var createdAt: Instant?
  /// `as_of` of the runs that first and last accepted a row.
  public var firstSeen: Instant
  public var lastSeen: Instant

  public init(
    code: Code, affiliate: AffiliateOrdinal, program: ProgramOrdinal, seen: Instant
  ) {
    self.code = code
    self.affiliate = affiliate
    self.program = program
    firstSeen = seen
    lastSeen = seen
  }

  /// Takes in what an accepted row states; what it leaves out stays.
  mutating func take(_ row: CodeRow, asOf: Instant) {
    isActive = row.isActive ?? isActive
    expiresAt = row.expiresAt ?? expiresAt
    maxUses = row.maxUses ?? maxUses
    metadata = row.metadata ?? metadata
    createdAt = row.createdAt ?? createdAt
    lastSeen = asOf
  }

  /// The code as a run sees it.
  func code(_ ordinal: CodeOrdinal) -> AffiliateCode {
    var result = AffiliateCode(
      code: code, ordinal: ordinal, affiliate: affiliate, program: program)
    result.isActive = isActive
    result.expiresAt = expiresAt
    result.maxUses = maxUses
    return result
  }
}
