// Runs, their files and what they left in the workspace, as rows of the store.
import Pipeline

/// A committed run as the store lists it.
struct StoredRun {
  var number: Int64
  var name: String
  var asOf: Instant
}

/// Reading and writing of the tables of runs.
enum RunTables {
  /// The last committed run; nil before the first.
  static func last(_ database: Database) throws -> StoredRun? {
    let last = try database.prepare("SELECT no, name, as_of FROM runs ORDER BY no DESC LIMIT 1")
    defer { last.reset() }
    guard try last.step() else { return nil }
    return StoredRun(
      number: last.int(0), name: last.text(1).string, asOf: Instant(milliseconds: last.int(2)))
  }

  /// Whether a run of this name is committed.
  static func isCommitted(_ name: String, _ database: Database) throws -> Bool {
    let run = try database.prepare("SELECT 1 FROM runs WHERE name = ?")
    defer { run.reset() }
    try run.bind(text: Text(name), at: 1)
    return try run.step()
  }

  /// The name of the next run of an instant's business date.
  ///
  /// - Returns: nil where the instant lies outside the years that a date can be written in.
  static func nextName(asOf: Instant, _ database: Database) throws -> RunName? {
    var number = 1
    while true {
      guard let name = RunName(asOfMilliseconds: asOf.milliseconds, number: number) else {
        return nil
      }
      guard try isCommitted(name.description, database) else { return name }
      number += 1
    }
  }

  /// The click segments of all runs.
  static func segments(_ database: Database) throws -> [ClickSegmentEntry] {
    let all = try database.prepare(
      """
      SELECT s.day, r.name, s.path, s.rows, s.digest, s.bytes FROM segments s
      JOIN runs r ON r.no = s.run ORDER BY s.day, s.run
      """)
    var entries: [ClickSegmentEntry] = []
    while try all.step() {
      var cursor = ColumnCursor(all)
      entries.append(
        ClickSegmentEntry(
          day: Int32(clamping: cursor.int()), run: cursor.text().string,
          path: cursor.text().string, rows: cursor.int(), digest: try cursor.digest(),
          byteCount: cursor.int()))
    }
    return entries
  }
}

extension RunTables {
  /// Writes the run itself and everything that is counted for it.
  static func save(_ night: Night) throws {
    let database = night.database
    let run = try database.prepare(
      "INSERT INTO runs (no, name, as_of, schedule, stages) VALUES (?, ?, ?, ?, ?)")
    var cursor = ParameterCursor(run)
    try cursor.bind(night.runNumber)
    try cursor.bind(Text(night.run.description))
    try cursor.bind(night.request.asOf)
    try cursor.bind(Text(night.request.schedule.name))
    try cursor.bind(Text(night.request.schedule.stages.joined(separator: ",")))
    try run.run()
    try saveSettings(night)
    for number in night.files.indices { try saveFile(number, night) }
    try saveLedger(night)
  }

  /// What of the schedule an answer of the endpoint depends on.
  private static func saveSettings(_ night: Night) throws {
    let schedule = night.request.schedule
    let values: [(StoredSetting, Text)] = [
      (.defaultFee, Text(String(schedule.settings.defaultFee.value))),
      (.programDefaults, Text(schedule.programDefaults.canonicalText)),
    ]
    let insert = try night.database.prepare(
      "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)")
    for (name, value) in values {
      var cursor = ParameterCursor(insert)
      try cursor.bind(Text(name.rawValue))
      try cursor.bind(value)
      try insert.run()
    }
  }

