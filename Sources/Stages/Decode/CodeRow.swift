// One row of a codes file.
public import Pipeline

/// A code's row: what it states. Without a code, one is generated.
public struct CodeRow: Sendable {
  public var origin: RowOrigin
  public var code: Text?
  public var affiliate: AffiliateID
  public var program: ProgramID
  public var isActive: Bool?
  public var expiresAt: Instant?
  public var maxUses: Int64?
  /// Canonical JSON.
  public var metadata: Text?
  public var createdAt: Instant?
  /// The typed content and its digest.
  public var content: [UInt8]
  public var digest: Digest128

  public init(
    origin: RowOrigin, affiliate: AffiliateID, program: ProgramID, content: [UInt8],
    digest: Digest128
  ) {
    self.origin = origin
    self.affiliate = affiliate
    self.program = program
    self.content = content
    self.digest = digest
  }
}

extension CodeRow {
  /// The native columns.
  public static let layout = RowLayout(
    .codes,
    [
      .init("code"), .init("affiliate_id", required: true), .init("program_id", required: true),
      .init("is_active", .boolean), .init("expires_at", .instant), .init("max_uses", .integer),
      .init("metadata", .json), .init("created_at", .instant),
    ])

  /// Reads a row. Its instants date no event, and may lie in the future.
  public static func decode(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin
  ) -> Decoded<CodeRow> {
    var reader = RowReader(batch, row, origin, layout)
    let code = reader.value(0) { field throws(ValueFault) in try field.text(limit: 20) }
    var decoded = CodeRow(
      origin: origin, affiliate: AffiliateID(reader.text(1) ?? ""),
      program: ProgramID(reader.text(2) ?? ""), content: [], digest: Digest128(high: 0, low: 0))
    decoded.code = code
    decoded.isActive = reader.boolean(3)
    decoded.expiresAt = reader.instant(4)
    decoded.maxUses = reader.value(5) { field throws(ValueFault) in
      try field.integer(0...Int64.max)
    }
    decoded.metadata = reader.json(6)
    decoded.createdAt = reader.instant(7)
    if let rejection = reader.rejection { return .rejected(rejection) }
    (decoded.content, decoded.digest) = TypedContent.content(batch, row, layout)
    return .row(decoded)
  }
}
