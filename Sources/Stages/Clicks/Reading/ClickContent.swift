// The typed content of a click (SPEC 10, Rows) as bytes, for the few rows that go by it.
import Pipeline

/// Writes typed contents: the present native fields sorted by name, `name=value`, joined by U+001F;
/// instants are milliseconds.
enum ClickContent {
  private static let columns = ClickColumn.allCases.sorted { Text($0.name) < Text($1.name) }

  /// The content of one row, whose instant is known to be this one.
  static func bytes(_ batch: RecordBatch, _ row: Int, instant: Instant) -> [UInt8] {
    var content: [UInt8] = []
    for column in columns {
      let field = batch.field(row, column.rawValue)
      guard field.form != .absent else { continue }
      if !content.isEmpty { content.append(0x1F) }
      content.append(contentsOf: column.name.utf8)
      content.append(UInt8(ascii: "="))
      if column == .occurredAt {
        content.append(contentsOf: String(instant.milliseconds).utf8)
      } else {
        RawReader(field.bytes).append(to: &content)
      }
    }
    return content
  }
}
