// The parser of request heads: what it takes, what it refuses, and that splits do not matter.

import TestSupport
import Testing

@testable import Pipeline

/// What parsing came to, in words.
private func outcome(_ text: String, _ limits: HTTPLimits = HTTPLimits()) -> String {
  outcome(Array(text.utf8), limits)
}

private func outcome(_ bytes: [UInt8], _ limits: HTTPLimits = HTTPLimits()) -> String {
  var parser = HTTPParser(limits)
  return words(parser.parse(bytes))
}

private func words(_ outcome: HTTPParser.Outcome) -> String {
  switch outcome {
  case .incomplete: return "incomplete"
  case .fault(let fault): return "\(fault.rawValue)"
  case .request(let request, let length):
    let query = String(decoding: request.query, as: UTF8.self)
    return "\(request.method) \(request.path)?\(query) 1.\(request.minorVersion) \(length)"
  }
}

struct HTTPParserTests {
  @Test func `a request is taken apart`() throws {
    let text = "GET /a/b?c=d&e HTTP/1.1\r\nHost: x:80\r\nX-One:  two \t\r\nx-ONE: three\r\n\r\nrest"
    var parser = HTTPParser()
    guard case .request(let request, let length) = parser.parse(Array(text.utf8)) else {
      Issue.record("no request")
      return
    }
    #expect(request.method == "GET")
    #expect(request.path == "/a/b")
    #expect(String(decoding: request.query, as: UTF8.self) == "c=d&e")
    #expect(length == text.utf8.count - 4)
    #expect(request.values(of: "x-one") == ["two", "three"])
    #expect(request.value(of: "host") == "x:80")
    #expect(request.value(of: "cookie") == nil)
    #expect(!request.wantsClose)
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /? 1.1 27"),
    ("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /? 1.1 31"),
    ("GET http://h:1/p?q HTTP/1.1\r\nHost: x\r\n\r\n", "GET /p?q 1.1 40"),
    ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS *? 1.1 31"),
    ("GET / HTTP/1.0\r\n\r\n", "GET /? 1.0 18"),
    ("GET / HTTP/1.7\r\nHost:\r\n\r\n", "GET /? 1.1 25"),
    ("GET /?? HTTP/1.1\r\nHost: x\r\n\r\n", "GET /?? 1.1 29"),
    ("GET / HTTP/1.1\r\nHost: x\r\n", "incomplete"),
    ("GET /", "incomplete"),
    ("", "incomplete"),
    ("\r", "incomplete"),
    ("\r\n", "incomplete"),
  ])
  func `what is well formed is taken`(text: String, expected: String) {
    #expect(outcome(text) == expected)
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
    "GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA: \u{0}\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", "GET /\r\n\r\n", "GET / http/1.1\r\nHost: x\r\n\r\n",
    "G\u{22}T / HTTP/1.1\r\nHost: x\r\n\r\n", "GET host:1 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET http://h HTTP/1.1\r\nHost: x\r\n\r\n", "GET /\u{E9} HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "\u{16}\u{3}\u{1}", "{",
    "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
  ])
  func `what two readers might take differently is refused`(text: String) {
    #expect(outcome(text) == "400")
  }

  @Test(arguments: ["2.0", "0.9", "9.9"])
  func `other versions are told apart`(version: String) {
    #expect(outcome("GET / HTTP/\(version)\r\nHost: x\r\n\r\n") == "505")
  }

  @Test func `limits are exact`() {
    func line(_ count: Int) -> String {
      "GET /" + String(repeating: "a", count: count - 14) + " HTTP/1.1\r\nHost: x\r\n\r\n"
    }
    #expect(outcome(line(8_192)).hasPrefix("GET"))
    #expect(outcome(line(8_193)) == "414")
    #expect(outcome(String(line(9_000).prefix(8_195))) == "414")
    func fields(_ bytes: Int) -> String {
      "GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "b", count: bytes - 14) + "\r\n\r\n"
    }
    #expect(outcome(fields(16_384)).hasPrefix("GET"))
    #expect(outcome(fields(16_385)) == "431")
    #expect(outcome(String(fields(20_000).prefix(16_500))) == "431")
    func lines(_ count: Int) -> String {
      "GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "A: b\r\n", count: count - 1) + "\r\n"
    }
    #expect(outcome(lines(100)).hasPrefix("GET"))
    #expect(outcome(lines(101)) == "431")
  }

  @Test func `a head that comes byte by byte is the same head`() {
    let texts = [
      "\r\nGET /a?b HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n b\r\n\r\n",
      "GET / HTTP/3.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\nHost: x\r\n\r\n",
    ]
    for text in texts {
      var parser = HTTPParser()
      var seen: [UInt8] = []
      var result = "incomplete"
      for byte in text.utf8 where result == "incomplete" {
        seen.append(byte)
        result = words(parser.parse(seen))
      }
      #expect(result == outcome(text))
    }
  }

  @Test func `a persistent connection is asked for and refused in words`() {
    func wantsClose(_ fields: String, _ version: String = "1.1") -> Bool? {
      var parser = HTTPParser()
      let text = "GET / HTTP/\(version)\r\nHost: x\r\n\(fields)\r\n"
      guard case .request(let request, _) = parser.parse(Array(text.utf8)) else { return nil }
      return request.wantsClose
    }
    #expect(wantsClose("") == false)
    #expect(wantsClose("Connection: keep-alive, Close\r\n") == true)
    #expect(wantsClose("connection: keep-alive\r\n") == false)
    #expect(wantsClose("", "1.0") == true)
    #expect(wantsClose("Connection: keep-alive\r\n", "1.0") == true)
  }
}

