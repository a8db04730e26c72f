// The field's values as they stand in rows.
import Pipeline

extension RowEncoder {
  /// Appends a currency's code.
  mutating func append(_ currency: Currency) {
    append(UInt8(truncatingIfNeeded: currency.packed >> 16))
    append(UInt8(truncatingIfNeeded: currency.packed >> 8))
    append(UInt8(truncatingIfNeeded: currency.packed))
  }

  /// Appends the id of the reward whose key has this digest.
  mutating func append(reward digest: Digest128) {
    append(Self.rewardMark)
    append(hexadecimal: digest)
  }

  private static let rewardMark = ShortField("rwd_")

  /// Appends a fraud score with two decimals.
  mutating func append(score: BasisPoints) {
    let hundredths = score.value / 100
    let rest = UInt8(truncatingIfNeeded: hundredths % 100)
    append(decimal: Int64(hundredths / 100))
    append(0x2E)
    append(0x30 + rest / 10)
    append(0x30 + rest % 10)
  }
}
