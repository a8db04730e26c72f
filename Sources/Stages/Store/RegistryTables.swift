// The registry's tables: a public interface of the store, for anyone with sqlite3. Instants are
// milliseconds since 1970 UTC, rates hundredths of a percent, amounts minor units. A `no` is the
// ordinal by which other tables name a programme, an affiliate or a code; it never changes.
public import Pipeline

/// The tables of programmes, affiliates and codes, and of the contents of rows already taken.
public enum RegistryTables {
  /// The statements that make the tables.
  public static let schema = """
    CREATE TABLE programs (
      no INTEGER PRIMARY KEY,
      program_id TEXT NOT NULL UNIQUE,
      updated_at INTEGER,
      first_seen INTEGER NOT NULL,
      last_seen INTEGER NOT NULL
    ) STRICT;
    -- One row for the undated base (effective_at NULL) and one for each instant from which
    -- fields hold; a NULL field is not stated there.
    CREATE TABLE program_terms (
      program_no INTEGER NOT NULL REFERENCES programs(no),
      effective_at INTEGER,
    \(fieldColumns)
    ) STRICT;
    CREATE UNIQUE INDEX program_terms_by_instant ON program_terms (program_no, effective_at);
    -- A status from an instant on; NULL is the beginning of time. Active before the first.
    CREATE TABLE program_statuses (
      program_no INTEGER NOT NULL REFERENCES programs(no),
      status_at INTEGER,
      status TEXT NOT NULL CHECK (status IN ('active', 'paused'))
    ) STRICT;
    CREATE UNIQUE INDEX program_statuses_by_instant ON program_statuses (program_no, status_at);
    CREATE TABLE affiliates (
      no INTEGER PRIMARY KEY,
      affiliate_id TEXT NOT NULL UNIQUE,
      email TEXT NOT NULL,
      user_id TEXT,
      name TEXT,
      company TEXT,
      country TEXT,
      status TEXT NOT NULL CHECK (status IN ('active', 'pending', 'suspended')),
      currency TEXT,
      payment_method TEXT,
      payment_email TEXT,
      payment_details TEXT,
      stripe_connect_id TEXT,
      invite_code TEXT,
      master_id TEXT,
      inviter_no INTEGER REFERENCES affiliates(no) DEFERRABLE INITIALLY DEFERRED,
      fee_bps INTEGER,
      commission_rate_bps INTEGER,
      created_at INTEGER,
      updated_at INTEGER,
      first_seen INTEGER NOT NULL,
      last_seen INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE codes (
      no INTEGER PRIMARY KEY,
      code TEXT NOT NULL UNIQUE,
      affiliate_no INTEGER NOT NULL REFERENCES affiliates(no),
      program_no INTEGER NOT NULL REFERENCES programs(no),
      is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
      expires_at INTEGER,
      max_uses INTEGER,
      metadata TEXT,
      created_at INTEGER,
      first_seen INTEGER NOT NULL,
      last_seen INTEGER NOT NULL
    ) STRICT;
    -- Rows accepted or filtered, by their typed content: seen again they are duplicates.
    CREATE TABLE row_contents (
      kind TEXT NOT NULL,
      digest BLOB NOT NULL CHECK (length(digest) = 16),
      PRIMARY KEY (kind, digest)
    ) STRICT, WITHOUT ROWID;
    \(indexes)
    """

  /// A first registry is written without them: they are made when its rows are there.
  private static let indexes = """
    CREATE INDEX affiliates_by_inviter ON affiliates (inviter_no) WHERE inviter_no IS NOT NULL;
    CREATE INDEX codes_by_affiliate ON codes (affiliate_no);
    CREATE INDEX codes_by_program ON codes (program_no);
    """

  private static let fieldColumns = ProgramField.allCases
    .map { "  \($0.storeColumn) \($0.isNumber ? "INTEGER" : "TEXT")" }
    .joined(separator: ",\n")