struct HTTPParserFuzzTests {
  /// Requests that are nearly right: mutations of a good one reach deeper than noise.
  @Test(arguments: 0..<8)
  func `no bytes make it trap, and splits change nothing`(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let good = Array(
      ("POST /companies/dashboard?days=30 HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 12\r\n"
        + "Transfer-Encoding: chunked\r\nConnection: close\r\nAuthorization: Bearer x.y.z\r\n\r\n")
        .utf8)
    let letters = Array("\r\n :/?%\u{0}\tHTP1.0aZ".utf8) + [0x80, 0xFF]
    for _ in 0..<HTTPFuzz.rounds {
      var bytes = good
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = letters.randomElement(using: &random) ?? 0
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(letters.randomElement(using: &random) ?? 0, at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 20))
        }
        if bytes.isEmpty { bytes = [0x0D] }
      }
      var parser = HTTPParser()
      let cut = Int.random(in: 0...bytes.count, using: &random)
      let first = words(parser.parse(Array(bytes[..<cut])))
      let whole = outcome(bytes)
      if first == "incomplete" {
        #expect(words(parser.parse(bytes)) == whole)
      } else if first.hasPrefix("4") || first.hasPrefix("5") {
        #expect(whole.hasPrefix("4") || whole.hasPrefix("5"))
      } else {
        #expect(first == whole)
      }
    }
  }

  @Test(arguments: 0..<4)
  func `noise on a connection makes nothing trap`(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed) + 100)
    let words = [
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /long HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "\r\n", "x", "\u{0}",
      "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      "GET /pieces HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD / HTTP/1.0\r\n\r\n", "5\r\n", "0\r\n\r\n",
    ]
    for _ in 0..<HTTPFuzz.rounds / 10 {
      let client = TestClient()
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        var bytes = Array((words.randomElement(using: &random) ?? "").utf8)
        if Int.random(in: 0..<5, using: &random) == 0, !bytes.isEmpty {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
            in: .min ... .max, using: &random)
        }
        let cut = Int.random(in: 0...bytes.count, using: &random)
        client.send(bytes[..<cut])
        client.send(bytes[cut...])
        client.pass(Int64.random(in: 0...3_000, using: &random))
        if Bool.random(using: &random) { client.take() }
      }
      client.end()
      client.take()
      client.pass(60_000)
      client.take()
      client.pass(60_000)
      #expect(client.isFinished)
    }
  }
}

/// How much is tried: more under `HTTP_FUZZ_ROUNDS`.
private enum HTTPFuzz {
  static let rounds = environmentNumber("HTTP_FUZZ_ROUNDS") ?? 2_000
}
