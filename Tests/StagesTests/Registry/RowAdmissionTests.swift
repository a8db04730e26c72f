import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite("Admission of referrals, decisions, requests and settlements")
struct RowAdmissionTests {
  private let asOf = Instant("2026-04-01T00:00:00Z")

  /// Programs p and p/x, affiliate a (user u) with codes A in p and B in p/x.
  private func registry() throws -> Registry {
    var runs = RegistryRuns()
    try runs.run(
      asOf: "2026-01-01T00:00:00Z",
      programs: RowsFromText.programs(
        #"{"program_id":"p"}"#, #"{"program_id":"p/x","status":"paused"}"#),
      affiliates: RowsFromText.affiliates(
        #"{"affiliate_id":"a","email":"ann@gmail.com","user_id":"u","status":"suspended"}"#),
      codes: RowsFromText.codes(
        #"{"code":"A","affiliate_id":"a","program_id":"p","max_uses":0}"#,
        #"""
        {"code":"B","affiliate_id":"a","program_id":"p/x","is_active":false,"expires_at":"2020-01-01T00:00:00Z"}
        """#))
    return Registry(runs.records)
  }

  private func admit(
    _ rows: NightRows, _ history: LiteralHistory = LiteralHistory()
  ) throws -> AdmittedRows {
    try RowAdmission.admit(rows, registry: registry(), history: history, asOf: asOf)
  }

  private func referrals(
    _ lines: [String], _ history: LiteralHistory = LiteralHistory()
  ) throws -> AdmittedRows {
    var rows = NightRows()
    rows.referrals = RowsFromText.referrals(lines)
    return try admit(rows, history)
  }

  private func rejects(_ admitted: AdmittedRows) -> [String] {
    admitted.rejects.sorted { $0.origin < $1.origin }.map { "\($0.origin.line) \($0.summary)" }
  }

  @Test func `SPEC 10: a referral on an exhausted, expired or inactive code, a pause is taken`()
    throws
  {
    let admitted = try referrals([
      #"{"code":"A","lead_email":"l@x.de"}"#, #"{"code":"B","lead_email":"l@x.de"}"#,
    ])
    #expect(rejects(admitted).isEmpty)
    let first = try #require(admitted.programs[ProgramOrdinal(0)]?.referrals.first)
    #expect(first.occurredAt == asOf)
    #expect(first.id == referralID(code: "A", leadEmail: "l@x.de"))
    #expect(first.id.text.string.hasPrefix("ref_") && first.id.text.utf8.count == 36)
    #expect(first.leadKey == Keys.email("l@x.de"))
    #expect(admitted.programs[ProgramOrdinal(1)]?.referrals.count == 1)
    #expect(admitted.contents.count == 2)
  }

  @Test func `SPEC 4 and 10: unknown_code, self_referral, duplicate_lead, conflicting_duplicate`()
    throws
  {
    var history = LiteralHistory()
    history.referrals["old"] = ProgramOrdinal(0)
    history.leads[ProgramOrdinal(0)] = [Keys.email("known@x.de")]
    let admitted = try referrals(
      [
        #"{"referral_id":"1","code":"Z"}"#,
        #"{"referral_id":"2","code":"A","lead_email":"A.nn+l@GMAIL.com"}"#,
        #"{"referral_id":"3","code":"A","referred_id":"u"}"#,
        #"{"referral_id":"4","code":"A","lead_email":"Known+2@x.de"}"#,
        #"{"referral_id":"5","code":"A","lead_email":"new@x.de"}"#,
        #"{"referral_id":"6","code":"A","lead_email":"NEW@x.de"}"#,
        #"{"referral_id":"7","code":"B","lead_email":"new@x.de"}"#,
        #"{"referral_id":"old","code":"A","lead_name":"x"}"#,
        #"{"referral_id":"5","code":"A","lead_email":"new@x.de"}"#,
        #"{"referral_id":"5","code":"A","lead_email":"new@x.de","referred_id":"z"}"#,
      ], history)
    #expect(
      rejects(admitted) == [
        "1 unknown_code code", "2 self_referral lead_email", "3 self_referral referred_id",
        "4 duplicate_lead lead_email", "6 duplicate_lead lead_email",
        "8 conflicting_duplicate referral_id", "10 conflicting_duplicate referral_id",
      ])
    #expect(admitted.fates.files[0]?.accepted == 2)
    #expect(admitted.fates.files[0]?.duplicate == 1)
  }

  @Test func `SPEC 9, Rows: referrals go by (occurred_at, referral_id), not by file order`() throws
  {
    let lines = [
      #"{"referral_id":"z","code":"A","lead_email":"l@x.de","occurred_at":"2026-03-01T00:00:00Z"}"#,
      #"{"referral_id":"b","code":"A","lead_email":"l@x.de","occurred_at":"2026-03-02T00:00:00Z"}"#,
      #"{"referral_id":"a","code":"A","lead_email":"l@x.de"}"#,
    ]
    var generator = SplitMix64(seed: 3)
    for _ in 0..<6 {
      let admitted = try referrals(lines.shuffled(using: &generator))
      #expect(admitted.programs[ProgramOrdinal(0)]?.referrals.map(\.id) == ["z"])
    }
  }

  private func decision(_ kind: String, _ id: String, _ at: Int = 1) -> String {
    #"""
    {"target":"\#(kind)","target_id":"\#(id)","action":"approve","decided_at":"2026-03-0\#(at)T00:00:00Z"}
    """#
  }

  @Test func `SPEC 9, Orders: a decision names a conversion by id, by program, or by order`() throws
  {
    var history = LiteralHistory()
    history.conversions["conv_1"] = (ProgramOrdinal(1), "o1")
    history.orders = [
      "bare": [ProgramOrdinal(1)], "two": [ProgramOrdinal(0), ProgramOrdinal(1)],
      "x/known": [ProgramOrdinal(0)], "z/9": [ProgramOrdinal(1)],
    ]
    var rows = NightRows()
    rows.decisions = RowsFromText.decisions(
      [
        "conv_1", "p/new", "p/x/new", "p/x/known", "bare", "two", "none", "z/9", "p/", "conv_2",
      ].map { decision("conversion", $0) })
    let admitted = try admit(rows, history)
    #expect(
      admitted.programs[ProgramOrdinal(0)]?.decisions.map(\.target) == [
        .conversion("new"), .conversion("x/known"),
      ])
    #expect(
      admitted.programs[ProgramOrdinal(1)]?.decisions.map(\.target) == [
        .conversion("bare"), .conversion("o1"), .conversion("new"), .conversion("z/9"),
      ])
    #expect(
      rejects(admitted) == [
        "6 unknown_target target_id", "7 unknown_target target_id", "9 unknown_target target_id",
        "10 unknown_target target_id",
      ])
  }

  @Test func `a referral is decided by its id, of this night or an earlier one`() throws {
    var history = LiteralHistory()
    history.referrals["old"] = ProgramOrdinal(1)
    var rows = NightRows()
    rows.referrals = RowsFromText.referrals([
      #"{"referral_id":"new","code":"A"}"#, #"{"referral_id":"bad","code":"Z"}"#,
    ])
    rows.decisions = RowsFromText.decisions([
      decision("referral", "new", 2), decision("referral", "old", 1),
      decision("referral", "bad"), decision("referral", "none"),
    ])
    let admitted = try admit(rows, history)
    #expect(
      admitted.programs[ProgramOrdinal(0)]?.decisions.map(\.target) == [.referral("new")])
    #expect(
      admitted.programs[ProgramOrdinal(1)]?.decisions.map(\.target) == [.referral("old")])
    #expect(
      rejects(admitted) == [
        "2 unknown_code code", "3 unknown_target target_id", "4 unknown_target target_id",
      ])
  }

  @Test func `SPEC 9, Rows: decisions go by (decided_at, target_id)`() throws {
    var rows = NightRows()
    rows.decisions = RowsFromText.decisions([
      decision("conversion", "p/c", 1), decision("conversion", "p/a", 2),
      decision("conversion", "p/b", 1),
    ])
    let decisions = try admit(rows).programs[ProgramOrdinal(0)]?.decisions
    #expect(decisions?.map(\.targetID) == ["p/b", "p/c", "p/a"])
  }

  @Test func `equal rows share the fate of the first that is handed on`() throws {
    var rows = NightRows()
    rows.decisions = RowsFromText.decisions([
      decision("conversion", "p/a"), decision("conversion", "p/a"), decision("conversion", "p/b"),
      decision("conversion", "p/b"),
    ])
    let admitted = try admit(rows)
    #expect(admitted.programs[ProgramOrdinal(0)]?.decisions.map(\.origin.line) == [1, 3])
    let rejection = RejectedRow(
      origin: RowOrigin(file: 0, line: 3), column: nil, reason: .alreadyResolved, message: "m")
    let conclusion = admitted.conclude(rejected: [rejection])
    #expect(conclusion.contents.map(\.digest) == [rows.decisions[0].digest])
    #expect(conclusion.fates.files[0]?.duplicate == 1)
    #expect(conclusion.fates.files[0]?.rejected == [.alreadyResolved: 1])
    #expect(conclusion.rejects.map(\.origin.line) == [4])
    var history = LiteralHistory()
    history.contents = Set(conclusion.contents)
    #expect(try admit(rows, history).fates.files[0]?.duplicate == 2)
  }

  @Test func `SPEC 10, Payouts: a request without program_id is for every program`() throws {
    var rows = NightRows()
    rows.requests = RowsFromText.requests([
      #"{"affiliate_id":"a","requested_at":"2026-03-02T00:00:00Z"}"#,
      #"{"affiliate_id":"a","program_id":"p","requested_at":"2026-03-01T00:00:00Z"}"#,
      #"{"affiliate_id":"zz","program_id":"zz","requested_at":"2026-03-01T00:00:00Z"}"#,
      #"{"affiliate_id":"a","program_id":"zz","requested_at":"2026-03-01T00:00:00Z"}"#,
    ])
    let admitted = try admit(rows)
    #expect(
      admitted.programs[ProgramOrdinal(0)]?.requests.map(\.isFannedOut) == [false, true])
    #expect(admitted.programs[ProgramOrdinal(1)]?.requests.map(\.isFannedOut) == [true])
    #expect(admitted.fannedOut == [RowOrigin(file: 0, line: 1)])
    #expect(
      rejects(admitted) == ["3 unknown_affiliate affiliate_id", "4 unknown_program program_id"])
  }

  @Test func `SPEC 10, Rows: settlements go by (processed_at or 0, status, payout_id)`() throws {
    var history = LiteralHistory()
    for id in ["x", "y"] as [Text] { history.payouts[id] = ProgramOrdinal(0) }
    var rows = NightRows()
    rows.settlements = RowsFromText.settlements([
      #"{"payout_id":"x","status":"failed","processed_at":"2026-03-01T00:00:00Z"}"#,
      #"{"payout_id":"y","status":"completed","processed_at":"2026-03-01T00:00:00Z"}"#,
      #"{"payout_id":"x","status":"completed","processed_at":"2026-03-01T00:00:00Z"}"#,
      #"{"payout_id":"x","status":"cancelled"}"#, #"{"payout_id":"x","status":"processing"}"#,
      #"{"payout_id":"zz","status":"processing"}"#,
    ])
    let admitted = try admit(rows, history)
    #expect(
      admitted.programs[ProgramOrdinal(0)]?.settlements.map(\.origin.line) == [5, 4, 3, 2, 1])
    #expect(rejects(admitted) == ["6 unknown_payout payout_id"])
  }

  @Test func `ENDPOINT G6: a conversion's id is conv_ and a hash of program_id and order_id`() {
    let id = conversionID(program: "p", order: "o")
    #expect(id.string.hasPrefix("conv_") && id.utf8.count == 37)
    #expect(id != conversionID(program: "po", order: ""))
    #expect(id == conversionID(program: "p", order: "o"))
  }
}
