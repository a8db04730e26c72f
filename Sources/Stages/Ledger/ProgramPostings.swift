// One programme's postings of a night as rows of the journal, made beside the merge. Only the
// numbers of the transactions are missing, which count over all programmes.
import Pipeline

/// The rows of one programme's transactions, and what they add up to.
public struct ProgramPostings: Sendable {
  public let program: ProgramOrdinal
  /// Rows whose transactions all have the number 0.
  let rows: EncodedRows
  /// Where the digits of the numbers stand in the rows, and up to which of them each transaction
  /// goes.
  let places: [Int32]
  let ends: [Int32]
  /// What the postings add to each balance.
  let balances: [BalanceKey: Int64]
  /// The transactions that posted a payout, by currency.
  let payouts: [PayoutTotal]

  var transactions: Int64 { Int64(ends.count) }
  var postings: Int64 { Int64(places.count) }

  /// Encodes a programme's transactions in the order in which they are numbered.
  ///
  /// - Throws: ``PostingFault`` for one that does not sum to zero, ``AmountOverflow``.
  public init(
    _ transactions: [LedgerTransaction], program: ProgramOrdinal, run: String, registry: Registry
  ) throws {
    var encoding = PostingEncoding(program, run: run, registry, transactions.count)
    for place in transactions.indices {
      try encoding.append(transactions[place], registry)
    }
    self.program = program
    places = encoding.places
    ends = encoding.ends
    balances = encoding.balances(program)
    payouts = encoding.payouts.sorted { $0.currency < $1.currency }
    rows = encoding.finish()
  }

  /// Gives the transactions their numbers, the first one `first`. Nobody else may use the rows
  /// meanwhile.
  func number(from first: Int64) {
    var start = 0
    for (place, end) in ends.enumerated() {
      rows.number(places[start..<Int(end)], first + Int64(place))
      start = Int(end)
    }
  }
}

/// The encoding of one programme's postings in progress.
private struct PostingEncoding: ~Copyable {
  private let id: ProgramID
  private let program: ProgramOrdinal
  /// The transaction's id and the run, as far as they are the same everywhere.
  private let prefix: [UInt8]
  /// How far behind the start of a row the number's digits stand.
  private let digits: Int32
  /// `affiliate:<program>:`, and whether an affiliate's plain id may follow as it is.
  private let affiliate: [UInt8]
  private let isPlain: Bool
  /// The other accounts' fields, between commas.
  private let bank: ShortField
  private let others: (payouts: [UInt8], platform: [UInt8], program: [UInt8])

  private var rows: RowEncoder
  private(set) var places: [Int32] = []
  private(set) var ends: [Int32] = []
  private(set) var payouts: [PayoutTotal] = []
  private var sums = AccountSums()

  init(_ program: ProgramOrdinal, run: String, _ registry: Registry, _ count: Int) {
    self.program = program
    id = registry.programs[program.position].id
    let zeros = "00000000"
    var start = RowEncoder(capacity: 64)
    start.append(field: Text("\(run)-\(zeros)"))
    digits = Int32(start.withBytes(from: 0) { $0.count - ($0[$0.count - 1] == 0x22 ? 9 : 8) })
    start.append(0x2C)
    start.append(field: Text(run))
    start.append(0x2C)
    prefix = start.withBytes(from: 0) { $0.copied() }
    bank = ShortField(",bank,")
    let id = id
    func field(_ account: LedgerAccount) -> [UInt8] {
      Self.between(account.name(program: id, affiliate: nil))
    }
    others = (field(.payouts), field(.platform), field(.program))
    affiliate = Array("affiliate:\(LedgerAccount.encoded(id.text)):".utf8)
    isPlain = affiliate.allSatisfy { $0 >= 0x2D }
    rows = RowEncoder(capacity: count * 360)
    places.reserveCapacity(count * 3)
    ends.reserveCapacity(count)
  }

  /// A field with a comma before and behind it.
  private static func between(_ name: String) -> [UInt8] {
    var field = RowEncoder(capacity: 64)
    field.append(0x2C)
    field.append(field: Text(name))
    field.append(0x2C)
    return field.withBytes(from: 0) { $0.copied() }
  }

  consuming func finish() -> EncodedRows { rows.finish() }

  func balances(_ program: ProgramOrdinal) -> [BalanceKey: Int64] { sums.balances(program) }

