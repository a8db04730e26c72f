// The payouts that a night made or changed, kept as the merge takes them: what the reports would
// otherwise read back out of the store.
import Pipeline

/// A night's payouts as their rows show them, in the order of ``PayoutRow/query(_:)``.
struct NightPayouts: Sendable {
  /// Those that the run made or changed.
  private(set) var rows: [PayoutRow] = []
  /// By row: whether the run puts it into `payouts.csv`.
  private var isEmitted: [Bool] = []

  /// Takes a programme's payouts; programmes come in the order of their ids.
  ///
  /// - Parameters:
  ///   - numbers: By payout: its number in the store.
  ///   - run: The run's number in the store.
  mutating func take(_ night: ProgramNight, numbers: [Int64], run: Int64) {
    var taken: [(row: PayoutRow, isEmitted: Bool)] = []
    for (payout, number) in zip(night.payouts, numbers) where payout.isChanged {
      let row = PayoutRow(
        payout, number: number, run: run, program: night.terms.id.text,
        affiliate: night.facts.registry.affiliates[payout.affiliate.position].id.text)
      taken.append((row, payout.isEmitted))
    }
    taken.sort { $0.row.precedes($1.row) }
    rows.append(contentsOf: taken.map(\.row))
    isEmitted.append(contentsOf: taken.map(\.isEmitted))
  }

  /// Lends the rows of `payouts.csv`.
  func forEachEmitted(_ body: (PayoutRow) throws -> Void) rethrows {
    for place in rows.indices where isEmitted[place] { try body(rows[place]) }
  }

  /// Writes the extract.
  ///
  /// - Throws: What the sink throws.
  func write(to sink: any ByteSink) throws {
    var table = try TableWriter(ExportName.payouts.columns, .csv, to: sink)
    for row in rows { try row.writeExtract(to: &table) }
    try table.finish()
  }
}

extension PayoutRow {
  /// The row of a payout as this night writes it into the store.
  fileprivate init(
    _ payout: Payout, number: Int64, run: Int64, program: Text, affiliate: Text
  ) {
    id = payout.id
    batch = payout.batch
    self.program = program
    self.affiliate = affiliate
    affiliateName = payout.affiliateName
    email = payout.email
    method = payout.method
    amount = Money(minorUnits: payout.amountMinor, payout.currency)
    rewards = payout.rewards
    periodStart = payout.periodStart
    periodEnd = payout.periodEnd
    status = payout.status
    transaction = payout.transactionID
    processedAt = payout.processedAt
    retryCount = payout.retryCount
    failedReason = payout.failedReason
    payee = payout.affiliate
    self.number = number
    madeRun = payout.madeRun == 0 ? run : payout.madeRun
  }

  /// The order of ``query(_:)`` within a programme.
  fileprivate func precedes(_ other: PayoutRow) -> Bool {
    if affiliate != other.affiliate { return affiliate < other.affiliate }
    let (currency, otherCurrency) = (Text(amount.currency.code), Text(other.amount.currency.code))
    if currency != otherCurrency { return currency < otherCurrency }
    if periodEnd != other.periodEnd { return periodEnd < other.periodEnd }
    return id < other.id
  }
}
