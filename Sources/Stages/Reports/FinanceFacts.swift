// What finance asks of a run: what is owed and since when, what is not paid and why, what refunds take
// back, and how much each account has to hold for this run's files. Nothing here formats it.
import Pipeline

/// Some amounts in one currency, counted and summed.
struct CountedAmount: Hashable {
  var count: Int64 = 0
  /// Minor units.
  var minor: Int64 = 0

  mutating func add(_ other: CountedAmount) throws(AmountOverflow) {
    count += other.count
    minor = try Stages.sum(minor, other.minor)
  }

  static func sum(_ amounts: [CountedAmount]) throws(AmountOverflow) -> CountedAmount {
    var total = CountedAmount()
    for amount in amounts { try total.add(amount) }
    return total
  }
}

/// The money of a workspace as of one run.
struct FinanceFacts: Hashable {
  /// The ends of the ages of what is payable, in days; a last one has none.
  static let ages: [Int64] = [30, 60, 90]

  /// One programme in one currency.
  struct Account: Hashable {
    var program: Text
    var currency: Text
    /// Rewards that wait for a decision.
    var pending = CountedAmount()
    /// Approved rewards that are held until a later day.
    var notYetPayable = CountedAmount()
    /// Payable rewards in no payout, by how long they have been payable.
    var ageing = [CountedAmount](repeating: CountedAmount(), count: ages.count + 1)
    /// Payouts that wait for approval; that are on their way; that failed and are emitted again.
    var proposed = CountedAmount()
    var underWay = CountedAmount()
    var failed = CountedAmount()
    /// All payouts ever completed; completed and come back; withdrawn or given up.
    var completed = CountedAmount()
    var returned = CountedAmount()
    var givenUp = CountedAmount()
    /// What refunds after a payout change: not taken out of a payout yet, taken out of this run's,
    /// and of earlier ones.
    var clawBackOpen = CountedAmount()
    var clawBackNow = CountedAmount()
    var clawBackBefore = CountedAmount()

    /// Whether anything of it is owed.
    var isOwed: Bool {
      ([notYetPayable, proposed, underWay, failed] + ageing).contains { $0.count != 0 }
    }
  }

  /// What one account has to hold.
  struct Funding: Hashable {
    var method: PaymentMethod
    var currency: Currency
    /// Whether it is needed only once somebody has approved.
    var awaitsApproval: Bool
    var amount = CountedAmount()
    /// Minor units of the largest payment.
    var largestMinor: Int64
    var files: Int64
  }

  /// By (program_id, currency).
  private(set) var accounts: [Account] = []
  /// By approval, method and currency.
  private(set) var funding: [Funding] = []
  /// What approved rewards in no payout come to.
  let loose: [LedgerChecks.Key: Int64]
  /// What this run does not pay, by programme, currency and reason.
  let carriedOver: [HeldGroup]
  /// What this run emits, by programme, currency and method.
  let payouts: [PayoutGroup]
  let payers: PayerSettings

  init(_ inputs: ReportInputs, emitted: EmittedPayouts, held: [HeldGroup]) throws {
    carriedOver = held
    payouts = try PayoutGroup.all(ofRun: inputs.number, in: inputs.database)
    payers = inputs.payers
    var gathering = FinanceGathering(
      database: inputs.database, run: inputs.number, asOf: inputs.asOf)
    try gathering.read()
    loose = try gathering.accounts.mapValues { account in
      try CountedAmount.sum([account.notYetPayable] + account.ageing).minor
    }
    let names = try ReferenceNames("program_id", of: "programs", in: inputs.database)
    accounts = try gathering.accounts.map { key, account in
      var account = account
      account.program = try names.name(key.program)
      return account
    }.sorted { ($0.program, $0.currency) < ($1.program, $1.currency) }
    funding = try Self.funding(inputs, emitted)
  }

  private static func funding(
    _ inputs: ReportInputs, _ emitted: EmittedPayouts
  ) throws -> [Funding] {
    var funding: [Funding] = []
    let isProposed = "status = \(Payout.Status.proposed.rawValue)"
    let query = """
      SELECT \(isProposed), method, currency, count(*), sum(amount_minor), max(amount_minor)
      FROM payouts WHERE emitted_run = ?1 OR (run = ?1 AND \(isProposed))
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      """
    try inputs.database.forEachRow(query, [inputs.number]) { row in
      let awaitsApproval = row.bool()
      let method = try row.coded(PaymentMethod.self)
      let currency = try row.currency()
      let amount = CountedAmount(count: row.int(), minor: row.int())
      let files = emitted.methodFiles.count { $0.method == method && $0.currency == currency }
      funding.append(
        Funding(
          method: method, currency: currency, awaitsApproval: awaitsApproval, amount: amount,
          largestMinor: row.int(), files: awaitsApproval ? 0 : Int64(files)))
    }
    return funding
  }
}

