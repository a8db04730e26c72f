// The content of a row as bytes: what tells whether two rows say the same, whatever their format,
// and in what order rows go that nothing else orders.
public import Pipeline

/// Writes and digests the typed content of rows: the present native fields sorted by name,
/// `name=value`, joined by U+001F (SPEC 10, Rows). Instants are milliseconds, decimals have no
/// idle zeros, JSON has sorted keys.
public struct TypedContent {
  /// Between two fields.
  static let separator: UInt8 = 0x1F

  private let layout: RowLayout
  private let prefix: [UInt8]
  private var scratch: [UInt8] = []

  public init(_ layout: RowLayout) {
    self.layout = layout
    prefix = Array(layout.kind.word.utf8) + [Self.separator]
    scratch.reserveCapacity(1_024)
  }

  /// The digest of a row's content with the name of its kind in front.
  ///
  /// - Precondition: The row's values have been found right.
  public mutating func digest(_ batch: RecordBatch, _ row: Int) -> Digest128 {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: prefix)
    Self.append(batch, row, layout, to: &scratch)
    return ByteView.withBytes(of: scratch) { ContentHash.digest(of: $0) }
  }

  /// A row's content, and its digest.
  static func content(
    _ batch: RecordBatch, _ row: Int, _ layout: RowLayout
  ) -> (bytes: [UInt8], digest: Digest128) {
    var content = TypedContent(layout)
    let digest = content.digest(batch, row)
    return (Array(content.scratch.dropFirst(content.prefix.count)), digest)
  }

  private static func append(
    _ batch: RecordBatch, _ row: Int, _ layout: RowLayout, to bytes: inout [UInt8]
  ) {
    var isFirst = true
    for column in layout.byName {
      let field = batch.field(row, column)
      guard field.form != .absent else { continue }
      if !isFirst { bytes.append(separator) }
      isFirst = false
      bytes.append(contentsOf: layout.labels[column])
      append(field, layout.columns[column].form, to: &bytes)
    }
  }

  private static func append(_ field: Field, _ form: ColumnForm, to bytes: inout [UInt8]) {
    switch form {
    case .text, .boolean, .day: break
    case .instant:
      if let milliseconds = InstantText.scan(field.bytes) {
        bytes.append(mantissa: milliseconds, fractionDigits: 0)
        return
      }
    case .decimal, .integer:
      if let decimal = try? DecimalText.scan(field.bytes) {
        bytes.append(mantissa: decimal.mantissa, fractionDigits: decimal.scale)
        return
      }
    case .json:
      if let value = try? JSONValue(field.bytes.copied()) {
        bytes.append(contentsOf: value.canonicalText.utf8)
        return
      }
    }
    bytes.append(view: field.bytes)
  }
}

extension [UInt8] {
  /// Appends a view's bytes.
  mutating func append(view: ByteView) {
    unsafe view.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }

  /// Appends a decimal without idle zeros: 0.10 is `0.1`, −0 is `0`.
  ///
  /// - Parameter fractionDigits: How many of the mantissa's digits stand after the point.
  mutating func append(mantissa: Int64, fractionDigits: Int) {
    var digits = mantissa.magnitude
    var places = fractionDigits
    while places > 0, digits.isMultiple(of: 10) {
      digits /= 10
      places -= 1
    }
    if mantissa < 0 { append(UInt8(ascii: "-")) }
    let start = count
    for _ in 0..<places {
      append(UInt8(ascii: "0") + UInt8(digits % 10))
      digits /= 10
    }
    if places > 0 { append(UInt8(ascii: ".")) }
    repeat {
      append(UInt8(ascii: "0") + UInt8(digits % 10))
      digits /= 10
    } while digits > 0
    self[start...].reverse()
  }
}
