// Tokens: who is let in, and every way in which a token can be wrong.

import Pipeline
import Testing

@testable import refbatch

private let secret = TokenSecret(Array("an example secret of 32 bytes...".utf8))
private let keys = TokenKeys([secret])

/// A token of any header and payload, rightly signed.
private func signed(_ header: String, _ payload: String, with secret: TokenSecret = secret)
  -> String
{
  let text =
    Base64Text.text(Array(header.utf8), .url) + "." + Base64Text.text(Array(payload.utf8), .url)
  return text + "." + Base64Text.text(secret.code.code(of: Array(text.utf8)), .url)
}

private let header = #"{"alg":"HS256","typ":"JWT"}"#
private let payload = #"{"sub":"a","role":"admin","exp":2000}"#

struct TokenTests {
  @Test func `a token that is signed here is verified here`() throws {
    let claims = Claims(role: .affiliate, subject: "aff \"1\"", email: "a@b.c")
    let text = try keys.sign(claims, expiry: 100)
    let token = try #require(keys.verified(text))
    #expect(token.claims == claims)
    #expect(token.holds(at: 99.9) && !token.holds(at: 100))
  }

  /// RFC 7515, A.1: signed rightly, though its claims are not those of a role here.
  @Test func `the signature of RFC 7515's example is right`() throws {
    let key = try #require(
      Base64Text.bytes(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
          .utf8, .url))
    let signed =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQog"
      + "Imh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    let code = HMACSHA256(key: key).code(of: Array(signed.utf8))
    #expect(Base64Text.text(code, .url) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    #expect(
      TokenKeys([TokenSecret(key)]).verified(
        signed + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == nil)
  }

  @Test(arguments: [
    (#"{"alg":"none"}"#, payload), (#"{"alg":"RS256"}"#, payload), (#"{"alg":"HS512"}"#, payload),
    (#"{"alg":"hs256"}"#, payload), (#"{"typ":"JWT"}"#, payload), (#"{"alg":null}"#, payload),
    (#"{"alg":"HS256","alg":"HS256"}"#, payload), (#"{"alg":"HS256","crit":["x"]}"#, payload),
    ("[]", payload), ("", payload), (header, "{}"), (header, "[]"), (header, "x"),
    (header, #"{"sub":"a","role":"admin"}"#), (header, #"{"sub":"a","role":"admin","exp":null}"#),
    (header, #"{"sub":"a","role":"admin","exp":"2000"}"#),
    (header, #"{"sub":"a","role":"admin","exp":1e999}"#),
    (header, #"{"sub":"a","role":"admin","exp":2000,"exp":3000}"#),
    (header, #"{"sub":"a","role":"Admin","exp":2000}"#), (header, #"{"sub":"a","exp":2000}"#),
    (header, #"{"sub":"a","role":"root","exp":2000}"#),
    (header, #"{"sub":"","role":"admin","exp":2000}"#),
    (header, #"{"sub":7,"role":"admin","exp":2000}"#), (header, #"{"role":"admin","exp":2000}"#),
    (header, #"{"sub":"a","role":"admin","exp":2000,"nbf":"1"}"#),
  ])
  func `a signed token that does not say what it must is refused`(header: String, payload: String) {
    #expect(keys.verified(signed(header, payload)) == nil)
  }

  @Test func `times are taken to the fraction of a second`() throws {
    let text = signed(header, #"{"sub":"a","role":"admin","exp":20.5,"nbf":10,"iat":"x","aud":[]}"#)
    let token = try #require(keys.verified(text))
    #expect(!token.holds(at: 9.9) && token.holds(at: 10))
    #expect(token.holds(at: 20.4) && !token.holds(at: 20.5))
  }

  @Test func `no letter of a token can be changed`() throws {
    let text = signed(header, payload)
    for place in text.utf8.indices where text.utf8[place] != UInt8(ascii: ".") {
      var bytes = Array(text.utf8)
      let offset = text.utf8.distance(from: text.utf8.startIndex, to: place)
      bytes[offset] = bytes[offset] == 0x41 ? 0x42 : 0x41
      #expect(keys.verified(String(decoding: bytes, as: UTF8.self)) == nil)
    }
    #expect(keys.verified(text + ".") == nil)
    #expect(keys.verified(text + "=") == nil)
    #expect(keys.verified(" " + text) == nil)
    #expect(keys.verified(String(text.prefix { $0 != "." })) == nil)
    #expect(keys.verified("..") == nil)
    #expect(keys.verified("") == nil)
  }

  @Test func `the first secret signs and all verify`() throws {
    let old = TokenSecret([UInt8](repeating: 7, count: 32))
    let both = TokenKeys([secret, old])
    #expect(both.verified(signed(header, payload, with: old)) != nil)
    #expect(both.verified(signed(header, payload)) != nil)
    let claims = Claims(role: .admin, subject: "a")
    #expect(keys.verified(try both.sign(claims, expiry: 1)) != nil)
    #expect(TokenKeys([old]).verified(try both.sign(claims, expiry: 1)) == nil)
  }

  @Test func `a remembered token expires all the same`() {
    var check = TokenCheck(keys)
    let credentials = Credentials.token(signed(header, payload))
    func word(_ seconds: Int64) -> String {
      switch check.token(credentials, at: seconds) {
      case .none: "none"
      case .invalid: "invalid"
      case .valid(let claims): claims.subject.string
      }
    }
    #expect(word(1_999) == "a")
    #expect(word(2_000) == "invalid")
    #expect(word(1_999) == "a")
  }
}

struct CredentialsTests {
  private func credentials(_ fields: String, isPage: Bool = false) throws -> Credentials {
    var parser = HTTPParser()
    let text = "GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
    guard case .request(let request, _) = parser.parse(Array(text.utf8)) else { return .none }
    return Credentials(request, isPage: isPage)
  }

  @Test func `a token comes as bearer, in any case, or as a cookie`() throws {
    #expect(try credentials("Authorization: Bearer a.b.c\r\n") == .token("a.b.c"))
    #expect(try credentials("Authorization: bEARER  a.b.c\r\n") == .token("a.b.c"))
    #expect(try credentials("Cookie: x=y; token=a.b.c; z=\r\n") == .token("a.b.c"))
    #expect(try credentials("Cookie: xtoken=a.b.c\r\n") == .none)
    #expect(try credentials("") == .none)
  }

  @Test func `authorization wins over the cookie, even where it is wrong`() throws {
    let cookie = "Cookie: token=c\r\n"
    #expect(try credentials("Authorization: Bearer a\r\n" + cookie) == .token("a"))
    #expect(try credentials("Authorization: Digest a\r\n" + cookie) == .malformed)
    #expect(try credentials("Authorization: Bearer\r\n" + cookie) == .malformed)
    let twice = "Authorization: Bearer a\r\nAuthorization: Bearer a\r\n"
    #expect(try credentials(twice) == .malformed)
  }

  @Test func `a browser may send the token as a password, to pages alone`() throws {
    let pair = Base64Text.text(Array("anyone:a.b:c".utf8), .standard)
    #expect(try credentials("Authorization: Basic \(pair)\r\n", isPage: true) == .token("a.b:c"))
    #expect(try credentials("Authorization: Basic \(pair)\r\n") == .malformed)
    #expect(try credentials("Authorization: Basic YWJj\r\n", isPage: true) == .malformed)
  }
}
