// Which endpoint a path belongs to. Paths are compared byte by byte: nothing is decoded, joined or
// resolved (ENDPOINT H.5).
import Pipeline
import Stages

/// All routes, and what is refused.
struct RouteTable: Sendable {
  /// What a path leads to.
  enum Target {
    /// An endpoint, with what its path's `{…}` stand for.
    case route(Route, pathParts: [Text])
    /// A path at which the documents only write.
    case writesOnly(RefusedWrite)
    case nothing
  }

  let routes: [Route]
  /// A refusal at a page for people.
  let refusalPage: @Sendable (Refusal) -> Answer
  private let exact: [Text: Int]
  private let patterned: [Int]

  init(
    _ routes: [Route],
    refusalPage: @escaping @Sendable (Refusal) -> Answer = { $0.answer(.refferq) }
  ) {
    self.routes = routes
    self.refusalPage = refusalPage
    var exact: [Text: Int] = [:]
    var patterned: [Int] = []
    for (index, route) in routes.enumerated() {
      if route.path.utf8.contains(UInt8(ascii: "{")) {
        patterned.append(index)
      } else {
        exact[Text(route.path)] = index
      }
    }
    self.exact = exact
    self.patterned = patterned
  }

  /// What a path, without its query, leads to.
  func target(_ path: String) -> Target {
    if let index = exact[Text(path)] { return .route(routes[index], pathParts: []) }
    for index in patterned {
      if let parts = Self.match(path, routes[index].path) {
        return .route(routes[index], pathParts: parts)
      }
    }
    let write = RefusedWrite.all.first { Self.match(path, $0.path) != nil }
    return write.map { .writesOnly($0) } ?? .nothing
  }

  /// The input kind that does the job of a write to a path; nil where none does.
  func kind(writing path: String) -> InputKind? {
    if let write = RefusedWrite.all.first(where: { Self.match(path, $0.path) != nil }) {
      return write.kind
    }
    guard case .route(let route, _) = target(path) else { return nil }
    return route.writtenBy
  }

  /// What stands where the pattern has braces; nil where the path is no such path.
  static func match(_ path: String, _ pattern: String) -> [Text]? {
    let own = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let wanted = pattern.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard own.count == wanted.count else { return nil }
    var parts: [Text] = []
    for (part, word) in zip(own, wanted) {
      if word.first == UInt8(ascii: "{") {
        guard !part.isEmpty else { return nil }
        parts.append(Text(String(part) ?? ""))
      } else if !part.elementsEqual(word) {
        return nil
      }
    }
    return parts
  }

  /// A refusal in the form that a path's platform has for it.
  func answer(_ refusal: Refusal, at path: String) -> Answer {
    let platform = Platform(ofPath: path)
    return platform == .own ? refusalPage(refusal) : refusal.answer(platform)
  }
}
