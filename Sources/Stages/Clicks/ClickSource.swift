// What attribution asks of the clicks. Where they come from (this night's rows, the segments of
// earlier ones) is not its business.
public import Pipeline

/// Which clicks a programme's orders could win by, and when.
public struct ClickWish: Sendable {
  public var program: ProgramOrdinal
  /// Only clicks from `from` to `until`, both inclusive, are wanted.
  public var from: Instant
  public var until: Instant
  public var clickIDs: Set<Text> = []
  public var codes: Set<CodeOrdinal> = []
  public var visitors: Set<Digest128> = []

  public init(program: ProgramOrdinal, from: Instant, until: Instant) {
    self.program = program
    self.from = from
    self.until = until
  }
}

/// The accepted clicks of one programme, of this night and of earlier ones.
public protocol ClickSource: Sendable {
  /// Lends every accepted click that any part of the wish names, in no particular order; a click
  /// may match several parts and still comes once.
  func forEachTouch(_ wish: ClickWish, _ body: (Touch) -> Void) throws

  /// Whether clicks from this IP were rate-limited in the programme on this UTC day, in any run.
  func wasRateLimited(ip: Digest128, utcDay: Int32) throws -> Bool
}
