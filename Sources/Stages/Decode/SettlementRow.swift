// One row of a settlements file.
public import Pipeline

/// What became of a payout, typed; which programme's it is, is not yet found.
public struct SettlementRow: Sendable {
  public var settlement: Settlement
  /// The typed content.
  public var content: [UInt8]
}

extension SettlementRow {
  /// The native columns.
  public static let layout = RowLayout(
    .settlements,
    [
      .init("payout_id", required: true), .init("status", required: true),
      .init("transaction_id"), .init("transaction_hash"), .init("processed_at", .instant),
      .init("failed_reason"),
    ])

  private static let statuses: [(StaticString, Settlement.Status)] = [
    ("processing", .processing), ("completed", .completed), ("failed", .failed),
    ("cancelled", .cancelled),
  ]

  /// Reads a row.
  ///
  /// - Parameter asOf: The run's instant; a settlement processed after it is `in_future`.
  public static func decode(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin, asOf: Instant
  ) -> Decoded<SettlementRow> {
    var reader = RowReader(batch, row, origin, layout)
    let payoutID = reader.text(0)
    let status = reader.word(1, statuses)
    var settlement = Settlement(
      origin: origin, content: Digest128(high: 0, low: 0), payoutID: payoutID ?? "",
      status: status ?? .processing)
    settlement.transactionID = reader.text(2)
    settlement.transactionHash = reader.text(3)
    settlement.processedAt = reader.instant(4)
    settlement.failedReason = reader.text(5)
    reader.demand(settlement.processedAt, notAfter: asOf, 4)
    if let rejection = reader.rejection { return .rejected(rejection) }
    let (content, digest) = TypedContent.content(batch, row, layout)
    settlement.content = digest
    return .row(SettlementRow(settlement: settlement, content: content))
  }
}
