// What the server counts of itself, for /metrics.

/// Counts since the server's start.
struct ServerFacts: Sendable {
  /// Answers by status.
  var answers: [Int: Int64] = [:]
  /// Answers given again from memory.
  var remembered: Int64 = 0
  /// Time spent on answers, in nanoseconds.
  var nanoseconds: Int64 = 0
  /// Connections taken, dropped to make room, and open now.
  var accepted: Int64 = 0
  var dropped: Int64 = 0
  var open: Int64 = 0
}
