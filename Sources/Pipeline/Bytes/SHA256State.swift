// SHA-256's work on one block (FIPS 180-4, 6.2.2), unrolled, so that the eight working variables and
// the sixteen words of the schedule stay in registers and no index is checked. Where the processor
// has instructions for it, they do it.

internal import CSHA256

/// The state between blocks: H0 to H7 of the standard, and a to h within a block.
struct SHA256State {
  var a: UInt32 = 0x6a09_e667
  var b: UInt32 = 0xbb67_ae85
  var c: UInt32 = 0x3c6e_f372
  var d: UInt32 = 0xa54f_f53a
  var e: UInt32 = 0x510e_527f
  var f: UInt32 = 0x9b05_688c
  var g: UInt32 = 0x1f83_d9ab
  var h: UInt32 = 0x5be0_cd19

  /// H0 to H7.
  var words: [UInt32] { [a, b, c, d, e, f, g, h] }

  /// Whether the processor has instructions for SHA-256.
  static let hasInstructions = sha256_instructions_exist() != 0

  /// Takes in whole blocks of 64 bytes.
  mutating func take(_ bytes: ByteView, from start: Int, blocks: Int) {
    if Self.hasInstructions {
      takeByInstructions(bytes, from: start, blocks: blocks)
    } else {
      takeStepByStep(bytes, from: start, blocks: blocks)
    }
  }

  /// Takes in whole blocks by the processor's instructions, which it must have.
  mutating func takeByInstructions(_ bytes: ByteView, from start: Int, blocks: Int) {
    precondition(
      start >= 0 && blocks >= 0 && start + 64 * blocks <= bytes.count, "outside the view")
    var words = (a, b, c, d, e, f, g, h)
    unsafe withUnsafeMutableBytes(of: &words) { words in
      guard let state = words.baseAddress else { return }
      // SAFETY: the state is eight words, and the blocks are inside the view, by the line above.
      unsafe sha256_take_blocks(
        state.assumingMemoryBound(to: UInt32.self), bytes.base + start, blocks)
    }
    (a, b, c, d, e, f, g, h) = words
  }

  /// Takes in whole blocks on any processor.
  mutating func takeStepByStep(_ bytes: ByteView, from start: Int, blocks: Int) {
    assert(start >= 0 && blocks >= 0 && start + 64 * blocks <= bytes.count, "outside the view")
    var offset = start
    for _ in 0..<blocks {
      take(SHA256Schedule(bytes, at: offset))
      offset &+= 64
    }
  }

  @inline(__always) private mutating func take(_ block: SHA256Schedule) {
    var schedule = block
    var work = self
    work.sixteenRounds(
      schedule,
      0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5,
      0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
      0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
      0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174)
    schedule.advance()
    work.sixteenRounds(
      schedule,
      0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc,
      0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
      0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
      0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967)
    schedule.advance()
    work.sixteenRounds(
      schedule,
      0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
      0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
      0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3,
      0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070)
    schedule.advance()
    work.sixteenRounds(
      schedule,
      0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5,
      0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
      0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
      0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2)
    a = a &+ work.a
    b = b &+ work.b
    c = c &+ work.c
    d = d &+ work.d
    e = e &+ work.e
    f = f &+ work.f
    g = g &+ work.g
    h = h &+ work.h
  }

  /// Sixteen rounds with their constants; instead of moving the variables along, each round takes
  /// them by their next names.
  @inline(__always) private mutating func sixteenRounds(
    _ w: SHA256Schedule, _ k0: UInt32, _ k1: UInt32, _ k2: UInt32, _ k3: UInt32, _ k4: UInt32,
    _ k5: UInt32, _ k6: UInt32, _ k7: UInt32, _ k8: UInt32, _ k9: UInt32, _ k10: UInt32,
    _ k11: UInt32, _ k12: UInt32, _ k13: UInt32, _ k14: UInt32, _ k15: UInt32
  ) {
    Self.round(a, b, c, &d, e, f, g, &h, k0 &+ w.w0)
    Self.round(h, a, b, &c, d, e, f, &g, k1 &+ w.w1)
    Self.round(g, h, a, &b, c, d, e, &f, k2 &+ w.w2)
    Self.round(f, g, h, &a, b, c, d, &e, k3 &+ w.w3)
    Self.round(e, f, g, &h, a, b, c, &d, k4 &+ w.w4)
    Self.round(d, e, f, &g, h, a, b, &c, k5 &+ w.w5)
    Self.round(c, d, e, &f, g, h, a, &b, k6 &+ w.w6)
    Self.round(b, c, d, &e, f, g, h, &a, k7 &+ w.w7)
    Self.round(a, b, c, &d, e, f, g, &h, k8 &+ w.w8)
    Self.round(h, a, b, &c, d, e, f, &g, k9 &+ w.w9)
    Self.round(g, h, a, &b, c, d, e, &f, k10 &+ w.w10)
    Self.round(f, g, h, &a, b, c, d, &e, k11 &+ w.w11)
    Self.round(e, f, g, &h, a, b, c, &d, k12 &+ w.w12)
    Self.round(d, e, f, &g, h, a, b, &c, k13 &+ w.w13)
    Self.round(c, d, e, &f, g, h, a, &b, k14 &+ w.w14)
    Self.round(b, c, d, &e, f, g, h, &a, k15 &+ w.w15)
  }

