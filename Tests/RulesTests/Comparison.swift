// Compares what the product printed with what the model says, and tells the differences.

import Foundation
import Pipeline
import Stages

private let payoutKey: [Text] = ["program_id", "affiliate_id", "currency", "period_end"]

/// A history run by both, night by night.
struct Comparison {
  var model = Model()
  let product: Product
  /// The product's id of each of the model's payouts.
  var payoutIDs: [Text] = []
  var differences: [String] = []

  init(_ product: Product) { self.product = product }

  /// Runs a history through both; returns the first night's differences that has any.
  static func differences(_ nights: [Night], in product: Product) throws -> [String] {
    var comparison = Comparison(product)
    for (number, night) in nights.enumerated() {
      try comparison.run(night)
      if !comparison.differences.isEmpty {
        return ["night \(number), as of \(printed(night.asOf)):"] + comparison.differences
      }
    }
    return []
  }

  /// Runs one night through both and notes the differences; returns the fates of its files.
  mutating func run(_ night: Night) throws {
    let naming = try naming()
    let facts = model.run(night, naming: naming)
    try product.write(night, naming: naming)
    let outcome = try product.run(asOf: night.asOf)
    guard outcome.status == 0 else {
      differences.append("run ended with \(outcome.status): \(outcome.errors)")
      return
    }
    let runs = try product.export("runs").compactMap { $0["run"]?.string }
    tell("export runs", "run", "\(model.runNames)", "\(runs)")
    let run = model.runNames.last ?? ""
    if model.isCommitted { try compareFates(facts, run) }
    let payouts = try matchPayouts()
    try compareExports(payouts)
    if model.isCommitted { compareTables(run) }
    try comparePostings()
    // What the store sums up, too, is what its rows come to.
    let workspace = Workspace(product.directory.appendingPathComponent("ws").path)
    if try workspace.hasStore() {
      for finding in try WorkspaceVerification(workspace).findings() {
        differences.append("verify: \(finding)")
      }
    }
  }

  /// The product's own ids, as far as earlier runs have made them.
  private func naming() throws -> Naming {
    let payouts = payoutIDs.map(\.string)
    var conversions: [OrderKey: Text] = [:]
    if model.runNumber > 0 {
      for record in try product.export("conversions") {
        let key = OrderKey(program: record["program_id"] ?? "", order: record["order_id"] ?? "")
        conversions[key] = record["conversion_id"]
      }
    }
    let known = conversions
    return { what in
      switch what {
      case .payout(let number): return payouts.isEmpty ? "none" : payouts[number % payouts.count]
      case .conversion(let program, let order):
        return known[OrderKey(program: Text(program), order: Text(order))]?.string ?? "conv_none"
      }
    }
  }

  // MARK: Fates

  private mutating func compareFates(_ facts: [FileFacts], _ run: String) throws {
    let files = try product.export("files").filter { $0["run"] == Text(run) }
    let rejects = product.rejects(run)
    for fact in facts {
      let name = Text(fact.name)
      let mine = files.filter { baseName($0["file"] ?? "") == name }
      let says = mine.map { $0.compactMapValues { Int($0.string) } }
      let model = [
        "rows": fact.rows, "rejected": fact.rejected.values.reduce(0, +),
      ]
      for (column, count) in model.sorted(by: { $0.key < $1.key }) {
        tell("files \(fact.name)", column, "\(count)", "\(says.first?[Text(column)] ?? 0)")
      }
      let expected = fact.rejects.map { "line \($0.line) \($0.reason)" }.sorted()
      let found = rejects.filter { baseName($0["file"] ?? "") == name }
        .map { "line \($0["line"] ?? "") \($0["reason"] ?? "")" }.sorted()
      tell("rejects \(fact.name)", "lines", "\(expected)", "\(found)")
    }
    for kind in Kind.allCases { compareTotals(kind, facts.filter { $0.kind == kind }, files) }
  }

