// The registry as it is kept from run to run, by ordinal.
internal import Pipeline

/// All records of programmes, affiliates and codes. A place in an array is an ordinal: records are
/// only ever appended or changed.
public struct RegistryRecords: Sendable {
  public private(set) var programs: [ProgramRecord] = []
  public private(set) var affiliates: [AffiliateRecord] = []
  public private(set) var codes: [CodeRecord] = []

  private(set) var programOrdinals: [ProgramID: ProgramOrdinal] = [:]
  private(set) var affiliateOrdinals: [AffiliateID: AffiliateOrdinal] = [:]
  private(set) var codeOrdinals: [Code: CodeOrdinal] = [:]

  public init() {}

  public func program(_ id: ProgramID) -> ProgramOrdinal? { programOrdinals[id] }
  public func affiliate(_ id: AffiliateID) -> AffiliateOrdinal? { affiliateOrdinals[id] }
  public func code(_ code: Code) -> CodeOrdinal? { codeOrdinals[code] }

  public subscript(ordinal: ProgramOrdinal) -> ProgramRecord {
    get { programs[ordinal.position] }
    set { programs[ordinal.position] = newValue }
  }

  public subscript(ordinal: AffiliateOrdinal) -> AffiliateRecord {
    get { affiliates[ordinal.position] }
    set { affiliates[ordinal.position] = newValue }
  }

  public subscript(ordinal: CodeOrdinal) -> CodeRecord {
    get { codes[ordinal.position] }
    set { codes[ordinal.position] = newValue }
  }

  /// Makes room for further affiliates.
  public mutating func reserve(affiliates count: Int) {
    affiliates.reserveCapacity(affiliates.count + count)
    affiliateOrdinals.reserveCapacity(affiliateOrdinals.count + count)
  }

  /// Makes room for further codes.
  public mutating func reserve(codes count: Int) {
    codes.reserveCapacity(codes.count + count)
    codeOrdinals.reserveCapacity(codeOrdinals.count + count)
  }

  /// Adds a record whose id is new.
  @discardableResult
  public mutating func append(_ record: ProgramRecord) -> ProgramOrdinal {
    let ordinal = ProgramOrdinal(programs.count)
    programs.append(record)
    programOrdinals[record.id] = ordinal
    return ordinal
  }

  /// Adds a record whose id is new.
  @discardableResult
  public mutating func append(_ record: AffiliateRecord) -> AffiliateOrdinal {
    let ordinal = AffiliateOrdinal(affiliates.count)
    affiliates.append(record)
    affiliateOrdinals[record.id] = ordinal
    return ordinal
  }

  /// Adds a record whose code is new.
  @discardableResult
  public mutating func append(_ record: CodeRecord) -> CodeOrdinal {
    let ordinal = CodeOrdinal(codes.count)
    codes.append(record)
    codeOrdinals[record.code] = ordinal
    return ordinal
  }
}

extension Registry {
  /// The registry that these records make.
  ///
  /// - Parameter defaults: A schedule's `programs`, for fields that no row ever stated.
  public init(_ records: RegistryRecords, defaults: ProgramFields = ProgramFields()) {
    self.init()
    programs = records.programs.enumerated().map { place, record in
      record.program(ProgramOrdinal(place), defaults: defaults)
    }
    affiliates = records.affiliates.enumerated().map { place, record in
      record.affiliate(AffiliateOrdinal(place))
    }
    codes = records.codes.enumerated().map { place, record in record.code(CodeOrdinal(place)) }
    programOrdinals = records.programOrdinals
    affiliateOrdinals = records.affiliateOrdinals
    codeOrdinals = records.codeOrdinals
  }
}
