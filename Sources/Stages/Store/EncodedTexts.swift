// Texts of many rows, one after the other in one piece of memory: made by whoever works on a
// programme, and bound to statements by the merge.
import Pipeline

/// Texts by number.
struct EncodedTexts: Sendable {
  private let bytes: EncodedRows
  private let ends: [Int]

  fileprivate init(_ bytes: EncodedRows, _ ends: [Int]) {
    self.bytes = bytes
    self.ends = ends
  }

  /// Appends a text to a row of a batch.
  func append(_ number: Int, to batch: RowBatch) {
    batch.append(utf8: bytes, (number > 0 ? ends[number - 1] : 0)..<ends[number])
  }
}

/// A JSON object after the other.
struct ObjectEncoder: ~Copyable {
  private var json = RowEncoder(capacity: 4_096)
  private var ends: [Int] = []
  private var isFirst = true

  private static let first = ShortField("{\"")
  private static let next = ShortField(",\"")
  private static let colon = ShortField("\":")

  /// Begins a member whose name is a number.
  @inline(__always) mutating func name(_ number: Int64) {
    json.append(isFirst ? Self.first : Self.next)
    isFirst = false
    json.append(decimal: number)
    json.append(Self.colon)
  }

  /// A member's value.
  @inline(__always) mutating func value(_ number: Int64) { json.append(decimal: number) }

  /// A member's value of several numbers: `first` begins the list, others go on with it.
  @inline(__always) mutating func element(_ number: Int64, isFirst: Bool = false) {
    json.append(isFirst ? UInt8(ascii: "[") : UInt8(ascii: ","))
    json.append(decimal: number)
  }

  /// Ends a list.
  @inline(__always) mutating func endList() { json.append(UInt8(ascii: "]")) }

  /// Ends an object; the next member begins another one.
  mutating func endObject() {
    if isFirst { json.append(UInt8(ascii: "{")) }
    json.append(UInt8(ascii: "}"))
    isFirst = true
    ends.append(json.count)
  }

  /// All objects.
  consuming func finish() -> EncodedTexts {
    let ends = ends
    return EncodedTexts(json.finish(), ends)
  }
}
