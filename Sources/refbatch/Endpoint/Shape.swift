// What a JSON value looks like, as far as /openapi.json says it.

/// The schema of a JSON value.
indirect enum Shape: Sendable {
  case string
  /// A string of a named format, such as `date-time` or `uuid`.
  case text(format: String)
  /// One of some words.
  case word([String])
  case integer
  case number
  case boolean
  /// An object with any members.
  case anyObject
  /// Exactly these members, all of them present.
  case object([(name: String, shape: Shape)])
  case array(Shape)
  /// The shape, or null.
  case optional(Shape)
  case null
}
