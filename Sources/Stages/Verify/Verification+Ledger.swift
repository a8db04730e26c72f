// The journals: whole, as they were written, each transaction zero, and the balances their sums.
import Pipeline

extension Verification {
  func checkLedger(_ findings: inout [Finding]) throws {
    var totals = PostedTotals()
    let journals = try StoredJournal.all(in: database)
    for journal in journals { try check(journal, &totals, &findings) }
    let listed = Set(journals.map { Text($0.path) })
    for path in try files(under: "ledger") where !listed.contains(Text(path)) {
      findings.append(Finding(path: path, message: "no run lists this journal"))
    }
    try checkRunsWithoutJournal(&findings)
    try checkBalances(totals, &findings)
    try checkPosted(totals, &findings)
    for check in try LedgerChecks.all(in: database) {
      for found in check.disagreements {
        let message =
          "\(check.meaning): \(found.subject) is \(found.found) and not \(found.expected)"
        findings.append(Finding(path: Self.store, message: message))
      }
    }
  }

  private func checkRunsWithoutJournal(_ findings: inout [Finding]) throws {
    let query = """
      SELECT name FROM runs WHERE no NOT IN (SELECT run FROM journals) ORDER BY no
      """
    try database.forEachRow(query) { row in
      findings.append(Finding(path: Self.store, message: "run \(row.text()) has no journal"))
    }
  }

  private func check(
    _ journal: StoredJournal, _ totals: inout PostedTotals, _ findings: inout [Finding]
  ) throws {
    guard try FileInformation.of("\(workspace)/\(journal.path)") != nil else {
      return findings.append(Finding(path: journal.path, message: "missing"))
    }
    var transaction = OpenTransaction(run: journal.run)
    do {
      let reader = JournalReader(path: "\(workspace)/\(journal.path)")
      let facts = try reader.read { posting in
        if let message = transaction.take(posting) {
          findings.append(Finding(path: journal.path, message: message))
        }
        try totals.take(posting)
      }
      if let message = transaction.end() {
        findings.append(Finding(path: journal.path, message: message))
      }
      if facts.sha256 != journal.sha256 {
        let message = "changed: its SHA-256 is \(facts.sha256) and not \(journal.sha256)"
        findings.append(Finding(path: journal.path, message: message))
      }
      if facts.postings != journal.postings {
        let message = "it has \(facts.postings) postings, and the store lists \(journal.postings)"
        findings.append(Finding(path: journal.path, message: message))
      }
    } catch let fault as JournalFault {
      let place = fault.line.map { "line \($0): " } ?? ""
      findings.append(Finding(path: journal.path, message: place + fault.message))
    }
  }

  /// The balances of the store against the sums of all postings.
  private func checkBalances(_ totals: PostedTotals, _ findings: inout [Finding]) throws {
    var stored: [PostedTotals.Account: Int64] = [:]
    let query = """
      SELECT b.account, p.program_id, a.affiliate_id, b.currency, b.amount_minor,
        typeof(b.amount_minor) = 'integer'
      FROM balances b LEFT JOIN programs p ON p.no = b.program
      LEFT JOIN affiliates a ON a.no = b.affiliate AND b.account = 0
      """
    try database.forEachRow(query) { row in
      let account = try row.coded(LedgerAccount.self)
      let program = ProgramID(row.text())
      let affiliate = AffiliateID(row.text())
      let name = account.name(program: program, affiliate: affiliate)
      let key = PostedTotals.Account(name: Text(name), currency: row.text())
      stored[key] = try sum(stored[key] ?? 0, row.int())
      if !row.bool() {
        let message = "the balance of \(name) in \(key.currency) is no 64-bit integer"
        findings.append(Finding(path: Self.store, message: message))
      }
    }
    for key in Set(stored.keys).union(totals.balances.keys).sorted() {
      let (balance, posted) = (stored[key] ?? 0, totals.balances[key] ?? 0)
      guard balance != posted else { continue }
      let message =
        "the balance of \(key.name) in \(key.currency) is \(balance), and its postings sum to "
        + "\(posted)"
      findings.append(Finding(path: Self.store, message: message))
    }
  }

