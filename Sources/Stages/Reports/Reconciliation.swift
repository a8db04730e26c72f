// The books of a run against each other, before it may be committed (SPEC 5, reconciled in the run).
public import Pipeline

/// A run whose books do not agree. Nothing of it may be committed.
public struct ReconciliationFailure: ExitCoded, CustomStringConvertible {
  /// One sentence for each pair of figures that should be the same.
  public let disagreements: [String]

  public var exitStatus: ExitStatus { .failed }
  public var description: String {
    let shown = disagreements.prefix(5).joined(separator: "; ")
    let rest = disagreements.count > 5 ? "; and \(disagreements.count - 5) more" : ""
    return "the run does not add up, and nothing was committed: \(shown)\(rest). This is the "
      + "program's own fault: please report it with the inputs"
  }
}

/// Whether the books of a run agree.
struct Reconciliation: Hashable {
  /// Figures that should be the same, and are not.
  struct Disagreement: Hashable {
    var subject: String
    var expected: Int64
    var found: Int64
  }

  /// One thing that was compared.
  struct Check: Hashable {
    var name: String
    /// What is compared with what.
    var meaning: String
    /// How many pairs of figures.
    var compared = 0
    var disagreements: [Disagreement] = []

    var isGood: Bool { disagreements.isEmpty }

    mutating func compare(_ subject: String, _ expected: Int64, _ found: Int64) {
      compared += 1
      guard expected != found else { return }
      disagreements.append(Disagreement(subject: subject, expected: expected, found: found))
    }
  }

  /// One batch and currency of `payouts.csv` beside its postings.
  struct Batch: Hashable {
    var emitted: EmittedTotal
    var postedCount: Int64
    var postedMinor: Int64

    /// What is emitted for the first time has been posted in this run.
    var isGood: Bool {
      emitted.count - emitted.repeatedCount == postedCount
        && emitted.totalMinor - emitted.repeatedMinor == postedMinor
    }
  }

  private(set) var batches: [Batch] = []
  private(set) var checks: [Check] = []

  /// - Parameter loose: What approved rewards in no payout come to.
  init(
    _ inputs: ReportInputs, files: [FileFacts], emitted: EmittedPayouts,
    loose: [LedgerChecks.Key: Int64]
  ) throws {
    checks.append(Self.checkFates(files))
    batches = Self.batches(emitted.totals + emitted.proposed, inputs)
    checks.append(try checkFile(inputs, emitted))
    checks.append(try Self.checkMethodFiles(inputs, emitted))
    checks.append(contentsOf: try LedgerChecks.all(in: inputs.database, loose: loose))
  }

  var isGood: Bool { checks.allSatisfy(\.isGood) && batches.allSatisfy(\.isGood) }

  /// Stops a run whose books do not agree.
  ///
  /// - Throws: ``ReconciliationFailure``.
  func demand() throws(ReconciliationFailure) {
    guard !isGood else { return }
    let failed = checks.flatMap { check in
      check.disagreements.map {
        "\(check.meaning): \($0.subject) is \($0.found) and not \($0.expected)"
      }
    }
    throw ReconciliationFailure(disagreements: failed)
  }

  private static func checkFates(_ files: [FileFacts]) -> Check {
    var check = Check(name: "fates", meaning: "the four fates of a file's rows add up to its rows")
    for file in files {
      let fates = file.fates
      let total = fates.accepted + fates.duplicate + fates.filtered + fates.rejected
      check.compare("\(file.kind) \(file.name)", fates.rows, total)
      for (fate, count) in [("filtered", fates.filtered), ("rejected", fates.rejected)] {
        let reasons = file.reasons.filter { $0.fate == Text(fate) }.reduce(0) { $0 + $1.count }
        check.compare("\(fate) rows by reason of \(file.kind) \(file.name)", count, reasons)
      }
    }
    return check
  }

  private static func batches(_ emitted: [EmittedTotal], _ inputs: ReportInputs) -> [Batch] {
    emitted.map { total in
      let posted = inputs.journal.payouts.first {
        inputs.registry[$0.program].id.text == total.program && $0.currency == total.currency
      }
      return Batch(
        emitted: total, postedCount: posted?.count ?? 0, postedMinor: posted?.totalMinor ?? 0)
    }
  }

