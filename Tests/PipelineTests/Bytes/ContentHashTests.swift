// The content hash: stable, independent of splits, and well spread.

import Pipeline
import TestSupport
import Testing

/// The definition in ContentHash.swift once more, word by word, with 128-bit arithmetic.
private struct PlainHash {
  static let pi: [UInt64] = [
    0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344, 0xA409_3822_299F_31D0, 0x082E_FA98_EC4E_6C89,
    0x4528_21E6_38D0_1377, 0xBE54_66CF_34E9_0C6C, 0xC0AC_29B7_C97C_50DD, 0x3F84_D5B5_B547_0917,
    0x9216_D5D9_8979_FB1B, 0xD131_0BA6_98DF_B5AC, 0x2FFD_72DB_D01A_DFB7, 0xB8E1_AFED_6A26_7E96,
  ]

  static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = UInt128(left) * UInt128(right)
    return UInt64(truncatingIfNeeded: product) ^ UInt64(truncatingIfNeeded: product >> 64)
  }

  static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  static func digest(_ bytes: [UInt8], key: ContentHash.Key) -> Digest128 {
    var first = pi[8] ^ key.high
    var second = pi[9] ^ key.low
    let stripes = bytes.count / 64
    if stripes > 0 {
      var a = [pi[0] ^ key.high, pi[1] &+ key.high, pi[2] ^ key.high, pi[3] &+ key.high]
      var b = [pi[4] ^ key.low, pi[5] &+ key.low, pi[6] ^ key.low, pi[7] &+ key.low]
      for stripe in 0..<stripes {
        for lane in 0..<4 {
          let at = stripe * 64 + lane * 16
          let left = number(bytes[at..<at + 8])
          let right = number(bytes[at + 8..<at + 16])
          a[lane] = mix(left ^ pi[8 + lane], right ^ a[lane])
          b[lane] = mix(right ^ pi[lane], left ^ b[lane])
        }
      }
      first = mix(a[0] ^ pi[4], a[1] ^ pi[5]) ^ mix(a[2] ^ pi[6], a[3] ^ pi[7])
      second = mix(b[0] ^ pi[8], b[1] ^ pi[9]) ^ mix(b[2] ^ pi[10], b[3] ^ pi[11])
    }
    var rest = bytes[(stripes * 64)...]
    while rest.count > 16 {
      let left = number(rest.prefix(8))
      let right = number(rest.dropFirst(8).prefix(8))
      first = mix(left ^ pi[0], right ^ first)
      second = mix(right ^ pi[2], left ^ second)
      rest = rest.dropFirst(16)
    }
    var left: UInt64 = 0
    var right: UInt64 = 0
    if rest.count >= 8 {
      (left, right) = (number(rest.prefix(8)), number(rest.suffix(8)))
    } else if rest.count >= 4 {
      (left, right) = (number(rest.prefix(4)), number(rest.suffix(4)))
    } else if let head = rest.first, let last = rest.last {
      let middle = rest[rest.startIndex + rest.count / 2]
      left = UInt64(head) << 16 | UInt64(middle) << 8 | UInt64(last)
    }
    first = mix(left ^ pi[4], right ^ first)
    second = mix(right ^ pi[6], left ^ second)
    let total = UInt64(bytes.count)
    return Digest128(
      high: mix(first ^ pi[1], second ^ total ^ pi[3]),
      low: mix(second ^ pi[5], first &+ total ^ pi[7]))
  }
}

private func digest(_ bytes: [UInt8], key: ContentHash.Key = .none) -> Digest128 {
  ByteView.withBytes(of: bytes) { ContentHash.digest(of: $0, key: key) }
}

private func randomBytes(_ count: Int, seed: UInt64) -> [UInt8] {
  var random = SplitMix64(seed: seed)
  return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
}

