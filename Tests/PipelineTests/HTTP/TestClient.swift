// A connection without a socket, and a clock that the test moves.

import Glibc

@testable import Pipeline

/// A number in the environment.
func environmentNumber(_ name: String) -> Int? {
  unsafe getenv(name).flatMap { unsafe Int(String(cString: $0)) }
}

/// Answers by path: `/long` is long, `/pieces` comes in pieces, `/broken` breaks off, `/later` is not
/// there before it has been asked for three times.
final class TestResponder: HTTPResponder {
  final class Pieces: HTTPBodyPieces {
    struct Broken: Error {}

    private var rest: [String]
    private let breaks: Bool

    init(_ pieces: [String], breaks: Bool) {
      rest = pieces.reversed()
      self.breaks = breaks
    }

    func next() throws -> [UInt8]? {
      if rest.isEmpty, breaks { throw Broken() }
      return rest.popLast().map { Array($0.utf8) }
    }
  }

  private(set) var paths: [String] = []

  func respond(to request: HTTPRequest) -> HTTPResponse {
    paths.append(request.path)
    let body: HTTPResponse.Body
    switch request.path {
    case "/long": body = .bytes([UInt8](repeating: 0x61, count: 200_000))
    case "/pieces": body = .pieces(Pieces(["one", "", "two"], breaks: false))
    case "/broken": body = .pieces(Pieces(["one"], breaks: true))
    case "/later" where paths.filter { $0 == "/later" }.count < 3: return .later
    case "/unchanged": return HTTPResponse(status: 304, head: [], body: .bytes([]))
    default: body = .bytes(Array("body".utf8))
    }
    return HTTPResponse(status: 200, head: Array("A: b\r\n".utf8), body: body)
  }
}

/// What a client does to a connection, and what it gets.
final class TestClient {
  let connection: HTTPConnection
  let responder = TestResponder()
  private(set) var now: Int64 = 0
  private(set) var got: [UInt8] = []

  init(_ limits: HTTPLimits = HTTPLimits()) {
    connection = HTTPConnection(responder, limits, now: 0)
  }

  var text: String { String(decoding: got, as: UTF8.self) }
  var isFinished: Bool {
    if case .finished = connection.phase { true } else { false }
  }
  var isLingering: Bool {
    if case .lingering = connection.phase { true } else { false }
  }
  /// The status of each answer.
  var statuses: [String] {
    text.split(separator: "HTTP/1.1 ").map { String($0.prefix(3)) }
  }

  private func date() -> [UInt8] { Array("now".utf8) }

  /// Sends, if the server reads.
  func send(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    guard connection.wantsInput, !bytes.isEmpty else { return }
    connection.receive(bytes[...], now: now, date: date)
  }

  func send(_ text: String) { send(Array(text.utf8)) }

  /// Goes on with what was left lying.
  func resume() { connection.resume(now: now, date: date) }

  func end() { connection.receiveEnd(now: now) }

  /// Takes answers, as many bytes at a time as given.
  func take(most: Int = .max, times: Int = .max) {
    var count = 0
    while connection.hasOutput, !isFinished, count < times {
      count += 1
      let output = connection.nextOutput()
      let taken = output.prefix(most)
      got.append(contentsOf: taken)
      connection.wrote(taken.count, now: now, date: date)
    }
  }

  /// Lets time pass, and the deadlines with it.
  func pass(_ milliseconds: Int64) {
    now += milliseconds
    if !isFinished, connection.nextDeadline <= now { connection.expire(now: now, date: date) }
  }
}