  /// The rows and totals of the file against the payouts of the store and the run's postings.
  private func checkFile(_ inputs: ReportInputs, _ payouts: EmittedPayouts) throws -> Check {
    var check = Check(
      name: "payout_file",
      meaning: "rows and totals of payouts.csv and the proposals, payouts and postings agree")
    let emitted = payouts.totals
    let made = emitted + payouts.proposed
    for batch in batches {
      let subject = "batch \(batch.emitted.batch) in \(batch.emitted.currency.code)"
      let new = batch.emitted
      check.compare("rows of \(subject)", batch.postedCount, new.count - new.repeatedCount)
      check.compare("total of \(subject)", batch.postedMinor, new.totalMinor - new.repeatedMinor)
    }
    for posted in inputs.journal.payouts {
      let id = inputs.registry[posted.program].id.text
      let isInFile = made.contains { $0.program == id && $0.currency == posted.currency }
      guard !isInFile else { continue }
      check.compare("rows of program \(id) in \(posted.currency.code)", posted.count, 0)
    }
    let proposed = "run = ?1 AND status = \(Payout.Status.proposed.rawValue)"
    let sides = [
      ("all batches", "emitted_run = ?1", emitted), ("all proposals", proposed, payouts.proposed),
    ]
    for (subject, condition, totals) in sides {
      let total = try totals.reduce(0) { try sum($0, $1.totalMinor) }
      let query =
        "SELECT count(*), coalesce(sum(amount_minor), 0) FROM payouts WHERE \(condition)"
      try inputs.database.forEachRow(query, [inputs.number]) { row in
        check.compare("rows of \(subject)", row.int(), totals.reduce(0) { $0 + $1.count })
        check.compare("total of \(subject)", row.int(), total)
      }
    }
    return check
  }
}

/// Comparisons within the store: balances, payouts and rewards, by programme and currency.
enum LedgerChecks {
  /// - Parameter loose: What approved rewards in no payout come to, where that is known already.
  static func all(
    in database: Database, loose: [Key: Int64]? = nil
  ) throws -> [Reconciliation.Check] {
    [
      try compare(
        "ledger_zero", "the balances of a program's accounts sum to zero", database,
        expected: [:],
        found: "SELECT program, currency, sum(amount_minor) FROM balances GROUP BY 1, 2"),
      try compare(
        "payouts_under_way", "what payouts under way come to is the balance of their account",
        database,
        expected: amounts(
          """
          SELECT program, currency, sum(amount_minor) FROM payouts
          WHERE \(LiabilityTotal.isUnsettled) GROUP BY 1, 2
          """, database), found: balance(of: .payouts)),
      try compare(
        "owed", "approved rewards in no payout come to what affiliates' accounts are owed",
        database,
        expected: loose
          ?? amounts(
            """
            SELECT program, currency, sum(amount_minor) FROM (\(LiabilityTotal.looseRewards))
            GROUP BY 1, 2
            """, database), found: balance(of: .affiliate)),
    ]
  }

  private static func balance(of account: LedgerAccount) -> String {
    """
    SELECT program, currency, sum(amount_minor) FROM balances WHERE account = \(account.rawValue)
    GROUP BY 1, 2
    """
  }

  /// A programme's number and a currency.
  struct Key: Hashable, Comparable {
    var program: Int64
    var currency: Text

    static func < (left: Key, right: Key) -> Bool {
      (left.program, left.currency) < (right.program, right.currency)
    }
  }

  private static func compare(
    _ name: String, _ meaning: String, _ database: Database, expected: [Key: Int64], found: String
  ) throws -> Reconciliation.Check {
    let found = try amounts(found, database)
    var check = Reconciliation.Check(name: name, meaning: meaning)
    let programs = try ReferenceNames("program_id", of: "programs", in: database)
    for key in Set(expected.keys).union(found.keys).sorted() {
      let subject = "program \(try programs.name(key.program)) in \(key.currency)"
      check.compare(subject, expected[key] ?? 0, found[key] ?? 0)
    }
    return check
  }

  private static func amounts(_ query: String, _ database: Database) throws -> [Key: Int64] {
    var amounts: [Key: Int64] = [:]
    try database.forEachRow(query) { row in
      let key = Key(program: row.int(), currency: row.text())
      amounts[key] = row.int()
    }
    return amounts
  }
}
