// `payouts/payouts.csv`, what this run pays, the files of each method beside it, and
// `payouts/held.csv`, what the run does not pay and why.
import Pipeline

/// Payouts of one batch in one currency, as `payouts.csv` shows them.
struct EmittedTotal: Hashable {
  var batch: Text
  var program: Text
  var currency: Currency
  /// Rows of the file.
  var count: Int64 = 0
  var totalMinor: Int64 = 0
  /// How many of them were posted in an earlier run: emitted again, or approved since.
  var repeatedCount: Int64 = 0
  var repeatedMinor: Int64 = 0
}

/// What a run emits, and the files that carry it.
struct EmittedPayouts {
  /// Of `payouts.csv`, in the order of its rows.
  var totals: [EmittedTotal] = []
  /// What waits for approval instead, in the order of its files.
  var proposed: [EmittedTotal] = []
  var methodFiles: [MethodFileFacts] = []
  /// In the order of methods.
  var withoutFile: [PayoutsWithoutFile] = []
}

/// Writes what every run has under `payouts/`.
enum PayoutFiles {
  static let heldColumns = ["program_id", "affiliate_id", "currency", "amount_minor", "reason"]

  /// - Returns: What was written.
  static func write(
    _ inputs: ReportInputs, to outputs: inout OutputFiles
  ) throws -> EmittedPayouts {
    var totals: [EmittedTotal] = []
    var methods = MethodFilesWriter(inputs.emissionTerms)
    var emissions = EmissionRows(inputs)
    try outputs.write("payouts/payouts.csv") { sink in
      var table = try TableWriter(ExportName.payoutFileColumns, .csv, to: sink)
      try forEachEmitted(inputs) { payout in
        payout.write(to: &table)
        try table.endRow()
        try count(payout, inputs.number, in: &totals)
        methods.take(payout)
        emissions.take(payout)
      }
      try table.finish()
      return table.rows
    }
    if let only = totals.first?.currency, totals.allSatisfy({ $0.currency == only }) {
      outputs.details[outputs.details.count - 1].currency = only
      outputs.details[outputs.details.count - 1].totalMinor = try totals.reduce(0) {
        try sum($0, $1.totalMinor)
      }
    }
    try outputs.write("payouts/held.csv") { sink in try writeHeld(inputs, to: sink) }
    let proposed = try writeProposals(inputs, to: &outputs)
    let files = try methods.write(to: &outputs)
    try emissions.save(files)
    return EmittedPayouts(
      totals: totals, proposed: proposed, methodFiles: files, withoutFile: methods.withoutFile)
  }

  /// Lends the rows of `payouts.csv`, in their order.
  private static func forEachEmitted(
    _ inputs: ReportInputs, _ body: (PayoutRow) throws -> Void
  ) throws {
    if let payouts = inputs.payouts { return try payouts.forEachEmitted(body) }
    let query = PayoutRow.query("WHERE o.emitted_run = ?1")
    try inputs.database.forEachRow(query, [inputs.number]) { row in try body(PayoutRow(&row)) }
  }

  /// One file for each batch that waits for approval.
  private static func writeProposals(
    _ inputs: ReportInputs, to outputs: inout OutputFiles
  ) throws -> [EmittedTotal] {
    var totals: [EmittedTotal] = []
    let proposals = try ProposalFile.all(
      ofRun: inputs.number, in: inputs.database, inputs.emissionTerms)
    for proposal in proposals {
      try outputs.write(proposal.path) { sink in
        try proposal.write(to: sink)
        return Int64(proposal.rows.count)
      }
      for row in proposal.rows { try count(row, inputs.number, in: &totals) }
    }
    return totals
  }

  /// By (program_id, affiliate_id, currency).
  private static func writeHeld(_ inputs: ReportInputs, to sink: any ByteSink) throws -> Int64 {
    var table = try TableWriter(heldColumns, .csv, to: sink)
    let query = """
      SELECT p.program_id, a.affiliate_id, h.currency, h.amount_minor, h.reason
      FROM held h CROSS JOIN programs p ON p.no = h.program
      CROSS JOIN affiliates a ON a.no = h.affiliate
      WHERE h.run = ?1 ORDER BY p.program_id, a.affiliate_id, h.currency
      """
    try inputs.database.forEachRow(query, [inputs.number]) { row in
      for _ in 0..<3 { table.append(row.text()) }
      table.append(row.int())
      table.append(row.text())
      try table.endRow()
    }
    try table.finish()
    return table.rows
  }

  private static func count(
    _ payout: PayoutRow, _ run: Int64, in totals: inout [EmittedTotal]
  ) throws {
    let currency = payout.amount.currency
    var place = totals.count
    // A batch is one programme's, and its rows stand together; it has few currencies.
    while place > 0, totals[place - 1].program == payout.program {
      place -= 1
      if totals[place].currency == currency, totals[place].batch == payout.batch {
        return try totals[place].count(payout, run)
      }
    }
    var total = EmittedTotal(batch: payout.batch, program: payout.program, currency: currency)
    try total.count(payout, run)
    totals.append(total)
  }
}

extension EmittedTotal {
  fileprivate mutating func count(_ payout: PayoutRow, _ run: Int64) throws {
    count += 1
    totalMinor = try sum(totalMinor, payout.amount.minorUnits)
    guard payout.madeRun != run else { return }
    repeatedCount += 1
    repeatedMinor = try sum(repeatedMinor, payout.amount.minorUnits)
  }
}

/// Notes in the store which file carries each payout that a run emits.
struct EmissionRows {
  private let inputs: ReportInputs
  private var payouts: [(number: Int64, id: Text, batch: Text)] = []

  init(_ inputs: ReportInputs) { self.inputs = inputs }

  mutating func take(_ payout: PayoutRow) {
    payouts.append((payout.number, payout.id, payout.batch))
  }

  /// - Parameter files: What was written for them.
  func save(_ files: [MethodFileFacts]) throws {
    var names: [Text: Text] = [:]
    for file in files { for payout in file.payouts { names[payout] = Text(file.name) } }
    let rows = RowBatch(
      inputs.database, insertInto: "emissions", "payout, run, batch_id, file")
    for payout in payouts {
      rows.append(payout.number)
      rows.append(inputs.number)
      rows.append(payout.batch)
      rows.append(names[payout.id])
      try rows.endRow()
    }
    try rows.flush()
  }
}