extension FinanceFacts.Account {
  /// Adds what is approved, in no payout and payable by the end of a UTC day.
  ///
  /// - Parameter asOf: The UTC day that as_of begins.
  fileprivate mutating func addLoose(
    _ amount: CountedAmount, payableDay: Int64, asOf: Int64
  ) throws(AmountOverflow) {
    guard payableDay < asOf else { return try notYetPayable.add(amount) }
    let age = FinanceFacts.ages.firstIndex { payableDay >= asOf - ($0 + 1) }
    try ageing[age ?? FinanceFacts.ages.count].add(amount)
  }
}

/// The sums in progress.
private struct FinanceGathering {
  typealias Key = LedgerChecks.Key

  let database: Database
  let run: Int64
  let asOf: Instant
  var accounts: [Key: FinanceFacts.Account] = [:]

  mutating func read() throws {
    try readOpen()
    try readPayouts()
    try readClawBacks()
  }

  private mutating func account(
    _ row: inout ColumnCursor,
    _ change: (inout FinanceFacts.Account, inout ColumnCursor) throws -> Void
  ) throws {
    let key = Key(program: row.int(), currency: row.text())
    var account =
      accounts[key] ?? FinanceFacts.Account(program: "", currency: key.currency)
    try change(&account, &row)
    accounts[key] = account
  }

  /// What is pending, and what is approved by how long it has been payable: from the sums by the
  /// day on which it is payable. Where as_of or an age's end divides a day, rows must tell.
  private mutating func readOpen() throws {
    let query = """
      SELECT program, currency, state, payable_day, rewards, amount_minor FROM open_rewards
      WHERE rewards <> 0
      """
    let today = asOf.utcDay
    let dividesDays = asOf.milliseconds != Int64(today) * Instant.day
    let dividedDays = Set(([-1] + FinanceFacts.ages).map { Int64(today) - $0 - 1 })
    var isDivided = false
    try database.forEachRow(query) { row in
      try account(&row) { account, row in
        let state = try row.coded(Reward.State.self)
        let day = row.int()
        let amount = CountedAmount(count: row.int(), minor: row.int())
        guard state == .approved else { return try account.pending.add(amount) }
        isDivided = isDivided || (dividesDays && dividedDays.contains(day))
        try account.addLoose(amount, payableDay: day, asOf: Int64(today))
      }
    }
    if isDivided { try readLoose() }
  }

  private mutating func readLoose() throws {
    for key in accounts.keys {
      accounts[key]?.notYetPayable = CountedAmount()
      accounts[key]?.ageing = FinanceFacts.ages.map { _ in CountedAmount() } + [CountedAmount()]
    }
    let ages = FinanceFacts.ages.enumerated().map { place, days in
      "WHEN payable_at > ?1 - \((days + 1) * Instant.day) THEN \(place)"
    }.joined(separator: " ")
    let query = """
      SELECT CASE WHEN payable_at > ?1 THEN -1 \(ages) ELSE \(FinanceFacts.ages.count) END,
        program, currency, count(*), sum(amount_minor)
      FROM (\(LiabilityTotal.looseRewards)) GROUP BY 1, 2, 3
      """
    try database.forEachRow(query, [asOf.milliseconds]) { row in
      let age = Int(row.int())
      try account(&row) { account, row in
        let amount = CountedAmount(count: row.int(), minor: row.int())
        if age < 0 { account.notYetPayable = amount } else { account.ageing[age] = amount }
      }
    }
  }

  private mutating func readPayouts() throws {
    let query = """
      SELECT program, currency, status, awaits_retry, count(*), sum(amount_minor)
      FROM payouts GROUP BY 1, 2, 3, 4
      """
    try database.forEachRow(query) { row in
      try account(&row) { account, row in
        let status = try row.coded(Payout.Status.self)
        let awaitsRetry = row.bool()
        let amount = CountedAmount(count: row.int(), minor: row.int())
        switch status {
        case .pending, .processing: try account.underWay.add(amount)
        case .proposed: try account.proposed.add(amount)
        case .completed: try account.completed.add(amount)
        case .returned: try account.returned.add(amount)
        case .failed where awaitsRetry: try account.failed.add(amount)
        case .failed, .cancelled: try account.givenUp.add(amount)
        }
      }
    }
  }

  private mutating func readClawBacks() throws {
    let query = """
      SELECT r.program, r.currency,
        CASE WHEN r.payout IS NULL THEN 0 WHEN o.made_run = ?1 THEN 1 ELSE 2 END,
        count(*), sum(r.amount_minor)
      FROM rewards r LEFT JOIN payouts o ON o.payout_id = r.payout
      WHERE r.sequence > 0 AND r.state NOT IN (\(Reward.State.reversed.rawValue),
        \(Reward.State.rejected.rawValue))
      GROUP BY 1, 2, 3
      """
    try database.forEachRow(query, [run]) { row in
      try account(&row) { account, row in
        let place = row.int()
        let amount = CountedAmount(count: row.int(), minor: row.int())
        switch place {
        case 0: account.clawBackOpen = amount
        case 1: account.clawBackNow = amount
        default: account.clawBackBefore = amount
        }
      }
    }
  }
}