  /// All payouts ever made, and those completed, against what was posted for them.
  private func checkPosted(_ totals: PostedTotals, _ findings: inout [Finding]) throws {
    var made: [PostedTotals.Account: PostedTotals.Payouts] = [:]
    var completed: [Text: Int64] = [:]
    let query = """
      SELECT p.program_id, o.currency, count(*), sum(o.amount_minor),
        sum(CASE WHEN o.status = \(Payout.Status.completed.rawValue) THEN o.amount_minor ELSE 0 END)
      FROM payouts o JOIN programs p ON p.no = o.program GROUP BY 1, 2
      """
    try database.forEachRow(query) { row in
      let name = LedgerAccount.payouts.name(program: ProgramID(row.text()), affiliate: nil)
      let key = PostedTotals.Account(name: Text(name), currency: row.text())
      made[key] = PostedTotals.Payouts(count: row.int(), totalMinor: row.int())
      completed[key.currency] = try sum(completed[key.currency] ?? 0, row.int())
    }
    for key in Set(made.keys).union(totals.payouts.keys).sorted() {
      let (stored, posted) = (made[key] ?? .init(), totals.payouts[key] ?? .init())
      guard stored != posted else { continue }
      let message =
        "\(stored.count) payouts of \(stored.totalMinor) in \(key.currency) stand beside "
        + "\(posted.count) of \(posted.totalMinor) posted to \(key.name)"
      findings.append(Finding(path: Self.store, message: message))
    }
    for (key, posted) in totals.balances.sorted(by: { $0.key < $1.key })
    where key.name == Text(LedgerAccount.bank.word) && posted != completed[key.currency] ?? 0 {
      let message =
        "completed payouts in \(key.currency) come to \(completed[key.currency] ?? 0), and "
        + "\(posted) left the bank"
      findings.append(Finding(path: Self.store, message: message))
    }
  }
}

/// What all postings come to.
struct PostedTotals {
  struct Account: Hashable, Comparable {
    var name: Text
    var currency: Text

    static func < (left: Account, right: Account) -> Bool {
      (left.name, left.currency) < (right.name, right.currency)
    }
  }

  struct Payouts: Hashable {
    var count: Int64 = 0
    var totalMinor: Int64 = 0
  }

  private(set) var balances: [Account: Int64] = [:]
  /// By `payouts:` account: what was posted to it. Only a new payout adds to it.
  private(set) var payouts: [Account: Payouts] = [:]

  mutating func take(_ posting: Posting) throws {
    let key = Account(name: posting.account, currency: posting.currency)
    balances[key] = try sum(balances[key] ?? 0, posting.amountMinor)
    guard posting.amountMinor > 0, posting.account.utf8.starts(with: "payouts:".utf8) else {
      return
    }
    payouts[key, default: Payouts()].count += 1
    payouts[key, default: Payouts()].totalMinor = try sum(
      payouts[key]?.totalMinor ?? 0, posting.amountMinor)
  }
}

/// The transaction that a journal's rows are at.
private struct OpenTransaction {
  private let prefix: Text
  private var id: Text?
  private var account: Text = ""
  private var currency: Text = ""
  private var total: Int128 = 0

  init(run: Text) { prefix = Text(run.string + "-") }

  /// Takes the next row.
  ///
  /// - Returns: What is wrong, with it or with the transaction that it ends.
  mutating func take(_ posting: Posting) -> String? {
    guard posting.transactionID != id else {
      total += Int128(posting.amountMinor)
      defer { account = posting.account }
      guard posting.currency == currency else {
        return "transaction \(posting.transactionID) mixes currencies"
      }
      return account < posting.account
        ? nil : "the postings of transaction \(posting.transactionID) are not sorted by account"
    }
    let ended = end()
    let isLater = id.map { $0 < posting.transactionID } ?? true
    id = posting.transactionID
    account = posting.account
    currency = posting.currency
    total = Int128(posting.amountMinor)
    if let ended { return ended }
    guard posting.transactionID.utf8.starts(with: prefix.utf8) else {
      return "transaction \(posting.transactionID) is not of this run"
    }
    return isLater ? nil : "transaction \(posting.transactionID) is out of order"
  }

  /// What is wrong with the transaction, now that it has no more rows.
  mutating func end() -> String? {
    guard let id, total != 0 else { return nil }
    return "transaction \(id) sums to \(total) \(currency) and not to zero"
  }
}
