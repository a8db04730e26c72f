// Reads the registry's tables back into records.
public import Pipeline

extension RegistryTables {
  /// All records, by ordinal.
  ///
  /// - Throws: ``DatabaseFault``.
  public static func load(from database: Database) throws(DatabaseFault) -> RegistryRecords {
    var records = RegistryRecords()
    for program in try loadPrograms(from: database) { records.append(program) }
    records.reserve(affiliates: try rows(of: "affiliates", database))
    let affiliates = try database.prepare(
      "SELECT \(affiliateColumns.joined(separator: ", ")) FROM affiliates ORDER BY no")
    while try affiliates.step() { records.append(affiliate(affiliates)) }
    records.reserve(codes: try rows(of: "codes", database))
    let codes = try database.prepare(
      "SELECT \(codeColumns.joined(separator: ", ")) FROM codes ORDER BY no")
    while try codes.step() { records.append(code(codes)) }
    return records
  }

  /// How many rows a table has.
  private static func rows(
    of table: String, _ database: Database
  ) throws(DatabaseFault) -> Int {
    Int(try database.integer("SELECT count(*) FROM \(table)"))
  }

  /// The programmes alone, by ordinal.
  static func loadPrograms(
    from database: Database
  ) throws(DatabaseFault) -> [ProgramRecord] {
    var programs: [ProgramRecord] = []
    let heads = try database.prepare(
      "SELECT program_id, updated_at, first_seen, last_seen FROM programs ORDER BY no")
    while try heads.step() {
      let seen = Instant(milliseconds: heads.int(2))
      var record = ProgramRecord(id: ProgramID(heads.text(0)), seen: seen)
      record.updatedAt = heads.instant(1)
      record.lastSeen = Instant(milliseconds: heads.int(3))
      programs.append(record)
    }
    try loadTerms(into: &programs, from: database)
    try loadStatuses(into: &programs, from: database)
    return programs
  }

  private static func loadTerms(
    into programs: inout [ProgramRecord], from database: Database
  ) throws(DatabaseFault) {
    let names = ProgramField.allCases.map(\.storeColumn).joined(separator: ", ")
    let terms = try database.prepare(
      "SELECT program_no, effective_at, \(names) FROM program_terms "
        + "ORDER BY program_no, effective_at")
    while try terms.step() {
      let place = Int(terms.int(0))
      guard programs.indices.contains(place) else { continue }
      var fields = ProgramFields()
      for field in ProgramField.allCases {
        let column = Int32(field.rawValue + 2)
        guard !terms.isNull(column) else { continue }
        fields[field] = field.isNumber ? .integer(terms.int(column)) : .text(terms.text(column))
      }
      if let from = terms.instant(1) {
        programs[place].dated.append(ProgramRecord.DatedFields(from: from, fields: fields))
      } else {
        programs[place].base = fields
      }
    }
  }

  private static func loadStatuses(
    into programs: inout [ProgramRecord], from database: Database
  ) throws(DatabaseFault) {
    let statuses = try database.prepare(
      "SELECT program_no, status_at, status FROM program_statuses ORDER BY program_no, status_at")
    while try statuses.step() {
      let place = Int(statuses.int(0))
      guard programs.indices.contains(place) else { continue }
      let status = value(statuses.text(2), Program.Status.words) ?? .active
      programs[place].statuses.append(
        Program.DatedStatus(from: statuses.instant(1) ?? .distantPast, status: status))
    }
  }

  private static func value<Value>(_ word: Text, _ words: [(StaticString, Value)]) -> Value? {
    words.first { Text($0.0.description) == word }?.1
  }

  private static func affiliate(_ row: Statement) -> AffiliateRecord {
    var record = AffiliateRecord(
      id: AffiliateID(row.text(1)), email: row.text(2), seen: Instant(milliseconds: row.int(20)))
    record.userID = row.optionalText(3)
    record.name = row.optionalText(4)
    record.company = row.optionalText(5)
    record.country = row.optionalText(6)
    record.status = value(row.text(7), Affiliate.Status.words) ?? .active
    record.currency = row.optionalText(8).flatMap { Currency(code: $0.string) }
    record.paymentMethod = row.optionalText(9).flatMap { word in
      PaymentMethod.allCases.first { Text($0.word) == word }
    }
    record.paymentEmail = row.optionalText(10)
    record.paymentDetails = row.optionalText(11)
    record.stripeConnectID = row.optionalText(12)
    record.inviteCode = row.optionalText(13)
    record.masterID = row.optionalText(14).map { AffiliateID($0) }
    record.inviter = row.optionalInt(15).map { AffiliateOrdinal(Int($0)) }
    record.fee = row.optionalInt(16).map { BasisPoints(Int32(clamping: $0)) }
    record.commissionRate = row.optionalInt(17).map { BasisPoints(Int32(clamping: $0)) }
    record.createdAt = row.instant(18)
    record.updatedAt = row.instant(19)
    record.lastSeen = Instant(milliseconds: row.int(21))
    return record
  }

  private static func code(_ row: Statement) -> CodeRecord {
    var record = CodeRecord(
      code: Code(row.text(1)), affiliate: AffiliateOrdinal(Int(row.int(2))),
      program: ProgramOrdinal(Int(row.int(3))), seen: Instant(milliseconds: row.int(9)))
    record.isActive = row.int(4) != 0
    record.expiresAt = row.instant(5)
    record.maxUses = row.optionalInt(6)
    record.metadata = row.optionalText(7)
    record.createdAt = row.instant(8)
    record.lastSeen = Instant(milliseconds: row.int(10))
    return record
  }
}

extension Statement {
  /// An instant; nil for NULL.
  fileprivate func instant(_ column: Int32) -> Instant? {
    optionalInt(column).map { Instant(milliseconds: $0) }
  }
}

/// Asks for the contents of rows already taken.
public final class RowContentLookup {
  private let query: Statement

  /// - Throws: ``DatabaseFault``.
  public init(_ database: Database) throws(DatabaseFault) {
    query = try database.prepare("SELECT 1 FROM row_contents WHERE kind = ? AND digest = ?")
  }

  /// Whether a row of this content was accepted or filtered.
  ///
  /// - Throws: ``DatabaseFault``.
  public func contains(_ kind: InputKind, _ digest: Digest128) throws(DatabaseFault) -> Bool {
    try query.bind(text: Text(kind.word), at: 1)
    try query.bind(digest: digest, at: 2)
    defer { query.reset() }
    return try query.step()
  }
}
