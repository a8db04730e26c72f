// From bytes to a request's head (RFC 9112). Pure: what has come in, and what it means. Stricter
// than the RFC asks where leniency lets two readers of the same bytes disagree.

/// Reads the heads of requests out of a connection's bytes.
public struct HTTPParser: Sendable {
  /// What the bytes so far mean.
  public enum Outcome: Sendable {
    /// The head is not whole yet.
    case incomplete
    /// A whole head; its first `length` bytes of the input are used up.
    case request(HTTPRequest, length: Int)
    case fault(HTTPFault)
  }

  private let limits: HTTPLimits
  /// Up to where the bytes of the current head are known to hold no end of it.
  private var searched = 0

  public init(_ limits: HTTPLimits = HTTPLimits()) { self.limits = limits }

  /// Looks at all bytes of the connection that are not used up; called again with more of them
  /// after ``Outcome/incomplete``.
  public mutating func parse(_ bytes: [UInt8]) -> Outcome {
    do throws(HTTPFault) {
      guard let end = try headEnd(bytes) else { return .incomplete }
      searched = 0
      let start = Self.blankLines(bytes)
      var reading = HeadReading(bytes: bytes, start: start, end: end, limits: limits)
      return .request(try reading.wholeRequest(), length: end)
    } catch {
      return .fault(error)
    }
  }

  /// How many bytes of empty lines stand before the request line; at most two lines are passed over.
  private static func blankLines(_ bytes: [UInt8]) -> Int {
    var start = 0
    while start < 4, start + 1 < bytes.count, bytes[start] == 0x0D, bytes[start + 1] == 0x0A {
      start += 2
    }
    return start
  }

  /// The offset behind the empty line that ends the head; nil while it has not come.
  private mutating func headEnd(_ bytes: [UInt8]) throws(HTTPFault) -> Int? {
    let start = Self.blankLines(bytes)
    var place = max(start, searched)
    while place < bytes.count {
      let byte = bytes[place]
      if byte == 0x0A {
        // A line ends in CR LF, or the sender is not to be trusted with where lines end.
        guard place > start, bytes[place - 1] == 0x0D else { throw .badRequest }
        if place >= start + 3, bytes[place - 2] == 0x0A { return place + 1 }
      }
      place += 1
    }
    searched = place
    try checkSizes(bytes, start)
    return nil
  }

  /// - Throws: ``HTTPFault`` as soon as a head that is not whole is too large, or cannot become one.
  private func checkSizes(_ bytes: [UInt8], _ start: Int) throws(HTTPFault) {
    guard bytes.count > start else { return }
    // Line noise and TLS never begin with a token; nothing is gained by waiting for their end.
    guard bytes[start].isTokenByte || bytes[start] == 0x0D else { throw .badRequest }
    guard let lineEnd = bytes[start...].prefix(limits.requestLine + 2).firstIndex(of: 0x0A) else {
      guard bytes.count - start <= limits.requestLine + 1 else { throw .targetTooLong }
      return
    }
    guard bytes.count - lineEnd <= limits.fields + 3 else { throw .fieldsTooLarge }
  }
}

/// The reading of one whole head.
private struct HeadReading {
  let bytes: [UInt8]
  let start: Int
  /// Behind the empty line.
  let end: Int
  let limits: HTTPLimits
  var request = HTTPRequest()
  var hostCount = 0
  var contentLength: Int?
  var isChunked = false
  var closes = false
  var keepsAlive = false

  init(bytes: [UInt8], start: Int, end: Int, limits: HTTPLimits) {
    self.bytes = bytes
    self.start = start
    self.end = end
    self.limits = limits
  }

  mutating func wholeRequest() throws(HTTPFault) -> HTTPRequest {
    guard let lineEnd = bytes[start..<end].firstIndex(of: 0x0D), bytes[lineEnd + 1] == 0x0A else {
      throw .badRequest
    }
    guard lineEnd - start <= limits.requestLine else { throw .targetTooLong }
    guard end - lineEnd - 4 <= limits.fields else { throw .fieldsTooLarge }
    try readRequestLine(lineEnd)
    request.fields.reserveCapacity(8)
    var line = lineEnd + 2
    while line < end - 2 {
      guard let next = bytes[line..<end].firstIndex(of: 0x0D), bytes[next + 1] == 0x0A else {
        throw .badRequest
      }
      guard request.fields.count < limits.fieldCount else { throw .fieldsTooLarge }
      try readField(line, next)
      line = next + 2
    }
    try settle()
    request.bytes = start == 0 && end == bytes.count ? bytes : Array(bytes[..<end])
    return request
  }

  // MARK: The request line

  private mutating func readRequestLine(_ lineEnd: Int) throws(HTTPFault) {
    guard let first = bytes[start..<lineEnd].firstIndex(of: 0x20), first > start,
      let last = bytes[(first + 1)..<lineEnd].firstIndex(of: 0x20), last > first + 1,
      bytes[start..<first].allSatisfy(\.isTokenByte)
    else { throw .badRequest }
    request.methodRange = start..<first
    try readVersion(bytes[(last + 1)..<lineEnd])
    try readTarget(first + 1, last)
  }

