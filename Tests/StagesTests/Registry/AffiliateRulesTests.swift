import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite("Rules of affiliates and codes")
struct AffiliateRulesTests {
  /// One earlier run: program p, affiliates a (USD) and b, code A of a.
  private func earlier() throws -> RegistryRuns {
    var runs = RegistryRuns()
    try runs.run(
      asOf: "2026-01-01T00:00:00Z",
      programs: RowsFromText.programs(#"{"program_id":"p"}"#, #"{"program_id":"q"}"#),
      affiliates: RowsFromText.affiliates(
        #"{"affiliate_id":"a","email":"Ann+x@gmail.com","currency":"USD"}"#,
        #"{"affiliate_id":"b","email":"b@x.de","updated_at":"2026-01-01T00:00:00Z"}"#),
      codes: RowsFromText.codes(#"{"code":"A","affiliate_id":"a","program_id":"p"}"#))
    return runs
  }

  private func judge(_ lines: String...) throws -> RegistryRuns {
    var runs = try earlier()
    let rows = RowsFromText.read(AffiliateRow.layout, lines, AffiliateRow.decode).compactMap(\.row)
    try runs.run(asOf: "2026-02-01T00:00:00Z", affiliates: rows)
    return runs
  }

  @Test(
    arguments: [
      (#""invite_code":"A","master_id":"a""#, "invite_conflict invite_code"),
      (#""fee_percentage":"10.01""#, "fee_cap fee_percentage"),
      (#""commission_rate":"0.0099""#, "rate_out_of_range commission_rate"),
      (#""master_id":"n""#, "self_referral master_id"),
      (#""master_id":"zz""#, "unknown_affiliate master_id"),
      (#""invite_code":"ZZ""#, "unknown_code invite_code"),
      (#""master_id":"a","currency":"EUR""#, "currency_mismatch currency"),
      (#""email":"A.N.N@GMAIL.COM""#, "duplicate_email email"),
    ])
  func `SPEC 2, Registry rules: the affiliate is then not registered at all`(
    _ fields: String, _ expected: String
  ) throws {
    let email = fields.contains("email") ? "" : #""email":"n@x.de","#
    let runs = try judge("{\"affiliate_id\":\"n\",\(email)\(fields)}")
    #expect(runs.rejects == ["1 \(expected)"])
    #expect(runs.records.affiliate("n") == nil)
    #expect(runs.last?.contents.isEmpty == true)
  }

  @Test func `SPEC 9, Registry: several violations give the first of the list`() throws {
    let all = [
      #""invite_code":"ZZ","master_id":"n""#, #""fee_percentage":11"#, #""commission_rate":2"#,
      #""master_id":"n""#, #""master_id":"zz""#, #""master_id":"a","currency":"EUR""#,
    ]
    let expected = [
      "invite_conflict", "fee_cap", "rate_out_of_range", "self_referral", "unknown_affiliate",
      "currency_mismatch",
    ]
    for first in all.indices {
      let later = all[first...].filter { first == 0 || !$0.contains("invite_code") }
      var fields = [#""affiliate_id":"n""#, #""email":"b@x.de""#]
      var names: Set<Substring> = []
      for field in later.flatMap({ $0.split(separator: ",") }) {
        let name = field.prefix { $0 != ":" }
        if names.insert(name).inserted { fields.append(String(field)) }
      }
      let runs = try judge("{\(fields.joined(separator: ","))}")
      #expect(runs.rejects.first?.contains(expected[first]) == true, "\(fields)")
    }
  }

  @Test func `SPEC 9, Registry: currency_mismatch only when both currencies are given`() throws {
    let runs = try judge(
      #"{"affiliate_id":"n","email":"n@x.de","master_id":"a"}"#,
      #"{"affiliate_id":"m","email":"m@x.de","master_id":"b","currency":"EUR"}"#)
    #expect(runs.rejects.isEmpty)
    let inviters = ["n", "m"].map { id in
      runs.records.affiliate(id).flatMap { runs.records[$0].inviter }
    }
    #expect(inviters == [AffiliateOrdinal(0), AffiliateOrdinal(1)])
  }

  @Test func `an update obeys the same rules, and changes only the fields that are present`() throws
  {
    let runs = try judge(
      #"{"affiliate_id":"a","email":"a2@x.de","name":"Ann","fee_percentage":10}"#,
      #"{"affiliate_id":"b","email":"ann@gmail.com","updated_at":"2026-01-05T00:00:00Z"}"#,
      #"{"affiliate_id":"a","email":"a2@x.de","master_id":"a"}"#)
    #expect(runs.rejects == ["3 self_referral master_id"])
    let record = runs.records.affiliates[0]
    #expect(record.name == "Ann" && record.currency == .usd && record.fee == BasisPoints(1_000))
    #expect(record.updatedAt == nil)
    #expect(runs.records.affiliates[1].updatedAt == Instant("2026-01-05T00:00:00Z"))
    #expect(runs.records.affiliates[1].email == "ann@gmail.com", "the address is free again")
  }

  @Test func `SPEC 10, Rows: a row older than the stored one is stale`() throws {
    let runs = try judge(
      #"""
      {"affiliate_id":"b","email":"c@x.de","fee_percentage":99,"updated_at":"2025-12-31T23:59:59.999Z"}
      """#)
    #expect(runs.fates.filtered == [.stale: 1])
    #expect(runs.records.affiliates[1].email == "b@x.de")
  }

  @Test func `SPEC 9, Rows: affiliates come after their inviters`() throws {
    let lines = [
      #"{"affiliate_id":"c3","email":"3@x.de","master_id":"c2"}"#,
      #"""
      {"affiliate_id":"c2","email":"2@x.de","master_id":"c1","updated_at":"2026-01-02T00:00:00Z"}
      """#,
      #"{"affiliate_id":"c1","email":"1@x.de","updated_at":"2026-01-03T00:00:00Z"}"#,
      #"""
      {"affiliate_id":"c3","email":"3@x.de","name":"C","updated_at":"2026-01-01T00:00:00Z"}
      """#,
    ]
    var generator = SplitMix64(seed: 11)
    for _ in 0..<10 {
      var runs = try earlier()
      let rows = RowsFromText.read(AffiliateRow.layout, lines, AffiliateRow.decode)
        .compactMap(\.row)
      try runs.run(asOf: "2026-02-01T00:00:00Z", affiliates: rows.shuffled(using: &generator))
      #expect(runs.records.affiliates.map(\.id) == ["a", "b", "c1", "c2", "c3"])
      #expect(runs.records.affiliates[4].name == "C")
      #expect(runs.fates.accepted == 4)
    }
  }

  @Test func `inviters that wait for each other are unknown, and their guests as well`() throws {
    let runs = try judge(
      #"{"affiliate_id":"x","email":"x@x.de","master_id":"y"}"#,
      #"{"affiliate_id":"y","email":"y@x.de","master_id":"x"}"#,
      #"{"affiliate_id":"z","email":"z@x.de","master_id":"y"}"#)
    #expect(
      runs.rejects == [
        "1 unknown_affiliate master_id", "2 unknown_affiliate master_id",
        "3 unknown_affiliate master_id",
      ])
  }

  @Test func `SPEC 10, Endpoint: an invitation code names the inviter and offers its fee`() throws {
    let code = InvitationCode.text(affiliate: "b", fee: BasisPoints(325))
    // The first 50 bits of SHA-256("invite:b") in base32, computed elsewhere; 325 = 10 × 32 + 5.
    #expect(code == "4ms45ksfmkkf")
    let runs = try judge(
      #"{"affiliate_id":"n","email":"n@x.de","invite_code":"\#(code)"}"#,
      #"{"affiliate_id":"m","email":"m@x.de","invite_code":"\#(code)","fee_percentage":0}"#,
      #"{"affiliate_id":"k","email":"k@x.de","invite_code":"A"}"#)
    #expect(runs.rejects.isEmpty)
    let n = try #require(runs.records.affiliate("n").map { runs.records[$0] })
    let m = try #require(runs.records.affiliate("m").map { runs.records[$0] })
    let k = try #require(runs.records.affiliate("k").map { runs.records[$0] })
    #expect(n.inviter == AffiliateOrdinal(1) && n.fee == BasisPoints(325))
    #expect(m.inviter == AffiliateOrdinal(1) && m.fee == BasisPoints(0))
    #expect(k.inviter == AffiliateOrdinal(0) && k.fee == nil)
  }

  @Test func `SPEC 9, Registry: a code of the same run invites nobody`() throws {
    var runs = try earlier()
    try runs.run(
      asOf: "2026-02-01T00:00:00Z",
      affiliates: RowsFromText.affiliates(
        #"{"affiliate_id":"n","email":"n@x.de"}"#,
        #"{"affiliate_id":"m","email":"m@x.de","invite_code":"B"}"#,
        #"""
        {"affiliate_id":"k","email":"k@x.de","invite_code":"\#(InvitationCode.text(affiliate: "n", fee: BasisPoints(0)))"}
        """#),
      codes: RowsFromText.codes(#"{"code":"B","affiliate_id":"b","program_id":"p"}"#))
    #expect(runs.rejects == ["2 unknown_code invite_code", "3 unknown_code invite_code"])
  }

  @Test func `fees in invitation codes run from 0 to 10 %`() {
    #expect(InvitationCode.parts("aaaaaaaaaaaa")?.fee == BasisPoints(0))
    #expect(InvitationCode.parts("aaaaaaaaaa7i")?.fee == BasisPoints(1_000))
    #expect(InvitationCode.parts("aaaaaaaaaa7j") == nil)
    #expect(InvitationCode.parts("aaaaaaaaaaA7") == nil)
    for fee: Int32 in [0, 31, 32, 999, 1_000] {
      let code = InvitationCode.text(affiliate: "x", fee: BasisPoints(fee))
      #expect(InvitationCode.parts(code)?.fee == BasisPoints(fee))
    }
  }

  @Test func `SPEC 10, Rows: an empty code is made from program and affiliate, and found again`()
    throws
  {
    var runs = try earlier()
    try runs.run(
      asOf: "2026-02-01T00:00:00Z",
      codes: RowsFromText.codes(#"{"affiliate_id":"b","program_id":"q"}"#))
    // The first 50 bits of SHA-256("code:q:b") in base32, computed elsewhere.
    #expect(runs.records.codes[1].code == "ixmkrqfyuu")
    try runs.run(
      asOf: "2026-02-02T00:00:00Z",
      codes: RowsFromText.codes(#"{"affiliate_id":"b","program_id":"q","max_uses":3}"#))
    #expect(runs.records.codes.count == 2)
    #expect(runs.records.codes[1].maxUses == 3)
  }

  @Test func `SPEC 2: duplicate_code, unknown_affiliate, unknown_program`() throws {
    var runs = try earlier()
    try runs.run(
      asOf: "2026-02-01T00:00:00Z",
      codes: RowsFromText.codes(
        #"{"code":"A","affiliate_id":"b","program_id":"p"}"#,
        #"{"code":"A","affiliate_id":"a","program_id":"q"}"#,
        #"{"code":"B","affiliate_id":"zz","program_id":"zz"}"#,
        #"{"code":"B","affiliate_id":"a","program_id":"zz"}"#,
        #"{"code":"A","affiliate_id":"a","program_id":"p","is_active":false}"#))
    #expect(
      runs.rejects == [
        "1 duplicate_code code", "2 duplicate_code code", "3 unknown_affiliate affiliate_id",
        "4 unknown_program program_id",
      ])
    #expect(!runs.records.codes[0].isActive)
  }

  @Test func `payment details are the members whose values are text or numbers`() throws {
    let runs = try judge(
      #"""
      {"affiliate_id":"n","email":"n@x.de","payment_method":"ACH","payment_details":{"routing_number":91000019,"account_number":"01","account_type":"checking","holder":null}}
      """#)
    let affiliate = Registry(runs.records).affiliates[2]
    let details = [
      "routing_number": "91000019", "account_number": "01", "account_type": "checking",
    ]
    #expect(affiliate.paymentDetails == details)
  }

  @Test(arguments: ["routing_number", "account_number", "account_type", "holder", ""])
  func `ACH needs all four of its details`(missing: String) throws {
    var details = [
      "routing_number": "091000019", "account_number": "01", "account_type": "checking",
      "holder": "person",
    ]
    details[missing] = nil
    let members = details.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
    let runs = try judge(
      "{\"affiliate_id\":\"n\",\"email\":\"n@x.de\",\"payment_method\":\"ACH\","
        + "\"payment_details\":{\(members.joined(separator: ","))}}")
    #expect(Registry(runs.records).affiliates[2].hasPaymentDetails == missing.isEmpty)
  }
}
