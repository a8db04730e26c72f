// The life of a connection, without sockets and with a clock that the test moves.

import Testing

@testable import Pipeline

private let plain = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

struct HTTPConnectionTests {
  @Test func `an answer has status, date, length and the responder's lines`() {
    let client = TestClient()
    client.send(plain)
    client.take()
    #expect(
      client.text
        == "HTTP/1.1 200 OK\r\nDate: now\r\nA: b\r\nContent-Length: 4\r\n\r\nbody")
    #expect(!client.isFinished)
  }

  @Test func `HEAD has the same header and no body`() {
    let client = TestClient()
    client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
    client.take()
    #expect(
      client.text == "HTTP/1.1 200 OK\r\nDate: now\r\nA: b\r\nContent-Length: 4\r\n\r\n")
  }

  @Test func `304 has no length and no body`() {
    let client = TestClient()
    client.send("GET /unchanged HTTP/1.1\r\nHost: x\r\n\r\n")
    client.take()
    #expect(client.text == "HTTP/1.1 304 Not Modified\r\nDate: now\r\n\r\n")
  }

  @Test func `an answer that is not there yet is asked for again, and later ones wait behind it`() {
    let client = TestClient()
    client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n" + plain)
    #expect(client.responder.paths == ["/later"])
    #expect(client.connection.pause(at: 0) == 3)
    #expect(!client.connection.wantsInput)
    client.pass(60_000)
    #expect(client.connection.pause(at: 60_000) == 0)
    client.resume()
    #expect(client.responder.paths == ["/later", "/later"] && !client.connection.hasOutput)
    client.end()
    client.resume()
    client.take()
    #expect(client.responder.paths == ["/later", "/later", "/later", "/"])
    #expect(client.statuses == ["200", "200"])
    #expect(client.isFinished)
  }

  @Test func `a body in pieces is chunked, and its end is told`() {
    let client = TestClient()
    client.send("GET /pieces HTTP/1.1\r\nHost: x\r\n\r\n")
    client.take()
    #expect(client.text.hasSuffix("chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"))
    #expect(!client.isFinished && !client.isLingering)
  }

  @Test func `HTTP 1.0 gets pieces without chunks, and the end of the connection`() {
    let client = TestClient()
    client.send("GET /pieces HTTP/1.0\r\n\r\n")
    client.take()
    #expect(client.text.hasSuffix("Connection: close\r\n\r\nonetwo"))
    #expect(client.isLingering)
  }

  @Test func `HEAD of pieces has no length`() {
    let client = TestClient()
    client.send("HEAD /pieces HTTP/1.1\r\nHost: x\r\n\r\n")
    client.take()
    #expect(!client.text.contains("Content-Length"))
    #expect(client.text.hasSuffix("\r\n\r\n"))
  }

  @Test func `a body that breaks off ends the connection without the last chunk`() {
    let client = TestClient()
    client.send("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n")
    client.take()
    #expect(client.text.hasSuffix("3\r\none\r\n"))
    #expect(client.isFinished)
  }

  @Test func `requests in a row are answered in a row`() {
    let client = TestClient()
    client.send(plain + "GET /long HTTP/1.1\r\nHost: x\r\n\r\n" + plain)
    client.take(most: 1_000)
    #expect(client.responder.paths == ["/", "/long", "/"])
    #expect(client.statuses.count == 3)
    let head = "HTTP/1.1 200 OK\r\nDate: now\r\nA: b\r\nContent-Length: "
    let long = String(repeating: "a", count: 200_000)
    let short = head + "4\r\n\r\nbody"
    #expect(client.text == short + head + "200000\r\n\r\n" + long + short)
  }

  @Test func `after a hundred requests the connection is closed`() {
    let client = TestClient()
    client.send(String(repeating: plain, count: 150))
    client.take()
    #expect(client.statuses.count == 100)
    #expect(client.isLingering)
    #expect(client.text.split(separator: "Connection: close").count == 2)
  }

  @Test func `who asks for much at once lets others have their turn`() {
    let client = TestClient()
    client.connection.turnIsOver = { true }
    client.send(String(repeating: plain, count: 3))
    #expect(client.responder.paths.count == 1)
    #expect(client.connection.isPaused && !client.connection.wantsInput)
    client.end()
    client.take()
    client.resume()
    #expect(client.responder.paths.count == 2)
    client.resume()
    client.take()
    #expect(client.statuses.count == 3 && client.isFinished)
  }

  @Test func `what is sent while an answer lies there is not read`() {
    let client = TestClient()
    client.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(!client.connection.wantsInput)
    client.take(most: 100, times: 3)
    #expect(!client.connection.wantsInput)
    client.take()
    #expect(client.connection.wantsInput)
  }

  @Test func `a body is read past`() {
    let client = TestClient()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel")
    #expect(client.responder.paths.isEmpty)
    client.send("lo" + plain)
    client.take()
    #expect(client.responder.paths == ["/a", "/"])
  }

  @Test func `chunks are read past, with extensions and trailers`() {
    let client = TestClient()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    client.send("3;a=\"b\"\r\nabc\r\nA\r\n0123456789\r\n000\r\nA: b\r\n\r\n" + plain)
    client.take()
    #expect(client.responder.paths == ["/a", "/"])
  }

  @Test(arguments: ["g\r\n", "\r\n", "3\r\nabcd", "3\nabc", "0\r\n\u{0}\r\n\r\n", "3\r\nabc\rx"])
  func `badly cut chunks end the connection`(chunks: String) {
    let client = TestClient()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
    client.take()
    #expect(client.statuses == ["400"])
    #expect(client.isLingering)
  }

  @Test func `long bodies are not read`() {
    let client = TestClient()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n")
    client.take()
    #expect(client.statuses == ["413"])
    let other = TestClient()
    other.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\n")
    for _ in 0..<10 { other.send(String(repeating: "a", count: 10_000)) }
    other.take()
    #expect(other.statuses == ["413"])
  }

  @Test func `who waits to be asked for a body is answered at once`() {
    let client = TestClient()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    client.take()
    #expect(client.responder.paths == ["/a"])
    #expect(client.isLingering)
  }
}

