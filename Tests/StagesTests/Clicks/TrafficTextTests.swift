// Which part of an address is counted as source or page.
import Pipeline
import Testing

@testable import Stages

@Suite struct TrafficTextTests {
  private func part(_ text: String, _ take: (RawReader) -> RawReader) -> String {
    var bytes: [UInt8] = []
    ByteView.withBytes(of: Array(text.utf8)) { take(RawReader($0)).append(to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: [
    ("https://acme.example/pricing?x=1", "/pricing"), ("https://acme.example", "/"),
    ("https://acme.example/", "/"), ("https://acme.example?x=/a", "/"),
    ("https://acme.example#/a", "/"), ("http://acme.example/a/b#c", "/a/b"), ("/a?b", "/a"),
    ("//acme.example/a", "/a"), ("acme.example/a", "/a"), ("acme.example", "/"), ("?x", "/"),
    ("https://", "/"), ("https:///a", "/a"), ("https://h/\u{e9}?\u{e9}", "/\u{e9}"),
    ("ftp://h/x", "/x"),
  ])
  func `a page is the path of its address`(address: String, page: String) {
    #expect(part(address, TrafficText.page) == page)
  }

  @Test(arguments: [
    ("https://www.google.com/search?q=a", "google.com"), ("http://a.b:8080", "a.b"),
    ("https://user:secret@a.b/x", "a.b"), ("https://[::1]:80/x", "[::1]"),
    ("twitter.com", "twitter.com"),
    ("twitter.com/x", "twitter.com"), ("//t.co/x", "t.co"), ("/path", ""), ("about:blank", ""),
    ("android-app://com.app/x", "com.app"), ("https://www.", "www."), ("https://WWW.A.B/", "A.B"),
    ("https://?x", ""),
  ])
  func `a referrer is its host`(address: String, host: String) {
    #expect(part(address, TrafficText.host) == host)
  }

  @Test func `long names end with a whole character`() {
    let text = "/" + String(repeating: "\u{20AC}", count: 400)
    let page = part("https://a.b" + text, TrafficText.page)
    #expect(page.utf8.count == 511)
    #expect(text.hasPrefix(page))
  }
}
