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

extension ClickWish {
  /// The wish in stretches of whole UTC days, the latest first; itself where it has fewer days.
  func stretches(_ count: Int) -> [ClickWish] {
    guard count > 1, from <= until else { return [self] }
    let first = Int64(from.utcDay)
    let days = Int64(until.utcDay) - first + 1
    guard days >= count else { return [self] }
    func midnight(_ number: Int) -> Int64 {
      (first + days * Int64(number) / Int64(count)) * Instant.day
    }
    return (0..<count).reversed().map { number in
      var stretch = self
      if number > 0 { stretch.from = Instant(milliseconds: midnight(number)) }
      if number < count - 1 { stretch.until = Instant(milliseconds: midnight(number + 1) - 1) }
      return stretch
    }
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
