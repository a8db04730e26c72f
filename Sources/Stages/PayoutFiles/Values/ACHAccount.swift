// Accounts at American banks, as the Automated Clearing House addresses them.

/// A bank's routing number: nine digits, the last of which checks the others.
public struct RoutingNumber: Hashable, Sendable {
  /// Nine digits.
  public let text: String

  /// Reads a routing number as it stands.
  ///
  /// - Throws: ``FormFault``.
  public init(_ written: String) throws(FormFault) {
    let bytes = Array(written.utf8)
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.allSatisfy(\.isDigit) else { throw .character }
    guard bytes.count == 9 else { throw .length(expected: 9) }
    let weights = [3, 7, 1, 3, 7, 1, 3, 7, 1]
    let sum = zip(bytes, weights).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
    guard sum > 0, sum % 10 == 0 else { throw .checkDigits }
    text = written
  }

  /// The eight digits before the check digit, which entry hashes add up.
  public var prefix: String { String(text.prefix(8)) }
  /// ``prefix`` as a number.
  public var prefixNumber: Int64 { Int64(prefix) ?? 0 }
  public var checkDigit: String { String(text.suffix(1)) }
}

/// Where an ACH credit goes.
public struct ACHAccount: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable { case checking, savings }
  public enum Holder: String, CaseIterable, Sendable { case person, company }

  public let routing: RoutingNumber
  /// 1–17 capital letters, digits and hyphens, exactly as given.
  public let number: String
  public let kind: Kind

  /// - Throws: ``FormFault`` for a number that an entry cannot carry.
  public init(routing: RoutingNumber, number: String, kind: Kind) throws(FormFault) {
    let bytes = Array(number.utf8)
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.allSatisfy({ $0.isDigit || $0.isCapital || $0 == UInt8(ascii: "-") }),
      bytes.contains(where: \.isDigit)
    else { throw .character }
    guard bytes.count <= 17 else { throw .tooLong(limit: 17) }
    self.routing = routing
    self.number = number
    self.kind = kind
  }
}
