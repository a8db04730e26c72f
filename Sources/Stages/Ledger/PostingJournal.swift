// Writing a run's postings: one immutable file, `ledger/<run>.csv`, and what they add up to.
public import Pipeline

/// What is known of a complete journal.
public struct JournalFacts: Hashable, Sendable {
  /// Relative to the workspace.
  public let path: String
  /// 64 hexadecimal digits.
  public let sha256: String
  public let bytes: Int64
  /// Rows.
  public let postings: Int64
  public let transactions: Int64
  /// The transactions that posted a payout, in the order of programme and currency.
  public let payouts: [PayoutTotal]
}

/// Payouts of one programme in one currency, counted and summed.
public struct PayoutTotal: Hashable, Sendable {
  public var program: ProgramOrdinal
  public var currency: Currency
  public var count: Int64 = 0
  public var totalMinor: Int64 = 0

  public init(program: ProgramOrdinal, currency: Currency) {
    self.program = program
    self.currency = currency
  }
}

/// A transaction that must not be posted.
public struct PostingFault: ExitCoded, CustomStringConvertible {
  public let program: String
  public let transaction: LedgerTransaction
  public let message: String

  public var exitStatus: ExitStatus { .failed }
  public var description: String {
    let subject = transaction.reward?.rewardID ?? transaction.payout ?? "nothing"
    return "program \(program), \(transaction.kind.word) of \(subject): \(message); nothing was "
      + "committed, and the fault is the program's own: please report it with the inputs"
  }
}

/// Writes the postings of a run, in the order in which transactions are handed over.
///
/// A transaction's id is the run's name, `-`, and its number in the run in 8 digits. Its postings
/// are sorted by account; amounts of zero are left out, and so is a transaction of nothing else.
/// `reward_id` is empty in the transactions of a payout: those are about many rewards.
public final class PostingJournal {
  /// The columns of a journal and of `export postings` (SPEC 6).
  static let columns = [
    "transaction_id", "run", "occurred_at", "account", "currency", "amount_minor", "reward_id",
  ]
  /// Numbers have 8 digits, so that transactions sort by their ids.
  static let mostTransactions: Int64 = 99_999_999

  /// What the postings so far add to each balance.
  public private(set) var balances: [BalanceKey: Int64] = [:]

  private let run: String
  private let registry: Registry
  private let file: StagedFile
  private var csv: CSVWriter
  private var transactions: Int64 = 0
  private var payouts: [BalanceKey: PayoutTotal] = [:]

  /// Begins the journal of a run.
  ///
  /// - Throws: ``FileFault``, ``PublicationFault``.
  public init(_ publication: Publication, run: String, registry: Registry) throws {
    self.run = run
    self.registry = registry
    file = try publication.write(Self.path(of: run))
    csv = try CSVWriter(to: file, columns: Self.columns)
  }

  /// Where a run's journal stands, relative to the workspace.
  static func path(of run: String) -> String { "ledger/\(run).csv" }

  /// Posts a programme's transactions.
  ///
  /// - Throws: ``PostingFault`` for one that does not sum to zero, ``AmountOverflow``, ``FileFault``.
  public func append(_ transactions: [LedgerTransaction], program: ProgramOrdinal) throws {
    let names = AccountNames(registry[program].id)
    for transaction in transactions { try append(transaction, program, names) }
  }

  /// Completes the file.
  ///
  /// - Throws: ``FileFault``.
  public func finish() throws -> JournalFacts {
    let postings = Int64(csv.rows)
    try csv.finish()
    let facts = try file.close()
    let totals = payouts.sorted { $0.key < $1.key }.map(\.value)
    return JournalFacts(
      path: facts.relativePath, sha256: facts.sha256, bytes: facts.bytes, postings: postings,
      transactions: transactions, payouts: totals)
  }

  /// The names of a programme's accounts.
  private struct AccountNames {
    let id: ProgramID
    let platform: String
    let program: String
    let payouts: String

    init(_ id: ProgramID) {
      self.id = id
      platform = LedgerAccount.platform.name(program: id, affiliate: nil)
      program = LedgerAccount.program.name(program: id, affiliate: nil)
      payouts = LedgerAccount.payouts.name(program: id, affiliate: nil)
    }
  }

  private func append(
    _ transaction: LedgerTransaction, _ program: ProgramOrdinal, _ names: AccountNames
  ) throws {
    guard transaction.isBalanced else { throw fault("does not sum to zero", transaction, names) }
    guard transaction.hasAmounts else { return }
    guard transactions < Self.mostTransactions else {
      throw fault("is one more than the 99999999 that a run can number", transaction, names)
    }
    transactions += 1
    let id = transactionID
    // In the order of the accounts' names: affiliate, bank, payouts, platform, program.
    if transaction.affiliateMinor != 0 {
      let affiliate = registry[transaction.affiliate].id
      let name = LedgerAccount.affiliate.name(program: names.id, affiliate: affiliate)
      try post(transaction.affiliateMinor, .affiliate, name, transaction, program, id)
    }
    try post(transaction.bankMinor, .bank, "bank", transaction, program, id)
    try post(transaction.payoutsMinor, .payouts, names.payouts, transaction, program, id)
    try post(transaction.platformMinor, .platform, names.platform, transaction, program, id)
    try post(transaction.programMinor, .program, names.program, transaction, program, id)
    if transaction.kind == .payout { try count(transaction, program) }
  }

  private func post(
    _ amount: Int64, _ account: LedgerAccount, _ name: String, _ transaction: LedgerTransaction,
    _ program: ProgramOrdinal, _ id: String
  ) throws {
    guard amount != 0 else { return }
    csv.append(id)
    csv.append(run)
    csv.append(transaction.occurredAt.printed)
    csv.append(name)
    csv.append(transaction.currency.code)
    csv.append(amount)
    csv.append(transaction.reward?.rewardID)
    try csv.endRow()
    let key = BalanceKey(
      program: program, account: account,
      affiliate: account == .affiliate ? transaction.affiliate : nil,
      currency: transaction.currency)
    balances[key] = try sum(balances[key] ?? 0, amount)
  }

  private func count(_ transaction: LedgerTransaction, _ program: ProgramOrdinal) throws {
    let key = BalanceKey(
      program: program, account: .payouts, affiliate: nil, currency: transaction.currency)
    var total = payouts[key] ?? PayoutTotal(program: program, currency: transaction.currency)
    total.count += 1
    total.totalMinor = try sum(total.totalMinor, transaction.payoutsMinor)
    payouts[key] = total
  }

  private var transactionID: String {
    let digits = String(transactions)
    return run + "-" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
  }

  private func fault(
    _ message: String, _ transaction: LedgerTransaction, _ names: AccountNames
  ) -> PostingFault {
    PostingFault(program: names.id.description, transaction: transaction, message: message)
  }
}

extension LedgerTransaction {
  /// Whether anything of it is posted.
  fileprivate var hasAmounts: Bool {
    affiliateMinor != 0 || platformMinor != 0 || programMinor != 0 || payoutsMinor != 0
      || bankMinor != 0
  }
}
