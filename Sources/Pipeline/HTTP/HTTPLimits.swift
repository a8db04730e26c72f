// What a connection may cost. The values are those of the endpoint's contract (ENDPOINT H.3).

/// Limits of the HTTP listener: sizes in bytes, times in milliseconds.
public struct HTTPLimits: Hashable, Sendable {
  /// The longest request line, its end not counted; beyond it 414.
  public var requestLine = 8_192
  /// All header lines together; beyond it 431.
  public var fields = 16_384
  /// Header lines; beyond it 431.
  public var fieldCount = 100
  /// The longest body that is read and thrown away; beyond it 413.
  public var body = 65_536
  /// Connections at once.
  public var connections = 1_024
  /// Requests that one connection may make.
  public var requestsPerConnection = 100
  /// From a request's first byte to the end of its header, and of its body.
  public var headDeadline: Int64 = 10_000
  /// Between two requests.
  public var idleDeadline: Int64 = 30_000
  /// For each block of an answer to be taken by the client.
  public var writeDeadline: Int64 = 10_000
  /// How long, and how much, input is thrown away after the last answer of a connection, so that the
  /// answer is not lost to a reset.
  public var lingerDeadline: Int64 = 1_500
  public var lingerBytes = 1 << 20
  /// How long until an answer that was not there yet is asked for again.
  public var askAgain: Int64 = 3
  /// How much of an answer is kept for a client that does not read.
  public var outputBlock = 65_536

  public init() {}
}
