// Verified tokens, remembered: a client sends the same one with each request.
import Pipeline

/// Says whose a token is.
struct TokenCheck {
  /// How many tokens are remembered.
  private static let most = 1_024

  private let keys: TokenKeys
  private var known: [Text: Token] = [:]

  init(_ keys: TokenKeys) { self.keys = keys }

  /// What credentials come to at a time, in seconds since 1970 UTC.
  mutating func token(_ credentials: Credentials, at seconds: Int64) -> EndpointRequest.Proof {
    switch credentials {
    case .none: return .none
    case .malformed: return .invalid
    case .token(let text):
      let key = Text(text)
      guard let token = known[key] ?? keys.verified(text) else { return .invalid }
      guard token.holds(at: Double(seconds)) else {
        known[key] = nil
        return .invalid
      }
      if known.count >= Self.most { known.removeAll() }
      known[key] = token
      return .valid(token.claims)
    }
  }
}
