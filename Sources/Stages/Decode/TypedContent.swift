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

  public init(_ layout: RowLayout) {
    self.layout = layout
    scratch.append(layout.kind.word)
    scratch.append(Self.separator)
    prefixCount = scratch.count
  }

  /// The same digest as that of the row, of fields that were fetched from it already.
  ///
  /// - Precondition: The row's values have been found right, and no label has more than 23 bytes.
  func digest(_ fields: RowFields) -> Digest128 {
    // The first label brings the separator that ends the name of the kind.
    scratch.truncate(to: prefixCount - 1)
    for prefix in layout.prefixes where fields.has(prefix.column) {
      scratch.append(prefix.words, count: prefix.count)
      if prefix.form == .json, let json = fields.json {
        scratch.append(json.canonicalText)
      } else if let known = fields.known(prefix.column) {
        scratch.append(mantissa: known.mantissa, fractionDigits: known.fractionDigits)
      } else if prefix.form == .text {
        scratch.append(fields[prefix.column])
      } else {
        append(Field(bytes: fields[prefix.column], form: .text), prefix.form)
      }
    }
    return ContentHash.digest(of: scratch.view)
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
      append(field, column.form)
    }
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
