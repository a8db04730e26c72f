// HMAC with SHA-256 (RFC 2104), and the comparison that does not tell where two codes differ.

/// Message authentication codes under one key.
public struct HMACSHA256: Sendable {
  private let inner: SHA256
  private let outer: SHA256

  /// Takes a key of any length.
  public init(key: [UInt8]) {
    let short = key.count > 64 ? ByteView.withBytes(of: key) { SHA256.digest(of: $0) } : key
    let block = short + [UInt8](repeating: 0, count: 64 - short.count)
    inner = Self.hash(ofKey: block, 0x36)
    outer = Self.hash(ofKey: block, 0x5C)
  }

  private static func hash(ofKey block: [UInt8], _ pad: UInt8) -> SHA256 {
    var hash = SHA256()
    ByteView.withBytes(of: block.map { $0 ^ pad }) { hash.update($0) }
    return hash
  }

  /// The 32 bytes of a message's code.
  public func code(of message: [UInt8]) -> [UInt8] {
    var first = inner
    ByteView.withBytes(of: message) { first.update($0) }
    var second = outer
    ByteView.withBytes(of: first.finish()) { second.update($0) }
    return second.finish()
  }

  /// Whether a code is the message's; takes as long for any code of the right length.
  public func isCode(_ code: [UInt8], of message: [UInt8]) -> Bool {
    let own = self.code(of: message)
    guard code.count == own.count else { return false }
    var difference: UInt8 = 0
    for (left, right) in zip(own, code) { difference |= left ^ right }
    return difference == 0
  }
}