  @inline(__always) private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32,
    _ g: UInt32, _ h: inout UInt32, _ word: UInt32
  ) {
    let sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    let choice = g ^ (e & (f ^ g))
    let first = h &+ sum1 &+ choice &+ word
    let sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    let majority = (a & b) | (c & (a | b))
    d = d &+ first
    h = first &+ sum0 &+ majority
  }
}

/// The sixteen words of the message schedule that the next rounds take.
private struct SHA256Schedule {
  var w0: UInt32
  var w1: UInt32
  var w2: UInt32
  var w3: UInt32
  var w4: UInt32
  var w5: UInt32
  var w6: UInt32
  var w7: UInt32
  var w8: UInt32
  var w9: UInt32
  var w10: UInt32
  var w11: UInt32
  var w12: UInt32
  var w13: UInt32
  var w14: UInt32
  var w15: UInt32

  @inline(__always) init(_ bytes: ByteView, at start: Int) {
    w0 = bytes.bigEndianWord(at: start)
    w1 = bytes.bigEndianWord(at: start &+ 4)
    w2 = bytes.bigEndianWord(at: start &+ 8)
    w3 = bytes.bigEndianWord(at: start &+ 12)
    w4 = bytes.bigEndianWord(at: start &+ 16)
    w5 = bytes.bigEndianWord(at: start &+ 20)
    w6 = bytes.bigEndianWord(at: start &+ 24)
    w7 = bytes.bigEndianWord(at: start &+ 28)
    w8 = bytes.bigEndianWord(at: start &+ 32)
    w9 = bytes.bigEndianWord(at: start &+ 36)
    w10 = bytes.bigEndianWord(at: start &+ 40)
    w11 = bytes.bigEndianWord(at: start &+ 44)
    w12 = bytes.bigEndianWord(at: start &+ 48)
    w13 = bytes.bigEndianWord(at: start &+ 52)
    w14 = bytes.bigEndianWord(at: start &+ 56)
    w15 = bytes.bigEndianWord(at: start &+ 60)
  }

  /// Moves on by sixteen words.
  @inline(__always) mutating func advance() {
    w0 = Self.next(w0, w1, w9, w14)
    w1 = Self.next(w1, w2, w10, w15)
    w2 = Self.next(w2, w3, w11, w0)
    w3 = Self.next(w3, w4, w12, w1)
    w4 = Self.next(w4, w5, w13, w2)
    w5 = Self.next(w5, w6, w14, w3)
    w6 = Self.next(w6, w7, w15, w4)
    w7 = Self.next(w7, w8, w0, w5)
    w8 = Self.next(w8, w9, w1, w6)
    w9 = Self.next(w9, w10, w2, w7)
    w10 = Self.next(w10, w11, w3, w8)
    w11 = Self.next(w11, w12, w4, w9)
    w12 = Self.next(w12, w13, w5, w10)
    w13 = Self.next(w13, w14, w6, w11)
    w14 = Self.next(w14, w15, w7, w12)
    w15 = Self.next(w15, w0, w8, w13)
  }

  @inline(__always) private static func next(
    _ word16: UInt32, _ word15: UInt32, _ word7: UInt32, _ word2: UInt32
  ) -> UInt32 {
    let sum0 = rotated(word15, 7) ^ rotated(word15, 18) ^ (word15 &>> 3)
    let sum1 = rotated(word2, 17) ^ rotated(word2, 19) ^ (word2 &>> 10)
    return word16 &+ sum0 &+ word7 &+ sum1
  }
}

/// The word turned right by 1 to 31 bits.
@inline(__always) private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
  word &>> count | word &<< (32 &- count)
}

extension ByteView {
  @inline(__always) fileprivate func bigEndianWord(at offset: Int) -> UInt32 {
    assert(offset >= 0 && offset <= count - 4, "the word is outside the view")
    // SAFETY: the four bytes are inside the view, by the line above.
    return UInt32(
      bigEndian: unsafe UnsafeRawPointer(base + offset).loadUnaligned(as: UInt32.self))
  }
}
