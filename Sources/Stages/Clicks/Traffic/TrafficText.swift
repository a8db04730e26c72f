// Where a click came from and which page it went to, out of its columns: bytes in, bytes out.
import Pipeline

/// The parts of addresses that are counted (ENDPOINT S2.4).
enum TrafficText {
  /// Longer names are cut, at the end of a character.
  static let longest = 512

  /// The path of a landing page's address: from the first slash after the host to the query.
  @inline(__always) static func page(_ address: RawReader) -> RawReader {
    let start = hasCommonScheme(address) ? 8 : authority(address) ?? 0
    let path = address.first(of: pathMarks, from: start)
    guard path < address.count, address.byte(path) == slash else { return rootPath }
    let end = address.first(of: queryMarks, from: path)
    guard end &- path > longest else { return address.slice(path, end &- path) }
    return cut(address.slice(path, end &- path))
  }

  /// What ends a host, and what ends a path.
  @inline(__always) private static var pathMarks: ByteTriple {
    ByteTriple(slash, UInt8(ascii: "?"), UInt8(ascii: "#"))
  }
  @inline(__always) private static var queryMarks: ByteTriple {
    ByteTriple(UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "#"))
  }

  /// Whether it begins with `https://`.
  @inline(__always) private static func hasCommonScheme(_ address: RawReader) -> Bool {
    address.count > 8 && address.word(0, as: UInt64.self) == 0x2F2F_3A73_7074_7468
  }

  /// The host of a referrer without user, port and `www.`; nothing where there is none. Letters
  /// are as given.
  static func host(_ address: RawReader) -> RawReader {
    guard let start = authority(address) ?? plainHost(address) else { return .nothing }
    var end = start
    while end < address.count, !isEnd(address.byte(end)), address.byte(end) != slash { end &+= 1 }
    var first = start
    for place in start..<end where address.byte(place) == UInt8(ascii: "@") { first = place &+ 1 }
    var last = first
    if first < end, address.byte(first) == UInt8(ascii: "[") {
      while last < end, address.byte(last) != UInt8(ascii: "]") { last &+= 1 }
      last = min(last &+ 1, end)
    } else {
      while last < end, address.byte(last) != colon { last &+= 1 }
    }
    if last &- first > 4, startsWithWWW(address, first) { first &+= 4 }
    return cut(address.slice(first, last &- first))
  }

  /// A text that is not too long.
  static func cut(_ text: RawReader) -> RawReader {
    guard text.count > longest else { return text }
    var end = longest
    while end > 0, text.byte(end) & 0xC0 == 0x80 { end &-= 1 }
    return text.slice(0, end)
  }

  /// Whether a host has capital letters.
  static func hasCapitals(_ text: RawReader) -> Bool {
    for place in 0..<text.count where text.byte(place) >= 0x41 && text.byte(place) <= 0x5A {
      return true
    }
    return false
  }

  @inline(__always) private static var slash: UInt8 { UInt8(ascii: "/") }
  @inline(__always) private static var colon: UInt8 { UInt8(ascii: ":") }

  /// `/`, for as long as the program runs.
  private static let root = OwnedBytes(count: 1) { $0.store(slash, at: 0) }
  // SAFETY: `root` is never freed.
  private static var rootPath: RawReader { unsafe root.unsafeReader }

  private static func isEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
  }

  /// Where the host begins, after `scheme://` or `//`; nil without either.
  private static func authority(_ address: RawReader) -> Int? {
    if address.count >= 2, address.byte(0) == slash {
      return address.byte(1) == slash ? 2 : nil
    }
    var place = 0
    while place < address.count {
      let byte = address.byte(place)
      if byte == colon {
        let isScheme =
          place &+ 2 < address.count && address.byte(place &+ 1) == slash
          && address.byte(place &+ 2) == slash
        return isScheme ? place &+ 3 : nil
      }
      if byte == slash || isEnd(byte) { return nil }
      place &+= 1
    }
    return nil
  }

  /// The beginning of an address that is written without a scheme; nil where it is a path, or has
  /// a scheme without a host.
  private static func plainHost(_ address: RawReader) -> Int? {
    for place in 0..<address.count {
      let byte = address.byte(place)
      if byte == colon { return nil }
      if byte == slash || isEnd(byte) { return place > 0 ? 0 : nil }
    }
    return 0
  }

  private static func startsWithWWW(_ text: RawReader, _ start: Int) -> Bool {
    for place in start..<start &+ 3 where text.byte(place) | 0x20 != UInt8(ascii: "w") {
      return false
    }
    return text.byte(start &+ 3) == UInt8(ascii: ".")
  }
}

/// Three bytes to look for at once, each in every byte of a word.
struct ByteTriple {
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64

  @inline(__always) init(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
    self.first = UInt64(first) &* Self.ones
    self.second = UInt64(second) &* Self.ones
    self.third = UInt64(third) &* Self.ones
  }

  @inline(__always) private static var ones: UInt64 { 0x0101_0101_0101_0101 }

  /// The top bit of the first byte of a word, the lowest one, that is one of the three is the
  /// lowest bit set; 0 where none is.
  @inline(__always) func hits(in word: UInt64) -> UInt64 {
    func zeros(_ word: UInt64) -> UInt64 { (word &- Self.ones) & ~word }
    return (zeros(word ^ first) | zeros(word ^ second) | zeros(word ^ third)) & Self.ones << 7
  }
}

extension RawReader {
  /// Where any of three bytes first stands from an offset on; the count where none does.
  @inline(__always) func first(of bytes: ByteTriple, from start: Int) -> Int {
    var place = start
    while place &+ 8 <= count {
      let hits = bytes.hits(in: word(place, as: UInt64.self))
      if hits != 0 { return place &+ hits.trailingZeroBitCount >> 3 }
      place &+= 8
    }
    while place < count {
      if bytes.hits(in: UInt64(byte(place)) | ~0xFF) & 0x80 != 0 { return place }
      place &+= 1
    }
    return count
  }
}

/// Names that are no source and no page.
enum TrafficNames {
  /// What is beyond the most frequent ones.
  static let other = Text("(other)")
  /// A click without utm_source and without a referrer's host.
  static let direct = Text("direct")
}
