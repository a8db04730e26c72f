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

/// More transactions than a run can number.
public struct TooManyTransactions: ExitCoded, CustomStringConvertible {
  public var exitStatus: ExitStatus { .dataRefused }
  public var description: String {
    "the run posts more than \(PostingJournal.mostTransactions) transactions, which is as far as "
      + "they can be numbered; nothing was committed: give it fewer files at a time"
  }
}

/// Writes the postings of a run, programme by programme in the order of their ids.
///
/// A transaction's id is the run's name, `-`, and its number in the run in 8 digits. Its postings
/// are sorted by account; amounts of zero are left out, and so is a transaction of nothing else.
/// `reward_id` is empty in the transactions of a payout: those are about many rewards. The rows are
/// numbered, written and digested beside the calling thread.
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
  private let file: BackgroundFile
  private var transactions: Int64 = 0
  private var postings: Int64 = 0
  private var payouts: [BalanceKey: PayoutTotal] = [:]

  /// Begins the journal of a run.
  ///
  /// - Throws: ``FileFault``, ``PublicationFault``.
  public init(_ publication: Publication, run: String, registry: Registry) throws {
    self.run = run
    self.registry = registry
    // Nobody may write into a journal: its bytes have a second name among the outputs.
    file = BackgroundFile(try publication.write(Self.path(of: run), mode: 0o444))
    file.write(EncodedRows.header(Self.columns))
  }

  /// Where a run's journal stands, relative to the workspace.
  static func path(of run: String) -> String { "ledger/\(run).csv" }

  /// Posts a programme's transactions.
  ///
  /// - Throws: ``PostingFault`` for one that does not sum to zero, ``AmountOverflow``,
  ///   ``TooManyTransactions``.
  public func append(_ transactions: [LedgerTransaction], program: ProgramOrdinal) throws {
    try append(ProgramPostings(transactions, program: program, run: run, registry: registry))
  }

  /// Posts a programme's transactions, whose rows nobody else may use from then on.
  ///
  /// - Throws: ``TooManyTransactions``, ``AmountOverflow``.
  public func append(_ program: ProgramPostings) throws {
    guard program.transactions <= Self.mostTransactions - transactions else {
      throw TooManyTransactions()
    }
    let first = transactions + 1
    file.write(program.rows) { _ in program.number(from: first) }
    transactions += program.transactions
    postings += program.postings
    for (key, amount) in program.balances {
      balances[key] = try sum(balances[key] ?? 0, amount)
    }
    try add(program.payouts)
  }

  private func add(_ further: [PayoutTotal]) throws {
    for total in further {
      let key = BalanceKey(
        program: total.program, account: .payouts, affiliate: nil, currency: total.currency)
      var sums = payouts[key] ?? PayoutTotal(program: total.program, currency: total.currency)
      sums.count += total.count
      sums.totalMinor = try sum(sums.totalMinor, total.totalMinor)
      payouts[key] = sums
    }
  }

  /// Has the file completed while other work goes on; nothing may be posted any more.
  public func close() { file.close() }

  /// Completes the file.
  ///
  /// - Throws: ``FileFault``.
  public func finish() throws -> JournalFacts {
    let facts = try file.finish()
    let totals = payouts.sorted { $0.key < $1.key }.map(\.value)
    return JournalFacts(
      path: facts.relativePath, sha256: facts.sha256, bytes: facts.bytes, postings: postings,
      transactions: transactions, payouts: totals)
  }
}