  /// Which of two equal rows in different files is the duplicate depends on the files' digests, so
  /// the other three fates are compared over all files of a kind.
  private mutating func compareTotals(_ kind: Kind, _ facts: [FileFacts], _ files: [Record]) {
    let expected: [(Text, Int)] = [
      ("accepted", facts.reduce(0) { $0 + $1.accepted }),
      ("duplicate", facts.reduce(0) { $0 + $1.duplicate }),
      ("filtered", facts.reduce(0) { $0 + $1.filtered.values.reduce(0, +) }),
    ]
    for (column, count) in expected {
      let found = files.filter { $0["kind"] == Text(kind.rawValue) }
        .reduce(0) { $0 + (Int($1[column]?.string ?? "") ?? 0) }
      tell("files of kind \(kind.rawValue)", column.string, "\(count)", "\(found)")
    }
  }

  private func baseName(_ path: Text) -> Text { path.split(0x2F).last ?? path }

  private mutating func tell(_ place: String, _ column: String, _ model: String, _ found: String) {
    guard !model.utf8.elementsEqual(found.utf8) else { return }
    differences.append("\(place), \(column): model says \(model), product says \(found)")
  }

  // MARK: Exports

  /// Finds the product's id of each payout that is new, and returns all as exported.
  private mutating func matchPayouts() throws -> [Record] {
    let payouts = try product.export("payouts")
    let same: [Text] = [
      "program_id", "affiliate_id", "currency", "amount_minor", "period_end", "rewards",
    ]
    for record in model.payoutRecords.dropFirst(payoutIDs.count) {
      let found = payouts.first { payout in
        same.allSatisfy { payout[$0] == record[$0] }
          && !payoutIDs.contains(payout["payout_id"] ?? "")
      }
      payoutIDs.append(found?["payout_id"] ?? "missing")
    }
    return payouts
  }

  private mutating func compareExports(_ payouts: [Record]) throws {
    compare(
      "conversions", model.conversionRecords, try product.export("conversions").map(plain),
      by: ["program_id", "order_id", "code", "click_at", "click_id"])
    let numbers = Dictionary(payoutIDs.enumerated().map { ($1, "payout \($0)") }) { first, _ in
      first
    }
    let rewards = try product.export("rewards").map { record in
      var named = record
      let id = record["payout_id"] ?? ""
      named["payout_id"] = id.isEmpty ? "" : Text(numbers[id] ?? "unknown payout")
      return withoutGeneratedID(named)
    }
    compare(
      "rewards", model.rewardRecords.map(withoutGeneratedID), rewards,
      by: ["program_id", "affiliate_id", "type", "order_id", "referral_id", "state"])
    compare("payouts", model.payoutRecords, payouts.map(lowerStatus), by: payoutKey)
    compare(
      "clicks_daily", model.clickDayRecords, try product.export("clicks_daily"),
      by: ["day", "program_id", "code"])
    compare(
      "tiers", model.tierRecords, try product.export("tiers").filter { $0["count"] != "0" },
      by: ["program_id", "affiliate_id"], onlyShared: true)
    compare(
      "tier_upgrades", model.upgradeRecords, try product.export("tier_upgrades"),
      by: ["program_id", "affiliate_id", "order_id", "referral_id"], onlyShared: true)
    compare(
      "referrals", model.referralRecords.map(withoutGeneratedID),
      try product.export("referrals").map { withoutGeneratedID(lowerStatus($0)) },
      by: ["program_id", "affiliate_id", "referral_id"], onlyShared: true)
  }

  /// What stands in the run's own payouts.csv and held.csv.
  private mutating func compareTables(_ run: String) {
    let emitted = product.table(run, "payouts/payouts.csv")
    compare("payouts.csv", model.emittedRecords, (emitted ?? []).map(lowerStatus), by: payoutKey)
    compare(
      "held.csv", model.heldRecords, product.table(run, "payouts/held.csv") ?? [],
      by: ["program_id", "affiliate_id", "currency"])
  }

