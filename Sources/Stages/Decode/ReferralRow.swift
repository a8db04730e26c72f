// One row of a referrals file.
public import Pipeline

/// A lead's row, typed but not yet judged.
public struct ReferralRow: Sendable {
  public var origin: RowOrigin
  public var id: ReferralID?
  public var code: Code
  public var leadName: Text?
  public var leadEmail: Text?
  /// A decimal in major units, without idle zeros.
  public var estimatedValue: Text?
  public var referredID: Text?
  public var occurredAt: Instant?
  /// Canonical JSON.
  public var metadata: Text?
  /// The typed content and its digest.
  public var content: [UInt8]
  public var digest: Digest128

  public init(origin: RowOrigin, code: Code, content: [UInt8], digest: Digest128) {
    self.origin = origin
    self.code = code
    self.content = content
    self.digest = digest
  }
}

extension ReferralRow {
  /// The native columns.
  public static let layout = RowLayout(
    .referrals,
    [
      .init("referral_id"), .init("code", required: true), .init("lead_name"),
      .init("lead_email"), .init("estimated_value", .decimal), .init("referred_id"),
      .init("occurred_at", .instant), .init("metadata", .json),
    ])

  /// Reads a row.
  ///
  /// - Parameter asOf: The run's instant; a lead after it is `in_future`.
  public static func decode(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin, asOf: Instant
  ) -> Decoded<ReferralRow> {
    var reader = RowReader(batch, row, origin, layout)
    let id = reader.text(0)
    var decoded = ReferralRow(
      origin: origin, code: Code(reader.text(1) ?? ""), content: [],
      digest: Digest128(high: 0, low: 0))
    decoded.id = id.map { ReferralID($0) }
    decoded.leadName = reader.name(2)
    decoded.leadEmail = reader.text(3)
    decoded.estimatedValue = reader.value(4) { field throws(ValueFault) in
      let written = try field.decimal()
      return CanonicalDecimal.text(mantissa: written.mantissa, fractionDigits: written.scale)
    }
    decoded.referredID = reader.text(5)
    decoded.occurredAt = reader.instant(6)
    decoded.metadata = reader.json(7)
    reader.demand(decoded.occurredAt, notAfter: asOf, 6)
    if let rejection = reader.rejection { return .rejected(rejection) }
    (decoded.content, decoded.digest) = TypedContent.content(batch, row, layout)
    return .row(decoded)
  }
}
