// An accepted click, as attribution needs it.
public import Pipeline

/// The kind of click identifiers; a click itself lives in a segment, not in memory.
public enum Click {}

/// The kind of order identifiers.
public enum Order {}

/// A click that may earn credit.
public struct Touch: Hashable, Sendable {
  public var instant: Instant
  public var code: CodeOrdinal
  /// Empty where the click has none.
  public var clickID: Text
  /// Of the click's visitor_id, else of its fingerprint; nil where it has neither.
  public var visitor: Digest128?

  @inlinable public init(
    instant: Instant, code: CodeOrdinal, clickID: Text, visitor: Digest128?
  ) {
    self.instant = instant
    self.code = code
    self.clickID = clickID
    self.visitor = visitor
  }
}
