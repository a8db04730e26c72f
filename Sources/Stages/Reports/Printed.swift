// How values are spelled in files for people and programs.
import Pipeline

extension Instant {
  /// RFC 3339 in UTC, with milliseconds only where they are not zero (SPEC 6).
  public var printed: String { InstantText.text(milliseconds: milliseconds) }

  /// The date of the day that ended with it: the UTC day of the millisecond before (SPEC 9, Runs).
  var businessDay: Int32 { (self + -1).utcDay }
}

extension Money {
  /// An amount of the store for people: in major units where the currency is known.
  public static func majorUnits(_ minorUnits: Int64, _ currency: String) -> String {
    Currency(code: currency).map { Money(minorUnits: minorUnits, $0).majorUnits }
      ?? String(minorUnits)
  }

  /// The amount in major units, with exactly the digits that its currency has: `12.30`, `1500` JPY.
  var majorUnits: String {
    let digits = String(minorUnits.magnitude)
    let sign = minorUnits < 0 ? "-" : ""
    guard currency.exponent > 0 else { return sign + digits }
    let zeros = String(repeating: "0", count: max(0, currency.exponent + 1 - digits.utf8.count))
    let padded = zeros + digits
    return sign + padded.dropLast(currency.exponent) + "." + padded.suffix(currency.exponent)
  }
}

extension BasisPoints {
  /// A fraud score with two decimals: 4_000 is `0.40`.
  var score: String {
    let hundredths = value / 100
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}

extension FraudFlags {
  /// The flags' words, in the order of their bits.
  static let words = all.map(\.word)

  /// The words of the flags that hold, with `|` between; empty for none.
  var text: Text { Self.texts[Int(rawValue) & (Self.texts.count - 1)] }

  private static let texts: [Text] = (0..<1 << words.count).map { bits in
    let held = words.enumerated().filter { bits >> $0.offset & 1 == 1 }
    return Text(held.map(\.element).joined(separator: "|"))
  }
}

extension Digest128 {
  /// The id of the reward whose key has this digest.
  var rewardID: Text { Text("rwd_" + description) }
}
