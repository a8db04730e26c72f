// libFuzzer's way into the listener's parser and connections: bytes as a client would send them, cut
// into pieces by the bytes themselves. Compiled by the script `fuzz` together with Pipeline/HTTP.

private final class Responder: HTTPResponder {
  final class Pieces: HTTPBodyPieces {
    private var left = 3

    func next() throws -> [UInt8]? {
      left -= 1
      return left < 0 ? nil : [UInt8](repeating: 0x61, count: left * 100)
    }
  }

  private var asked = 0

  func respond(to request: HTTPRequest) -> HTTPResponse {
    asked += 1
    if request.path.utf8.count % 3 == 0, asked % 3 != 0 { return .later }
    // Reads all that the endpoint reads.
    _ = request.method + request.path + String(decoding: request.query, as: UTF8.self)
    _ = request.values(of: "authorization") + request.values(of: "cookie")
    let body: HTTPResponse.Body =
      request.path.utf8.count % 2 == 0 ? .pieces(Pieces()) : .bytes([UInt8](repeating: 0x61, count: 5_000))
    return HTTPResponse(status: 200, head: [], body: body)
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  var limits = HTTPLimits()
  limits.fields = 600
  limits.requestLine = 200
  limits.fieldCount = 10
  limits.body = 300
  limits.requestsPerConnection = 8
  let connection = HTTPConnection(Responder(), limits, now: 0)
  func date() -> [UInt8] { [0x30] }
  var now: Int64 = 0
  var place = 0
  while place < bytes.count, connection.phase != .finished {
    let length = min(bytes.count - place, 1 + Int(bytes[place] & 0x3F) * 4)
    if connection.wantsInput {
      connection.receive(bytes[place..<place + length], now: now, date: date)
    }
    place += length
    now += Int64(length)
    if connection.pause(at: now) == 0 { connection.resume(now: now, date: date) }
    var rounds = 0
    while connection.hasOutput, connection.phase != .finished, rounds < 4 {
      rounds += 1
      connection.wrote(connection.nextOutput().prefix(3_000).count, now: now, date: date)
    }
  }
  connection.receiveEnd(now: now)
  for _ in 0..<400 where connection.phase != .finished {
    if connection.pause(at: now) != nil {
      now += 3
      connection.resume(now: now, date: date)
    }
    if connection.hasOutput {
      connection.wrote(connection.nextOutput().count, now: now, date: date)
    }
  }
  for _ in 0..<6 {
    now += 60_000
    if connection.phase != .finished { connection.expire(now: now, date: date) }
    while connection.hasOutput, connection.phase != .finished {
      connection.wrote(connection.nextOutput().count, now: now, date: date)
    }
  }
  precondition(connection.phase == .finished, "a connection ends")
  return 0
}
