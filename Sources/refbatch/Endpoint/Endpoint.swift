// A request to an answer, without a socket: what is checked, and in which order (ENDPOINT T.6).
import Pipeline
import Stages

/// What a request asks for, as far as endpoints care.
struct EndpointRequest {
  /// In the letters it came in.
  var method: String
  /// Before the question mark, as it came.
  var path: String
  /// Behind the question mark, as it came.
  var query: [UInt8] = []
  /// What the token says, where there is a valid one.
  var token: Proof = .none
  /// `If-None-Match`, where there is one.
  var ifNoneMatch: String?
  /// Whether it comes from this machine.
  var isFromLoopback = false

  /// What came as a token.
  enum Proof {
    case none
    case invalid
    case valid(Claims)
  }
}

/// The endpoints over one state of the store.
struct Endpoint {
  var table: RouteTable
  /// Where clients reach the server, without a slash at the end.
  var publicURL: String
  /// What `/metrics` shows.
  var facts: () -> ServerFacts = { ServerFacts() }
  /// Whether `/metrics` is open to requests that need no token.
  var metricsAreOpen = false

  /// Answers one request. The reading is begun and ended here, but for a body in pieces, whose
  /// reading the caller ends when the last piece is written.
  func answer(_ request: EndpointRequest, _ reading: StoreReading) -> Answer {
    do {
      try reading.begin()
      var endsLater = false
      defer { if !endsLater { reading.end() } }
      let answer = try answer(request, within: reading)
      if case .pieces = answer.body { endsLater = true }
      return answer
    } catch let refusal as Refusal {
      return table.answer(refusal, at: request.path)
    } catch is ListsInTheMaking {
      return Answer(status: 503, body: .later)
    } catch {
      let refusal = Refusal(kind: .unavailable, text: "The store cannot be read")
      return table.answer(refusal, at: request.path)
    }
  }

  private func answer(_ request: EndpointRequest, within reading: StoreReading) throws -> Answer {
    let target = table.target(request.path)
    let caller = try caller(request, at: target, reading)
    guard case .route(let route, let pathParts) = target else {
      if case .writesOnly(let write) = target, !Self.reads(request.method) {
        throw Self.notAllowed(kind: write.kind, request.path)
      }
      // `OPTIONS *` asks about the server, not about a path.
      if request.path.utf8.elementsEqual("*".utf8), !Self.reads(request.method) {
        throw Refusal(kind: .methodNotAllowed, text: Self.readsAlone)
      }
      throw Refusal.notFound()
    }
    guard Self.reads(request.method) else {
      throw Self.notAllowed(kind: table.kind(writing: request.path), request.path, route)
    }
    try admit(caller, to: route)
    let call = Call(
      caller: caller, parameters: try route.values(QueryText(request.query)),
      pathParts: pathParts, reading: reading, publicURL: publicURL, table: table,
      facts: facts())
    guard route.isOfRun else { return try route.handler(call) }
    let tag = entityTag(request, caller, reading)
    if let wanted = request.ifNoneMatch, Self.matches(wanted, tag) {
      return Answer(status: 304, fields: Self.cacheFields(tag), body: .bytes([]))
    }
    var answer = try route.handler(call)
    if answer.status == 200 { answer.fields.append(contentsOf: Self.cacheFields(tag)) }
    return answer
  }

  private static func reads(_ method: String) -> Bool {
    method.utf8.elementsEqual("GET".utf8) || method.utf8.elementsEqual("HEAD".utf8)
  }
}

extension Endpoint {
  /// Who asks.
  ///
  /// - Throws: ``Refusal`` where a token is needed and there is none that counts.
  private func caller(
    _ request: EndpointRequest, at target: RouteTable.Target, _ reading: StoreReading
  ) throws -> Caller? {
    if case .route(let route, _) = target {
      if case .anyone = route.access { return nil }
      if route.isOfMetrics, metricsAreOpen, request.isFromLoopback { return nil }
    }
    switch request.token {
    case .none: throw Refusal(kind: .unauthorized, text: "No authentication token")
    case .invalid: throw Refusal(kind: .unauthorized, text: "Invalid or expired token")
    case .valid(let claims): return try reading.caller(claims)
    }
  }

  /// - Throws: ``Refusal`` where the route is another role's.
  private func admit(_ caller: Caller?, to route: Route) throws(Refusal) {
    guard case .roles(let roles) = route.access, let caller, !roles.contains(caller.role) else {
      return
    }
    let wanted = Role.allCases.first { roles.contains($0) }
    switch wanted {
    case .admin: throw Refusal.forbidden("Admin access required")
    case .company: throw Refusal.forbidden("Company role required")
    case .affiliate, nil: throw Refusal.forbidden("Affiliate role required")
    }
  }

  private static let readsAlone = "Read only: GET and HEAD alone are answered here"

  /// Says what does the job of a write.
  private static func notAllowed(
    kind: InputKind?, _ path: String, _ route: Route? = nil
  ) -> Refusal {
    let text: String
    if let kind {
      text = "Read only: what changes this comes with the next run's input of kind \(kind.word)"
    } else if route != nil {
      text = readsAlone
    } else {
      text = "Read only: this is the platform's own and is done there"
    }
    return Refusal(kind: .methodNotAllowed, text: text)
  }
}

extension Endpoint {
  /// One value per committed run, path, query and caller (ENDPOINT H.1).
  private func entityTag(
    _ request: EndpointRequest, _ caller: Caller?, _ reading: StoreReading
  ) -> String {
    var hash = SHA256()
    func add(_ text: String) {
      ByteView.withBytes(of: Array(text.utf8) + [0]) { hash.update($0) }
    }
    add(productVersion)
    add(reading.run.map { "\($0.number) \($0.name)" } ?? "")
    add(request.path)
    ByteView.withBytes(of: request.query + [0]) { hash.update($0) }
    if let caller {
      add(caller.role.rawValue)
      add(caller.subject.string)
      add(caller.claims.email?.string ?? "")
    }
    return "\"" + SHA256.hexadecimal(Array(hash.finish().prefix(16))) + "\""
  }

  /// Whether `If-None-Match` names a tag: `*`, or one of a list, weak or strong.
  static func matches(_ field: String, _ tag: String) -> Bool {
    field.utf8.split(separator: UInt8(ascii: ",")).contains { part in
      var part = part.drop { $0 == 0x20 || $0 == 0x09 }
      while part.last == 0x20 || part.last == 0x09 { part.removeLast() }
      if part.elementsEqual("*".utf8) { return true }
      if part.starts(with: "W/".utf8) { part = part.dropFirst(2) }
      return part.elementsEqual(tag.utf8)
    }
  }

  private static func cacheFields(_ tag: String) -> [(name: String, value: String)] {
    [
      ("ETag", tag), ("Cache-Control", "private, no-cache"),
      ("Vary", "Authorization, Cookie"),
    ]
  }
}