  /// `HTTP/1.1`, and what is near it.
  private mutating func readVersion(_ version: ArraySlice<UInt8>) throws(HTTPFault) {
    let from = version.startIndex
    guard version.count == 8, version.starts(with: "HTTP/".utf8), version[from + 6] == 0x2E,
      version[from + 5].isDigit, version[from + 7].isDigit
    else { throw .badRequest }
    guard version[from + 5] == 0x31 else { throw .versionNotSupported }
    request.minorVersion = version[from + 7] == 0x30 ? 0 : 1
  }

  /// Origin form, absolute form (served by its path), or `*`.
  private mutating func readTarget(_ from: Int, _ to: Int) throws(HTTPFault) {
    guard bytes[from..<to].allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .badRequest }
    var path = from
    if bytes[from] != 0x2F {
      if to == from + 1, bytes[from] == 0x2A {
        request.pathRange = from..<to
        request.queryRange = to..<to
        return
      }
      path = try authorityEnd(from, to)
    }
    let question = bytes[path..<to].firstIndex(of: 0x3F)
    request.pathRange = path..<(question ?? to)
    request.queryRange = (question.map { $0 + 1 } ?? to)..<to
  }

  /// Where the path of `http://host/path` begins.
  private func authorityEnd(_ from: Int, _ to: Int) throws(HTTPFault) -> Int {
    for scheme in ["http://", "https://"] {
      let lower = bytes[from..<to].prefix(scheme.utf8.count).map { $0 | 0x20 }
      guard lower.elementsEqual(scheme.utf8.map { $0 | 0x20 }) else { continue }
      let host = from + scheme.utf8.count
      guard let slash = bytes[host..<to].firstIndex(of: 0x2F), slash > host else {
        throw .badRequest
      }
      return slash
    }
    throw .badRequest
  }

  // MARK: Fields

  private mutating func readField(_ from: Int, _ to: Int) throws(HTTPFault) {
    guard let colon = bytes[from..<to].firstIndex(of: 0x3A), colon > from,
      bytes[from..<colon].allSatisfy(\.isTokenByte)
    else { throw .badRequest }
    var first = colon + 1
    var last = to
    while first < last, bytes[first].isBlank { first += 1 }
    while last > first, bytes[last - 1].isBlank { last -= 1 }
    guard bytes[first..<last].allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
      throw .badRequest
    }
    request.fields.append(HTTPRequest.Field(name: from..<colon, value: first..<last))
    try note(from..<colon, bytes[first..<last])
  }

  /// Takes in the fields that decide how the connection goes on.
  private mutating func note(
    _ name: Range<Int>, _ value: ArraySlice<UInt8>
  ) throws(HTTPFault) {
    switch name.count {
    case 4 where isName(name, "host"):
      hostCount += 1
      guard value.allSatisfy(\.isHostByte) else { throw .badRequest }
    case 14 where isName(name, "content-length"): try noteLength(value)
    case 17 where isName(name, "transfer-encoding"):
      guard !isChunked, isWord(value, "chunked") else { throw .badRequest }
      isChunked = true
    case 10 where isName(name, "connection"):
      for word in value.split(separator: 0x2C) {
        if isWord(word, "close") { closes = true }
        if isWord(word, "keep-alive") { keepsAlive = true }
      }
    case 6 where isName(name, "expect"):
      guard isWord(value, "100-continue") else { throw .badRequest }
      request.expectsContinue = true
    default: break
    }
  }

  private mutating func noteLength(_ value: ArraySlice<UInt8>) throws(HTTPFault) {
    guard !value.isEmpty, value.allSatisfy(\.isDigit) else { throw .badRequest }
    let digits = value.drop { $0 == 0x30 }
    guard digits.count <= 15 else { throw .bodyTooLarge }
    let length = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    guard contentLength == nil || contentLength == length else { throw .badRequest }
    contentLength = length
  }

  /// What only the whole head tells.
  private mutating func settle() throws(HTTPFault) {
    guard hostCount == 1 || (hostCount == 0 && request.minorVersion == 0) else {
      throw .badRequest
    }
    guard !(isChunked && (contentLength != nil || request.minorVersion == 0)) else {
      throw .badRequest
    }
    if isChunked {
      request.framing = .chunked
    } else if let contentLength, contentLength > 0 {
      guard contentLength <= limits.body else { throw .bodyTooLarge }
      request.framing = .length(contentLength)
    }
    request.wantsClose = closes || (request.minorVersion == 0 && !keepsAlive)
    // HTTP/1.0 is answered and closed (ENDPOINT H.6).
    if request.minorVersion == 0 { request.wantsClose = true }
  }

  private func isName(_ range: Range<Int>, _ name: String) -> Bool {
    isWord(bytes[range], name)
  }

  /// Whether the bytes, without blanks around them and in lower case, are a word.
  private func isWord(_ value: ArraySlice<UInt8>, _ word: String) -> Bool {
    var value = value.drop(while: \.isBlank)
    while value.last?.isBlank == true { value.removeLast() }
    guard value.count == word.utf8.count else { return false }
    return zip(value, word.utf8).allSatisfy { byte, letter in
      (byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) == letter
    }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }

  /// Whether it stands in methods and names (RFC 9110, 5.6.2).
  var isTokenByte: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0x21, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E:
      true
    default: false
    }
  }

  /// Whether it stands in a host and port.
  fileprivate var isHostByte: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    // ! $ % & ' ( ) * + , - . : ; = [ ] _ ~
    case 0x21, 0x24...0x2E, 0x3A, 0x3B, 0x3D, 0x5B, 0x5D, 0x5F, 0x7E: true
    default: false
    }
  }
}
