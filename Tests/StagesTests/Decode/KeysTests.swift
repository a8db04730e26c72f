import Pipeline
import Testing

@testable import Stages

@Suite("Keys")
struct KeysTests {
  private func normalised(_ email: String) -> String {
    let keys = EmailKeys()
    return String(
      decoding: ByteView.withBytes(of: email) { keys.normalised($0) }, as: UTF8.self)
  }

  @Test(
    arguments: [
      (" Ann.Lee+x@Example.ORG ", "ann.lee@example.org"),
      ("A.n.n+news+2@GMail.com", "ann@gmail.com"), ("a.b@googlemail.com", "ab@googlemail.com"),
      ("a.b@gmail.com.au", "a.b@gmail.com.au"), ("a@b@gmail.com", "a@b@gmail.com"),
      ("No.At+Tag", "no.at+tag"), ("", ""), ("Ä@x.de", "Ä@x.de"),
    ])
  func `SPEC 9, Fraud: e-mails are trimmed, lower-cased, without +tag, gmail without dots`(
    _ given: String, _ expected: String
  ) {
    #expect(normalised(given) == expected)
  }

  @Test func `the domain's key is that of the domain's bytes in lower case`() {
    let keys = EmailKeys()
    let domain = ByteView.withBytes(of: "x+y@Mailinator.COM") { keys.keys(of: $0).domain }
    #expect(domain == Keys.key(of: "mailinator.com"))
    #expect(ByteView.withBytes(of: "nobody") { keys.keys(of: $0).domain } == nil)
  }

  @Test func `SPEC 7: an IP's hash depends on the key`() {
    let (first, second) = ByteView.withBytes(of: "192.0.2.1") { ip in
      (
        Keys.ip(ip, key: ContentHash.Key(high: 1, low: 2)),
        Keys.ip(ip, key: ContentHash.Key(high: 1, low: 3))
      )
    }
    #expect(first != second)
  }
}
