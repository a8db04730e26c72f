// A fast 128-bit content hash. It finds equal bytes; it does not withstand an opponent who picks
// the bytes to collide, for which SHA256.swift stands ready.

/// A 128-bit hash of bytes, the same on every machine and however the bytes are split.
///
/// Two independent lanes take in every byte. A lane's step is wyhash's: `mix(x ^ constant,
/// y ^ lane)`, where `mix` folds the 128-bit product of two words by xor. Bytes are taken in
/// stripes of 64 with four accumulators a lane (so that the multiplications overlap), what is left
/// in groups of 16; words are little-endian. The lanes meet in the last step, with the length.
public struct ContentHash: Sendable {
  /// 128 secret bits that give an unrelated hash function, such as one for each workspace.
  public struct Key: Hashable, Sendable {
    /// The half that enters the first lane.
    public var high: UInt64
    /// The half that enters the second lane.
    public var low: UInt64

    /// Puts two halves together.
    @inlinable public init(high: UInt64, low: UInt64) {
      self.high = high
      self.low = low
    }

    /// The key of unkeyed use.
    @inlinable public static var none: Key { Key(high: 0, low: 0) }
  }

  private var lanes: HashLanes
  private var stripesTaken = false
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0
  private let key: Key

  /// Starts a hash of no bytes.
  public init(key: Key = .none) {
    self.key = key
    lanes = HashLanes(key: key)
    pending.reserveCapacity(64)
  }

  /// The hash of `bytes` in one call.
  ///
  /// - Complexity: Linear; a few nanoseconds for up to 16 bytes.
  @inlinable @inline(__always)
  public static func digest(of bytes: ByteView, key: Key = .none) -> Digest128 {
    guard bytes.count >= 64 else {
      return HashTail(key: key).finish(bytes, total: UInt64(bytes.count))
    }
    return digest(ofLong: bytes, key: key)
  }

  @usableFromInline @inline(never) static func digest(
    ofLong bytes: ByteView, key: Key
  ) -> Digest128 {
    let tail = bytes.count & 63
    var lanes = HashLanes(key: key)
    lanes.take(bytes.slice(from: 0, to: bytes.count - tail))
    return HashTail(lanes).finish(
      bytes.slice(from: bytes.count - tail, to: bytes.count), total: UInt64(bytes.count))
  }

  /// Takes in further bytes.
  public mutating func update(_ bytes: ByteView) {
    byteCount &+= UInt64(bytes.count)
    var rest = bytes
    if !pending.isEmpty {
      let wanted = min(64 - pending.count, rest.count)
      pending.append(contentsOf: rest.slice(from: 0, to: wanted).copied())
      rest = rest.slice(from: wanted, to: rest.count)
      guard pending.count == 64 else { return }
      ByteView.withBytes(of: pending) { lanes.take($0) }
      stripesTaken = true
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.count & ~63
    if whole > 0 {
      lanes.take(rest.slice(from: 0, to: whole))
      stripesTaken = true
    }
    pending.append(contentsOf: rest.slice(from: whole, to: rest.count).copied())
  }

  /// The hash of the bytes so far; more may follow.
  public func finish() -> Digest128 {
    ByteView.withBytes(of: pending) { rest in
      let tail = stripesTaken ? HashTail(lanes) : HashTail(key: key)
      return tail.finish(rest, total: byteCount)
    }
  }
}

/// Folds the full product of two words into one.
@inlinable @inline(__always) func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
  let product = left.multipliedFullWidth(by: right)
  return product.high ^ product.low
}

// The fractional digits of pi, 64 bits each: numbers with nothing up their sleeve.
@inlinable @inline(__always) var pi0: UInt64 { 0x243F_6A88_85A3_08D3 }
@inlinable @inline(__always) var pi1: UInt64 { 0x1319_8A2E_0370_7344 }
@inlinable @inline(__always) var pi2: UInt64 { 0xA409_3822_299F_31D0 }
@inlinable @inline(__always) var pi3: UInt64 { 0x082E_FA98_EC4E_6C89 }
@inlinable @inline(__always) var pi4: UInt64 { 0x4528_21E6_38D0_1377 }
@inlinable @inline(__always) var pi5: UInt64 { 0xBE54_66CF_34E9_0C6C }
@inlinable @inline(__always) var pi6: UInt64 { 0xC0AC_29B7_C97C_50DD }
@inlinable @inline(__always) var pi7: UInt64 { 0x3F84_D5B5_B547_0917 }
@inlinable @inline(__always) var pi8: UInt64 { 0x9216_D5D9_8979_FB1B }
@inlinable @inline(__always) var pi9: UInt64 { 0xD131_0BA6_98DF_B5AC }
@inlinable @inline(__always) var pi10: UInt64 { 0x2FFD_72DB_D01A_DFB7 }
@inlinable @inline(__always) var pi11: UInt64 { 0xB8E1_AFED_6A26_7E96 }

