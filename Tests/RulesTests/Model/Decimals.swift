// Exact decimals, currencies and the two kinds of division the rules know.

import Pipeline

/// A decimal number as written: `-?[0-9]+(\.[0-9]+)?`.
struct Decimal128: Equatable {
  var digits: Int128
  /// Digits after the point, as written.
  var places: Int

  /// Nil where the text is no decimal, or has more digits than any amount needs.
  init?(_ text: String) {
    var bytes = Array(text.utf8)
    let negative = bytes.first == 0x2D
    if negative { bytes.removeFirst() }
    let parts = bytes.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), bytes.count <= 36,
      parts.allSatisfy({ part in !part.isEmpty && part.allSatisfy { (0x30...0x39).contains($0) } })
    else { return nil }
    var value: Int128 = 0
    for part in parts { for byte in part { value = value * 10 + Int128(byte - 0x30) } }
    digits = negative ? -value : value
    places = parts.count == 2 ? parts[1].count : 0
  }

  /// The value in units of 10^−places, or nil where that is no whole number.
  func scaled(to target: Int) -> Int128? {
    if places <= target { return digits * tenTo(target - places) }
    let divisor = tenTo(places - target)
    return digits % divisor == 0 ? digits / divisor : nil
  }

  /// The value in its shortest form.
  var canonical: String {
    var value = digits
    var left = places
    while left > 0, value % 10 == 0 {
      value /= 10
      left -= 1
    }
    let plain = String(value.magnitude)
    let sign = value < 0 ? "-" : ""
    guard left > 0 else { return sign + plain }
    let filled = String(repeating: "0", count: max(0, left + 1 - plain.utf8.count)) + plain
    return sign + filled.dropLast(left) + "." + filled.suffix(left)
  }
}

func tenTo(_ power: Int) -> Int128 { (0..<power).reduce(Int128(1)) { value, _ in value * 10 } }

/// A quotient rounded half away from zero; the divisor is positive.
func rounded(_ numerator: Int128, over divisor: Int128) -> Int64 {
  let magnitude = (numerator.magnitude * 2 + divisor.magnitude) / (divisor.magnitude * 2)
  return numerator < 0 ? -Int64(magnitude) : Int64(magnitude)
}

/// Splits a whole by weights with the largest remainder; ties go to the lesser position.
func largestRemainder(_ whole: Int64, weights: [Int64]) -> [Int64] {
  let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
  var parts = weights.map { Int64(Int128(whole) * Int128($0) / total) }
  let remainders = weights.map { Int128(whole) * Int128($0) % total }
  let order = weights.indices.sorted {
    remainders[$0] != remainders[$1] ? remainders[$0] > remainders[$1] : $0 < $1
  }
  let missing = Int(whole - parts.reduce(0, +))
  for position in order.prefix(missing) { parts[position] += 1 }
  return parts
}

/// The digits after the point that a currency has.
func minorDigits(_ currency: Text) -> Int {
  switch currency {
  case "JPY", "KRW", "CLP", "VND", "ISK": return 0
  case "KWD", "BHD", "OMR", "JOD", "TND": return 3
  default: return 2
  }
}

/// An amount in major units with exactly the currency's digits.
func majorUnits(_ minor: Int64, _ currency: Text) -> String {
  let places = minorDigits(currency)
  let plain = String(minor.magnitude)
  let sign = minor < 0 ? "-" : ""
  guard places > 0 else { return sign + plain }
  let filled = String(repeating: "0", count: max(0, places + 1 - plain.utf8.count)) + plain
  return sign + filled.dropLast(places) + "." + filled.suffix(places)
}
