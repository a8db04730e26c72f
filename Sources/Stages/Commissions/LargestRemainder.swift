// Splitting an amount by weights so that the parts add up to the whole.

/// One part of `total` split by `weights` with the largest remainder.
///
/// - Parameters:
///   - total: Minor units, not negative.
///   - weights: Positive; the order of places decides ties: the first goes first.
///   - place: Whose part is wanted.
/// - Note: Source: SPEC 3, "split by weight with the largest remainder (ties to the lesser code)".
func largestRemainderPart(of total: Int64, weights: [Int64], place: Int) -> Int64 {
  guard weights.count > 1 else { return total }
  let sum = weights.reduce(Int128(0)) { $0 + Int128($1) }
  var distributed: Int128 = 0
  var remainders: [(remainder: Int128, place: Int)] = []
  for (place, weight) in weights.enumerated() {
    let product = Int128(total) * Int128(weight)
    distributed += product / sum
    remainders.append((product % sum, place))
  }
  remainders.sort { left, right in
    left.remainder != right.remainder
      ? left.remainder > right.remainder : left.place < right.place
  }
  let left = Int(Int128(total) - distributed)
  let getsOne = remainders.prefix(left).contains { $0.place == place }
  // A part never exceeds `total`, which fits.
  return Int64(truncatingIfNeeded: Int128(total) * Int128(weights[place]) / sum) + (getsOne ? 1 : 0)
}
