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
  var sum: Int64 = 0
  var most: Int64 = 0
  var isNarrow = true
  for weight in weights {
    let (value, overflow) = sum.addingReportingOverflow(weight)
    if overflow { isNarrow = false }
    sum = value
    most = max(most, weight)
  }
  // Weights and amounts of everyday size need no wide division.
  if isNarrow, !total.multipliedReportingOverflow(by: most).overflow {
    return part(of: total, weights, place, sum)
  }
  let wideSum = weights.reduce(Int128(0)) { $0 + Int128($1) }
  // A part never exceeds `total`, which fits.
  return Int64(
    truncatingIfNeeded: part(of: Int128(total), weights.map { Int128($0) }, place, wideSum))
}

/// The part rounded down, and one more where fewer remainders go first than are left over.
private func part<Number: FixedWidthInteger>(
  of total: Number, _ weights: [Number], _ place: Int, _ sum: Number
) -> Number {
  let own = (total * weights[place]).quotientAndRemainder(dividingBy: sum)
  var left = total
  var goingFirst: Number = 0
  for (other, weight) in weights.enumerated() {
    let (quotient, remainder) = (total * weight).quotientAndRemainder(dividingBy: sum)
    left -= quotient
    if remainder > own.remainder || (remainder == own.remainder && other < place) {
      goingFirst += 1
    }
  }
  return own.quotient + (goingFirst < left ? 1 : 0)
}
