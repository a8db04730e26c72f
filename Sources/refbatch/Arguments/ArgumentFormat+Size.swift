// Sizes in bytes, as people write them, and shares of a whole.

extension ArgumentFormat where Value == Int {
  /// A number of bytes, at least one: `268435456`, `256MiB`, `512M` (1,048,576 each), `1GB`
  /// (1,000,000,000). Units in any case.
  static let size = ArgumentFormat(
    expected: "a size such as 256MiB, 1GiB, 512M or a number of bytes"
  ) { text in
    let digits = text.utf8.prefix { $0 >= 0x30 && $0 <= 0x39 }
    guard let number = wholeNumber(digits), number > 0,
      let unit = bytes(in: text.utf8.dropFirst(digits.count))
    else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow ? nil : product
  }

  /// A share from 0 to 1 with at most six places, in parts per million.
  static let share = ArgumentFormat(
    expected: "a decimal from 0 to 1 with at most six places, such as 0.001"
  ) { text in
    let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard parts.count == 1 || parts.count == 2, let whole = wholeNumber(parts[0]), whole <= 1
    else { return nil }
    guard parts.count == 2 else { return whole * 1_000_000 }
    guard parts[1].count <= 6, let places = wholeNumber(parts[1]) else { return nil }
    let scale = (parts[1].count..<6).reduce(1) { product, _ in product * 10 }
    let share = whole * 1_000_000 + places * scale
    return share <= 1_000_000 ? share : nil
  }

  /// How many bytes a unit's letters stand for; nil for letters that are no unit.
  private static func bytes(in letters: some Collection<UInt8>) -> Int? {
    let unit = String(decoding: letters, as: UTF8.self).lowercased()
    switch unit {
    case "", "b": return 1
    case "k", "kib": return 1 << 10
    case "m", "mib": return 1 << 20
    case "g", "gib": return 1 << 30
    case "t", "tib": return 1 << 40
    case "kb": return 1_000
    case "mb": return 1_000_000
    case "gb": return 1_000_000_000
    case "tb": return 1_000_000_000_000
    default: return nil
    }
  }
}
