// SHA-256 as FIPS 180-4 defines it, for the checksums that other programs verify.

/// The hash that `sha256sum` prints, of bytes that come in any pieces.
public struct SHA256: Sendable {
  private var state: SIMD8<UInt32> = SIMD8(
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  /// Starts a hash of no bytes.
  public init() { pending.reserveCapacity(64) }

  /// The 32 bytes of the hash of `bytes`.
  public static func digest(of bytes: ByteView) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The hash of `bytes` as 64 lower-case hexadecimal digits.
  public static func hexadecimal(of bytes: ByteView) -> String {
    hexadecimal(digest(of: bytes))
  }

  /// Bytes as lower-case hexadecimal digits, two each.
  public static func hexadecimal(_ digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(digest.count * 2)
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Takes in further bytes.
  public mutating func update(_ bytes: ByteView) {
    byteCount &+= UInt64(bytes.count)
    var offset = 0
    if !pending.isEmpty {
      offset = min(64 - pending.count, bytes.count)
      pending.append(contentsOf: bytes.slice(from: 0, to: offset).copied())
      guard pending.count == 64 else { return }
      ByteView.withBytes(of: pending) { state = Self.compressed(state, $0, at: 0) }
      pending.removeAll(keepingCapacity: true)
    }
    while bytes.count - offset >= 64 {
      state = Self.compressed(state, bytes, at: offset)
      offset += 64
    }
    pending.append(contentsOf: bytes.slice(from: offset, to: bytes.count).copied())
  }

  /// The 32 bytes of the hash so far; more may follow.
  public func finish() -> [UInt8] {
    var last = pending
    last.append(0x80)
    while last.count % 64 != 56 { last.append(0) }
    let bitCount = byteCount &* 8
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      last.append(UInt8(truncatingIfNeeded: bitCount >> shift))
    }
    var result = state
    ByteView.withBytes(of: last) { blocks in
      for offset in stride(from: 0, to: blocks.count, by: 64) {
        result = Self.compressed(result, blocks, at: offset)
      }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for lane in 0..<8 {
      for shift in stride(from: UInt32(24), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: result[lane] >> shift))
      }
    }
    return bytes
  }
}

extension SHA256 {
  /// FIPS 180-4, 6.2.2: takes one block of 64 bytes into the state.
  private static func compressed(
    _ state: SIMD8<UInt32>, _ bytes: ByteView, at start: Int
  ) -> SIMD8<UInt32> {
    var schedule = InlineArray<16, UInt32>(repeating: 0)
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for round in 0..<64 {
      let word: UInt32
      if round < 16 {
        word = bytes.bigEndianWord(at: start &+ round &* 4)
      } else {
        let w15 = schedule[(round &+ 1) & 15]
        let w2 = schedule[(round &+ 14) & 15]
        let s0 = rotated(w15, 7) ^ rotated(w15, 18) ^ (w15 >> 3)
        let s1 = rotated(w2, 17) ^ rotated(w2, 19) ^ (w2 >> 10)
        word = schedule[round & 15] &+ s0 &+ schedule[(round &+ 9) & 15] &+ s1
      }
      schedule[round & 15] = word
      let sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
      let choice = (e & f) ^ (~e & g)
      let first = h &+ sum1 &+ choice &+ roundConstants[round] &+ word
      let sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ sum0 &+ majority)
    }
    return state &+ SIMD8(a, b, c, d, e, f, g, h)
  }

  @inline(__always) private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 &- count)
  }

  private static let roundConstants: InlineArray<64, UInt32> = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}

extension ByteView {
  @inline(__always) fileprivate func bigEndianWord(at offset: Int) -> UInt32 {
    assert(offset >= 0 && offset <= count - 4, "the word is outside the view")
    // SAFETY: the four bytes are inside the view, by the line above.
    return UInt32(
      bigEndian: unsafe UnsafeRawPointer(base + offset).loadUnaligned(as: UInt32.self))
  }
}
