// The registry of an unkind history, and how it changes between nights.

import Pipeline
import TestSupport

private let programNames = ["p", "p1", "p:1", "p%3A", "pr\u{E9}", "pre\u{301}"]
private let affiliateNames = ["a", "a1", "a10", "a:1", "b,c", "d\"q", "\u{E9}v", "e\u{301}v"]
private let codeNames = [
  "C", "C1", "C10", "c1", "S\u{E9}", "Se\u{301}", "SALE%", "X-1", "Y,2", "Z\"3",
]

extension Adversary {
  mutating func foundRegistry() {
    programs = some(programNames, most: size.programs)
    affiliates = some(affiliateNames, most: size.affiliates)
    for program in programs { drafts.append(programDraft(program, isFirst: true)) }
    for affiliate in affiliates { drafts.append(affiliateDraft(affiliate, isFirst: true)) }
    let names = some(codeNames, most: size.codes)
    for name in names {
      let code = (
        code: name, affiliate: random.pick(affiliates), program: random.pick(programs)
      )
      codes.append(code)
      drafts.append(codeDraft(code))
    }
    if random.chance(20) { addGeneratedCode() }
  }

  mutating func changeRegistry() {
    for program in programs where random.chance(25) {
      drafts.append(programDraft(program, isFirst: false))
    }
    for affiliate in affiliates where random.chance(25) {
      drafts.append(affiliateDraft(affiliate, isFirst: false))
    }
    for code in codes where random.chance(20) { drafts.append(codeDraft(code)) }
    if random.chance(30) { addInvited() }
    if random.chance(20) { addGeneratedCode() }
    if random.chance(40) { addRefusedRegistryRow() }
  }

  private mutating func some(_ names: [String], most: Int) -> [String] {
    var left = names
    return (0..<(1 + random.below(most))).map { _ in left.remove(at: random.below(left.count)) }
  }

  private mutating func programDraft(_ id: String, isFirst: Bool) -> Draft {
    var draft = Draft(.programs)
    draft.set("program_id", .text(id))
    let chance = isFirst ? 60 : 25
    func decimals(_ list: [String]) -> [Value] { list.map { .decimal($0, spare: 1) } }
    let choices: [(String, [Value])] = [
      ("commission_rate", decimals(["0.1", "0.01", "1", "0.125", "0.333", "0.5", "0.25"])),
      ("affiliate_share", decimals(["0", "1", "0.8", "0.5", "0.333"])),
      ("attribution_window_days", [1, 7, 14, 30, 90].map { .integer($0) }),
      (
        "attribution_model",
        ["last_click", "first_click", "linear", "position_based", "time_decay"].map { .text($0) }
      ),
      (
        "evidence",
        [
          "click_id,code,visitor", "visitor", "visitor,code", "code", "click_id", "code,click_id",
          "visitor,click_id,code",
        ].map { .text($0) }
      ),
      ("require_click", [.bool(true), .bool(false)]),
      ("payout_schedule", ["monthly", "weekly", "weekly", "biweekly"].map { .text($0) }),
      ("payout_anchor", ["1970-01-05", "2026-03-30", "2026-04-06"].map { .text($0) }),
      ("payout_minimum_minor", [1000, 1000, 1001, 5000].map { .integer($0) }),
      ("payout_term", ["NET-0", "NET-1", "NET-7", "NET-30"].map { .text($0) }),
      ("hold_days", [0, 0, 1, 7, 30].map { .integer($0) }),
      ("max_clicks_per_ip_hour", [1, 2, 3, 100].map { .integer($0) }),
      ("fraud_review_threshold", decimals(["0", "0.3", "0.4", "0.5", "0.7", "1"])),
      ("signup_bonus_minor", [0, 500, 2500].map { .integer($0) }),
    ]
    for (name, values) in choices where random.chance(chance) {
      draft.set(name, random.pick(values))
    }
    if random.chance(isFirst ? 30 : 4) {
      draft.set("currency", .text(random.pick(["EUR", "JPY", "KWD", "USD"])))
    }
    if random.chance(chance) { draft.set("tiers", .cell(.tiers(tiers()))) }
    if random.chance(chance / 2) { draft.set("commission_rules", .cell(.rules(rules()))) }
    if random.chance(isFirst ? 15 : 40) {
      draft.set("status", .text(random.pick(["active", "paused"])))
      draft.set("status_at", random.maybe(60, .instant(eventInstant())))
    }
    draft.set("effective_at", random.maybe(isFirst ? 4 : 50, .instant(eventInstant())))
    draft.set("updated_at", random.maybe(40, .instant(updateInstant())))
    return draft
  }