  mutating func append(_ transaction: borrowing LedgerTransaction, _ registry: Registry) throws {
    guard transaction.isBalanced else {
      throw PostingFault(
        program: id.description, transaction: copy transaction, message: "does not sum to zero")
    }
    guard transaction.hasAmounts else { return }
    let start = rows.count
    rows.append(raw: prefix)
    rows.append(instant: transaction.occurredAt.milliseconds)
    let row = Row(start: start, prefix: rows.count - start)
    // In the order of the accounts' names: affiliate, bank, payouts, platform, program.
    try post(transaction.affiliateMinor, .affiliate, row, transaction, registry)
    try post(transaction.bankMinor, .bank, row, transaction, registry)
    try post(transaction.payoutsMinor, .payouts, row, transaction, registry)
    try post(transaction.platformMinor, .platform, row, transaction, registry)
    try post(transaction.programMinor, .program, row, transaction, registry)
    ends.append(Int32(places.count))
    if transaction.kind == .payout { try count(transaction) }
  }

  /// Where the first row of a transaction starts, and what of it all its rows have.
  private struct Row {
    let start: Int
    let prefix: Int
  }

  @inline(__always) private mutating func post(
    _ amount: Int64, _ account: LedgerAccount, _ row: Row,
    _ transaction: borrowing LedgerTransaction, _ registry: Registry
  ) throws {
    guard amount != 0 else { return }
    let start = rows.count == row.start + row.prefix ? row.start : rows.count
    if start != row.start { rows.appendCopy(from: row.start, row.prefix) }
    places.append(Int32(start) + digits)
    switch account {
    case .affiliate: appendAffiliate(registry.affiliates[transaction.affiliate.position].id)
    case .bank: rows.append(bank)
    case .payouts: rows.append(raw: others.payouts)
    case .platform: rows.append(raw: others.platform)
    case .program: rows.append(raw: others.program)
    }
    rows.append(transaction.currency)
    rows.append(0x2C)
    rows.append(decimal: amount)
    rows.append(0x2C)
    if let reward = transaction.reward { rows.append(reward: reward) }
    rows.append(0x0A)
    try sums.add(amount, account, transaction)
  }

  private mutating func appendAffiliate(_ affiliate: AffiliateID) {
    let start = rows.count
    rows.append(0x2C)
    rows.append(raw: self.affiliate)
    let name = rows.count
    if isPlain, rows.appendIfPlain(affiliate.text), !rows.contains(0x3A, from: name) {
      return rows.append(0x2C)
    }
    rows.truncate(to: start)
    rows.append(
      raw: Self.between(LedgerAccount.affiliate.name(program: id, affiliate: affiliate)))
  }

  private mutating func count(_ transaction: borrowing LedgerTransaction) throws {
    let currency = transaction.currency
    let place = payouts.firstIndex { $0.currency == currency } ?? payouts.count
    if place == payouts.count {
      payouts.append(PayoutTotal(program: program, currency: currency))
    }
    payouts[place].count += 1
    payouts[place].totalMinor = try sum(payouts[place].totalMinor, transaction.payoutsMinor)
  }
}

/// What the postings of one programme add to each account.
private struct AccountSums {
  /// By currency: platform, program, payouts and bank, each nil where nothing was posted.
  private var others: [(currency: Currency, sums: SIMD8<Int64>, used: UInt8)] = []
  /// By affiliate and currency.
  private var affiliates: [UInt64: Int64] = [:]

  @inline(__always) mutating func add(
    _ amount: Int64, _ account: LedgerAccount, _ transaction: borrowing LedgerTransaction
  ) throws(AmountOverflow) {
    let currency = transaction.currency
    guard account != .affiliate else {
      let affiliate = UInt64(UInt32(bitPattern: transaction.affiliate.index))
      let key = affiliate << 32 | UInt64(currency.packed)
      affiliates[key] = try sum(affiliates[key] ?? 0, amount)
      return
    }
    let place = others.firstIndex { $0.currency == currency } ?? others.count
    if place == others.count { others.append((currency, SIMD8(), 0)) }
    let lane = Int(account.rawValue)
    others[place].sums[lane] = try sum(others[place].sums[lane], amount)
    others[place].used |= 1 << account.rawValue
  }

  func balances(_ program: ProgramOrdinal) -> [BalanceKey: Int64] {
    var balances: [BalanceKey: Int64] = [:]
    balances.reserveCapacity(affiliates.count + 4 * others.count)
    for (key, amount) in affiliates {
      let balance = BalanceKey(
        program: program, account: .affiliate,
        affiliate: AffiliateOrdinal(Int(key >> 32)),
        currency: Currency(packed: UInt32(truncatingIfNeeded: key)))
      balances[balance] = amount
    }
    for (currency, sums, used) in others {
      for account in LedgerAccount.allCases where used >> account.rawValue & 1 == 1 {
        let balance = BalanceKey(
          program: program, account: account, affiliate: nil, currency: currency)
        balances[balance] = sums[Int(account.rawValue)]
      }
    }
    return balances
  }
}

extension LedgerTransaction {
  /// Whether anything of it is posted.
  fileprivate var hasAmounts: Bool {
    affiliateMinor != 0 || platformMinor != 0 || programMinor != 0 || payoutsMinor != 0
      || bankMinor != 0
  }
}
