// The fields of one row, fetched from its batch once and asked for several times.
internal import Pipeline

/// Fields of the row at hand; room for them is made once.
@safe final class RowFields {
  /// Columns as bits.
  struct Columns: OptionSet {
    var rawValue: UInt32

    static func column(_ column: Int) -> Columns { Columns(rawValue: 1 << UInt32(column)) }
  }

  /// What is known of the row as a whole.
  private struct Summary {
    var present: Columns = []
    var numbers: Columns = []
    var others: Columns = []
    var known: Columns = []
  }

  // SAFETY: `fields` and `numbers` point at `count` elements, those of `fields` set by `load`, and
  // `summary` at one; all are freed in deinit only. The fields are valid as long as the batch is
  // that they were loaded from. Plain memory spares the checks that each access to a class's
  // variable costs.
  private let fields: UnsafeMutablePointer<Field>
  private let numbersKnown: UnsafeMutablePointer<ScannedNumber>
  private let summary: UnsafeMutablePointer<Summary>
  private let count: Int
  /// The row's JSON, once it has been read.
  private var knownJSON: JSONValue?

  /// A number that a column is known to state.
  struct ScannedNumber {
    var mantissa: Int64
    var fractionDigits: Int
  }

  /// - Parameter count: Number of columns, at most 32.
  init(count: Int) {
    precondition(count <= 32, "columns are bits of a word")
    self.count = count
    unsafe fields = .allocate(capacity: max(count, 1))
    unsafe numbersKnown = .allocate(capacity: max(count, 1))
    unsafe summary = .allocate(capacity: 1)
    unsafe summary.initialize(to: Summary())
  }

  deinit {
    unsafe fields.deallocate()
    unsafe numbersKnown.deallocate()
    unsafe summary.deallocate()
  }

  /// Fetches a good row's fields.
  func load(_ batch: RecordBatch, _ row: Int) {
    var found = Summary()
    for column in 0..<count {
      let field = batch.field(row, column)
      unsafe (fields + column).initialize(to: field)
      let bit = Columns.column(column)
      switch field.form {
      case .absent: continue
      case .text: break
      case .number: found.numbers.formUnion(bit)
      case .literal, .structure: found.others.formUnion(bit)
      }
      found.present.formUnion(bit)
    }
    unsafe summary.pointee = found
    if knownJSON != nil { knownJSON = nil }
  }

  /// The columns that are numbers of JSON.
  var numbers: Columns { unsafe summary.pointee.numbers }
  /// The columns that are literals or structures of JSON.
  var others: Columns { unsafe summary.pointee.others }

  /// The bytes of a column; none where it is absent.
  @inline(__always) subscript(column: Int) -> ByteView {
    assert(column >= 0 && column < count, "no such column")
    return unsafe fields[column].bytes
  }

  /// Whether a column has a value.
  @inline(__always) func has(_ column: Int) -> Bool {
    unsafe summary.pointee.present.contains(.column(column))
  }

  /// Spares reading a number or an instant again: says what a column of the row states.
  @inline(__always) func know(_ mantissa: Int64, fractionDigits: Int = 0, _ column: Int) {
    assert(column >= 0 && column < count, "no such column")
    unsafe numbersKnown[column] = ScannedNumber(
      mantissa: mantissa, fractionDigits: fractionDigits)
    unsafe summary.pointee.known.formUnion(.column(column))
  }

  /// Spares reading the only JSON of a row again.
  func know(_ json: JSONValue) { knownJSON = json }

  /// What the row's only column of JSON is known to state.
  var json: JSONValue? { knownJSON }

  /// What a column is known to state.
  @inline(__always) func known(_ column: Int) -> ScannedNumber? {
    guard unsafe summary.pointee.known.contains(.column(column)) else { return nil }
    return unsafe numbersKnown[column]
  }
}
