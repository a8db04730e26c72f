// The files of payment services against the payouts that they carry.
import Pipeline

extension Reconciliation {
  /// Payouts of one batch by one method in one currency.
  private struct Group: Hashable, Comparable {
    var batch: Text
    var method: PaymentMethod
    var currency: Currency

    var subject: String { "\(method.word) of batch \(batch) in \(currency.code)" }

    static func < (left: Group, right: Group) -> Bool {
      if left.batch != right.batch { return left.batch < right.batch }
      if left.method != right.method { return left.method.rawValue < right.method.rawValue }
      return left.currency < right.currency
    }
  }

  private struct Sum {
    var count: Int64 = 0
    var totalMinor: Int64 = 0

    mutating func add(_ count: Int64, _ minor: Int64) throws(AmountOverflow) {
      self.count += count
      totalMinor = try sum(totalMinor, minor)
    }
  }

  /// Each batch's files, method by method, against the payouts of the store; and these, with those
  /// that stand in no file, against `payouts.csv`, which is compared with the postings.
  static func checkMethodFiles(
    _ inputs: ReportInputs, _ emitted: EmittedPayouts
  ) throws -> Check {
    var check = Check(
      name: "method_files",
      meaning: "rows and totals of the payment services' files are those of the payouts")
    let stored = try storedSums(inputs)
    var found: [Group: Sum] = [:]
    for file in emitted.methodFiles {
      let group = Group(batch: file.batch, method: file.method, currency: file.currency)
      try found[group, default: Sum()].add(Int64(file.payouts.count), file.totalMinor)
    }
    for group in Set(stored.keys).union(found.keys).sorted() {
      let makesFiles = inputs.payers.makesFiles(group.method)
      guard makesFiles || found[group] != nil else { continue }
      let (expected, carried) = (stored[group] ?? Sum(), found[group] ?? Sum())
      check.compare("rows by \(group.subject)", expected.count, carried.count)
      check.compare("total by \(group.subject)", expected.totalMinor, carried.totalMinor)
    }
    try compareBatches(stored, emitted, &check)
    let ids = emitted.methodFiles.flatMap(\.payouts)
    check.compare("payouts in the files", Int64(Set(ids).count), Int64(ids.count))
    return check
  }

  private static func storedSums(_ inputs: ReportInputs) throws -> [Group: Sum] {
    var sums: [Group: Sum] = [:]
    let query = """
      SELECT batch_id, method, currency, count(*), sum(amount_minor) FROM payouts
      WHERE emitted_run = ?1 GROUP BY 1, 2, 3
      """
    try inputs.database.forEachRow(query, [inputs.number]) { row in
      let group = Group(
        batch: row.text(), method: try row.coded(PaymentMethod.self), currency: try row.currency())
      sums[group] = Sum(count: row.int(), totalMinor: row.int())
    }
    return sums
  }

  /// All methods together against `payouts.csv`.
  private static func compareBatches(
    _ stored: [Group: Sum], _ emitted: EmittedPayouts, _ check: inout Check
  ) throws {
    var rows: [Group: Sum] = [:]
    var all: [Group: Sum] = [:]
    for total in emitted.totals {
      let group = Group(batch: total.batch, method: .manual, currency: total.currency)
      try rows[group, default: Sum()].add(total.count, total.totalMinor)
    }
    for (group, sum) in stored {
      let batch = Group(batch: group.batch, method: .manual, currency: group.currency)
      try all[batch, default: Sum()].add(sum.count, sum.totalMinor)
    }
    for group in Set(rows.keys).union(all.keys).sorted() {
      let subject = "all methods of batch \(group.batch) in \(group.currency.code)"
      let (expected, found) = (rows[group] ?? Sum(), all[group] ?? Sum())
      check.compare("rows by \(subject)", expected.count, found.count)
      check.compare("total by \(subject)", expected.totalMinor, found.totalMinor)
    }
  }
}
