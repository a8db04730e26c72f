// Where a request carries its token (ENDPOINT T.5).
import Pipeline

/// What came with a request as a proof of who asks.
enum Credentials: Hashable {
  case none
  /// Something that cannot be a token.
  case malformed
  case token(String)

  /// Takes `Authorization`, else the cookie `token`.
  ///
  /// - Parameter isPage: Whether a browser may send the token as the password of Basic.
  init(_ request: HTTPRequest, isPage: Bool) {
    let fields = request.values(of: "authorization")
    if let field = fields.first {
      self = fields.count == 1 ? Self.authorization(field, isPage: isPage) : .malformed
    } else {
      self = Self.cookie(request.values(of: "cookie"))
    }
  }

  private static func authorization(_ field: String, isPage: Bool) -> Credentials {
    let parts = field.utf8.split(separator: 0x20, maxSplits: 1)
    guard parts.count == 2 else { return .malformed }
    let value = parts[1].drop { $0 == 0x20 }
    if isWord(parts[0], "bearer") {
      return .token(String(decoding: value, as: UTF8.self))
    }
    guard isPage, isWord(parts[0], "basic"), let pair = Base64Text.bytes(value, .standard),
      let colon = pair.firstIndex(of: UInt8(ascii: ":"))
    else { return .malformed }
    return .token(String(decoding: pair[(colon + 1)...], as: UTF8.self))
  }

  private static func cookie(_ fields: [String]) -> Credentials {
    for field in fields {
      for pair in field.utf8.split(separator: UInt8(ascii: ";")) {
        let pair = pair.drop { $0 == 0x20 }
        guard pair.starts(with: "token=".utf8) else { continue }
        return .token(String(decoding: pair.dropFirst(6), as: UTF8.self))
      }
    }
    return .none
  }

  private static func isWord(_ bytes: some Collection<UInt8>, _ word: String) -> Bool {
    bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }.elementsEqual(word.utf8)
  }
}
