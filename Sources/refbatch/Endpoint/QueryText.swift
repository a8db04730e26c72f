// The query of a request's target: `name=value&…`, percent-encoded, `+` for a blank.
import Pipeline

/// What a query says, name by name.
struct QueryText {
  /// The last value of each name (ENDPOINT G.14); nil where its encoding is broken.
  private(set) var values: [Text: String?] = [:]

  /// Reads the text behind the question mark.
  init(_ query: some Collection<UInt8>) {
    for part in query.split(separator: UInt8(ascii: "&")) {
      let equals = part.firstIndex(of: UInt8(ascii: "="))
      guard let name = Self.decoded(part[..<(equals ?? part.endIndex)]) else { continue }
      let value = equals.map { part[part.index(after: $0)...] }
      values[Text(name)] = .some(value.map { Self.decoded($0) } ?? "")
    }
  }

  /// Percent-decoded text; nil for a broken escape or bytes that are not UTF-8.
  static func decoded(_ bytes: some Collection<UInt8>) -> String? {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): result.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
        else { return nil }
        result.append(high << 4 | low)
      default: result.append(byte)
      }
    }
    return String(validating: result, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}

extension Route {
  /// The route's parameters as a query gives them; others are ignored (ENDPOINT G.14).
  ///
  /// - Throws: ``Refusal`` that names every faulty one.
  func values(_ query: QueryText) throws(Refusal) -> [String: ParameterValue] {
    var values: [String: ParameterValue] = [:]
    var faults: [ParameterFault] = []
    for parameter in parameters {
      let text: String
      switch query.values[Text(parameter.name)] {
      case nil:
        guard let standard = parameter.standard else { continue }
        text = standard
      case .some(nil):
        faults.append(ParameterFault(name: parameter.name, input: "", reason: .badText))
        continue
      case .some(let given?): text = given
      }
      switch parameter.read(text) {
      case .success(let value): values[parameter.name] = value
      case .failure(let fault):
        faults.append(
          ParameterFault(name: parameter.name, input: text, reason: fault.reason))
      }
    }
    guard faults.isEmpty else { throw Refusal.badParameters(faults) }
    return values
  }
}
