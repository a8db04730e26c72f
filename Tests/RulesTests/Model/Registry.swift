// Programs with their dated terms, affiliates, and codes: what the registry's rows make of them.

import Pipeline

/// Field values of one dated programs row.
struct DatedTerms {
  var effectiveAt: Int64
  var values: [Text: Text]
  var cells: [Text: Cell]
}

struct Program {
  var id: Text
  var base: [Text: Text] = [:]
  var baseCells: [Text: Cell] = [:]
  /// In the order of arrival.
  var dated: [DatedTerms] = []
  /// In the order of arrival.
  var statuses: [(at: Int64, status: Text)] = []
  var updatedAt: Int64?

  /// The dated row that states a field at an instant: the latest, and of equals the last to come.
  private func dated(_ name: Text, at instant: Int64) -> DatedTerms? {
    var found: DatedTerms?
    for row in dated where row.effectiveAt <= instant && row.values[name] != nil {
      if row.effectiveAt >= found?.effectiveAt ?? Int64.min { found = row }
    }
    return found
  }

  func value(_ name: Text, at instant: Int64) -> Text? {
    dated(name, at: instant)?.values[name] ?? base[name]
  }

  func cell(_ name: Text, at instant: Int64) -> Cell? {
    dated(name, at: instant)?.cells[name] ?? baseCells[name]
  }

  func integer(_ name: Text, at instant: Int64, default fallback: Int64) -> Int64 {
    value(name, at: instant).flatMap { Int64($0.string) } ?? fallback
  }

  func basisPoints(_ name: Text, at instant: Int64, default fallback: Int64) -> Int64 {
    value(name, at: instant).flatMap(fraction) ?? fallback
  }

  func currency(at instant: Int64) -> Text { value("currency", at: instant) ?? "USD" }

  func holdMilliseconds(at instant: Int64) -> Int64 {
    integer("hold_days", at: instant, default: 0) * dayMilliseconds
  }

  func windowMilliseconds(at instant: Int64) -> Int64 {
    integer("attribution_window_days", at: instant, default: 30) * dayMilliseconds
  }

  func evidence(at instant: Int64) -> [Text] {
    (value("evidence", at: instant) ?? "click_id,code,visitor").split(0x2C)
  }

  func tiers(at instant: Int64) -> [Tier] {
    guard case .tiers(let tiers)? = cell("tiers", at: instant) else { return [] }
    return tiers
  }

  func rules(at instant: Int64) -> [Rule] {
    guard case .rules(let rules)? = cell("commission_rules", at: instant) else { return [] }
    return rules
  }

  func isPaused(at instant: Int64) -> Bool {
    var latest: (at: Int64, status: Text)?
    for entry in statuses where entry.at <= instant {
      if entry.at >= latest?.at ?? Int64.min { latest = entry }
    }
    return latest?.status == "paused"
  }
}

struct Affiliate {
  var id: Text
  var values: [Text: Text]
  var cells: [Text: Cell]
  var inviter: Text?
  /// In hundredths of a percent.
  var fee: Int64?
  var registeredRun: Int

  var status: Text { values["status"] ?? "active" }
  var email: Text { normalisedEmail(values["email"] ?? "") }
}

struct Code {
  var code: Text
  var affiliate: Text
  var program: Text
  var isActive = true
  var expiresAt: Int64?
  var maxUses: Int64?
  var registeredRun: Int
}

/// A decimal fraction in basis points.
func fraction(_ text: Text) -> Int64? {
  Decimal128(text.string)?.scaled(to: 4).flatMap { Int64(exactly: $0) }
}

/// Whether a rate is one the registry takes: 0.01 to 1.0.
private func isRate(_ text: Text?) -> Bool {
  guard let text else { return true }
  return fraction(text).map { (100...10_000).contains($0) } ?? false
}

