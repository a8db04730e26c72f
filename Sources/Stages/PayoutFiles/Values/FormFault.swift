// What can be wrong with a value that a payout file has to carry exactly.

/// Why a value has not the form that its name promises.
public enum FormFault: Error, Hashable, Sendable {
  case empty
  /// A character that such a value never has.
  case character
  /// It has another length than this one.
  case length(expected: Int)
  case tooLong(limit: Int)
  /// No country whose accounts have such numbers.
  case unknownCountry
  /// The check digits do not belong to the rest: a digit is wrong, or two are swapped.
  case checkDigits
  /// None of these words.
  case noSuchWord([String])
  /// An e-mail address without the parts of one.
  case address
}

extension FormFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "is empty"
    case .character: "has a character that it cannot have"
    case .length(let expected): "has not \(expected) characters"
    case .tooLong(let limit): "has more than \(limit) characters"
    case .unknownCountry: "begins with no country that has such accounts"
    case .checkDigits: "has check digits that do not belong to it: look for a typing error"
    case .noSuchWord(let words): "is none of \(words.joined(separator: ", "))"
    case .address: "is no e-mail address"
    }
  }
}
