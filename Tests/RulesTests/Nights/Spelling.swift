// Logical values of a row, and the several ways in which the same value may be written.

import TestSupport

/// A value before it is written.
enum Value {
  case text(String)
  case instant(Int64)
  /// A decimal; `spare` is how many needless zeros it may be written with.
  case decimal(String, spare: Int)
  case integer(Int64)
  case bool(Bool)
  case cell(Cell)
}

/// A row before it is written.
struct Draft {
  var kind: Kind
  var values: [(name: String, value: Value)] = []

  init(_ kind: Kind) { self.kind = kind }

  mutating func set(_ name: String, _ value: Value?) {
    values.removeAll { $0.name == name }
    if let value { values.append((name: name, value: value)) }
  }
}

extension SplitMix64 {
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// A value that is there with a chance.
  mutating func maybe<Result>(_ percent: Int, _ value: Result) -> Result? {
    chance(percent) ? value : nil
  }

  /// Writes an instant with one of several offsets and fractions.
  mutating func spelled(instant: Int64) -> String {
    let offset = pick([0, 0, 0, 120, -330, 60])
    let local = printed(instant + Int64(offset) * 60_000)
    var stem = String(local.dropLast())
    let hasFraction = stem.utf8.contains(0x2E)
    switch below(4) {
    case 0 where !hasFraction: stem += ".000"
    case 1: stem += hasFraction ? "999" : ".0009"
    case 2 where hasFraction:
      while stem.utf8.last == 0x30 { stem.removeLast() }
    default: break
    }
    guard offset != 0 else { return stem + pick(["Z", "+00:00", "-00:00"]) }
    let minutes = abs(offset)
    let clock = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return stem + (offset < 0 ? "-" : "+") + clock.joined(separator: ":")
  }

  mutating func spelled(_ draft: Draft) -> [Field] {
    draft.values.map { Field($0.name, spelled($0.value)) }
  }

  private mutating func spelled(_ value: Value) -> Cell {
    switch value {
    case .text(let text): return .text(text)
    case .instant(let instant): return .text(spelled(instant: instant))
    case .integer(let number): return chance(50) ? .text(String(number)) : .number(String(number))
    case .bool(let truth): return chance(50) ? .bool(truth) : .text(truth ? "true" : "false")
    case .cell(let cell): return cell
    case .decimal(let text, let spare):
      var written = text
      let zeros = below(spare + 1)
      if zeros > 0 {
        written += (text.utf8.contains(0x2E) ? "" : ".") + String(repeating: "0", count: zeros)
      }
      return chance(50) ? .text(written) : .number(written)
    }
  }
}
