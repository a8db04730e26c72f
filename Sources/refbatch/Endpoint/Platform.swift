// Whose documents an endpoint follows, and which paths are whose.

/// A platform whose read API is served as its documents have it.
enum Platform: Hashable, Sendable, CaseIterable {
  /// Refferq: `/api/auth`, `/api/admin`, `/api/affiliate`, and all that is nobody else's.
  case refferq
  /// bitcain: `/api/v1/referrals`.
  case bitcain
  /// Refuel: `/companies`, `/affiliates`.
  case refuel
  /// Fangate: the invitation and revenue paths of `/api/affiliate`, and `/api/wallet`.
  case fangate
  /// The program's own: the dashboard's pages, the description, health and metrics.
  case own

  /// The platform in whose form errors at a path are told: that of the longest known prefix
  /// (ENDPOINT E.6).
  init(ofPath path: String) {
    if path == "/" {
      self = .own
      return
    }
    let owner = Self.prefixes.first { path.isWithin($0.prefix) }
    self = owner?.platform ?? .refferq
  }

  /// Longest first where one is within another.
  private static let prefixes: [(prefix: String, platform: Platform)] = [
    ("/api/affiliate/invitation", .fangate), ("/api/affiliate/invited", .fangate),
    ("/api/affiliate/revenue", .fangate), ("/api/wallet", .fangate),
    ("/api/register", .fangate), ("/api/v1", .bitcain), ("/companies", .refuel),
    ("/affiliates", .refuel), ("/track", .refuel), ("/auth", .refuel),
    ("/dashboard", .own),
  ]

  /// What the platform calls itself.
  var name: String {
    switch self {
    case .refferq: "Refferq"
    case .bitcain: "bitcain"
    case .refuel: "Refuel"
    case .fangate: "Fangate"
    case .own: "refbatch"
    }
  }
}

extension String {
  /// Whether this path is `prefix` itself or below it.
  func isWithin(_ prefix: String) -> Bool {
    guard utf8.starts(with: prefix.utf8) else { return false }
    let rest = utf8.dropFirst(prefix.utf8.count)
    return rest.isEmpty || rest.first == UInt8(ascii: "/")
  }
}