extension Model {
  /// Takes in the rows of the three registry kinds.
  mutating func ingestRegistry(_ rows: [Row]) {
    let programRows = rows.filter { $0.kind == .programs }.sorted(by: registryOrder)
    for row in programRows.filter({ $0.instant("effective_at") == nil }) { ingestProgram(row) }
    for row in programRows.filter({ $0.instant("effective_at") != nil }) { ingestProgram(row) }
    var waiting = rows.filter { $0.kind == .affiliates }.sorted(by: registryOrder)
    while !waiting.isEmpty {
      // The first whose inviter has no row left, else (in a circle of inviters) the first.
      let next = waiting.firstIndex { row in
        !waiting.contains {
          $0.index != row.index && $0.text("affiliate_id") == row.text("master_id")
            && row.text("master_id") != row.text("affiliate_id")
        }
      }
      ingestAffiliate(waiting.remove(at: next ?? 0))
    }
    for row in rows.filter({ $0.kind == .codes }).sorted(by: registryOrder) { ingestCode(row) }
  }

  private mutating func ingestProgram(_ row: Row) {
    guard !isSeen(row) else { return settle(row, .duplicate) }
    let id = row.text("program_id") ?? ""
    if let refusal = programRefusal(row) { return settle(row, .rejected(refusal)) }
    let isFirst = programs[id] == nil
    var program = programs[id] ?? Program(id: id)
    if let updated = row.instant("updated_at"), let stored = program.updatedAt, updated < stored {
      return settle(row, .filtered("stale"))
    }
    program.updatedAt = row.instant("updated_at") ?? program.updatedAt
    let effectiveAt = row.instant("effective_at")
    if let effectiveAt {
      program.dated.append(
        DatedTerms(effectiveAt: effectiveAt, values: row.values, cells: row.cells))
    } else {
      for name in row.values.keys {
        program.base[name] = row.values[name]
        program.baseCells[name] = row.cells[name]
        for index in program.dated.indices { program.dated[index].values[name] = nil }
      }
    }
    if let status = row.text("status") {
      let stated = effectiveAt ?? row.instant("updated_at") ?? asOf
      program.statuses.append(
        (at: row.instant("status_at") ?? (isFirst ? Int64.min : stated), status: status))
    }
    programs[id] = program
    settle(row, .accepted)
  }

  private func programRefusal(_ row: Row) -> Text? {
    guard isRate(row.text("commission_rate")) else { return "rate_out_of_range" }
    if let window = row.instant("attribution_window_days"), !(1...90).contains(window) {
      return "window_out_of_range"
    }
    if let minimum = row.instant("payout_minimum_minor"), !(1000...50_000).contains(minimum) {
      return "minimum_out_of_range"
    }
    return nil
  }

  private mutating func ingestAffiliate(_ row: Row) {
    guard !isSeen(row) else { return settle(row, .duplicate) }
    let id = row.text("affiliate_id") ?? ""
    if let refusal = affiliateRefusal(row, id) { return settle(row, .rejected(refusal)) }
    var affiliate =
      affiliates[id]
      ?? Affiliate(
        id: id, values: [:], cells: [:], inviter: nil, fee: nil, registeredRun: runNumber)
    let isFirst = affiliate.values.isEmpty
    if let updated = row.instant("updated_at"), let stored = affiliate.values["updated_at"],
      let before = Int64(stored.string), updated < before
    {
      return settle(row, .filtered("stale"))
    }
    affiliate.values.merge(row.values) { $1 }
    affiliate.cells.merge(row.cells) { $1 }
    if let master = row.text("master_id") { affiliate.inviter = master }
    if let fee = row.text("fee_percentage") { affiliate.fee = hundredths(fee) }
    if let invitation = row.text("invite_code"), let found = inviter(of: invitation) {
      affiliate.inviter = found.affiliate
      if isFirst, row.text("fee_percentage") == nil { affiliate.fee = found.fee }
    }
    affiliates[id] = affiliate
    settle(row, .accepted)
  }

