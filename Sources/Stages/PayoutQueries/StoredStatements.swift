// Remittance statements as they were issued, read back from `statements/<batch>.csv`.
public import Pipeline

/// Reads the statements of one workspace.
public struct StoredStatements {
  private let workspace: Workspace

  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// The statement of a payout, or those of all payouts of a batch.
  ///
  /// A payout has one statement, of the run that made it; emitted again it keeps it.
  ///
  /// - Throws: An error of usage for what is neither; ``EmissionFault`` where a statement's file is
  ///   missing, or is not what the run wrote.
  public func statements(of id: Text) throws -> [RemittanceStatement] {
    let payouts: [PayoutFacts]
    switch try WorkspacePayouts(workspace).show(id) {
    case .payout(let payout): payouts = [payout]
    case .batch(let batch): payouts = batch.payouts
    }
    let database = try workspace.openForReading()
    let files = Dictionary(grouping: payouts) { payout in
      Text(batchID(run: payout.madeIn.string, program: payout.program))
    }
    var statements: [Text: RemittanceStatement] = [:]
    for (batch, members) in files {
      let issuedAt = try Self.issued(members[0].madeIn, database)
      var wanted: [Text: RemittanceStatement] = [:]
      for payout in members {
        wanted[payout.payout] = try RemittanceStatement(
          payout, batch: batch, issuedAt: issuedAt, database)
      }
      try fill(&wanted, from: try path(of: batch, run: members[0].madeIn, database))
      statements.merge(wanted) { first, _ in first }
    }
    return payouts.compactMap { statements[$0.payout] }
  }

  private static func issued(_ run: Text, _ database: Database) throws -> Instant {
    let query = try database.prepare("SELECT as_of FROM runs WHERE name = ?")
    defer { query.reset() }
    try query.bind(text: run, at: 1)
    return try query.step() ? Instant(milliseconds: query.int(0)) : .distantPast
  }

  /// The file of a batch's statements, once it is sure to be what the run wrote.
  private func path(of batch: Text, run: Text, _ database: Database) throws -> String {
    let relative = "out/\(run)/\(RunStatements.path(of: batch))"
    let listed = try database.prepare("SELECT sha256 FROM outputs WHERE path = ?")
    defer { listed.reset() }
    try listed.bind(text: Text(relative), at: 1)
    let path = "\(workspace.path)/\(relative)"
    guard try listed.step(), try FileInformation.of(path) != nil else {
      throw EmissionFault(message: "\(relative) is missing; take it from a backup")
    }
    let sha256 = try Verification(workspace: workspace.path, database: database)
      .sha256(of: relative)?.hexadecimal
    guard sha256.map({ Text($0) }) == listed.text(0) else {
      throw EmissionFault(
        message: "\(relative) is not what the run wrote; see refbatch verify")
    }
    return path
  }

  private func fill(_ statements: inout [Text: RemittanceStatement], from path: String) throws {
    let columns = RemittanceStatement.columns
    let source = try RecordSource(
      path: path, displayName: path, format: .csv(delimiter: 0x2C),
      columns: ColumnRequest(names: columns, required: Set(columns)), threads: 1)
    for range in source.ranges(1) {
      try source.read(range) { batch in
        for row in 0..<batch.count {
          let fields = (0..<columns.count).map { batch.field(row, $0).bytes.text() }
          statements[fields[0]]?.take(fields)
        }
      }
    }
  }
}

extension RemittanceStatement {
  /// A statement without its lines.
  fileprivate init(
    _ payout: PayoutFacts, batch: Text, issuedAt: Instant, _ database: Database
  ) throws {
    self.init(
      programID: payout.program, affiliateID: payout.affiliate, payoutID: payout.payout,
      batchID: batch,
      method: PaymentMethod.allCases.first { $0.word == payout.method } ?? .manual,
      currency: Currency(code: payout.currency) ?? .usd, periodStart: payout.periodStart,
      periodEnd: payout.periodEnd, issuedAt: issuedAt)
    affiliateName = payout.affiliateName
    paidMinor = payout.amountMinor
    let name = try database.prepare(
      "SELECT t.name FROM program_terms t CROSS JOIN programs p ON p.no = t.program_no "
        + "WHERE p.program_id = ? AND t.effective_at IS NULL")
    defer { name.reset() }
    try name.bind(text: payout.program, at: 1)
    if try name.step() { programName = name.optionalText(0) }
  }

  /// Takes one row of the file.
  fileprivate mutating func take(_ fields: [Text]) {
    let instant = ByteView.withBytes(of: fields[4].string) { InstantText.scan($0) } ?? 0
    let minor = Int64(fields[9].string) ?? 0
    let line = Line(
      at: Instant(milliseconds: instant), type: fields[5].string, reference: fields[6],
      order: fields[7].nonEmpty.map(Self.plain), amountMinor: minor)
    switch fields[3].string {
    case "carried": carried.append(line)
    case "opening": openingMinor = minor
    case "reward": rewards.append(line)
    case "adjustment": adjustments.append(line)
    case "closing": closingMinor = minor
    case "later": laterMinor = minor
    default: break
    }
  }

  /// The text without the apostrophe that made it inert.
  private static func plain(_ text: Text) -> Text {
    let rest = String(text.string.dropFirst())
    return text.utf8.first == 0x27 && SpreadsheetCell.isFormula(rest) ? Text(rest) : text
  }
}
