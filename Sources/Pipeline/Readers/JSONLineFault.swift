// What RFC 8259, and the limits of this product, do not allow in a line of JSON.

/// Why a line is not one JSON object that can be taken.
enum JSONLineFault: UInt8, Error {
  case notAnObject
  case expectedName
  case expectedColon
  case expectedValue
  case expectedCommaOrEnd
  case textAfterObject
  case badNumber
  case badLiteral
  case controlCharacter
  case badEscape
  case loneSurrogate
  case nul
  case unterminatedString
  case tooDeep
  case duplicateName

  /// For a person, without the place.
  var message: String {
    switch self {
    case .notAnObject: "the line is not a JSON object"
    case .expectedName: "a member name in quotes is expected"
    case .expectedColon: "a colon is expected after a member name"
    case .expectedValue: "a JSON value is expected"
    case .expectedCommaOrEnd: "a comma or the end of the object or array is expected"
    case .textAfterObject: "text follows the object; put one object on a line"
    case .badNumber: "a number is not written as JSON wants it"
    case .badLiteral: "a word that is not true, false or null stands where a value should"
    case .controlCharacter: "a control character stands in a string; escape it"
    case .badEscape: "a backslash is not followed by a JSON escape"
    case .loneSurrogate: "half of a surrogate pair is escaped without its other half"
    case .nul: "the line has a NUL character"
    case .unterminatedString: "a string is not closed before the end of the line"
    case .tooDeep: "objects and arrays are nested more than 64 deep"
    case .duplicateName: "a member name stands twice in an object"
    }
  }
}