  private mutating func tiers() -> [Tier] {
    let names = ["bronze", "silver", "gold"]
    var minimum = random.below(2)
    return names.prefix(1 + random.below(3)).enumerated().map { index, name in
      defer { minimum += 1 + random.below(2) }
      return Tier(
        name: name, level: index + 1, minimum: minimum,
        rate: random.pick(["0.05", "0.2", "0.3", "0.15"]), bonus: random.pick([0, 1500, 700]))
    }
  }

  private mutating func rules() -> [Rule] {
    let all = [
      Rule(subject: .sku("s1"), pay: .rate("0.25")), Rule(subject: .sku("s2"), pay: .flat(1501)),
      Rule(subject: .category("cat"), pay: .rate("0.0505")),
      Rule(subject: .category("dog"), pay: .flat(333)),
      Rule(subject: .sku("s1"), pay: .rate("0.9")),
    ]
    return all.filter { _ in random.chance(50) }
  }

  private mutating func affiliateDraft(_ id: String, isFirst: Bool) -> Draft {
    var draft = Draft(.affiliates)
    let number = affiliateNames.firstIndex { $0.utf8.elementsEqual(id.utf8) } ?? 99
    draft.set("affiliate_id", .text(id))
    let local = random.chance(90) ? "aff\(number)" : "Aff.\(number)+x"
    draft.set("email", .text(local + "@gmail.com"))
    let name = random.chance(95) ? "Ann \(number)" : random.pick(["=1+\(number)", "@ann", "-"])
    draft.set("name", random.maybe(70, .text(name)))
    let chance = isFirst ? 70 : 25
    draft.set("user_id", random.maybe(isFirst ? 40 : 0, .text("u\(number)")))
    let statuses = ["active", "active", "active", "pending", "suspended"]
    draft.set("status", random.maybe(chance, .text(random.pick(statuses))))
    if random.chance(isFirst ? 90 : 20) {
      let method = random.pick(["MANUAL", "MANUAL", "STRIPE", "PAYPAL"])
      draft.set("payment_method", .text(method))
      if method == "STRIPE" {
        draft.set("stripe_connect_id", random.maybe(80, .text("acct_\(number)")))
      }
    }
    let address = random.chance(90) ? "pay\(number)" : random.pick(["=pay", "+pay", "p@y"])
    draft.set("payment_email", random.maybe(chance, .text(address + "@example.org")))
    let master = random.pick(affiliates)
    let isOwn = master.utf8.elementsEqual(id.utf8)
    if random.chance(isOwn ? 5 : 50) { draft.set("master_id", .text(master)) }
    draft.set(
      "fee_percentage",
      random.maybe(chance, .decimal(random.pick(["0", "2.5", "10", "3.25", "9.99"]), spare: 0)))
    draft.set(
      "commission_rate",
      random.maybe(isFirst ? 20 : 5, .decimal(random.pick(["0.2", "0.15"]), spare: 2)))
    draft.set("updated_at", random.maybe(40, .instant(updateInstant())))
    return draft
  }

  private mutating func codeDraft(
    _ code: (code: String, affiliate: String, program: String)
  ) -> Draft {
    var draft = Draft(.codes)
    draft.set("code", .text(code.code))
    draft.set("affiliate_id", .text(code.affiliate))
    draft.set("program_id", .text(code.program))
    draft.set("max_uses", random.maybe(30, .integer(Int64(1 + random.below(2)))))
    draft.set("expires_at", random.maybe(15, .instant(eventInstant())))
    draft.set("is_active", random.maybe(20, .bool(random.chance(60))))
    return draft
  }

