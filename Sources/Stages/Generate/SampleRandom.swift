// Randomness by counter: every number follows from (seed, stream, index) alone, so that any row
// can be made again without what came before it. Integer arithmetic only.

/// What a sequence of random numbers is for. Streams are independent of each other.
enum SampleStream: UInt64 {
  case clickFate, click, clickDetail, orderFate, order, orderDetail, amendment
  case program, affiliate, code, referral, decision, payoutRequest
}

/// The numbers of one stream and seed, addressed by index.
struct SampleNumbers: Sendable {
  private let key: UInt64

  init(seed: UInt64, stream: SampleStream) {
    key = SampleRandom.mixed(
      SampleRandom.mixed(seed) ^ ((stream.rawValue + 1) &* 0xA076_1D64_78BD_642F))
  }

  /// The sequence that belongs to an index.
  @inline(__always) func sequence(_ index: Int) -> SampleRandom {
    SampleRandom(
      state: SampleRandom.mixed(key &+ UInt64(truncatingIfNeeded: index) &* 0xE703_7ED1_A0B4_28DB))
  }

  /// One number for an index.
  @inline(__always) func number(_ index: Int) -> UInt64 {
    var sequence = sequence(index)
    return sequence.next()
  }
}

/// Steele, Lea and Flood's SplitMix64.
struct SampleRandom: Sendable {
  private var state: UInt64

  @inline(__always) init(state: UInt64) { self.state = state }

  /// The next 64 bits.
  @inline(__always) mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  /// A number from 0 up to `bound`, which is at least 1.
  @inline(__always) mutating func below(_ bound: Int) -> Int {
    Self.scaled(next(), below: bound)
  }

  /// Whether something happens that does so `perMillion` times in a million.
  @inline(__always) mutating func chance(_ perMillion: Int) -> Bool {
    below(1_000_000) < perMillion
  }

  /// 64 random bits as a number from 0 up to `bound`.
  @inline(__always) static func scaled(_ bits: UInt64, below bound: Int) -> Int {
    Int(truncatingIfNeeded: bits.multipliedFullWidth(by: UInt64(bound)).high)
  }

  @inline(__always) static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to `bound` of which small ones are far more frequent: every power of two
  /// has the same share (a Zipf law with exponent 1).
  mutating func skewed(below bound: Int) -> Int {
    let bits = next()
    let octaves = UInt64.bitWidth - UInt64(bound).leadingZeroBitCount
    let octave = Self.scaled(bits << 32, below: octaves)
    let end = min(1 << (octave + 1), bound + 1)
    let start = 1 << octave
    return start + Self.scaled((bits >> 32) << 32, below: end - start) - 1
  }

  /// An exponentially distributed number with this mean, at most eight times of it.
  mutating func exponential(mean: Int) -> Int {
    let row = below(64)
    let low = Self.exponentialCuts[row]
    return (low + below(Self.exponentialCuts[row + 1] - low)) * mean / 1_000
  }

  /// −1000 ln(1 − k ÷ 64), the last one cut at 8000.
  private static let exponentialCuts = [
    0, 16, 32, 48, 65, 81, 98, 116, 134, 152, 170, 189, 208, 227, 247, 267, 288, 309, 330, 352,
    375, 398, 421, 445, 470, 495, 521, 548, 575, 604, 633, 662, 693, 725, 758, 791, 827, 863, 901,
    940, 981, 1_023, 1_068, 1_114, 1_163, 1_214, 1_269, 1_326, 1_386, 1_451, 1_520, 1_594, 1_674,
    1_761, 1_856, 1_962, 2_079, 2_213, 2_367, 2_549, 2_773, 3_060, 3_466, 4_159, 8_000,
  ]
}

/// A choice among numbered things of which the first ones are chosen more often: a Zipf law with
/// an exponent below 1, as steps by powers of two.
struct SkewedChoice: Sendable {
  private let count: Int
  /// For each power of two, the upper end of its share of 2^63.
  private let ends: [UInt64]

  /// - Parameters:
  ///   - count: How many things there are, at least 1.
  ///   - growth: How much heavier each power of two weighs than the one before, in sixteenths:
  ///     2^(1 − exponent) × 16.
  init(count: Int, growth: UInt64) {
    self.count = count
    var weights: [UInt64] = []
    var weight: UInt64 = 1 << 24
    var start = 1
    while start <= count {
      let size = min(start, count + 1 - start)
      weights.append(max(1, weight * UInt64(size) / UInt64(start)))
      weight = weight * growth / 16
      start *= 2
    }
    let total = weights.reduce(0, +)
    var sum: UInt64 = 0
    ends = weights.map { weight in
      sum += weight
      return total.dividingFullWidth(sum.multipliedFullWidth(by: 1 << 63)).quotient
    }
  }

  /// The number of the chosen thing, from 0.
  @inline(__always) func draw(_ random: inout SampleRandom) -> Int {
    let place = random.next() >> 1
    var octave = ends.count - 1
    while octave > 0, place < ends[octave - 1] { octave -= 1 }
    let start = 1 << octave
    return start + random.below(min(start, count + 1 - start)) - 1
  }
}
