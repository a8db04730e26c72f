// A request's head, taken apart.

/// The head of an HTTP/1 request. Names of fields are compared without regard to case.
public struct HTTPRequest: Sendable {
  /// Where a header line's parts stand in ``bytes``.
  struct Field: Sendable {
    var name: Range<Int>
    var value: Range<Int>
  }

  /// The head as it came.
  var bytes: [UInt8] = []
  var methodRange = 0..<0
  var pathRange = 0..<0
  var queryRange = 0..<0
  var fields: [Field] = []
  /// Of HTTP/1.x; 0 or 1.
  public internal(set) var minorVersion = 1
  /// How its body is cut.
  public internal(set) var framing = Framing.none
  /// Whether the client wants the connection closed after the answer.
  public internal(set) var wantsClose = false
  /// Whether the client waits for a word before it sends the body.
  public internal(set) var expectsContinue = false
  /// Whether it comes from this machine.
  public internal(set) var isFromLoopback = false

  /// How a body is cut out of the connection.
  public enum Framing: Hashable, Sendable {
    case none
    /// So many bytes.
    case length(Int)
    case chunked
  }

  /// The method, in the letters it came in.
  public var method: String { text(methodRange) }
  /// The path as it came: nothing is decoded or resolved.
  public var path: String { text(pathRange) }
  /// What stands behind the question mark.
  public var query: [UInt8] { Array(bytes[queryRange]) }
  /// Whether the method is HEAD.
  public var isHead: Bool { bytes[methodRange].elementsEqual("HEAD".utf8) }

  /// The value of the first field of a name, given in lower case.
  public func value(of name: StaticString) -> String? { range(of: name).map(text) }

  /// The values of all fields of a name, given in lower case.
  public func values(of name: StaticString) -> [String] {
    fields.lazy.filter { matches($0.name, name) }.map { text($0.value) }
  }

  func range(of name: StaticString) -> Range<Int>? {
    fields.first { matches($0.name, name) }?.value
  }

  private func matches(_ range: Range<Int>, _ name: StaticString) -> Bool {
    guard range.count == name.utf8CodeUnitCount else { return false }
    return name.withUTF8Buffer { wanted in
      var place = range.lowerBound
      for index in wanted.indices {
        let byte = bytes[place]
        let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        guard unsafe wanted[index] == lower else { return false }
        place += 1
      }
      return true
    }
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

/// Why a request is refused before anyone looks at what it asks for.
public enum HTTPFault: Int, Error, Hashable, Sendable {
  case badRequest = 400
  case tooSlow = 408
  case bodyTooLarge = 413
  case targetTooLong = 414
  case fieldsTooLarge = 431
  case versionNotSupported = 505
}
