// What attribution asks of the clicks. Where they come from (this night's rows, the segments of
// earlier ones) is not its business.
public import Pipeline

/// Values that are wished for, in the order in which they came; naming one twice changes nothing.
public struct WishList<Element: Sendable>: Sendable, ExpressibleByArrayLiteral {
  /// As they came.
  public private(set) var elements: [Element] = []

  public init(arrayLiteral elements: Element...) { self.elements = elements }

  /// Adds a value.
  @inlinable public mutating func insert(_ element: Element) { append(element) }

  @usableFromInline mutating func append(_ element: Element) { elements.append(element) }
}

/// Which clicks a programme's orders could win by, and when.
public struct ClickWish: Sendable {
  public var program: ProgramOrdinal
  /// Only clicks from `from` to `until`, both inclusive, are wanted.
  public var from: Instant
  public var until: Instant
  public var clickIDs: WishList<Text> = []
  public var codes: Set<CodeOrdinal> = []
  public var visitors: WishList<Digest128> = []

  public init(program: ProgramOrdinal, from: Instant, until: Instant) {
    self.program = program
    self.from = from
    self.until = until
  }
}

/// The stored clicks of one programme, of this night and of earlier ones.
public protocol ClickSource: Sendable {
  /// Lends the clicks of every UTC day that the wish spans, a day of a run at a time, the last day
  /// first: what is latest mostly decides, and makes what is earlier idle. A wish for another
  /// programme or for no time at all is lent nothing.
  func forEachDay(_ wish: ClickWish, _ body: (ClickMatches) -> Void) throws

  /// Whether clicks from this IP were rate-limited in the programme on this UTC day, in any run.
  func wasRateLimited(ip: Digest128, utcDay: Int32) throws -> Bool
}
