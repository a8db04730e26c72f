// One row of a decisions file.
public import Pipeline

/// A decision's row, typed; what it decides on is not yet found.
public struct DecisionRow: Sendable {
  /// What kind of thing is decided on.
  public enum Target: Sendable { case conversion, referral }

  public var origin: RowOrigin
  public var target: Target
  public var targetID: Text
  public var approves: Bool
  public var reviewNotes: Text?
  public var decidedBy: Text?
  public var decidedAt: Instant
  /// The typed content and its digest.
  public var content: [UInt8]
  public var digest: Digest128
}

extension DecisionRow {
  /// The native columns.
  public static let layout = RowLayout(
    .decisions,
    [
      .init("target", required: true), .init("target_id", required: true),
      .init("action", required: true), .init("review_notes"), .init("decided_by"),
      .init("decided_at", .instant, required: true),
    ])

  private static let targets: [(StaticString, Target)] = [
    ("conversion", .conversion), ("referral", .referral),
  ]
  private static let actions: [(StaticString, Bool)] = [("approve", true), ("reject", false)]

  /// Reads a row.
  ///
  /// - Parameter asOf: The run's instant; a decision after it is `in_future`.
  public static func decode(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin, asOf: Instant
  ) -> Decoded<DecisionRow> {
    var reader = RowReader(batch, row, origin, layout)
    let target = reader.word(0, targets)
    let targetID = reader.text(1)
    let action = reader.word(2, actions)
    let notes = reader.text(3)
    let decidedBy = reader.text(4)
    let decidedAt = reader.instant(5)
    reader.demand(decidedAt, notAfter: asOf, 5)
    if let rejection = reader.rejection { return .rejected(rejection) }
    let (content, digest) = TypedContent.content(batch, row, layout)
    return .row(
      DecisionRow(
        origin: origin, target: target ?? .conversion, targetID: targetID ?? "",
        approves: action ?? false, reviewNotes: notes, decidedBy: decidedBy,
        decidedAt: decidedAt ?? asOf, content: content, digest: digest))
  }
}
