// Programmes as answers show them: their terms and names in force at the last run's as_of.
public import Pipeline

/// A programme as of the last run.
public struct ProgramFacts: Sendable {
  /// `programs.no`.
  public let number: Int64
  public let id: Text
  public let terms: Terms
  public let isPaused: Bool
  /// The names and addresses in force; nil where no row ever gave one.
  public let name: Text?
  public let domain: Text?
  public let email: Text?
  public let productName: Text?
  public let programName: Text?
  public let websiteURL: Text?
  /// A JSON object.
  public let widgetConfig: Text?
  public let publishableKey: Text?

  init(_ record: ProgramRecord, number: Int64, asOf: Instant, defaults: ProgramFields) {
    let fields = record.fields(at: asOf, defaults: defaults)
    self.number = number
    id = record.id.text
    terms = fields.terms
    isPaused = record.statuses.last { $0.from <= asOf }?.status == .paused
    name = fields.text(.name)
    domain = fields.text(.domain)
    email = fields.text(.email)
    productName = fields.text(.productName)
    programName = fields.text(.programName)
    websiteURL = fields.text(.websiteURL)
    widgetConfig = fields.text(.widgetConfig)
    publishableKey = fields.text(.publishableKey)
  }
}

extension StoreReading {
  /// All programmes, by number.
  ///
  /// - Throws: ``DatabaseFault``; ``ScheduleFault`` for settings that no longer read.
  public func programs() throws -> [ProgramFacts] {
    try derived("programs") {
      let defaults = try setting(.programDefaults).map { text in
        try ProgramFields(defaults: JSONValue(text.string), file: "the last run's schedule")
      }
      return try RegistryTables.loadPrograms(from: database).enumerated().map { place, record in
        ProgramFacts(
          record, number: Int64(place), asOf: asOf, defaults: defaults ?? ProgramFields())
      }
    }
  }

  /// One programme; nil for a number that none has.
  ///
  /// - Throws: As ``programs()``.
  public func program(_ number: Int64) throws -> ProgramFacts? {
    let all = try programs()
    return all.indices.contains(Int(number)) ? all[Int(number)] : nil
  }

  /// The programme of an id.
  ///
  /// - Throws: As ``programs()``.
  public func program(id: Text) throws -> ProgramFacts? {
    try programs().first { $0.id == id }
  }

  /// The default programme (ENDPOINT S0.1): the least id bytewise of the active, else of all.
  ///
  /// - Throws: As ``programs()``.
  public func defaultProgram() throws -> ProgramFacts? {
    let all = try programs().sorted { $0.id < $1.id }
    return all.first { !$0.isPaused } ?? all.first
  }

  /// What an inviter gets where nothing else is said, in hundredths of a percent.
  ///
  /// - Throws: ``DatabaseFault``.
  public func defaultFee() throws -> BasisPoints {
    let value = try setting(.defaultFee).flatMap { Int32($0.string) }
    return BasisPoints(value ?? 0)
  }

  private func setting(_ name: StoredSetting) throws -> Text? {
    try statements.with("SELECT value FROM settings WHERE name = ?1") { row in
      try row.bind(text: Text(name.rawValue), at: 1)
      return try row.step() ? row.text(0) : nil
    }
  }
}
