// SHA-256, as FIPS 180-4 writes it down, and the base-32 letters of generated codes.

/// The 32 bytes of a message's SHA-256.
func sha256(_ message: [UInt8]) -> [UInt8] {
  var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  var padded = message + [0x80]
  while padded.count % 64 != 56 { padded.append(0) }
  let bits = UInt64(message.count) * 8
  padded += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
  for start in stride(from: 0, to: padded.count, by: 64) {
    compress(&state, Array(padded[start..<start + 64]))
  }
  return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } }
}

private func compress(_ state: inout [UInt32], _ block: [UInt8]) {
  var words = (0..<16).map { index in
    (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[index * 4 + $1]) }
  }
  for index in 16..<64 {
    let far = words[index - 15]
    let near = words[index - 2]
    let first = rotated(far, 7) ^ rotated(far, 18) ^ (far >> 3)
    let second = rotated(near, 17) ^ rotated(near, 19) ^ (near >> 10)
    words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
  }
  var v = state
  for index in 0..<64 {
    let sumE = rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)
    let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
    let one = v[7] &+ sumE &+ choice &+ roundConstants[index] &+ words[index]
    let sumA = rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)
    let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
    let two = sumA &+ majority
    v = [one &+ two, v[0], v[1], v[2], v[3] &+ one, v[4], v[5], v[6]]
  }
  for index in 0..<8 { state[index] = state[index] &+ v[index] }
}

private func rotated(_ word: UInt32, _ by: UInt32) -> UInt32 { word >> by | word << (32 - by) }

/// The first 32 bits of the fractions of the cube roots of the first 64 primes.
private let roundConstants: [UInt32] = [
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

/// The first letters of the lower-case base 32 (RFC 4648) of a digest.
func base32(_ bytes: [UInt8], letters count: Int) -> String {
  let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
  let letters = (0..<count).map { index -> UInt8 in
    let value = (0..<5).reduce(0) { value, offset in
      let bit = index * 5 + offset
      return value << 1 | Int(bytes[bit / 8] >> (7 - bit % 8) & 1)
    }
    return alphabet[value]
  }
  return String(decoding: letters, as: UTF8.self)
}
