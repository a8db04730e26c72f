import Foundation
import Pipeline
import Testing

@testable import Stages

@Suite("The journal of a run's postings")
struct PostingJournalTests {
  static func transaction(
    _ kind: LedgerTransaction.Kind, affiliate: Int = 0, reward: Digest128? = nil,
    _ change: (inout LedgerTransaction) -> Void
  ) -> LedgerTransaction {
    var transaction = LedgerTransaction(
      kind: kind, affiliate: AffiliateOrdinal(affiliate), currency: .usd,
      occurredAt: Instant(milliseconds: 1_774_000_000_000), reward: reward,
      payout: reward == nil ? "p1" : nil)
    change(&transaction)
    return transaction
  }

  static let commission = transaction(.commission, reward: Digest128(high: 1, low: 2)) {
    $0.affiliateMinor = 80
    $0.platformMinor = 20
    $0.programMinor = -100
  }
  static let payout = transaction(.payout, affiliate: 2) {
    $0.affiliateMinor = -5_000
    $0.payoutsMinor = 5_000
  }
  static let settlement = transaction(.settlement, affiliate: 2) {
    $0.payoutsMinor = -5_000
    $0.bankMinor = 5_000
  }

  private func inPublication<Result>(
    _ body: (Publication, String) throws -> Result
  ) throws -> Result {
    let folder = NSTemporaryDirectory() + "refbatch-journal-" + UUID().uuidString
    try DirectoryTree.make(folder)
    defer { try? DirectoryTree.remove(folder) }
    return try body(Publication(workspace: folder, run: "2026-03-31.1"), folder)
  }

  @Test func `postings are numbered, sorted by account and without zeros`() throws {
    try inPublication { publication, _ in
      let journal = try PostingJournal(
        publication, run: "2026-03-31.1", registry: SampleStore.registry)
      let nothing = Self.transaction(.adjustment, reward: Digest128(high: 0, low: 0)) { _ in }
      try journal.append([Self.commission, nothing, Self.payout], program: ProgramOrdinal(2))
      try journal.append([Self.settlement], program: ProgramOrdinal(0))
      let facts = try journal.finish()
      let bytes = try WholeFile.read(publication.stagingPath(for: facts.path))
      let at = "2026-03-31.1,2026-03-20T09:46:40Z"
      #expect(
        String(decoding: bytes, as: UTF8.self) == """
          transaction_id,run,occurred_at,account,currency,amount_minor,reward_id
          2026-03-31.1-00000001,\(at),affiliate:Beta%3A1%25:b2,USD,80,\
          rwd_00000000000000010000000000000002
          2026-03-31.1-00000001,\(at),platform:Beta%3A1%25,USD,20,\
          rwd_00000000000000010000000000000002
          2026-03-31.1-00000001,\(at),program:Beta%3A1%25,USD,-100,\
          rwd_00000000000000010000000000000002
          2026-03-31.1-00000002,\(at),"affiliate:Beta%3A1%25:a,3",USD,-5000,
          2026-03-31.1-00000002,\(at),payouts:Beta%3A1%25,USD,5000,
          2026-03-31.1-00000003,\(at),bank,USD,5000,
          2026-03-31.1-00000003,\(at),payouts:zeta,USD,-5000,

          """)
      #expect(facts.path == "ledger/2026-03-31.1.csv")
      #expect(facts.postings == 7)
      #expect(facts.transactions == 3)
      #expect(facts.bytes == Int64(bytes.count))
      #expect(facts.payouts.map(\.count) == [1])
      #expect(facts.payouts.map(\.totalMinor) == [5_000])
    }
  }

  @Test func `balances are the sums of the postings`() throws {
    try inPublication { publication, _ in
      let journal = try PostingJournal(publication, run: "r", registry: SampleStore.registry)
      try journal.append([Self.commission, Self.commission], program: ProgramOrdinal(1))
      try journal.append([Self.payout, Self.settlement], program: ProgramOrdinal(1))
      func key(_ account: LedgerAccount, _ affiliate: Int? = nil) -> BalanceKey {
        BalanceKey(
          program: ProgramOrdinal(1), account: account,
          affiliate: affiliate.map { AffiliateOrdinal($0) }, currency: .usd)
      }
      #expect(
        journal.balances == [
          key(.affiliate, 0): 160, key(.affiliate, 2): -5_000, key(.platform): 40,
          key(.program): -200, key(.payouts): 0, key(.bank): 5_000,
        ])
      #expect(
        journal.balances.keys.sorted().map(\.account) == [
          .affiliate, .affiliate, .platform, .program, .payouts, .bank,
        ])
    }
  }

  @Test func `a transaction that does not sum to zero is refused`() throws {
    try inPublication { publication, _ in
      let journal = try PostingJournal(publication, run: "r", registry: SampleStore.registry)
      var wrong = Self.commission
      wrong.platformMinor += 1
      let fault = #expect(throws: PostingFault.self) {
        try journal.append([wrong], program: ProgramOrdinal(1))
      }
      #expect(
        fault?.description.hasPrefix(
          "program alpha, commission of rwd_00000000000000010000000000000002: does not sum") == true
      )
    }
  }

  @Test func `a sum beyond 64 bits is refused`() throws {
    try inPublication { publication, _ in
      let journal = try PostingJournal(publication, run: "r", registry: SampleStore.registry)
      let huge = Self.transaction(.payout) {
        $0.affiliateMinor = -.max
        $0.payoutsMinor = .max
      }
      #expect(throws: AmountOverflow.self) {
        try journal.append([huge, huge], program: ProgramOrdinal(1))
      }
    }
  }

  @Test func `a journal is read back as it was written`() throws {
    try inPublication { publication, _ in
      let journal = try PostingJournal(publication, run: "r", registry: SampleStore.registry)
      try journal.append([Self.commission, Self.payout], program: ProgramOrdinal(1))
      let facts = try journal.finish()
      var postings: [Posting] = []
      let reader = JournalReader(path: try publication.stagingPath(for: facts.path))
      let read = try reader.read { postings.append($0) }
      #expect(read.sha256 == facts.sha256)
      #expect(read.bytes == facts.bytes)
      #expect(read.postings == 5)
      #expect(
        postings.map(\.account) == [
          "affiliate:alpha:b2", "platform:alpha", "program:alpha", "affiliate:alpha:a,3",
          "payouts:alpha",
        ])
      #expect(postings.map(\.amountMinor) == [80, 20, -100, -5_000, 5_000])
      #expect(postings.last?.rewardID == "")
    }
  }

  @Test(arguments: [
    ("h\na,b,c\n", ":1: a posting has 7 cells"),
    ("a,b,c,d,e,f,g\na,b,c,d,e,1.5,g\n", ":2: amount_minor 1.5 is no 64-bit integer"),
    ("a,b,c,d,e,f,g\na,b,c,\"d\n,\"\"e\",e,1,g\na,b,c,d,e,1,g", ":4: the last row has no end"),
  ])
  func `a damaged journal is named with its line`(text: String, expected: String) throws {
    let path = NSTemporaryDirectory() + "refbatch-journal-" + UUID().uuidString
    try WholeFile.replace(path, with: Array(text.utf8))
    defer { try? DirectoryTree.removeFile(path) }
    let fault = #expect(throws: JournalFault.self) { try JournalReader(path: path).read { _ in } }
    #expect(fault?.description.hasPrefix(path + expected) == true)
  }
}
