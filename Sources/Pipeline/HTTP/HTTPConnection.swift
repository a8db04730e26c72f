// One client's connection as a machine without a socket: bytes and the time go in, bytes and what
// to wait for come out.

/// Answers requests, one after the other, on the thread of the listener.
public protocol HTTPResponder: AnyObject {
  /// Answers a request whose body has been read past.
  func respond(to request: HTTPRequest) -> HTTPResponse
}

/// The life of a connection. Times are milliseconds of a clock that only goes forward.
final class HTTPConnection {
  enum Phase {
    /// Between requests; nothing of the next one has come.
    case idle
    /// A head has begun.
    case head
    /// A body is read past, of a request that is answered behind it.
    case body
    /// The last answer has been handed over; input is thrown away until the client closes.
    case lingering
    case finished
  }

  var phase = Phase.idle
  /// When the phase must have ended.
  private(set) var deadline: Int64
  /// When the client was last heard of.
  var lastActivity: Int64

  let limits: HTTPLimits
  private let responder: any HTTPResponder
  private let isFromLoopback: Bool
  private var parser: HTTPParser
  private var input: [UInt8] = []
  private var skipping: HTTPBodySkipping?
  private var awaited: HTTPRequest?
  /// A request whose answer was not there yet, and when it is asked for again.
  private var waiting: (request: HTTPRequest, closing: Bool)?
  private var asksAgainAt: Int64 = .min
  private var requestCount = 0
  private var lingered = 0
  private(set) var inputEnded = false

  /// What the client must still be given, from `outputStart` on.
  var output: [UInt8] = []
  var outputStart = 0
  /// A long body that follows `output`.
  var longBody: [UInt8]?
  var pieces: (any HTTPBodyPieces)?
  var piecesAreChunked = false
  var closesAfterOutput = false
  var writeDeadline: Int64 = .max

  init(
    _ responder: any HTTPResponder, _ limits: HTTPLimits, now: Int64, isFromLoopback: Bool = false
  ) {
    self.responder = responder
    self.limits = limits
    self.isFromLoopback = isFromLoopback
    parser = HTTPParser(limits)
    lastActivity = now
    deadline = now + limits.headDeadline
  }

  /// Whether there is something to write.
  var hasOutput: Bool { outputStart < output.count || longBody != nil || pieces != nil }

  /// Whether more input is of use: not while the client leaves answers lying.
  var wantsInput: Bool {
    guard !inputEnded, !isPaused, phase != .finished else { return false }
    return phase == .lingering || (!hasOutput && !closesAfterOutput)
  }

  /// The earlier of both deadlines.
  var nextDeadline: Int64 { min(deadline, writeDeadline) }

  /// Takes what the client has sent.
  func receive(_ bytes: ArraySlice<UInt8>, now: Int64, date: () -> [UInt8]) {
    lastActivity = now
    if phase == .lingering {
      lingered += bytes.count
      if lingered > limits.lingerBytes { phase = .finished }
      return
    }
    input.append(contentsOf: bytes)
    proceed(now, date)
  }

  /// The client sends no more; what it has asked is still answered.
  func receiveEnd(now: Int64) {
    inputEnded = true
    if phase == .lingering || !(hasOutput || isPaused) { phase = .finished }
  }

  /// Whether requests lie here that the connection has had no time for yet, or no answer.
  private(set) var isPaused = false
  /// How long until it is of use to ``resume(now:date:)``; nil while it is not paused.
  func pause(at now: Int64) -> Int64? {
    guard isPaused else { return nil }
    return waiting == nil ? 0 : max(0, asksAgainAt - now)
  }
  /// Says that others are to have their turn; asked after each answer.
  var turnIsOver: () -> Bool = { false }

  /// Goes on with the requests that were left lying.
  func resume(now: Int64, date: () -> [UInt8]) {
    isPaused = false
    if let (request, closing) = waiting {
      waiting = nil
      answer(request, closing: closing, now, date)
    }
    proceed(now, date)
    if inputEnded, !hasOutput, !isPaused { phase = .finished }
  }