  private static func saveFile(_ number: Int, _ night: Night) throws {
    let insert = try night.database.prepare(
      """
      INSERT INTO files (no, run, kind, name, path, profile, digest, bytes, archive, rows, accepted,
      duplicate, filtered, rejected, device, inode, modified, changed)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    let file = night.files[number]
    let counts = night.fates.files[Int32(number)] ?? FateCounts()
    let identity = file.source.survey.identity
    var cursor = ParameterCursor(insert)
    try cursor.bind(night.firstFile + Int64(number))
    try cursor.bind(night.runNumber)
    try cursor.bind(Text(file.kind.rawValue))
    try cursor.bind(Text(file.name))
    try cursor.bind(Text(file.path))
    try cursor.bind(Text(file.profile))
    try cursor.bind(file.digest)
    try cursor.bind(Int64(file.source.survey.byteCount))
    try cursor.bind(Text(night.archivePath(number)))
    for count in [
      counts.rows, counts.accepted, counts.duplicate, counts.filteredTotal, counts.rejectedTotal,
    ] { try cursor.bind(count) }
    try cursor.bind(Int64(bitPattern: identity.device))
    try cursor.bind(Int64(bitPattern: identity.inode))
    try cursor.bind(identity.mtimeNanoseconds)
    try cursor.bind(identity.ctimeNanoseconds)
    try insert.run()
    try saveReasons(night.firstFile + Int64(number), counts, night.database)
  }

  private static func saveReasons(
    _ file: Int64, _ counts: FateCounts, _ database: Database
  ) throws {
    let insert = try database.prepare(
      "INSERT INTO file_reasons (file, fate, reason, count) VALUES (?, ?, ?, ?)")
    let reasons =
      counts.filtered.map { ("filtered", $0.key.rawValue, $0.value) }
      + counts.rejected.map { ("rejected", $0.key.rawValue, $0.value) }
    for (fate, reason, count) in reasons {
      var cursor = ParameterCursor(insert)
      try cursor.bind(file)
      try cursor.bind(Text(fate))
      try cursor.bind(Text(reason))
      try cursor.bind(count)
      try insert.run()
    }
  }

  /// Lists the segments of the run's clicks.
  static func saveSegments(_ night: Night) throws {
    let insert = try night.database.prepare(
      "INSERT INTO segments (day, run, path, digest, bytes, rows) VALUES (?, ?, ?, ?, ?, ?)")
    for entry in night.segments {
      var cursor = ParameterCursor(insert)
      try cursor.bind(entry.day)
      try cursor.bind(night.runNumber)
      try cursor.bind(Text(entry.path))
      try cursor.bind(entry.digest)
      try cursor.bind(entry.byteCount)
      try cursor.bind(entry.rows)
      try insert.run()
    }
  }

  private static func saveLedger(_ night: Night) throws {
    let upsert = RowBatch(night.database, columns: 5) { rows in
      """
      INSERT INTO balances (program, account, affiliate, currency, amount_minor)
      \(rows) ON CONFLICT (program, account, affiliate, currency)
      DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor
      """
    }
    for (key, amount) in night.balances.sorted(by: { $0.key < $1.key }) {
      upsert.append(key.program)
      upsert.append(key.account)
      upsert.append(key.affiliate.map { Int64($0.index) } ?? -1)
      upsert.append(codeOf: key.currency)
      upsert.append(amount)
      try upsert.endRow()
    }
    try upsert.flush()
    guard let journal = night.journal else { return }
    let insert = try night.database.prepare(
      "INSERT INTO journals (run, path, sha256, bytes, postings) VALUES (?, ?, ?, ?, ?)")
    var cursor = ParameterCursor(insert)
    try cursor.bind(night.runNumber)
    try cursor.bind(Text(journal.path))
    try cursor.bind(Text(journal.sha256))
    try cursor.bind(journal.bytes)
    try cursor.bind(journal.postings)
    try insert.run()
  }

  /// Lists what the run puts under `out/` and `rejects/`, and what it writes into the archive beside
  /// the ingested files, with digests.
  static func saveOutputs(_ night: Night) throws {
    let insert = try night.database.prepare(
      "INSERT INTO outputs (run, path, sha256, bytes) VALUES (?, ?, ?, ?)")
    // The tables `files` and `approvals` have the digests of these.
    var known = Set(night.files.indices.map { Text(night.archivePath($0)) })
    if let proposal = night.request.proposal {
      known.insert(Text(proposal.archivePath(run: night.run.description)))
    }
    let directories = ["out/", "rejects/", "archive/"]
    for file in night.publication.files
    where directories.contains(where: { file.relativePath.hasPrefix($0) })
      && !known.contains(Text(file.relativePath))
    {
      var cursor = ParameterCursor(insert)
      try cursor.bind(night.runNumber)
      try cursor.bind(Text(file.relativePath))
      try cursor.bind(Text(file.sha256))
      try cursor.bind(file.bytes)
      try insert.run()
    }
  }
}

/// The names in the table of settings.
enum StoredSetting: String {
  /// `default_fee_percentage` in hundredths of a percent.
  case defaultFee = "default_fee_bps"
  /// A schedule's `programs`: fields that no row states, as JSON.
  case programDefaults = "programs"
}
