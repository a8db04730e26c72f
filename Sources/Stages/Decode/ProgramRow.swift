// One row of a programs file.
public import Pipeline

/// A programme's row: what it states, dated or not.
public struct ProgramRow: Sendable {
  public var origin: RowOrigin
  public var id: ProgramID
  public var fields = ProgramFields()
  public var status: Program.Status?
  public var statusAt: Instant?
  /// From when the fields hold; nil for all that is processed from this run on.
  public var effectiveAt: Instant?
  public var updatedAt: Instant?
  /// The typed content and its digest.
  public var content: [UInt8]
  public var digest: Digest128

  public init(origin: RowOrigin, id: ProgramID, content: [UInt8], digest: Digest128) {
    self.origin = origin
    self.id = id
    self.content = content
    self.digest = digest
  }
}

extension ProgramRow {
  /// The native columns.
  public static let layout = RowLayout(
    .programs,
    [
      .init("program_id", required: true), .init("name"), .init("domain"), .init("email"),
      .init("status"), .init("status_at", .instant), .init("currency"),
      .init("commission_rate", .decimal), .init("affiliate_share", .decimal),
      .init("attribution_window_days", .integer), .init("attribution_model"), .init("evidence"),
      .init("require_click", .boolean), .init("payout_schedule"), .init("payout_anchor", .day),
      .init("payout_minimum_minor", .integer), .init("payout_term"),
      .init("hold_days", .integer), .init("max_clicks_per_ip_hour", .integer),
      .init("fraud_review_threshold", .decimal), .init("signup_bonus_minor", .integer),
      .init("tiers", .json), .init("commission_rules", .json), .init("product_name"),
      .init("program_name"), .init("website_url"), .init("widget_config", .json),
      .init("publishable_key"), .init("effective_at", .instant), .init("updated_at", .instant),
    ])

  /// The dated field of each column; nil for the others.
  private static let dated: [ProgramField?] = layout.columns.map { column in
    ProgramField.allCases.first { $0.column == column.name }
  }

  /// Reads a row. Its instants may lie in the future: they date terms, not events.
  public static func decode(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin
  ) -> Decoded<ProgramRow> {
    var reader = RowReader(batch, row, origin, layout)
    let id = reader.text(0)
    var fields = ProgramFields()
    var status: Program.Status?
    var statusAt: Instant?
    for column in layout.columns.indices {
      if let field = dated[column] {
        fields[field] = reader.value(column) { value throws(ValueFault) in try field.read(value) }
      } else if column == 4 {
        status = reader.word(column, Program.Status.words)
      } else if column == 5 {
        statusAt = reader.instant(column)
      }
    }
    let effectiveAt = reader.instant(28)
    let updatedAt = reader.instant(29)
    if let rejection = reader.rejection { return .rejected(rejection) }
    let (content, digest) = TypedContent.content(batch, row, layout)
    var decoded = ProgramRow(
      origin: origin, id: ProgramID(id ?? ""), content: content, digest: digest)
    decoded.fields = fields
    decoded.status = status
    decoded.statusAt = statusAt
    decoded.effectiveAt = effectiveAt
    decoded.updatedAt = updatedAt
    return .row(decoded)
  }
}
