// Bodies are of no use to a server that only reads; they are read past, so that the next request of
// the connection is found, or the answer is not lost.

/// Finds the end of a request's body.
struct HTTPBodySkipping: Sendable {
  private enum Place {
    case data(Int)
    /// In the line that says how long a chunk is: the digits so far, and whether they have ended.
    case sizeLine(size: Int, digits: Int, ended: Bool)
    case sizeLineFeed(Int)
    /// The CR and the LF behind a chunk's data.
    case dataEnd(left: Int)
    /// In the lines behind the last chunk; how many bytes the current one has.
    case trailer(length: Int)
    case trailerFeed(length: Int)
  }

  private var place: Place
  private let isChunked: Bool
  /// How many more bytes it may have.
  private var allowance: Int

  /// Starts at a body's first byte.
  init?(_ framing: HTTPRequest.Framing, limit: Int) {
    switch framing {
    case .none: return nil
    case .length(let length):
      place = .data(length)
      isChunked = false
    case .chunked:
      place = .sizeLine(size: 0, digits: 0, ended: false)
      isChunked = true
    }
    allowance = limit
  }

  /// Reads on.
  ///
  /// - Returns: How many of the bytes belong to the body, and whether it has ended.
  /// - Throws: ``HTTPFault`` where it is too long or badly cut.
  mutating func skip(_ bytes: ArraySlice<UInt8>) throws(HTTPFault) -> (count: Int, ended: Bool) {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if case .data(let left) = place {
        let taken = min(left, bytes.endIndex - index)
        index += taken
        try spend(taken)
        place = .data(left - taken)
        guard left == taken else { break }
        guard isChunked else { return (index - bytes.startIndex, true) }
        place = .dataEnd(left: 2)
        continue
      }
      let byte = bytes[index]
      index += 1
      try spend(1)
      if try step(byte) { return (index - bytes.startIndex, true) }
    }
    return (index - bytes.startIndex, false)
  }

  private mutating func spend(_ count: Int) throws(HTTPFault) {
    allowance -= count
    // The framing of chunks is not counted too narrowly.
    guard allowance >= (isChunked ? -8_192 : 0) else { throw .bodyTooLarge }
  }

  /// One byte of what is not data; true at the end of the body.
  private mutating func step(_ byte: UInt8) throws(HTTPFault) -> Bool {
    switch place {
    case .data: break
    case .sizeLine(let size, let digits, let ended):
      try stepSizeLine(byte, size, digits, ended)
    case .sizeLineFeed(let size):
      guard byte == 0x0A else { throw .badRequest }
      place = size == 0 ? .trailer(length: 0) : .data(size)
    case .dataEnd(let left):
      guard byte == (left == 2 ? 0x0D : 0x0A) else { throw .badRequest }
      place = left == 2 ? .dataEnd(left: 1) : .sizeLine(size: 0, digits: 0, ended: false)
    case .trailer(let length):
      if byte == 0x0D {
        place = .trailerFeed(length: length)
      } else {
        guard byte >= 0x20 || byte == 0x09 else { throw .badRequest }
        place = .trailer(length: length + 1)
      }
    case .trailerFeed(let length):
      guard byte == 0x0A else { throw .badRequest }
      place = .trailer(length: 0)
      return length == 0
    }
    return false
  }

  private mutating func stepSizeLine(
    _ byte: UInt8, _ size: Int, _ digits: Int, _ ended: Bool
  ) throws(HTTPFault) {
    if byte == 0x0D {
      guard digits > 0 else { throw .badRequest }
      place = .sizeLineFeed(size)
    } else if ended || byte == 0x3B {
      // An extension, which means nothing to anyone.
      guard digits > 0, byte >= 0x20 else { throw .badRequest }
      place = .sizeLine(size: size, digits: digits, ended: true)
    } else {
      guard let digit = Self.hexadecimal(byte) else { throw .badRequest }
      guard digits < 8 else { throw .bodyTooLarge }
      place = .sizeLine(size: size << 4 | digit, digits: digits + 1, ended: false)
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte) - 0x30
    case 0x41...0x46: Int(byte) - 0x37
    case 0x61...0x66: Int(byte) - 0x57
    default: nil
    }
  }
}