struct ContentHashTests {
  @Test(arguments: [
    ("", "c6af10c8cd228f74574af19123b976a8"), ("a", "2716594ddd7b7dc255867eaba366c2ab"),
    ("abc", "7d9efef7163780d424c35abf34d8f6eb"),
    ("visitor-0001", "04ccf67ef891a6a51c4b1e9398cd47a3"),
    ("192.0.2.17", "af75c109985ee84b919cc182f9eae0c5"),
    (
      "The quick brown fox jumps over the lazy dog, and then it does so again and again.",
      "428ff43133d77bc0ec133e23b8b2a1fe"
    ),
  ])
  func `a digest is the same for ever`(text: String, expected: String) {
    #expect(digest(Array(text.utf8)).description == expected)
  }

  @Test func `the digest follows its definition for every length from 0 to 300`() {
    let bytes = randomBytes(300, seed: 1)
    let key = ContentHash.Key(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
    for count in 0...300 {
      let head = Array(bytes[..<count])
      #expect(digest(head) == PlainHash.digest(head, key: .none))
      #expect(digest(head, key: key) == PlainHash.digest(head, key: key))
    }
  }

  @Test func `a streamed digest does not depend on the split`() {
    var random = SplitMix64(seed: 2)
    for count in 0...300 {
      let bytes = randomBytes(count, seed: UInt64(count))
      var hash = ContentHash()
      var offset = 0
      while offset < count {
        let end = Int.random(in: offset...min(count, offset + 100), using: &random)
        ByteView.withBytes(of: Array(bytes[offset..<end])) { hash.update($0) }
        offset = end
      }
      #expect(hash.finish() == digest(bytes))
    }
  }

  @Test func `a streamed digest can be finished and go on`() {
    let bytes = randomBytes(200, seed: 3)
    var hash = ContentHash(key: ContentHash.Key(high: 7, low: 9))
    for offset in bytes.indices {
      #expect(
        hash.finish() == digest(Array(bytes[..<offset]), key: ContentHash.Key(high: 7, low: 9)))
      ByteView.withBytes(of: [bytes[offset]]) { hash.update($0) }
    }
  }

  @Test func `every bit of the input flips about half of the digest`() {
    for count in [1, 3, 5, 8, 12, 16, 17, 31, 40, 64, 65, 130] {
      var bytes = randomBytes(count, seed: UInt64(100 + count))
      let before = digest(bytes)
      var least = 128
      var sum = 0
      for bit in 0..<count * 8 {
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        let after = digest(bytes)
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        let flipped =
          (before.high ^ after.high).nonzeroBitCount + (before.low ^ after.low).nonzeroBitCount
        least = min(least, flipped)
        sum += flipped
      }
      let mean = Double(sum) / Double(count * 8)
      #expect(least >= 32, "\(count) bytes")
      #expect(mean > 58 && mean < 70, "\(count) bytes: \(mean)")
    }
  }

  @Test func `a million short keys have a million digests, and their halves hardly meet`() {
    var whole: Set<Digest128> = []
    var halves: Set<UInt64> = []
    var lowBits = [Int](repeating: 0, count: 1024)
    whole.reserveCapacity(1_000_000)
    halves.reserveCapacity(1_000_000)
    for number in 0..<1_000_000 {
      let value = digest(Array("v_\(number)".utf8))
      whole.insert(value)
      halves.insert(value.high)
      lowBits[Int(value.low & 1023)] += 1
    }
    #expect(whole.count == 1_000_000)
    #expect(halves.count == 1_000_000)
    // 976.6 are expected in each; 6 standard deviations are 187.
    #expect(lowBits.allSatisfy { abs($0 - 977) < 190 })
  }

  @Test func `zeros of different number have different digests`() {
    var seen: Set<Digest128> = []
    for count in 0...300 { seen.insert(digest([UInt8](repeating: 0, count: count))) }
    #expect(seen.count == 301)
  }

  @Test func `another key is another function`() {
    let bytes = Array("visitor-0001".utf8)
    let keys = [(0, 0), (1, 0), (0, 1), (1, 1)].map { ContentHash.Key(high: $0.0, low: $0.1) }
    #expect(Set(keys.map { digest(bytes, key: $0) }).count == 4)
  }
}
