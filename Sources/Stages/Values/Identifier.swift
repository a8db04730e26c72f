// Identifiers that cannot be mixed up: a code is not an affiliate, and neither is its number.
public import Pipeline

/// An id as its owner wrote it: compared, ordered and hashed by its bytes (SPEC 9, Rows).
public struct Identifier<Kind>: Hashable, Comparable, Sendable {
  /// The id as given.
  public let text: Text

  @inlinable public init(_ text: Text) { self.text = text }

  @inlinable public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension Identifier: CustomStringConvertible, ExpressibleByStringLiteral {
  @inlinable public init(stringLiteral value: String) { text = Text(value) }
  public var description: String { text.string }
}

/// The place of a registry entry in the registry, dense from 0 and the same for good: what the
/// hot path and the store carry instead of the id.
public struct Ordinal<Kind>: Hashable, Comparable, Sendable {
  /// The place, from 0.
  public let index: Int32

  @inlinable public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }

  /// The place as an array index.
  @inlinable public var position: Int { Int(index) }

  @inlinable public static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}

public typealias ProgramID = Identifier<Program>
public typealias AffiliateID = Identifier<Affiliate>
public typealias Code = Identifier<AffiliateCode>
public typealias OrderID = Identifier<Order>
public typealias ReferralID = Identifier<Referral>
public typealias ClickID = Identifier<Click>
public typealias ProgramOrdinal = Ordinal<Program>
public typealias AffiliateOrdinal = Ordinal<Affiliate>
public typealias CodeOrdinal = Ordinal<AffiliateCode>
