// Who there is: programmes, affiliates and codes as one run sees them. Immutable once the run's
// plan is made, so every shard may read it.
public import Pipeline

/// The registry as of a run's plan.
public struct Registry: Sendable {
  /// By ordinal.
  public internal(set) var programs: [Program] = []
  /// By ordinal.
  public internal(set) var affiliates: [Affiliate] = []
  /// By ordinal.
  public internal(set) var codes: [AffiliateCode] = []

  var programOrdinals: [ProgramID: ProgramOrdinal] = [:]
  var affiliateOrdinals: [AffiliateID: AffiliateOrdinal] = [:]
  var codeOrdinals: [Code: CodeOrdinal] = [:]

  public init() {}

  /// A registry of these entries, each list in the order of its ordinals.
  public init(programs: [Program], affiliates: [Affiliate], codes: [AffiliateCode]) {
    self.programs = programs
    self.affiliates = affiliates
    self.codes = codes
    for program in programs { programOrdinals[program.id] = program.ordinal }
    for affiliate in affiliates { affiliateOrdinals[affiliate.id] = affiliate.ordinal }
    for code in codes { codeOrdinals[code.code] = code.ordinal }
  }

  public func program(_ id: ProgramID) -> ProgramOrdinal? { programOrdinals[id] }
  public func affiliate(_ id: AffiliateID) -> AffiliateOrdinal? { affiliateOrdinals[id] }
  public func code(_ code: Code) -> CodeOrdinal? { codeOrdinals[code] }

  public subscript(ordinal: ProgramOrdinal) -> Program { programs[ordinal.position] }
  public subscript(ordinal: AffiliateOrdinal) -> Affiliate { affiliates[ordinal.position] }
  public subscript(ordinal: CodeOrdinal) -> AffiliateCode { codes[ordinal.position] }

  /// Whose code it is.
  func affiliate(of code: CodeOrdinal) -> AffiliateOrdinal { codes[code.position].affiliate }
  /// Which programme it is for.
  func program(of code: CodeOrdinal) -> ProgramOrdinal { codes[code.position].program }

  /// The code's text.
  public func text(of code: CodeOrdinal) -> Text { codes[code.position].code.text }

  /// The programmes in the order in which outputs list them: by the bytes of their ids.
  public var programsInOrder: [ProgramOrdinal] {
    programs.sorted { $0.id < $1.id }.map(\.ordinal)
  }
}