/// The accumulators that take whole stripes of 64 bytes.
struct HashLanes: Sendable {
  var first: (UInt64, UInt64, UInt64, UInt64)
  var second: (UInt64, UInt64, UInt64, UInt64)

  init(key: ContentHash.Key) {
    let high = key.high
    let low = key.low
    first = (pi0 ^ high, pi1 &+ high, pi2 ^ high, pi3 &+ high)
    second = (pi4 ^ low, pi5 &+ low, pi6 ^ low, pi7 &+ low)
  }

  /// Takes bytes whose number is a multiple of 64.
  @inline(__always) mutating func take(_ bytes: ByteView) {
    var (a0, a1, a2, a3) = first
    var (b0, b1, b2, b3) = second
    var offset = 0
    while offset < bytes.count {
      let w0 = bytes.word(at: offset)
      let w1 = bytes.word(at: offset &+ 8)
      let w2 = bytes.word(at: offset &+ 16)
      let w3 = bytes.word(at: offset &+ 24)
      let w4 = bytes.word(at: offset &+ 32)
      let w5 = bytes.word(at: offset &+ 40)
      let w6 = bytes.word(at: offset &+ 48)
      let w7 = bytes.word(at: offset &+ 56)
      a0 = mix(w0 ^ pi8, w1 ^ a0)
      a1 = mix(w2 ^ pi9, w3 ^ a1)
      a2 = mix(w4 ^ pi10, w5 ^ a2)
      a3 = mix(w6 ^ pi11, w7 ^ a3)
      b0 = mix(w1 ^ pi0, w0 ^ b0)
      b1 = mix(w3 ^ pi1, w2 ^ b1)
      b2 = mix(w5 ^ pi2, w4 ^ b2)
      b3 = mix(w7 ^ pi3, w6 ^ b3)
      offset &+= 64
    }
    first = (a0, a1, a2, a3)
    second = (b0, b1, b2, b3)
  }
}

/// The two lanes after the stripes, which take the last 0 to 63 bytes.
@frozen @usableFromInline struct HashTail {
  @usableFromInline var first: UInt64
  @usableFromInline var second: UInt64

  @inlinable @inline(__always) init(key: ContentHash.Key) {
    first = pi8 ^ key.high
    second = pi9 ^ key.low
  }

  @inline(__always) init(_ lanes: HashLanes) {
    let (a0, a1, a2, a3) = lanes.first
    let (b0, b1, b2, b3) = lanes.second
    first = mix(a0 ^ pi4, a1 ^ pi5) ^ mix(a2 ^ pi6, a3 ^ pi7)
    second = mix(b0 ^ pi8, b1 ^ pi9) ^ mix(b2 ^ pi10, b3 ^ pi11)
  }

  @inlinable @inline(__always) func finish(_ bytes: ByteView, total: UInt64) -> Digest128 {
    var high = first
    var low = second
    var offset = 0
    while bytes.count &- offset > 16 {
      let left = bytes.word(at: offset)
      let right = bytes.word(at: offset &+ 8)
      high = mix(left ^ pi0, right ^ high)
      low = mix(right ^ pi2, left ^ low)
      offset &+= 16
    }
    let (left, right) = bytes.lastWords(from: offset)
    high = mix(left ^ pi4, right ^ high)
    low = mix(right ^ pi6, left ^ low)
    return Digest128(
      high: mix(high ^ pi1, low ^ total ^ pi3), low: mix(low ^ pi5, high &+ total ^ pi7))
  }
}

extension ByteView {
  /// The eight bytes at an offset as a little-endian word.
  @inlinable @inline(__always) func word(at offset: Int) -> UInt64 {
    assert(offset >= 0 && offset <= count - 8, "the word is outside the view")
    // SAFETY: the eight bytes are inside the view, by the line above.
    return UInt64(
      littleEndian: unsafe UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self))
  }

  @inlinable @inline(__always) func half(at offset: Int) -> UInt64 {
    // SAFETY: only asked for where four bytes are left, in lastWords.
    UInt64(
      UInt32(littleEndian: unsafe UnsafeRawPointer(base + offset).loadUnaligned(as: UInt32.self)))
  }

  /// At most 16 last bytes as two words; different bytes of equal number give different words.
  @inlinable @inline(__always) func lastWords(from offset: Int) -> (UInt64, UInt64) {
    let left = count &- offset
    if left >= 8 { return (word(at: offset), word(at: count &- 8)) }
    if left >= 4 { return (half(at: offset), half(at: count &- 4)) }
    guard left > 0 else { return (0, 0) }
    let middle = UInt64(self[offset &+ left / 2]) << 8
    return (UInt64(self[offset]) << 16 | middle | UInt64(self[count &- 1]), 0)
  }
}
