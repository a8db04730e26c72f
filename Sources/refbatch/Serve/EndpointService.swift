// From the listener's requests to the endpoints and back: tokens, the store's state, header lines.
import Pipeline
import Stages

/// Answers the listener's requests out of a workspace. All on the listener's thread.
final class EndpointService: HTTPResponder {
  private var endpoint: Endpoint
  private let pool: ReadingPool
  private var tokens: TokenCheck
  private var memory = AnswerMemory()
  /// The generation of the store, the connection, and the version that it saw when it was last looked
  /// at, and the millisecond.
  private var version: [Int64] = []
  private var lookedAt: Int64 = -1
  /// Puts lists in order after a run; without it the first request for one does.
  var preparation: ListPreparation?
  /// Since when requests wait for lists in order, in milliseconds.
  private var waitingSince: Int64?
  /// How long they wait for that at most before it is done in place.
  private static let patience: Int64 = 10_000
  private let seconds: () -> Int64
  private let milliseconds: () -> Int64
  private(set) var facts = ServerFacts()
  /// The listener's own counts.
  var connections: () -> (accepted: Int64, dropped: Int64, open: Int64) = { (0, 0, 0) }

  init(
    _ endpoint: Endpoint, _ workspace: Workspace, _ keys: TokenKeys,
    seconds: @escaping () -> Int64 = HTTPServer.seconds,
    milliseconds: @escaping () -> Int64 = HTTPServer.milliseconds
  ) {
    self.endpoint = endpoint
    pool = ReadingPool(workspace)
    tokens = TokenCheck(keys)
    self.seconds = seconds
    self.milliseconds = milliseconds
    self.endpoint.facts = { [unowned self] in currentFacts }
  }

  private var currentFacts: ServerFacts {
    var facts = facts
    (facts.accepted, facts.dropped, facts.open) = connections()
    return facts
  }

  func respond(to request: HTTPRequest) -> HTTPResponse {
    let start = ContinuousClock.now
    let response = answer(request)
    if case .later = response.body { return response }
    let (whole, rest) = (ContinuousClock.now - start).components
    facts.nanoseconds += whole * 1_000_000_000 + rest / 1_000_000_000
    facts.answers[response.status, default: 0] += 1
    return response
  }

  private func answer(_ request: HTTPRequest) -> HTTPResponse {
    let path = request.path
    let platform = Platform(ofPath: path)
    let credentials = Credentials(request, isPage: platform == .own)
    var asked = EndpointRequest(method: request.method, path: path)
    asked.query = request.query
    asked.token = tokens.token(credentials, at: seconds())
    asked.ifNoneMatch = Self.joined(request.values(of: "if-none-match"))
    asked.isFromLoopback = request.isFromLoopback
    do {
      let now = milliseconds()
      // Within a millisecond the store is not asked again whether a run has committed.
      if now == lookedAt, let known = remembered(asked) { return known }
      let reading = try pool.take(now: now)
      return try answer(asked, reading, now)
    } catch let refusal as Refusal {
      return Self.response(endpoint.table.answer(refusal, at: path))
    } catch {
      let refusal = Refusal(kind: .unavailable, text: "The store cannot be read")
      return Self.response(endpoint.table.answer(refusal, at: path))
    }
  }

  private static func joined(_ values: [String]) -> String? {
    values.isEmpty ? nil : values.joined(separator: ",")
  }

  /// The answer to a request out of memory, in the state of the store last looked at.
  private func remembered(_ request: EndpointRequest) -> HTTPResponse? {
    guard let question = Self.question(request),
      let known = memory.answer(question, at: version)
    else { return nil }
    facts.remembered += 1
    if let wanted = request.ifNoneMatch, Endpoint.matches(wanted, known.tag) {
      return HTTPResponse(status: 304, head: known.unchangedHead, body: .bytes([]))
    }
    return known.response
  }

  private func answer(
    _ request: EndpointRequest, _ reading: StoreReading, _ now: Int64
  ) throws -> HTTPResponse {
    let generation = pool.generation
    var isLent = true
    defer { if isLent { pool.giveBack(reading, of: generation) } }
    let version = [Int64(generation), reading.ordinal, try reading.currentVersion()]
    if version != self.version { waitingSince = nil }
    self.version = version
    lookedAt = now
    if let known = remembered(request) { return known }
    let question = Self.question(request)
    reading.leavesListsToOthers =
      preparation != nil && now - (waitingSince ?? now) < Self.patience
    let answer = endpoint.answer(request, reading)
    if case .later = answer.body {
      waitingSince = waitingSince ?? now
      preparation?.wake()
      return .later
    }
    if case .pieces(let pieces) = answer.body {
      isLent = false
      let lent = LentPieces(pieces) { [pool] in pool.giveBack(reading, of: generation) }
      return HTTPResponse(
        status: answer.status, head: Self.head(answer), body: .pieces(lent))
    }
    let response = Self.response(answer)
    // A run that has committed between the look and the reading is not to be taken for the old one.
    if let question, answer.status == 200, reading.version == version[2],
      let tag = answer.fields.first(where: { $0.name == "ETag" })?.value
    {
      var unchanged = answer
      unchanged.status = 304
      let remembered = AnswerMemory.Remembered(
        tag: tag, response: response, unchangedHead: Self.head(unchanged))
      memory.keep(remembered, to: question, at: version)
    }
    return response
  }

  /// What makes a request the same as another; nil where that cannot be said.
  private static func question(_ request: EndpointRequest) -> AnswerMemory.Question? {
    guard case .valid(let claims) = request.token,
      request.method == "GET" || request.method == "HEAD"
    else { return nil }
    return AnswerMemory.Question(claims: claims, path: Text(request.path), query: request.query)
  }
}

extension EndpointService {
  static func response(_ answer: Answer) -> HTTPResponse {
    guard case .bytes(let body) = answer.body else {
      return HTTPResponse(status: answer.status, head: head(answer), body: .bytes([]))
    }
    return HTTPResponse(status: answer.status, head: head(answer), body: .bytes(body))
  }

  /// The header lines of an answer.
  static func head(_ answer: Answer) -> [UInt8] {
    var head: [UInt8] = []
    func add(_ name: String, _ value: String) {
      head.append(contentsOf: name.utf8)
      head.append(contentsOf: ": ".utf8)
      head.append(contentsOf: value.utf8)
      head.append(contentsOf: "\r\n".utf8)
    }
    if answer.status != 304 {
      add("Content-Type", answer.contentType)
      add("X-Content-Type-Options", "nosniff")
    }
    for field in answer.fields { add(field.name, field.value) }
    if !answer.fields.contains(where: { $0.name == "Cache-Control" }) {
      add("Cache-Control", "no-store")
    }
    return head
  }
}

/// A body's pieces with the reading they come from, given back with the last piece or when the
/// client is gone.
private final class LentPieces: HTTPBodyPieces {
  private var pieces: (any AnswerPieces)?
  private var giveBack: (() -> Void)?

  init(_ pieces: any AnswerPieces, giveBack: @escaping () -> Void) {
    self.pieces = pieces
    self.giveBack = giveBack
  }

  deinit { finish() }

  func next() throws -> [UInt8]? {
    guard let piece = try pieces?.next() else {
      finish()
      return nil
    }
    return piece
  }

  private func finish() {
    // The statements end before their transaction does.
    pieces = nil
    giveBack?()
    giveBack = nil
  }
}
