// Remittance statements of whole nights: written beside the run, read back, and always adding up.
import Pipeline
import Testing

@testable import Stages

@Suite("Remittance statements of whole nights")
struct StatementNightTests {
  private static let programs = """
    program_id,name,currency,require_click,payout_minimum_minor,fraud_review_threshold,hold_days,\
    signup_bonus_minor
    eur,Euro Shop,EUR,false,1000,1,10,250
    kwd,Dinar Shop,KWD,false,1000,1,0,0
    jpy,Yen Shop,JPY,false,1000,1,0,0

    """
  private static let affiliates = """
    affiliate_id,name,payment_method,email,master_id,fee_percentage
    ann,Ann,MANUAL,ann@example.org,,
    bob,"=Bob ""B"", 1",PAYPAL,bob@example.org,ann,5

    """
  private static let codes = """
    code,affiliate_id,program_id
    EA,ann,eur
    EB,bob,eur
    KA,ann,kwd
    JA,ann,jpy

    """

  private func job() throws -> SampleJob {
    let job = try SampleJob()
    let orders = """
      order_id,occurred_at,program_id,code,amount
      =1+1,2026-01-05T10:00:00Z,eur,EA,50.00
      "a ""b"",c",2026-02-10T10:00:00Z,eur,EA,100.00
      o3,2026-02-12T10:00:00Z,eur,EB,200.00
      o4,2026-03-28T10:00:00Z,eur,EA,300.00
      k1,2026-03-01T10:00:00Z,kwd,KA,123.456
      j1,2026-03-02T10:00:00Z,jpy,JA,98765

      """
    try job.run(
      4, 1,
      [
        .programs: Self.programs, .affiliates: Self.affiliates, .codes: Self.codes,
        .orders: orders,
      ])
    return job
  }

  private func statements(_ job: SampleJob) throws -> [RemittanceStatement] {
    let workspace = Workspace("\(job.root)/ws")
    return try WorkspacePayouts(workspace).list(PayoutFilter()).flatMap {
      try StoredStatements(workspace).statements(of: $0.payout)
    }
  }

  /// Every statement balances, and is the amount of its payout.
  private func check(_ job: SampleJob) throws -> [RemittanceStatement] {
    let statements = try statements(job)
    for statement in statements {
      #expect(try statement.isBalanced())
      let carried = statement.carried.reduce(0) { $0 + $1.amountMinor }
      #expect(carried == statement.openingMinor)
      #expect(statement.closingMinor == 0)
      let earned = try statement.rewardsMinor() + statement.adjustmentsMinor()
      #expect(carried + earned == statement.paidMinor)
    }
    return statements
  }

  @Test func `each payout has a statement that adds up to it, in the same bytes`() throws {
    let job = try job()
    let statements = try check(job)
    #expect(
      statements.map { "\($0.programID) \($0.affiliateID) \($0.paidMinor)" } == [
        "eur ann 1280", "jpy ann 7902", "kwd ann 9877",
      ])
    for statement in statements {
      let text = try job.text("2026-03-31.1", "statements/\(statement.batchID).csv")
      #expect(String(decoding: statement.csv(), as: UTF8.self) == text)
    }
    let eur = try #require(statements.first)
    // What was payable before March is carried over; what is held until April comes later.
    #expect(eur.carried.map(\.order) == ["=1+1", "a \"b\",c", "o3"])
    #expect(eur.openingMinor == 1_280)
    #expect(eur.rewards.isEmpty)
    #expect(eur.laterMinor == 2_400)
    #expect(eur.programName == "Euro Shop")
    #expect(try job.text("2026-03-31.1", "statements/\(eur.batchID).csv").contains(",'=1+1,"))
    #expect(
      try job.text("2026-03-31.1", "statements/\(statements[2].batchID).csv")
        .contains(",9.877,9877\n"))
    #expect(try job.findings().isEmpty)
  }

  @Test func `a refund after a payout is an adjustment of the next one`() throws {
    let job = try job()
    let refund = """
      order_id,occurred_at,program_id,code,amount,status,refunded_amount,updated_at
      "a ""b"",c",2026-02-10T10:00:00Z,eur,EA,100.00,partially_refunded,50.00,2026-04-10T00:00:00Z

      """
    try job.run(4, 11, [.orders: refund])
    try job.run(5, 1, [:])
    let all = try check(job)
    let second = try #require(all.last { $0.programID == "eur" && $0.paidMinor == 2_000 })
    #expect(second.rewards.map(\.order) == ["o4"])
    #expect(second.adjustments.map(\.amountMinor) == [-400])
    #expect(second.adjustments.map(\.order) == ["a \"b\",c"])
    #expect(second.openingMinor == 0)
    let page = String(decoding: try second.html(), as: UTF8.self)
    #expect(page.contains("a &quot;b&quot;,c"))
    #expect(page.contains("\u{2212}4.00"))
  }

  @Test func `a payout emitted again, or come back, keeps its statement`() throws {
    let job = try job()
    let before = try statements(job)
    let kwd = try #require(before.last)
    try job.run(4, 2, [.settlements: "payout_id,status\n\(kwd.payoutID),failed\n"])
    try job.run(4, 3, [:])
    let workspace = Workspace("\(job.root)/ws")
    let again = try StoredStatements(workspace).statements(of: kwd.payoutID)
    #expect(again == [kwd])
    try job.run(
      4, 4,
      [
        .settlements:
          "payout_id,status,processed_at\n\(kwd.payoutID),completed,2026-04-03T00:00:00Z\n"
      ])
    try job.run(
      4, 5,
      [.settlements: "payout_id,status,processed_at\n\(kwd.payoutID),failed,2026-04-04T00:00:00Z\n"]
    )
    #expect(try job.payouts("returned").map(\.payout) == [kwd.payoutID])
    #expect(try StoredStatements(workspace).statements(of: kwd.payoutID) == [kwd])
    #expect(try StoredStatements(workspace).statements(of: kwd.batchID) == [kwd])
  }

  @Test func `a statement that was changed is not shown`() throws {
    let job = try job()
    let statement = try #require(statements(job).first)
    let path = "\(job.root)/ws/out/2026-03-31.1/statements/\(statement.batchID).csv"
    try WholeFile.replace(path, with: try WholeFile.read(path) + [0x0A])
    #expect(throws: EmissionFault.self) { _ = try statements(job) }
  }
}