  /// Writes the records that a run changed, and the contents it took. Part of the run's one
  /// transaction.
  ///
  /// - Throws: ``DatabaseFault``.
  public static func save(_ night: RegistryNight, to database: Database) throws(DatabaseFault) {
    let isFirst =
      try database.integer(
        "SELECT EXISTS (SELECT 1 FROM affiliates) OR EXISTS (SELECT 1 FROM codes)") == 0
    if isFirst {
      for name in StoreSchema.indexNames(indexes) { try database.execute("DROP INDEX \(name)") }
    }
    try save(programs: night.changedPrograms, of: night.records, to: database)
    try save(
      affiliates: night.changedAffiliates, of: night.records, areNew: isFirst, to: database)
    try save(codes: night.changedCodes, of: night.records, areNew: isFirst, to: database)
    if isFirst { try database.execute(indexes) }
    try save(night.contents, to: database)
  }

  /// Remembers the contents of rows.
  ///
  /// - Throws: ``DatabaseFault``.
  public static func save(
    _ contents: [RowContent], to database: Database
  ) throws(DatabaseFault) {
    let batch = RowBatch(
      database, insertInto: "row_contents", "kind, digest", verb: "INSERT OR IGNORE")
    // In the order of the key, so that neighbours go to the same page.
    for kind in InputKind.allCases {
      let word = Text(kind.word)
      for digest in contents.lazy.filter({ $0.kind == kind }).map(\.digest).sorted() {
        batch.append(word)
        batch.append(digest)
        try batch.endRow()
      }
    }
    try batch.flush()
  }

  /// Writes some programmes' records.
  ///
  /// - Throws: ``DatabaseFault``.
  public static func save(
    programs: some Sequence<ProgramOrdinal>, of records: RegistryRecords, to database: Database
  ) throws(DatabaseFault) {
    let writer = try ProgramWriter(database)
    for ordinal in programs.sorted() { try writer.write(records[ordinal], ordinal) }
  }

  /// Writes some affiliates' records.
  ///
  /// - Parameter areNew: Whether none of them is in the store yet.
  /// - Throws: ``DatabaseFault``.
  public static func save(
    affiliates: some Sequence<AffiliateOrdinal>, of records: RegistryRecords,
    areNew: Bool = false, to database: Database
  ) throws(DatabaseFault) {
    let batch = writing("affiliates", affiliateColumns, areNew: areNew, database)
    for ordinal in affiliates.sorted() {
      batch.append(ordinal)
      append(records[ordinal], to: batch)
      try batch.endRow()
    }
    try batch.flush()
  }

  static let affiliateColumns = [
    "no", "affiliate_id", "email", "user_id", "name", "company", "country", "status", "currency",
    "payment_method", "payment_email", "payment_details", "stripe_connect_id", "invite_code",
    "master_id", "inviter_no", "fee_bps", "commission_rate_bps", "created_at", "updated_at",
    "first_seen", "last_seen",
  ]

  private static func append(_ record: AffiliateRecord, to batch: RowBatch) {
    batch.append(record.id)
    batch.append(record.email)
    for text in [record.userID, record.name, record.company, record.country] {
      batch.append(text)
    }
    batch.append(Text(record.status.word))
    batch.append(record.currency.map { Text($0.code) })
    batch.append(record.paymentMethod.map { Text($0.word) })
    batch.append(record.paymentEmail)
    batch.append(record.paymentDetails)
    batch.append(record.stripeConnectID)
    batch.append(record.inviteCode)
    batch.append(record.masterID?.text)
    batch.append(record.inviter.map { Int64($0.index) })
    batch.append(record.fee.map { Int64($0.value) })
    batch.append(record.commissionRate.map { Int64($0.value) })
    batch.append(record.createdAt)
    batch.append(record.updatedAt)
    batch.append(record.firstSeen)
    batch.append(record.lastSeen)
  }

  /// Writes some codes' records.
  ///
  /// - Parameter areNew: Whether none of them is in the store yet.
  /// - Throws: ``DatabaseFault``.
  public static func save(
    codes: some Sequence<CodeOrdinal>, of records: RegistryRecords, areNew: Bool = false,
    to database: Database
  ) throws(DatabaseFault) {
    let batch = writing("codes", codeColumns, areNew: areNew, database)
    for ordinal in codes.sorted() {
      let record = records[ordinal]
      batch.append(ordinal)
      batch.append(record.code)
      batch.append(record.affiliate)
      batch.append(record.program)
      batch.append(record.isActive)
      batch.append(record.expiresAt)
      batch.append(record.maxUses)
      batch.append(record.metadata)
      batch.append(record.createdAt)
      batch.append(record.firstSeen)
      batch.append(record.lastSeen)
      try batch.endRow()
    }
    try batch.flush()
  }

