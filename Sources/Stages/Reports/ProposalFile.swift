// `proposals/<batch>.csv`: what somebody has to approve before any of it is paid. The file's SHA-256
// is what is approved, so it says all that decides where money goes.
import Pipeline

/// The proposal of one batch.
struct ProposalFile {
  static let columns =
    ExportName.payoutFileColumns + [
      "retry_count", "recipient", "account", "from_account", "file",
    ]

  let batch: Text
  let rows: [PayoutRow]
  private let terms: EmissionTerms

  /// - Parameter rows: The batch's payouts in the order of `payouts.csv`.
  init(batch: Text, rows: [PayoutRow], _ terms: EmissionTerms) {
    self.batch = batch
    self.rows = rows
    self.terms = terms
  }

  /// Where it stands, relative to `out/<run>`.
  var path: String { "proposals/\(batch).csv" }

  /// The proposals of a run, or what is left of one batch of it.
  ///
  /// - Parameter batch: nil for all that the run with this number made.
  static func all(
    ofRun run: Int64? = nil, batch: Text? = nil, in database: Database, _ terms: EmissionTerms
  ) throws -> [ProposalFile] {
    let isProposed = "o.status = \(Payout.Status.proposed.rawValue)"
    let condition = run == nil ? "o.batch_id = ?1" : "o.run = ?1"
    let query = try database.prepare(PayoutRow.query("WHERE \(condition) AND \(isProposed)"))
    if let run {
      try query.bind(int: run, at: 1)
    } else {
      try query.bind(text: batch ?? "", at: 1)
    }
    var order: [Text] = []
    var rows: [Text: [PayoutRow]] = [:]
    while try query.step() {
      var cursor = ColumnCursor(query)
      let row = try PayoutRow(&cursor)
      if rows[row.batch] == nil { order.append(row.batch) }
      rows[row.batch, default: []].append(row)
    }
    return order.map { ProposalFile(batch: $0, rows: rows[$0] ?? [], terms) }
  }

  /// Writes the table.
  ///
  /// - Throws: What the sink throws.
  func write(to sink: any ByteSink) throws {
    var files = MethodFilesWriter(terms)
    let instructions = rows.map { files.take($0) }
    let names = files.fileNames()
    var table = try TableWriter(Self.columns, .csv, to: sink)
    for (row, instruction) in zip(rows, instructions) {
      row.write(to: &table)
      table.append(row.retryCount)
      table.append(Text(instruction?.name ?? ""))
      table.append(Text(account(of: row, instruction)))
      table.append(Text(payer(of: row.method)))
      table.append(names[row.id].map { Text($0) })
      try table.endRow()
    }
    try table.finish()
  }

  /// The bytes of the file.
  func bytes() throws -> [UInt8] {
    let buffer = ByteBuffer()
    try write(to: buffer)
    return buffer.bytes
  }

  /// Where the money goes.
  private func account(of row: PayoutRow, _ instruction: PaymentInstruction?) -> String {
    let affiliate = terms.registry[row.payee]
    switch instruction?.destination {
    case .payPal(let address), .wiseEmail(let address): return address.text
    case .wiseAccount(let account, let address):
      return account.text + (address.map { " " + $0.text } ?? "")
    case .sepa(let account, let bank): return account.text + (bank.map { " " + $0.text } ?? "")
    case .ach(let account):
      let holder = instruction?.holder ?? .person
      return "\(account.routing.text) \(account.number) \(account.kind.rawValue) \(holder.rawValue)"
    case nil:
      // Without a file of its own, the affiliate's details as they are, by name.
      let details = affiliate.paymentDetails.sorted { Text($0.key) < Text($1.key) }
        .map { "\($0.key)=\($0.value)" }
      let known = [affiliate.stripeConnectID?.string, affiliate.paymentEmail?.string]
      return SpreadsheetCell.inert((known.compactMap(\.self) + details).joined(separator: " "))
    }
  }

  /// Which account pays.
  private func payer(of method: PaymentMethod) -> String {
    switch method {
    case .sepa: terms.payers.sepa.map { $0.iban.text } ?? ""
    case .ach: terms.payers.ach.map { "\($0.odfi.text) \($0.companyID)" } ?? ""
    case .wise: terms.payers.wise.sourceCurrency?.code ?? ""
    case .payPal, .stripe, .manual: ""
    }
  }
}
