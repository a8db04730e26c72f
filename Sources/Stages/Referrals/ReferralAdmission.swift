// Judges a night's leads (SPEC 4, Referrals; SPEC 10, Tiers and rewards).
internal import Pipeline

extension RowAdmission {
  /// A lead that counts once in a programme.
  struct Lead: Hashable {
    var program: ProgramOrdinal
    var email: Digest128
  }

  /// Judges referrals in the order of (occurred_at, referral_id, content) and hands the accepted
  /// ones to their programmes. A lead is taken whatever the state of its code, programme and
  /// affiliate.
  public mutating func admit(referrals rows: [ReferralRow]) throws {
    let leads = rows.map { row in
      (id: row.id ?? referralID(code: row.code, leadEmail: row.leadEmail), row: row)
    }
    let ordered = leads.sorted { left, right in
      let (earlier, later) = (left.row.occurredAt ?? asOf, right.row.occurredAt ?? asOf)
      if earlier != later { return earlier < later }
      if left.id != right.id { return left.id < right.id }
      if left.row.content != right.row.content {
        return left.row.content.lexicographicallyPrecedes(right.row.content)
      }
      return left.row.origin < right.row.origin
    }
    var taken: Set<Digest128> = []
    var known: Set<Lead> = []
    for (id, row) in ordered { try admit(row, id, &taken, &known) }
  }

  private mutating func admit(
    _ row: ReferralRow, _ id: ReferralID, _ taken: inout Set<Digest128>, _ known: inout Set<Lead>
  ) throws {
    if try taken.contains(row.digest) || history.hasContent(.referrals, row.digest) {
      return admitted.fates.count(.duplicate, file: row.origin.file)
    }
    guard let code = registry.code(row.code) else {
      return admitted.reject(
        row.origin, .unknownCode, "code", row.code.text,
        "is not registered; register it in a codes file")
    }
    if try referralPrograms[id] ?? history.program(ofReferral: id) != nil {
      return admitted.reject(
        row.origin, .conflictingDuplicate, "referral_id", id.text,
        "is an accepted referral with other content; a referral cannot be amended")
    }
    let entry = registry[code]
    let email = row.leadEmail.map { Keys.email($0) }
    if let column = selfReferral(row, email, registry[entry.affiliate]) {
      return admitted.reject(
        row.origin, .selfReferral, column.name, column.value, "is the affiliate itself")
    }
    if let email {
      let lead = Lead(program: entry.program, email: email)
      if try known.contains(lead) || history.hasLead(email, in: entry.program) {
        return admitted.reject(
          row.origin, .duplicateLead, "lead_email", row.leadEmail ?? "",
          "is a lead of this program already; each counts once")
      }
      known.insert(lead)
    }
    taken.insert(row.digest)
    accept(row, id, entry)
  }

  /// The column that shows the lead to be the affiliate itself, if any.
  private func selfReferral(
    _ row: ReferralRow, _ email: Digest128?, _ affiliate: Affiliate
  ) -> (name: String, value: Text)? {
    if let email, email == affiliate.emailKey { return ("lead_email", row.leadEmail ?? "") }
    if let referred = row.referredID, referred == affiliate.userID {
      return ("referred_id", referred)
    }
    return nil
  }

  private mutating func accept(_ row: ReferralRow, _ id: ReferralID, _ code: AffiliateCode) {
    var referral = Referral(
      id: id, program: code.program, code: code.ordinal, affiliate: code.affiliate,
      occurredAt: row.occurredAt ?? asOf, content: row.digest, origin: row.origin)
    referral.leadName = row.leadName
    referral.leadEmail = row.leadEmail
    referral.leadKey = row.leadEmail.map { Keys.email($0) }
    referral.estimatedValue = row.estimatedValue
    referral.referredID = row.referredID
    referral.metadata = row.metadata
    referralPrograms[id] = code.program
    admitted.programs[code.program, default: ProgramRows()].referrals.append(referral)
    admitted.contents.append(RowContent(kind: .referrals, digest: row.digest))
    admitted.fates.count(.accepted, file: row.origin.file)
  }
}