  /// A code row without a code.
  private mutating func addGeneratedCode() {
    let affiliate = random.pick(affiliates)
    let program = random.pick(programs)
    let digest = sha256(Array("code:\(program):\(affiliate)".utf8))
    codes.append((code: base32(digest, letters: 10), affiliate: affiliate, program: program))
    var draft = Draft(.codes)
    draft.set("affiliate_id", .text(affiliate))
    draft.set("program_id", .text(program))
    draft.set("max_uses", random.maybe(40, .integer(1)))
    drafts.append(draft)
  }

  /// An affiliate who signs up with a code, or an invitation code, of an earlier run.
  private mutating func addInvited() {
    let id = "new\(nightNumber)"
    affiliates.append(id)
    var draft = Draft(.affiliates)
    draft.set("affiliate_id", .text(id))
    draft.set("email", .text("\(id)@example.org"))
    draft.set("payment_method", .text("MANUAL"))
    let inviter = random.pick(affiliates)
    let fee = Int64(random.below(1001))
    let invitation = invitationCode(Text(inviter), fee: fee).string
    let code = random.chance(50) ? random.pick(codes).code : invitation
    draft.set("invite_code", .text(random.chance(85) ? code : "nobody"))
    draft.set("fee_percentage", random.maybe(30, .decimal("5", spare: 2)))
    drafts.append(draft)
    codes.append((code: "N\(nightNumber)", affiliate: id, program: random.pick(programs)))
    drafts.append(codeDraft(codes[codes.count - 1]))
  }

  /// A registry row that breaks one rule.
  private mutating func addRefusedRegistryRow() {
    let stranger: [(String, Value)] = [("affiliate_id", .text("z")), ("email", .text("z@z.z"))]
    let taken: [(String, Value)] = [
      ("code", .text(codes[0].code)), ("affiliate_id", .text(affiliates[0])),
      ("program_id", .text(programs[0])),
    ]
    let number = affiliateNames.firstIndex { $0.utf8.elementsEqual(affiliates[0].utf8) } ?? 99
    let faults: [(Kind, [(String, Value)])] = [
      (.programs, [("program_id", .text("q")), ("commission_rate", .decimal("0.009", spare: 0))]),
      (.programs, [("program_id", .text("q")), ("attribution_window_days", .integer(91))]),
      (.programs, [("program_id", .text("q")), ("payout_minimum_minor", .integer(999))]),
      (.programs, [("program_id", .text("q")), ("hold_days", .integer(366))]),
      (.affiliates, stranger + [("email", .text("AFF\(number)+y@gmail.com"))]),
      (.affiliates, stranger + [("email", .text("AFF\(number)+z@gmail.com"))]),
      (.affiliates, stranger + [("master_id", .text("z"))]),
      (.affiliates, stranger + [("master_id", .text("nobody"))]),
      (.affiliates, stranger + [("fee_percentage", .decimal("10.01", spare: 0))]),
      (.affiliates, stranger + [("commission_rate", .decimal("0.009", spare: 0))]),
      (
        .affiliates,
        stranger + [
          ("master_id", .text(affiliates[0])),
          ("invite_code", .text(invitationCode(Text(affiliates[0]), fee: 0).string)),
        ]
      ),
      (.codes, taken + [("affiliate_id", .text("nobody"))]),
      (.codes, taken + [("program_id", .text("nowhere"))]),
      (.codes, taken + [("affiliate_id", .text(random.pick(affiliates)))]),
      (.codes, taken + [("code", .text("abcdefghijklmnopqrstu"))]),
    ]
    let (kind, values) = random.pick(faults)
    var draft = Draft(kind)
    for (name, value) in values { draft.set(name, value) }
    drafts.append(draft)
  }
}