  /// Flags in one order; and an unattributed order has neither commission nor score.
  private func plain(_ record: Record) -> Record {
    var plain = record
    let flags = (record["fraud_flags"] ?? "").split(0x7C).sorted()
    plain["fraud_flags"] = Text(flags.map(\.string).joined(separator: "|"))
    guard record["status"] == "unattributed" else { return plain }
    let columns: [Text] = [
      "commission_minor", "affiliate_payout_minor", "platform_fee_minor", "rate_bps",
    ]
    for column in columns where record[column] == "0" { plain[column] = "" }
    return plain
  }

  private func lowerStatus(_ record: Record) -> Record {
    var lower = record
    lower["status"] = record["status"].map { Text($0.string.lowercased()) }
    return lower
  }

  private func withoutGeneratedID(_ record: Record) -> Record {
    guard let id = record["referral_id"], id.utf8.starts(with: "ref_".utf8) else { return record }
    var plain = record
    plain["referral_id"] = "ref_"
    return plain
  }

  /// Compares two sets of rows in the model's columns; a column that a row lacks is empty.
  private mutating func compare(
    _ name: String, _ expected: [Record], _ found: [Record], by key: [Text],
    onlyShared: Bool = false
  ) {
    var columns = Set(expected.flatMap(\.keys))
    if onlyShared, let first = found.first { columns.formIntersection(first.keys) }
    let sorted = columns.sorted()
    func lines(_ records: [Record]) -> [[Text]] {
      records.map { record in sorted.map { record[$0] ?? "" } }
    }
    var extra = lines(found)
    var missing: [[Text]] = []
    for line in lines(expected.map(plain)) {
      if let index = extra.firstIndex(of: line) {
        extra.remove(at: index)
      } else {
        missing.append(line)
      }
    }
    let keyColumns = key.compactMap { sorted.firstIndex(of: $0) }
    for line in missing {
      let place = name + " " + keyColumns.map { line[$0].string }.joined(separator: " · ")
      let twin = extra.firstIndex { other in keyColumns.allSatisfy { other[$0] == line[$0] } }
      guard let twin else {
        differences.append("\(place): only the model has \(told(sorted, line))")
        continue
      }
      let other = extra.remove(at: twin)
      for index in sorted.indices {
        tell(place, sorted[index].string, line[index].string, other[index].string)
      }
    }
    for line in extra { differences.append("\(name): only the product has \(told(sorted, line))") }
  }

  private func told(_ columns: [Text], _ line: [Text]) -> String {
    zip(columns, line).filter { !$1.isEmpty }.map { "\($0)=\($1)" }.joined(separator: " ")
  }

  // MARK: Ledger

  private struct Posting: Hashable {
    var name: Text
    var currency: Text
  }

  private mutating func comparePostings() throws {
    var transactions: [Posting: Int64] = [:]
    var accounts: [Posting: Int64] = [:]
    for posting in try product.export("postings") {
      let amount = Int64(posting["amount_minor"]?.string ?? "") ?? 0
      let currency = posting["currency"] ?? ""
      let transaction = posting["transaction_id"] ?? ""
      transactions[Posting(name: transaction, currency: currency), default: 0] += amount
      let account = posting["account"] ?? ""
      guard account.utf8.starts(with: "affiliate:".utf8) else { continue }
      accounts[Posting(name: account, currency: currency), default: 0] += amount
    }
    for (transaction, sum) in transactions where sum != 0 {
      differences.append("transaction \(transaction.name) sums to \(sum)")
    }
    var expected: [Posting: Int64] = [:]
    for (balance, sum) in model.balances {
      let name = "affiliate:\(encoded(balance.program)):\(encoded(balance.affiliate))"
      expected[Posting(name: Text(name), currency: balance.currency)] = sum
    }
    for key in Set(expected.keys).union(accounts.keys) {
      tell(
        "balance of \(key.name)", key.currency.string, "\(expected[key] ?? 0)",
        "\(accounts[key] ?? 0)")
    }
  }

  private func encoded(_ id: Text) -> String {
    String(
      decoding: id.utf8.flatMap { byte -> [UInt8] in
        switch byte {
        case 0x3A: return Array("%3A".utf8)
        case 0x25: return Array("%25".utf8)
        default: return [byte]
        }
      }, as: UTF8.self)
  }
}
