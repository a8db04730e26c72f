// Judges affiliates rows: affiliates after their inviters, and an affiliate with a violation is
// not registered at all.
internal import Pipeline

/// Whom a row names as inviter, and the fee that an invitation code offers.
struct Invitation {
  var inviter: AffiliateOrdinal
  var fee: BasisPoints?
}

/// Why an affiliates row is rejected, in the order of SPEC 9, Registry.
private struct Violation: Error {
  var reason: RejectReason
  var column: String
  var value: Text
}

extension RegistryNight {
  /// Judges affiliates rows by (updated_at, content), each after its inviter's.
  public mutating func judge(affiliates rows: [AffiliateRow]) {
    guard !rows.isEmpty else { return }
    reserve(rows.count)
    records.reserve(affiliates: rows.count)
    prepareLookups(invitations: rows.contains { $0.inviteCode != nil })
    let ordered = RegistryOrder.places(of: rows) { RegistryOrder($0) }.map { rows[$0] }
    var queue = InviterQueue(ordered)
    while let place = queue.next() {
      judge(ordered[place])
    }
  }

  private mutating func prepareLookups(invitations: Bool) {
    if emailOwners == nil {
      emailOwners = [:]
      for (place, record) in records.affiliates.enumerated() {
        emailOwners?[Keys.email(record.email)] = AffiliateOrdinal(place)
      }
    }
    guard invitations, invitationNames == nil else { return }
    invitationNames = [:]
    for (place, record) in former.affiliates.enumerated().reversed() {
      invitationNames?[InvitationCode.name(record.id)] = AffiliateOrdinal(place)
    }
  }

  private mutating func judge(_ row: AffiliateRow) {
    let content = RowContent(kind: .affiliates, digest: row.digest)
    if isKnown(content) { return settle(row.origin, .duplicate) }
    let known = records.affiliate(row.id)
    if let known, let updated = row.updatedAt, let stored = records[known].updatedAt,
      updated < stored
    {
      return settle(row.origin, .filtered(.stale), content)
    }
    let invitation: Invitation?
    let email = Keys.email(row.email)
    do throws(Violation) {
      invitation = try findViolation(row, known, email)
    } catch {
      return reject(row.origin, error.reason, error.column, error.value)
    }
    let fresh = AffiliateRecord(id: row.id, email: row.email, seen: asOf)
    let ordinal = known ?? records.append(fresh)
    if let known { emailOwners?[Keys.email(records[known].email)] = nil }
    emailOwners?[email] = ordinal
    records[ordinal].take(row, invitation: invitation, asOf: asOf)
    changedAffiliates.insert(ordinal)
    settle(row.origin, .accepted, content)
  }

  /// Looks for the first violation; returns the inviter that the row names, if any.
  private func findViolation(
    _ row: AffiliateRow, _ known: AffiliateOrdinal?, _ email: Digest128
  ) throws(Violation) -> Invitation? {
    if let code = row.inviteCode, row.masterID != nil {
      throw Violation(reason: .inviteConflict, column: "invite_code", value: code)
    }
    if let fee = row.fee, fee > InvitationCode.feeLimit {
      throw Violation(reason: .feeCap, column: "fee_percentage", value: percentage(fee))
    }
    if let rate = row.commissionRate, !(100...10_000).contains(rate.value) {
      let value = Text(RateText.words(rate.value))
      throw Violation(reason: .rateOutOfRange, column: "commission_rate", value: value)
    }
    let invitation = try invitation(row, known)
    try demandOneCurrency(row, known, invitation)
    if let owner = emailOwners?[email], owner != known {
      throw Violation(reason: .duplicateEmail, column: "email", value: row.email)
    }
    return invitation
  }

  private func percentage(_ fee: BasisPoints) -> Text {
    CanonicalDecimal.text(mantissa: Int64(fee.value), fractionDigits: 2)
  }

  /// Whom the row names as inviter.
  private func invitation(
    _ row: AffiliateRow, _ known: AffiliateOrdinal?
  ) throws(Violation) -> Invitation? {
    if let master = row.masterID {
      guard master != row.id else {
        throw Violation(reason: .selfReferral, column: "master_id", value: master.text)
      }
      guard let inviter = records.affiliate(master) else {
        throw Violation(reason: .unknownAffiliate, column: "master_id", value: master.text)
      }
      return Invitation(inviter: inviter, fee: nil)
    }
    guard let code = row.inviteCode else { return nil }
    guard let invitation = invitation(by: code) else {
      throw Violation(reason: .unknownCode, column: "invite_code", value: code)
    }
    guard invitation.inviter != known else {
      throw Violation(reason: .selfReferral, column: "invite_code", value: code)
    }
    return invitation
  }

  /// Whom a code of an earlier run names: an invitation code is tried first (SPEC 10, Endpoint).
  private func invitation(by code: Text) -> Invitation? {
    if let parts = InvitationCode.parts(code), let inviter = invitationNames?[parts.name] {
      return Invitation(inviter: inviter, fee: parts.fee)
    }
    return former.code(Code(code)).map { Invitation(inviter: former[$0].affiliate, fee: nil) }
  }

  /// Demands the inviter's currency where both are given, of a row that states either side.
  private func demandOneCurrency(
    _ row: AffiliateRow, _ known: AffiliateOrdinal?, _ invitation: Invitation?
  ) throws(Violation) {
    guard row.currency != nil || invitation != nil else { return }
    let stored = known.map { records[$0] }
    guard let currency = row.currency ?? stored?.currency,
      let inviter = invitation?.inviter ?? stored?.inviter,
      let wanted = records[inviter].currency, wanted != currency
    else { return }
    throw Violation(reason: .currencyMismatch, column: "currency", value: Text(currency.code))
  }
}