  static let codeColumns = [
    "no", "code", "affiliate_no", "program_no", "is_active", "expires_at", "max_uses", "metadata",
    "created_at", "first_seen", "last_seen",
  ]

  /// An insert that becomes an update where the key is there.
  ///
  /// - Parameter rows: What stands for the rows; nil for one row of parameters.
  static func upsert(
    _ table: String, key: String, _ columns: [String], rows: String? = nil
  ) -> String {
    let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    let updates = columns.filter { $0 != key }.map { "\($0) = excluded.\($0)" }
    return "INSERT INTO \(table) (\(columns.joined(separator: ", "))) "
      + (rows ?? "VALUES (\(places))")
      + " ON CONFLICT (\(key)) DO UPDATE SET \(updates.joined(separator: ", "))"
  }

  private static func writing(
    _ table: String, _ columns: [String], areNew: Bool, _ database: Database
  ) -> RowBatch {
    if areNew {
      return RowBatch(database, insertInto: table, columns.joined(separator: ", "))
    }
    return RowBatch(database, columns: columns.count) { rows in
      upsert(table, key: "no", columns, rows: rows)
    }
  }
}

/// Writes programmes with all their terms and statuses.
private struct ProgramWriter {
  private let upsert: Statement
  private let deleteTerms: Statement
  private let deleteStatuses: Statement
  private let insertTerms: Statement
  private let insertStatus: Statement

  init(_ database: Database) throws(DatabaseFault) {
    upsert = try database.prepare(
      RegistryTables.upsert(
        "programs", key: "no", ["no", "program_id", "updated_at", "first_seen", "last_seen"]))
    deleteTerms = try database.prepare("DELETE FROM program_terms WHERE program_no = ?")
    deleteStatuses = try database.prepare("DELETE FROM program_statuses WHERE program_no = ?")
    let places = Array(repeating: "?", count: 2 + ProgramField.allCases.count)
    insertTerms = try database.prepare(
      "INSERT INTO program_terms VALUES (\(places.joined(separator: ", ")))")
    insertStatus = try database.prepare("INSERT INTO program_statuses VALUES (?, ?, ?)")
  }

  func write(_ record: ProgramRecord, _ ordinal: ProgramOrdinal) throws(DatabaseFault) {
    let number = Int64(ordinal.index)
    try upsert.bind(int: number, at: 1)
    try upsert.bind(text: record.id.text, at: 2)
    try upsert.bind(3, record.updatedAt?.milliseconds)
    try upsert.bind(int: record.firstSeen.milliseconds, at: 4)
    try upsert.bind(int: record.lastSeen.milliseconds, at: 5)
    try upsert.run()
    for statement in [deleteTerms, deleteStatuses] {
      try statement.bind(int: number, at: 1)
      try statement.run()
    }
    try write(record.base, nil, number)
    for entry in record.dated { try write(entry.fields, entry.from, number) }
    for entry in record.statuses {
      try insertStatus.bind(int: number, at: 1)
      try insertStatus.bind(
        2, entry.from == .distantPast ? nil : Optional(entry.from.milliseconds))
      try insertStatus.bind(text: Text(entry.status.word), at: 3)
      try insertStatus.run()
    }
  }

  private func write(
    _ fields: ProgramFields, _ from: Instant?, _ number: Int64
  ) throws(DatabaseFault) {
    try insertTerms.bind(int: number, at: 1)
    try insertTerms.bind(2, from?.milliseconds)
    for field in ProgramField.allCases {
      let index = Int32(field.rawValue + 3)
      switch fields[field] {
      case .integer(let value): try insertTerms.bind(int: value, at: index)
      case .text(let text): try insertTerms.bind(text: text, at: index)
      case nil: try insertTerms.bindNull(at: index)
      }
    }
    try insertTerms.run()
  }
}
