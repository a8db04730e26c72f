// Which columns a kind of rows has, of what type, and in what order its content is written.
public import Pipeline

/// The type of a native column, as far as its typed content depends on it.
public enum ColumnForm: Sendable {
  /// Text, words and currencies: the bytes as they stand.
  case text
  case instant
  case decimal
  case integer
  case boolean
  /// `YYYY-MM-DD`.
  case day
  case json
}

/// The native columns of one kind, in the order of the specification's table (SPEC 2).
public final class RowLayout: Sendable {
  /// One native column.
  public struct Column: Sendable {
    public let name: String
    public let form: ColumnForm
    public let isRequired: Bool

    init(_ name: String, _ form: ColumnForm = .text, required: Bool = false) {
      self.name = name
      self.form = form
      isRequired = required
    }
  }

  /// Where a column stands, and where its `name=` stands in ``labels``.
  struct ContentColumn: Sendable {
    var place: Int
    var form: ColumnForm
    var labelStart: Int
    var labelEnd: Int
  }

  /// A label with a separator in front as three words, so that writing it is three stores.
  struct Prefix: Sendable {
    var column: Int
    var form: ColumnForm
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    var count: Int

    /// - Parameter label: `name=`, of which 23 bytes are kept.
    init(_ column: ContentColumn, label: ArraySlice<UInt8>) {
      self.column = column.place
      form = column.form
      count = label.count + 1
      words.0 = UInt64(TypedContent.separator)
      for (place, byte) in label.prefix(23).enumerated() {
        let shifted = UInt64(byte) << UInt64(8 * ((place + 1) % 8))
        switch (place + 1) / 8 {
        case 0: words.0 |= shifted
        case 1: words.1 |= shifted
        default: words.2 |= shifted
        }
      }
    }
  }

  public let kind: InputKind
  public let columns: [Column]
  /// What the reader is asked for.
  public let request: ColumnRequest
  /// Places of the required columns.
  let required: [Int]
  /// The columns by name, as content goes.
  let byName: [ContentColumn]
  /// `name=` of all columns, one after the other.
  let labels: ConstantBytes
  /// The labels by name, each with a separator in front.
  let prefixes: [Prefix]

  init(_ kind: InputKind, _ columns: [Column]) {
    self.kind = kind
    self.columns = columns
    let requiredNames = columns.filter(\.isRequired).map(\.name)
    request = ColumnRequest(names: columns.map(\.name), required: Set(requiredNames))
    required = columns.indices.filter { columns[$0].isRequired }
    var labels: [UInt8] = []
    var byName: [ContentColumn] = []
    for place in columns.indices.sorted(by: { Text(columns[$0].name) < Text(columns[$1].name) }) {
      let start = labels.count
      labels.append(contentsOf: "\(columns[place].name)=".utf8)
      byName.append(
        ContentColumn(
          place: place, form: columns[place].form, labelStart: start, labelEnd: labels.count))
    }
    self.byName = byName
    self.labels = ConstantBytes(labels)
    prefixes = byName.map { Prefix($0, label: labels[$0.labelStart..<$0.labelEnd]) }
  }
}