  /// The violations in their order; an unknown code comes after the conflict, which needs no code.
  private func affiliateRefusal(_ row: Row, _ id: Text) -> Text? {
    var inviterID = row.text("master_id")
    if let invitation = row.text("invite_code") {
      if inviterID != nil { return "invite_conflict" }
      guard let found = inviter(of: invitation) else { return "unknown_code" }
      inviterID = found.affiliate
    }
    if let fee = row.text("fee_percentage"), hundredths(fee) > 1000 { return "fee_cap" }
    guard isRate(row.text("commission_rate")) else { return "rate_out_of_range" }
    if let inviterID {
      if inviterID == id { return "self_referral" }
      guard let inviter = affiliates[inviterID] else { return "unknown_affiliate" }
      let own = row.text("currency") ?? affiliates[id]?.values["currency"]
      if let own, let other = inviter.values["currency"], own != other {
        return "currency_mismatch"
      }
    }
    let email = normalisedEmail(row.text("email") ?? "")
    if affiliates.values.contains(where: { $0.id != id && $0.email == email }) {
      return "duplicate_email"
    }
    return nil
  }

  /// The affiliate that an invitation code, or a code, of an earlier run names.
  private func inviter(of invitation: Text) -> (affiliate: Text, fee: Int64?)? {
    for affiliate in affiliates.values where affiliate.registeredRun < runNumber {
      let letters = invitationCode(affiliate.id, fee: 0).utf8.prefix(10)
      guard invitation.utf8.count == 12, invitation.utf8.starts(with: letters) else { continue }
      for fee in Int64(0)...1000 where invitationCode(affiliate.id, fee: fee) == invitation {
        return (affiliate.id, fee)
      }
    }
    guard let code = codes[invitation], code.registeredRun < runNumber else { return nil }
    return (code.affiliate, nil)
  }

  private mutating func ingestCode(_ row: Row) {
    guard !isSeen(row) else { return settle(row, .duplicate) }
    let affiliate = row.text("affiliate_id") ?? ""
    let program = row.text("program_id") ?? ""
    guard affiliates[affiliate] != nil else { return settle(row, .rejected("unknown_affiliate")) }
    guard programs[program] != nil else { return settle(row, .rejected("unknown_program")) }
    let generated = sha256(Array("code:\(program.string):\(affiliate.string)".utf8))
    let name = row.text("code") ?? Text(base32(generated, letters: 10))
    var code =
      codes[name]
      ?? Code(code: name, affiliate: affiliate, program: program, registeredRun: runNumber)
    guard code.affiliate == affiliate, code.program == program else {
      return settle(row, .rejected("duplicate_code"))
    }
    if let isActive = row.text("is_active") { code.isActive = isActive == "true" }
    code.expiresAt = row.instant("expires_at") ?? code.expiresAt
    code.maxUses = row.instant("max_uses") ?? code.maxUses
    codes[name] = code
    settle(row, .accepted)
  }
}

/// By (updated_at, content); a row without updated_at goes first.
private func registryOrder(_ left: Row, _ right: Row) -> Bool {
  let first = left.instant("updated_at") ?? Int64.min
  let second = right.instant("updated_at") ?? Int64.min
  return first != second ? first < second : inContentOrder(left, right)
}

/// By typed content, then by the order in which the rows stand for this run.
func inContentOrder(_ left: Row, _ right: Row) -> Bool {
  left.content != right.content ? left.content < right.content : left.index < right.index
}

/// A percentage in hundredths of a percent.
func hundredths(_ text: Text) -> Int64 {
  Decimal128(text.string)?.scaled(to: 2).flatMap { Int64(exactly: $0) } ?? 0
}

/// The code by which an affiliate invites others at a fee in hundredths of a percent.
func invitationCode(_ affiliate: Text, fee: Int64) -> Text {
  let letters = base32(sha256(Array("invite:\(affiliate.string)".utf8)), letters: 10)
  let feeBits: [UInt8] = [UInt8(fee >> 2), UInt8(fee & 3) << 6]
  return Text(letters + base32(feeBits, letters: 2))
}