struct HTTPDeadlineTests {
  @Test func `a header has ten seconds from its first byte`() {
    let client = TestClient()
    client.send(plain)
    client.take()
    client.pass(20_000)
    client.send("GET /")
    for _ in 0..<9 {
      client.pass(1_000)
      client.send("a")
    }
    #expect(client.statuses.count == 1)
    client.pass(1_000)
    client.take()
    #expect(client.statuses == ["200", "408"])
  }

  @Test func `the first header has ten seconds from the connection on`() {
    let client = TestClient()
    client.pass(9_000)
    client.send("G")
    client.pass(999)
    #expect(!client.connection.hasOutput)
    client.pass(1)
    client.take()
    #expect(client.statuses == ["408"])
  }

  @Test func `a connection on which nothing comes is closed without a word`() {
    let client = TestClient()
    client.pass(10_000)
    #expect(client.isFinished && client.got.isEmpty)
    let other = TestClient()
    other.send(plain)
    other.take()
    other.pass(29_999)
    #expect(!other.isFinished)
    other.pass(1)
    #expect(other.isFinished)
  }

  @Test func `a body has ten seconds`() {
    let client = TestClient()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
    client.pass(10_000)
    client.take()
    #expect(client.statuses == ["408"])
  }

  @Test func `who does not take an answer loses it`() {
    let client = TestClient()
    client.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
    client.take(most: 1_000, times: 1)
    client.pass(9_999)
    #expect(!client.isFinished)
    client.pass(1)
    #expect(client.isFinished)
  }

  @Test func `the last answer is followed by a time in which input is thrown away`() {
    let client = TestClient()
    client.send("nonsense\r\n\r\n")
    client.take()
    #expect(client.isLingering && client.connection.wantsInput)
    client.send(String(repeating: "a", count: 10_000))
    #expect(client.isLingering)
    client.pass(1_500)
    #expect(client.isFinished)
  }

  @Test func `too much input ends that time`() {
    let client = TestClient()
    client.send("nonsense\r\n\r\n")
    client.take()
    client.send([UInt8](repeating: 0, count: 1 << 20))
    #expect(client.isLingering)
    client.send([0])
    #expect(client.isFinished)
  }

  @Test func `a client that stops sending still gets what it has asked for`() {
    let client = TestClient()
    client.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n" + plain)
    client.end()
    client.take()
    #expect(client.statuses == ["200", "200"])
    #expect(client.isFinished)
    let half = TestClient()
    half.send("GET / HT")
    half.end()
    #expect(half.isFinished && half.got.isEmpty)
  }

  @Test func `stopping closes what is idle and finishes what is not`() {
    let idle = TestClient()
    idle.connection.stop(now: 0)
    #expect(idle.isFinished)
    let busy = TestClient()
    busy.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
    busy.connection.stop(now: 0)
    busy.take()
    #expect(busy.statuses == ["200"])
    #expect(busy.isLingering)
    let half = TestClient()
    half.send("GET / HTTP/1.1\r\n")
    half.connection.stop(now: 0)
    half.send("Host: x\r\n\r\n")
    half.take()
    #expect(half.text.contains("Connection: close"))
    #expect(half.isLingering)
  }

  @Test(arguments: [
    (Int64(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT"),
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
  ])
  func `dates are printed as RFC 9110 has them`(seconds: Int64, expected: String) {
    #expect(String(decoding: HTTPDate.text(seconds), as: UTF8.self) == expected)
  }
}
