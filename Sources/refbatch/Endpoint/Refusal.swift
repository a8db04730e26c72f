// Why a request gets no answer of its endpoint. The words stand here, the forms in ErrorForms.swift.

/// A reason to refuse a request, told in the form of the path's platform.
struct Refusal: Error, Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// 401: no token, a bad one, or a subject that nobody has.
    case unauthorized
    /// 403: another role's endpoint.
    case forbidden
    /// 404.
    case notFound
    /// 405, with `Allow`.
    case methodNotAllowed
    /// 400 or 422: parameters that are not taken.
    case badParameters([ParameterFault])
    /// 503: the store cannot be read.
    case unavailable
    /// 500.
    case failed
  }

  var kind: Kind
  /// One sentence for whoever reads the answer.
  var text: String

  static func notFound(_ text: String = "Not found") -> Refusal {
    Refusal(kind: .notFound, text: text)
  }

  static func forbidden(_ text: String) -> Refusal { Refusal(kind: .forbidden, text: text) }

  static func badParameter(_ name: String, input: String, _ reason: ParameterFault.Reason)
    -> Refusal
  {
    badParameters([ParameterFault(name: name, input: input, reason: reason)])
  }

  static func badParameters(_ faults: [ParameterFault]) -> Refusal {
    Refusal(kind: .badParameters(faults), text: "Invalid query parameter")
  }
}
