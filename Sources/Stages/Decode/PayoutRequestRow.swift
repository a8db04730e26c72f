// One row of a payout_requests file.
public import Pipeline

/// A wish to be paid now, typed but not yet judged.
public struct PayoutRequestRow: Sendable {
  public var origin: RowOrigin
  public var affiliate: AffiliateID
  /// nil for every programme.
  public var program: ProgramID?
  public var requestedAt: Instant
  /// The typed content and its digest.
  public var content: [UInt8]
  public var digest: Digest128
}

extension PayoutRequestRow {
  /// The native columns.
  public static let layout = RowLayout(
    .payoutRequests,
    [
      .init("affiliate_id", required: true), .init("program_id"),
      .init("requested_at", .instant, required: true),
    ])

  /// Reads a row.
  ///
  /// - Parameter asOf: The run's instant; a request after it is `in_future`.
  public static func decode(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin, asOf: Instant
  ) -> Decoded<PayoutRequestRow> {
    var reader = RowReader(batch, row, origin, layout)
    let affiliate = reader.text(0)
    let program = reader.text(1)
    let requestedAt = reader.instant(2)
    reader.demand(requestedAt, notAfter: asOf, 2)
    if let rejection = reader.rejection { return .rejected(rejection) }
    let (content, digest) = TypedContent.content(batch, row, layout)
    return .row(
      PayoutRequestRow(
        origin: origin, affiliate: AffiliateID(affiliate ?? ""),
        program: program.map { ProgramID($0) }, requestedAt: requestedAt ?? asOf,
        content: content, digest: digest))
  }
}
