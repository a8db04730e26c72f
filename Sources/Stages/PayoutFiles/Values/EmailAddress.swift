// E-mail addresses as payment services take them for a recipient.

/// An address of the common form `local@domain`, in ASCII.
public struct EmailAddress: Hashable, Sendable {
  public let text: String

  /// What PayPal takes at most.
  public static let limit = 127

  /// Reads an address as it stands: no name around it, no quotes, no comments, no internationalised
  /// parts, which services do not take.
  ///
  /// - Throws: ``FormFault``.
  public init(_ written: String) throws(FormFault) {
    let bytes = Array(written.utf8)
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .character }
    guard bytes.count <= Self.limit else { throw .tooLong(limit: Self.limit) }
    let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, Self.isLocal(parts[0]), Self.isDomain(parts[1]) else { throw .address }
    text = written
  }

  private static let localMarks = Set("!#$%&'*+-/=?^_`{|}~".utf8)

  /// - Note: Source: RFC 5322, dot-atom; RFC 5321 for the length.
  private static func isLocal(_ part: ArraySlice<UInt8>) -> Bool {
    let atoms = part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return part.count <= 64
      && atoms.allSatisfy { atom in
        !atom.isEmpty && atom.allSatisfy { $0.isLetterOrDigit || localMarks.contains($0) }
      }
  }

  private static func isDomain(_ part: ArraySlice<UInt8>) -> Bool {
    let labels = part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.count >= 2, let last = labels.last, last.count >= 2 else { return false }
    return !last.allSatisfy(\.isDigit)
      && labels.allSatisfy { label in
        (1...63).contains(label.count) && label.first != UInt8(ascii: "-")
          && label.last != UInt8(ascii: "-")
          && label.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
      }
  }
}

extension UInt8 {
  var isLetterOrDigit: Bool { isDigit || isCapital || isSmallLetter }
}
