// Where a click came from and which page it went to, out of its columns: bytes in, bytes out.
import Glibc
import Pipeline

/// The parts of addresses that are counted (ENDPOINT S2.4).
enum TrafficText {
  /// Longer names are cut, at the end of a character.
  static let longest = 512

  /// The path of a landing page's address: from the first slash after the host to the query.
  @inline(__always) static func page(_ address: RawReader) -> RawReader {
    let start = hasCommonScheme(address) ? 8 : authority(address) ?? 0
    let query = find(UInt8(ascii: "?"), address, start, address.count)
    let end = find(UInt8(ascii: "#"), address, start, query)
    let path = find(slash, address, start, end)
    guard path < end else { return rootPath }
    guard end &- path > longest else { return address.slice(path, end &- path) }
    return cut(address.slice(path, end &- path))
  }

  /// Whether it begins with `https://`.
  @inline(__always) private static func hasCommonScheme(_ address: RawReader) -> Bool {
    address.count > 8 && address.word(0, as: UInt64.self) == 0x2F2F_3A73_7074_7468
  }

  /// Where a byte first stands between two places; the second of them where it does not.
  @inline(__always) private static func find(
    _ byte: UInt8, _ text: RawReader, _ start: Int, _ end: Int
  ) -> Int {
    guard start < end else { return end }
    let part = text.slice(start, end &- start)
    guard let found = unsafe memchr(part.base, Int32(byte), part.count) else { return end }
    return unsafe start &+ (UnsafeRawPointer(found) - part.base)
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

  private static let slash = UInt8(ascii: "/")
  private static let colon = UInt8(ascii: ":")

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

/// Names that are no source and no page.
enum TrafficNames {
  /// What is beyond the most frequent ones.
  static let other = Text("(other)")
  /// A click without utm_source and without a referrer's host.
  static let direct = Text("direct")
}
