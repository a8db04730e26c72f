// The content of a row as bytes: what tells whether two rows say the same, whatever their format,
// and in what order rows go that nothing else orders.
public import Pipeline

/// Writes and digests the typed content of rows: the present native fields sorted by name,
/// `name=value`, joined by U+001F (SPEC 10, Rows). Instants are milliseconds, decimals have no
/// idle zeros, JSON has sorted keys.
public final class TypedContent {
  /// Between two fields.
  static let separator: UInt8 = 0x1F

  private let layout: RowLayout
  private let prefixCount: Int
  private let scratch = ContentBuffer()
  /// The instants that the next row's columns are known to state, and in which columns, as bits.
  private var instants: [Int64]
  private var knownInstants: UInt64 = 0

  public init(_ layout: RowLayout) {
    self.layout = layout
    instants = Array(repeating: 0, count: layout.columns.count)
    scratch.append(layout.kind.word)
    scratch.append(Self.separator)
    prefixCount = scratch.count
  }

  /// Spares reading an instant again: says what the next row's column states.
  func know(_ instant: Instant, _ column: Int) {
    instants[column] = instant.milliseconds
    knownInstants |= 1 << UInt64(column)
  }

  /// The digest of a row's content with the name of its kind in front.
  ///
  /// - Precondition: The row's values have been found right.
  public func digest(_ batch: RecordBatch, _ row: Int) -> Digest128 {
    scratch.truncate(to: prefixCount)
    for column in layout.byName {
      let field = batch.field(row, column.place)
      guard field.form != .absent else { continue }
      if scratch.count > prefixCount { scratch.append(Self.separator) }
      scratch.append(layout.labels.view(from: column.labelStart, to: column.labelEnd))
      if knownInstants >> UInt64(column.place) & 1 == 1 {
        scratch.append(mantissa: instants[column.place], fractionDigits: 0)
      } else {
        append(field, column.form)
      }
    }
    knownInstants = 0
    return ContentHash.digest(of: scratch.view)
  }

  /// A row's content, and its digest.
  static func content(
    _ batch: RecordBatch, _ row: Int, _ layout: RowLayout
  ) -> (bytes: [UInt8], digest: Digest128) {
    let content = TypedContent(layout)
    let digest = content.digest(batch, row)
    let bytes = content.scratch.view(from: content.prefixCount, to: content.scratch.count)
    return (bytes.copied(), digest)
  }

  private func append(_ field: Field, _ form: ColumnForm) {
    switch form {
    case .text, .boolean, .day: break
    case .instant:
      if let milliseconds = InstantText.scan(field.bytes) {
        return scratch.append(mantissa: milliseconds, fractionDigits: 0)
      }
    case .decimal, .integer:
      if let decimal = try? DecimalText.scan(field.bytes) {
        return scratch.append(mantissa: decimal.mantissa, fractionDigits: decimal.scale)
      }
    case .json:
      if let value = try? JSONValue(field.bytes.copied()) {
        return scratch.append(value.canonicalText)
      }
    }
    scratch.append(field.bytes)
  }
}
