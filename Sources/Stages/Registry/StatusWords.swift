// The words for the statuses of programmes and affiliates, in files and in the store.

extension Program.Status {
  static let words: [(StaticString, Program.Status)] = [("active", .active), ("paused", .paused)]

  /// The word in files and in the store.
  public var word: String {
    switch self {
    case .active: "active"
    case .paused: "paused"
    }
  }
}

extension Affiliate.Status {
  static let words: [(StaticString, Affiliate.Status)] = [
    ("active", .active), ("pending", .pending), ("suspended", .suspended),
  ]

  /// The word in files and in the store.
  public var word: String {
    switch self {
    case .active: "active"
    case .pending: "pending"
    case .suspended: "suspended"
    }
  }
}
