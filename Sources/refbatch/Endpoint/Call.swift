// What a handler is given: checked parameters, the caller, and a state of the store to read.
import Pipeline
import Stages

/// One request to one endpoint, after all checks.
struct Call {
  /// Who asks. On routes that need no token, whatever token there was.
  var caller: Caller?
  /// The parameters by name: those given, and the defaults of the others.
  var parameters: [String: ParameterValue] = [:]
  /// What stands in the path where the route has `{…}`, in their order.
  var pathParts: [Text] = []
  /// The store, within one read transaction.
  var reading: StoreReading
  /// Where clients reach the server, without a slash at the end: `serve --public-url`.
  var publicURL: String
  /// All that is served.
  var table = RouteTable([])
  /// What the server counts; zeros where there is none.
  var facts = ServerFacts()

  /// The last committed run's as_of; the distant past before the first run (ENDPOINT G.1).
  var asOf: Instant { reading.asOf }

  /// A parameter that is a number; its default, or nil where it has none.
  func number(_ name: String) -> Int64? {
    if case .number(let value)? = parameters[name] { value } else { nil }
  }

  /// A parameter that is a word or a text.
  func text(_ name: String) -> Text? {
    if case .text(let value)? = parameters[name] { value } else { nil }
  }
}
