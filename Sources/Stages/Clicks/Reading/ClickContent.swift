// The typed content of a click (SPEC 10, Rows): what two rows are compared by.
import Pipeline

/// Builds typed contents in a buffer that is used over and over.
struct ClickContent {
  /// The name of the kind, in front of what is digested, so that no two kinds have one content.
  private static let kind = Array("clicks\u{1F}".utf8)
  /// `name=` by place in the order of names; all but the first follow a U+001F.
  private static let sorted: [(column: Int, prefix: [UInt8])] = ClickColumn.allCases
    .sorted { Text($0.name) < Text($1.name) }
    .map { ($0.rawValue, Array("\($0.name)=".utf8)) }

  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(4_096) }

  /// Lays out the content of one row.
  mutating func assemble(_ batch: RecordBatch, _ row: Int, instant: Instant) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: Self.kind)
    for (column, prefix) in Self.sorted {
      let field = batch.field(row, column)
      guard field.form != .absent else { continue }
      if bytes.count > Self.kind.count { bytes.append(0x1F) }
      bytes.append(contentsOf: prefix)
      if column == ClickColumn.occurredAt.rawValue {
        bytes.append(contentsOf: String(instant.milliseconds).utf8)
      } else {
        bytes.append(contentsOf: field.bytes.copied())
      }
    }
  }

  /// The digest of the content laid out last.
  var digest: Digest128 { ByteView.withBytes(of: bytes) { ContentHash.digest(of: $0) } }

  /// The content as it is compared, without the kind.
  var compared: [UInt8] { Array(bytes[Self.kind.count...]) }
}
