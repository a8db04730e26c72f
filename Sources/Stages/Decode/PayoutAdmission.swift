// Divides payout requests and settlements by programme.
internal import Pipeline

extension RowAdmission {
  /// Hands payout requests to their programmes in the order of (requested_at, affiliate_id,
  /// content); one without a programme goes to all.
  public mutating func admit(requests rows: [PayoutRequestRow]) throws {
    let ordered = rows.sorted { left, right in
      if left.requestedAt != right.requestedAt { return left.requestedAt < right.requestedAt }
      if left.affiliate != right.affiliate { return left.affiliate < right.affiliate }
      if left.content != right.content {
        return left.content.lexicographicallyPrecedes(right.content)
      }
      return left.origin < right.origin
    }
    for row in ordered { try admit(row) }
  }

  private mutating func admit(_ row: PayoutRequestRow) throws {
    let content = RowContent(kind: .payoutRequests, digest: row.digest)
    guard try shouldJudge(row.origin, content) else { return }
    guard let affiliate = registry.affiliate(row.affiliate) else {
      admitted.withdraw(content)
      return admitted.reject(
        row.origin, .unknownAffiliate, "affiliate_id", row.affiliate.text,
        "is not registered; register it in an affiliates file")
    }
    let request = PayoutRequest(
      origin: row.origin, affiliate: affiliate, requestedAt: row.requestedAt,
      isFannedOut: row.program == nil)
    guard let id = row.program else {
      admitted.fannedOut.append(row.origin)
      for program in registry.programsInOrder {
        admitted.programs[program, default: ProgramRows()].requests.append(request)
      }
      return
    }
    guard let program = registry.program(id) else {
      admitted.withdraw(content)
      return admitted.reject(
        row.origin, .unknownProgram, "program_id", id.text,
        "is not registered; register it in a programs file")
    }
    admitted.programs[program, default: ProgramRows()].requests.append(request)
  }

  /// Hands settlements to their programmes in the order of (processed_at or 0, status, payout_id,
  /// content).
  public mutating func admit(settlements rows: [SettlementRow]) throws {
    let ordered = rows.sorted { left, right in
      let (first, second) = (left.settlement, right.settlement)
      let (earlier, later) = (Self.processedAt(first), Self.processedAt(second))
      if earlier != later { return earlier < later }
      if first.status != second.status { return first.status < second.status }
      if first.payoutID != second.payoutID { return first.payoutID < second.payoutID }
      if left.content != right.content {
        return left.content.lexicographicallyPrecedes(right.content)
      }
      return first.origin < second.origin
    }
    for row in ordered { try admit(row.settlement) }
  }

  private static func processedAt(_ settlement: Settlement) -> Instant {
    settlement.processedAt ?? Instant(milliseconds: 0)
  }

  private mutating func admit(_ settlement: Settlement) throws {
    let content = RowContent(kind: .settlements, digest: settlement.content)
    guard try shouldJudge(settlement.origin, content) else { return }
    guard let program = try history.program(ofPayout: settlement.payoutID) else {
      admitted.withdraw(content)
      return admitted.reject(
        settlement.origin, .unknownPayout, "payout_id", settlement.payoutID,
        "names no payout of an earlier run; give a payout_id of payouts.csv")
    }
    admitted.programs[program, default: ProgramRows()].settlements.append(settlement)
  }
}
