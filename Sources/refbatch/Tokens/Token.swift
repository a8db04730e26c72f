// Tokens: JWT (RFC 7519), signed with HMAC-SHA256 and with nothing else (ENDPOINT T.3).
import Pipeline

/// A token's claims with the time in which they hold, in seconds since 1970 UTC.
struct Token: Hashable, Sendable {
  var claims: Claims
  /// From here on it is expired.
  var expiry: Double
  /// Before this it is not valid yet.
  var notBefore: Double?

  /// Whether it holds at a time. There is no leeway.
  func holds(at seconds: Double) -> Bool {
    seconds < expiry && notBefore.map { seconds >= $0 } ?? true
  }
}

/// Signs tokens with the first secret, and verifies them with all.
struct TokenKeys: Sendable {
  private let secrets: [TokenSecret]

  init(_ secrets: [TokenSecret]) { self.secrets = secrets }

  /// A token as it goes into `Authorization: Bearer`.
  ///
  /// - Parameter expiry: Seconds since 1970 UTC.
  func sign(_ claims: Claims, expiry: Int64) throws -> String {
    let header = Base64Text.text(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8), .url)
    let buffer = ByteBuffer()
    var writer = JSONWriter(to: buffer)
    writer.beginObject()
    writer.member("sub", claims.subject)
    writer.member("role", claims.role.rawValue)
    if let email = claims.email { writer.member("email", email) }
    writer.member("exp", expiry)
    writer.endObject()
    try writer.finish()
    let signed = header + "." + Base64Text.text(buffer.bytes, .url)
    let code = secrets.first?.code.code(of: Array(signed.utf8)) ?? []
    return signed + "." + Base64Text.text(code, .url)
  }

  /// A token whose signature is right; nil for any other text. Its time is not looked at.
  func verified(_ text: String) -> Token? {
    let bytes = Array(text.utf8)
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64Text.bytes(parts[0], .url),
      let payload = Base64Text.bytes(parts[1], .url),
      let code = Base64Text.bytes(parts[2], .url)
    else { return nil }
    let signed = Array(bytes[..<parts[1].endIndex])
    // Every secret is tried, so that the time does not tell which one it was.
    var isSigned = false
    for secret in secrets where secret.code.isCode(code, of: signed) { isSigned = true }
    guard isSigned, Self.isPlain(header) else { return nil }
    return Self.token(payload)
  }

  /// Whether the header asks for HS256 and for no extension.
  private static func isPlain(_ header: [UInt8]) -> Bool {
    guard let members = try? JSONValue(header).members else { return false }
    let algorithm = members.first { $0.name == "alg" }?.value.text
    return algorithm == "HS256" && !members.contains { $0.name == "crit" }
  }

  private static func token(_ payload: [UInt8]) -> Token? {
    guard let members = try? JSONValue(payload).members else { return nil }
    func value(_ name: Text) -> JSONValue? { members.first { $0.name == name }?.value }
    guard let subject = value("sub")?.text, !subject.isEmpty,
      let word = value("role")?.text,
      let role = Role.allCases.first(where: { Text($0.rawValue) == word }),
      let expiry = value("exp").flatMap(seconds)
    else { return nil }
    var notBefore: Double?
    if let given = value("nbf") {
      guard let seconds = seconds(given) else { return nil }
      notBefore = seconds
    }
    let claims = Claims(role: role, subject: subject, email: value("email")?.text)
    return Token(claims: claims, expiry: expiry, notBefore: notBefore)
  }

  /// A finite number of seconds.
  private static func seconds(_ value: JSONValue) -> Double? {
    guard let seconds = value.spelling.flatMap({ Double($0.string) }), seconds.isFinite else {
      return nil
    }
    return seconds
  }
}
