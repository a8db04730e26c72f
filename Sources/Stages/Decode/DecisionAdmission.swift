// Finds what decisions decide on.
internal import Pipeline

extension RowAdmission {
  /// Hands decisions to their programmes in the order of (decided_at, target_id, content).
  public mutating func admit(decisions rows: [DecisionRow]) throws {
    let ordered = rows.sorted { left, right in
      if left.decidedAt != right.decidedAt { return left.decidedAt < right.decidedAt }
      if left.targetID != right.targetID { return left.targetID < right.targetID }
      if left.content != right.content {
        return left.content.lexicographicallyPrecedes(right.content)
      }
      return left.origin < right.origin
    }
    let named = try rows.filter { row in
      try row.target == .conversion && !history.hasContent(.decisions, row.digest)
    }
    namedConversions = try history.orders(ofConversions: Set(named.map(\.targetID)))
    for row in ordered { try admit(row) }
  }

  private mutating func admit(_ row: DecisionRow) throws {
    let content = RowContent(kind: .decisions, digest: row.digest)
    guard try shouldJudge(row.origin, content) else { return }
    guard let (program, target) = try target(of: row) else {
      admitted.withdraw(content)
      return admitted.reject(
        row.origin, .unknownTarget, "target_id", row.targetID, Self.explanation(row.target))
    }
    var decision = Decision(
      origin: row.origin, content: row.digest, target: target, targetID: row.targetID,
      approves: row.approves, decidedAt: row.decidedAt)
    decision.decidedBy = row.decidedBy
    decision.reviewNotes = row.reviewNotes
    admitted.programs[program, default: ProgramRows()].decisions.append(decision)
  }

  private static func explanation(_ target: DecisionRow.Target) -> String {
    switch target {
    case .conversion:
      "names no conversion; give conv_…, program_id/order_id, or an order_id that only one program"
        + " had before this run"
    case .referral: "names no accepted referral; give its referral_id"
    }
  }

  private func target(of row: DecisionRow) throws -> (ProgramOrdinal, Decision.Target)? {
    switch row.target {
    case .conversion: return try conversion(row.targetID)
    case .referral:
      let id = ReferralID(row.targetID)
      let program = try referralPrograms[id] ?? history.program(ofReferral: id)
      return program.map { ($0, .referral(id)) }
    }
  }

  /// The conversion that a target_id names: by `conv_…` or a bare order_id one of an earlier run,
  /// by `program_id/order_id` any, which its programme then looks for (SPEC 10, Scale).
  private func conversion(_ id: Text) throws -> (ProgramOrdinal, Decision.Target)? {
    if let found = namedConversions[id] { return (found.program, .conversion(found.order)) }
    let splits = splits(of: id)
    for split in splits where try history.hasOrder(split.order, in: split.program) {
      return (split.program, .conversion(split.order))
    }
    let programs = try history.programs(havingOrder: OrderID(id))
    if programs.count == 1 { return (programs[0], .conversion(OrderID(id))) }
    return splits.first.map { ($0.program, .conversion($0.order)) }
  }

  /// Every reading as `program_id/order_id` with a registered programme, the longest id first.
  private func splits(of id: Text) -> [(program: ProgramOrdinal, order: OrderID)] {
    let string = id.string
    return string.utf8.indices.reversed().compactMap { slash in
      guard string.utf8[slash] == UInt8(ascii: "/") else { return nil }
      let order = Text(String(string[string.utf8.index(after: slash)...]))
      let program = registry.program(ProgramID(Text(String(string[..<slash]))))
      guard let program, !order.isEmpty else { return nil }
      return (program, OrderID(order))
    }
  }
}
