// SHA-256 as FIPS 180-4 defines it, for the checksums that other programs verify.

/// The hash that `sha256sum` prints, of bytes that come in any pieces.
public struct SHA256: Sendable {
  private var state = SHA256State()
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
      ByteView.withBytes(of: pending) { state.take($0, from: 0, blocks: 1) }
      pending.removeAll(keepingCapacity: true)
    }
    let blocks = (bytes.count - offset) / 64
    state.take(bytes, from: offset, blocks: blocks)
    offset += blocks * 64
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
    ByteView.withBytes(of: last) { result.take($0, from: 0, blocks: $0.count / 64) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for word in result.words {
      for shift in stride(from: UInt32(24), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return bytes
  }
}
