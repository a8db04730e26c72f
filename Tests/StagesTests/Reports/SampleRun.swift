// A whole run over the sample store, as the night makes one: rows, journal, outputs, commit, files
// in their places.
import Pipeline
import Testing

@testable import Stages

/// One committed run with two orders, one of which is paid.
struct SampleRun {
  let store: SampleStore
  static let name = "2026-03-31.1"
  static let archived = Array("order_id\no1\no2\n".utf8)

  init(_ store: SampleStore) { self.store = store }

  /// Writes the run's rows; what they come to must be right for the run to be committed.
  func fill() throws {
    try store.addRun(1)
    try ExportTablesTests.addFile(
      store, 1, run: 1, kind: "orders", name: "o.csv", rows: 4, accepted: 2, duplicate: 1,
      rejected: 1)
    try store.insert(
      "file_reasons",
      ["file": "1", "fate": "'rejected'", "reason": "'bad_value'", "count": "1"])
    for (number, order) in [(1, "o1"), (2, "o2")] {
      try store.addConversion(
        number, program: 1, order: order,
        ["status": "2", "evidence": "0", "model": "0", "credits": "1", "flags": "2"])
      try store.update(
        "conversions", "no = \(number)", SampleStore.credit(code: 1, affiliate: 1))
    }
    try ExportTablesTests.addPayout(
      store, "p1", program: 1, affiliate: 1, amount: 80, rewards: 1)
    try store.update("conversions", "no = 1", ["reward_state": "2", "payout": "'p1'"])
    try store.insert(
      "held",
      [
        "run": "1", "program": "0", "affiliate": "2", "currency": "'EUR'", "amount_minor": "12",
        "reason": "'below_minimum'",
      ])
  }

  private static func commission(_ number: UInt64) -> LedgerTransaction {
    PostingJournalTests.transaction(
      .commission, affiliate: 1, reward: Digest128(high: 0, low: number)
    ) {
      $0.affiliateMinor = 80
      $0.platformMinor = 20
      $0.programMinor = -100
    }
  }

  private static let payout = PostingJournalTests.transaction(.payout, affiliate: 1) {
    $0.affiliateMinor = -80
    $0.payoutsMinor = 80
  }

  /// Posts the journal and states it and the balances in the store.
  func post(to publication: Publication) throws -> JournalFacts {
    let journal = try PostingJournal(
      publication, run: Self.name, registry: SampleStore.registry)
    try journal.append(
      [Self.commission(1), Self.commission(2), Self.payout], program: ProgramOrdinal(1))
    for (key, amount) in journal.balances {
      try store.insert(
        "balances",
        [
          "program": "\(key.program.index)", "account": "\(key.account.rawValue)",
          "affiliate": "\(key.affiliate?.index ?? -1)", "currency": "'\(key.currency.code)'",
          "amount_minor": "\(amount)",
        ])
    }
    let facts = try journal.finish()
    try store.insert(
      "journals",
      [
        "run": "1", "path": "'\(facts.path)'", "sha256": "'\(facts.sha256)'",
        "bytes": "\(facts.bytes)", "postings": "\(facts.postings)",
      ])
    return facts
  }

  /// Fills the sums anew from the rows as they are now.
  func sum() throws {
    for table in ["sales_days", "totals", "code_totals", "order_days", "open_rewards"] {
      try store.database.execute("DELETE FROM \(table)")
    }
    try store.database.execute(StoreSchema.fillSums)
    try store.database.execute(StoreSchema.fillReportSums)
  }

  func inputs(_ journal: JournalFacts) throws -> ReportInputs {
    try sum()
    return ReportInputs(
      run: try #require(RunName(Self.name)), number: 1, asOf: SampleStore.asOf,
      database: store.database, registry: SampleStore.registry,
      inputs: [ManifestInput(path: "in/o.csv", kind: .orders, digest: "d1", bytes: 15, rows: 4)],
      journal: journal)
  }

  private func archive(in publication: Publication) throws {
    let path = "archive/\(Self.name)/0001-o.csv"
    let file = try publication.write(path)
    try file.write(Self.archived)
    try file.close()
    let digest = ByteView.withBytes(of: Self.archived) { FileSurvey.digest(of: $0) }
    try store.update(
      "files", "no = 1", ["digest": "x'\(digest)'", "bytes": "\(Self.archived.count)"])
  }

  /// Makes the whole run.
  func commit() throws {
    let publication = try Publication(workspace: store.path, run: Self.name)
    try store.database.transaction {
      try fill()
      try archive(in: publication)
      try RunReport.write(inputs(post(to: publication)), to: publication)
      for file in publication.files where file.relativePath.hasPrefix("out/") {
        try store.insert(
          "outputs",
          [
            "run": "1", "path": "'\(file.relativePath)'", "sha256": "'\(file.sha256)'",
            "bytes": "\(file.bytes)",
          ])
      }
      try publication.seal()
    }
    try publication.publish()
  }

  /// The text of a file of the run.
  func text(_ path: String) throws -> String {
    String(decoding: try WholeFile.read("\(store.path)/out/\(Self.name)/\(path)"), as: UTF8.self)
  }
}
