// Which rows of a span have a first commission that is approved and in no payout, as
// `conversion_spans.loose` says it: a character a row, '1' or '0'.
import Pipeline

/// A flag for each row of a span, by its distance from the first.
struct LooseFlags: Equatable {
  private static let yes = UInt8(ascii: "1")
  private static let no = UInt8(ascii: "0")
  /// How many other rows are read on the way from one flagged row to the next.
  private static let widestGap = 8

  /// The last one, if there is any, is a `1`.
  private var bytes: [UInt8] = []

  init() {}

  init(_ text: Text) {
    bytes = Array(text.utf8)
    trim()
  }

  var isEmpty: Bool { bytes.isEmpty }

  /// How many rows are flagged.
  var count: Int { bytes.count { $0 == Self.yes } }

  /// What the store holds; nil where no row is flagged.
  var utf8: [UInt8]? { bytes.isEmpty ? nil : bytes }

  subscript(place: Int) -> Bool {
    get { bytes.indices.contains(place) && bytes[place] == Self.yes }
    set {
      if place >= bytes.count {
        guard newValue else { return }
        bytes.append(contentsOf: repeatElement(Self.no, count: place + 1 - bytes.count))
      }
      bytes[place] = newValue ? Self.yes : Self.no
      trim()
    }
  }

  private mutating func trim() {
    while let last = bytes.last, last != Self.yes { bytes.removeLast() }
  }

  /// Stretches of rows that hold all flagged ones, and few others.
  var stretches: [Range<Int>] {
    var found: [Range<Int>] = []
    for place in bytes.indices where bytes[place] == Self.yes {
      if let last = found.last, place - last.upperBound <= Self.widestGap {
        found[found.count - 1] = last.lowerBound..<place + 1
      } else {
        found.append(place..<place + 1)
      }
    }
    return found
  }
}
