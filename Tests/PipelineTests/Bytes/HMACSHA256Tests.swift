// Message codes and base64, by the vectors of their RFCs.

import TestSupport
import Testing

@testable import Pipeline

struct HMACSHA256Tests {
  /// RFC 4231, test cases 1, 2, 3, 4, 6 and 7.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      Array(1...25), [UInt8](repeating: 0xCD, count: 50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131),
      Array(
        ("This is a test using a larger than block-size key and a larger than block-size data. "
          + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ])
  func `codes are those of RFC 4231`(key: [UInt8], message: [UInt8], expected: String) {
    let code = HMACSHA256(key: key)
    #expect(SHA256.hexadecimal(code.code(of: message)) == expected)
    #expect(code.isCode(code.code(of: message), of: message))
  }

  @Test func `another code is none, whichever bit differs`() {
    let code = HMACSHA256(key: [1, 2, 3])
    let right = code.code(of: [4])
    for bit in 0..<256 {
      var wrong = right
      wrong[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!code.isCode(wrong, of: [4]))
    }
    #expect(!code.isCode(Array(right.dropLast()), of: [4]))
    #expect(!code.isCode([], of: [4]))
  }
}

struct Base64TextTests {
  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func `texts are those of RFC 4648`(plain: String, coded: String) {
    #expect(Base64Text.text(Array(plain.utf8), .standard) == coded)
    #expect(Base64Text.bytes(Array(coded.utf8), .standard) == Array(plain.utf8))
    let url = coded.replacing("=", with: "")
    #expect(Base64Text.text(Array(plain.utf8), .url) == url)
    #expect(Base64Text.bytes(Array(url.utf8), .url) == Array(plain.utf8))
  }

  @Test(arguments: [
    "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z", "Zm9v\n", "Zm 9v", "Zm-_", "=", "====",
  ])
  func `anything else is refused`(coded: String) {
    #expect(Base64Text.bytes(Array(coded.utf8), .standard) == nil)
  }

  @Test func `any bytes come back`() {
    var random = SplitMix64(seed: 4)
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
      for form in [Base64Text.Form.standard, .url] {
        #expect(Base64Text.bytes(Array(Base64Text.text(bytes, form).utf8), form) == bytes)
      }
    }
  }
}