  /// Goes on with what has come, as far as answers are taken.
  func proceed(_ now: Int64, _ date: () -> [UInt8]) {
    let answered = requestCount
    while !hasLongOutput, !closesAfterOutput, !isPaused, phase != .finished {
      if requestCount > answered, !input.isEmpty, turnIsOver() {
        isPaused = true
        return
      }
      if skipping != nil {
        guard skipBody(now, date) else { return }
        continue
      }
      guard !input.isEmpty else {
        if phase != .idle {
          phase = .idle
          deadline = now + limits.idleDeadline
        }
        return
      }
      if phase != .head {
        phase = .head
        if requestCount > 0 { deadline = now + limits.headDeadline }
      }
      switch parser.parse(input) {
      case .incomplete: return
      case .fault(let fault): refuse(fault, now, date)
      case .request(var request, let length):
        request.isFromLoopback = isFromLoopback
        input.removeFirst(length)
        begin(request, now, date)
      }
    }
  }

  private var hasLongOutput: Bool {
    longBody != nil || pieces != nil || output.count - outputStart >= limits.outputBlock
  }

  private func begin(_ request: HTTPRequest, _ now: Int64, _ date: () -> [UInt8]) {
    phase = .body
    if request.expectsContinue, request.framing != .none {
      // The client learns the answer instead of being asked for a body that nobody wants.
      answer(request, closing: true, now, date)
      return
    }
    skipping = HTTPBodySkipping(request.framing, limit: limits.body)
    guard skipping != nil else {
      answer(request, closing: false, now, date)
      return
    }
    awaited = request
    deadline = now + limits.headDeadline
  }

  /// Reads past a body; false while it has not ended.
  private func skipBody(_ now: Int64, _ date: () -> [UInt8]) -> Bool {
    do throws(HTTPFault) {
      guard let (count, ended) = try skipping?.skip(input[...]) else { return true }
      input.removeFirst(count)
      guard ended else { return false }
      skipping = nil
      if let request = awaited {
        awaited = nil
        answer(request, closing: false, now, date)
      }
    } catch {
      skipping = nil
      refuse(error, now, date)
    }
    return true
  }

  private func refuse(_ fault: HTTPFault, _ now: Int64, _ date: () -> [UInt8]) {
    let response = HTTPResponse.refusal(fault)
    put(response, isHead: false, minorVersion: 1, closes: true, now, date)
  }

  private func answer(
    _ request: HTTPRequest, closing: Bool, _ now: Int64, _ date: () -> [UInt8]
  ) {
    let response = responder.respond(to: request)
    if case .later = response.body {
      waiting = (request, closing)
      asksAgainAt = now + limits.askAgain
      isPaused = true
      return
    }
    requestCount += 1
    let closes =
      closing || request.wantsClose || isStopping
      || requestCount >= limits.requestsPerConnection
    put(
      response, isHead: request.isHead, minorVersion: request.minorVersion, closes: closes, now,
      date)
  }

  private func put(
    _ response: HTTPResponse, isHead: Bool, minorVersion: Int, closes: Bool, _ now: Int64,
    _ date: () -> [UInt8]
  ) {
    var length = HTTPLength.none
    switch response.body {
    case .bytes(let bytes):
      if response.status != 304 { length = .bytes(bytes.count) }
      output.append(headOf: response, length: length, closes: closes, date: date())
      if !isHead, response.status != 304 {
        if bytes.count > 4_096 { longBody = bytes } else { output.append(contentsOf: bytes) }
      }
    case .pieces(let pieces):
      piecesAreChunked = minorVersion == 1
      length = piecesAreChunked ? .chunks : .close
      output.append(headOf: response, length: length, closes: closes, date: date())
      if !isHead { self.pieces = pieces }
    case .later: break
    }
    if closes { closesAfterOutput = true }
    writeDeadline = now + limits.writeDeadline
  }

  /// Set when the listener is about to stop: each answer is then a connection's last.
  var isStopping = false
}

extension HTTPConnection {
  func beginLingering(_ now: Int64) {
    phase = inputEnded ? .finished : .lingering
    input = []
    deadline = now + limits.lingerDeadline
  }

  /// A deadline has passed.
  func expire(now: Int64, date: () -> [UInt8]) {
    if writeDeadline <= now {
      abort()
      return
    }
    switch phase {
    case _ where isPaused: deadline = .max
    case .head where !hasOutput, .body where !hasOutput: refuse(.tooSlow, now, date)
    case .idle where hasOutput, .head, .body: deadline = .max
    case .idle, .lingering, .finished: phase = .finished
    }
  }

  /// The listener stops: what is in flight is finished, the rest closed.
  func stop(now: Int64) {
    isStopping = true
    if phase == .idle, !hasOutput { phase = .finished }
    if hasOutput { closesAfterOutput = true }
  }

  /// Ends it at once.
  func abort() {
    phase = .finished
    pieces = nil
    longBody = nil
  }
}
