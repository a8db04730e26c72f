// A strict RFC 8259 reader of the tokens in one line: strings, numbers, words and white space.
//
// Strings are looked through eight bytes at a time. No bounds are checked on the way, because the
// byte behind the line is a line feed, which no token takes.

internal import Glibc

/// Where a member name or a string stands, without its quote marks.
struct JSONText: BitwiseCopyable {
  var start: Int
  var count: Int
  /// Whether it had escapes, and stands unescaped in the side buffer.
  var isAside: Bool
}

/// Where some bytes of a line stand.
struct JSONSpan: BitwiseCopyable {
  var start: Int
  var end: Int
}

/// A place in a line of JSON.
@safe struct JSONCursor {
  // SAFETY: every line is followed by a line feed, and the last one by 64 bytes that can be read;
  // no method goes past a line feed.
  let base: UnsafePointer<UInt8>
  // SAFETY: the batch that the line belongs to holds the list for longer than a cursor lives; an
  // owning reference would be counted at every token, at two thirds of the whole time.
  private unowned(unsafe) let side: FlatList<UInt8>
  var offset: Int

  @unsafe init(base: UnsafePointer<UInt8>, side: FlatList<UInt8>, offset: Int) {
    unsafe self.base = base
    unsafe self.side = side
    self.offset = offset
  }

  @inline(__always) var byte: UInt8 { unsafe base[offset] }

  @inline(__always) func byte(_ distance: Int) -> UInt8 { unsafe base[offset &+ distance] }

  /// The eight bytes from some distance on as a little-endian word.
  @inline(__always) func word(_ distance: Int) -> UInt64 {
    // SAFETY: at most 23 bytes behind the line feed are read, and 64 can be.
    unsafe UInt64(
      littleEndian: UnsafeRawPointer(base + offset + distance).loadUnaligned(as: UInt64.self))
  }

  /// Skips spaces, tabs and carriage returns.
  @inline(__always) mutating func skipSpace() {
    while byte <= 0x20 {
      guard byte == 0x20 || byte == 0x09 || byte == 0x0D else { return }
      offset &+= 1
    }
  }

  /// The bytes of a text.
  @inline(__always) func view(_ text: JSONText) -> ByteView {
    let memory = unsafe text.isAside ? UnsafePointer(side.base) : base
    return unsafe ByteView(base: memory + text.start, count: text.count)
  }

  /// The bytes of a span.
  @inline(__always) func view(_ span: JSONSpan) -> ByteView {
    unsafe ByteView(base: base + span.start, count: span.end &- span.start)
  }

  /// Reads the string that opens at the cursor.
  ///
  /// - Parameter isWanted: Whether escapes are to be replaced; they are checked in any case.
  @inline(__always) mutating func string(isWanted: Bool) throws(JSONLineFault) -> JSONText {
    let start = offset &+ 1
    offset = start
    while true {
      let hits = Self.endsOfPlainText(word(0))
      guard hits != 0 else {
        offset &+= 8
        continue
      }
      offset &+= hits.trailingZeroBitCount &>> 3
      if byte == quoteMark {
        let text = JSONText(start: start, count: offset &- start, isAside: false)
        offset &+= 1
        return text
      }
      return try escapedString(from: start, isWanted: isWanted)
    }
  }

  /// The high bit of each byte that is a quote mark, a backslash or a control character. Bits above
  /// the lowest set one may be wrong.
  @inline(__always) private static func endsOfPlainText(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let marks = word ^ (ones &* UInt64(quoteMark))
    let slashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
    let found =
      ((marks &- ones) & ~marks) | ((slashes &- ones) & ~slashes)
      | ((word &- ones &* 0x20) & ~word)
    return found & (ones &* 0x80)
  }

  /// Reads the rest of a string, from the first byte that is not plain text.
  @inline(never) private mutating func escapedString(
    from start: Int, isWanted: Bool
  ) throws(JSONLineFault) -> JSONText {
    let side = unsafe side
    let first = side.count
    if isWanted {
      for index in start..<offset { side.append(unsafe base[index]) }
    }
    while byte != quoteMark {
      let current = byte
      if current < 0x20 {
        throw current == lineFeed ? .unterminatedString : current == 0 ? .nul : .controlCharacter
      }
      if current == UInt8(ascii: "\\") {
        try escape(isWanted: isWanted)
      } else {
        if isWanted { side.append(current) }
        offset &+= 1
      }
    }
    offset &+= 1
    guard isWanted else { return JSONText(start: start, count: offset - start, isAside: false) }
    return JSONText(start: first, count: side.count &- first, isAside: true)
  }

  /// Reads one escape at its backslash.
  private mutating func escape(isWanted: Bool) throws(JSONLineFault) {
    let letter = byte(1)
    var scalar: UInt32
    switch letter {
    case quoteMark, UInt8(ascii: "\\"), UInt8(ascii: "/"): scalar = UInt32(letter)
    case UInt8(ascii: "b"): scalar = 0x08
    case UInt8(ascii: "f"): scalar = 0x0C
    case UInt8(ascii: "n"): scalar = 0x0A
    case UInt8(ascii: "r"): scalar = 0x0D
    case UInt8(ascii: "t"): scalar = 0x09
    case UInt8(ascii: "u"):
      scalar = try codeUnit()
      if scalar & 0xFC00 == 0xD800, byte == UInt8(ascii: "\\"), byte(1) == UInt8(ascii: "u") {
        let low = try codeUnit()
        guard low & 0xFC00 == 0xDC00 else { throw .loneSurrogate }
        scalar = 0x10000 + (scalar & 0x3FF) << 10 + low & 0x3FF
      }
      if scalar & 0xFFFF_F800 == 0xD800 { throw .loneSurrogate }
      if scalar == 0 { throw .nul }
      if isWanted { append(scalar) }
      return
    default: throw .badEscape
    }
    if isWanted { append(scalar) }
    offset &+= 2
  }

  /// Reads `\uXXXX`.
  private mutating func codeUnit() throws(JSONLineFault) -> UInt32 {
    offset &+= 2
    var unit: UInt32 = 0
    for _ in 0..<4 {
      let digit = byte
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(digit & 15)
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
        unit = unit << 4 | UInt32(digit & 15 + 9)
      default: throw .badEscape
      }
      offset &+= 1
    }
    return unit
  }

  private func append(_ scalar: UInt32) {
    let side = unsafe side
    if scalar < 0x80 { return side.append(UInt8(scalar)) }
    if scalar < 0x800 {
      side.append(UInt8(0xC0 | scalar >> 6))
    } else {
      if scalar < 0x10000 {
        side.append(UInt8(0xE0 | scalar >> 12))
      } else {
        side.append(UInt8(0xF0 | scalar >> 18))
        side.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      }
      side.append(UInt8(0x80 | scalar >> 6 & 0x3F))
    }
    side.append(UInt8(0x80 | scalar & 0x3F))
  }
}

extension JSONCursor {
  /// Reads `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`.
  @inline(__always) mutating func number() throws(JSONLineFault) {
    if byte == UInt8(ascii: "-") { offset &+= 1 }
    if byte == UInt8(ascii: "0") {
      offset &+= 1
      if byte &- UInt8(ascii: "0") < 10 { throw .badNumber }
    } else {
      try digits()
    }
    if byte == UInt8(ascii: ".") {
      offset &+= 1
      try digits()
    }
    if byte | 0x20 == UInt8(ascii: "e") {
      offset &+= 1
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { offset &+= 1 }
      try digits()
    }
  }

  @inline(__always) private mutating func digits() throws(JSONLineFault) {
    let start = offset
    while byte &- UInt8(ascii: "0") < 10 { offset &+= 1 }
    if offset == start { throw .badNumber }
  }

  /// Reads one of the words `true`, `false` and `null`.
  @inline(__always) mutating func literal() throws(JSONLineFault) {
    let bytes = word(0)
    let four = UInt32(truncatingIfNeeded: bytes)
    // "true", "null" and "false", the first letter in the lowest byte.
    let isFour = four == 0x6575_7274 || four == 0x6C6C_756E
    let isFive = bytes & 0xFF_FFFF_FFFF == 0x65_736C_6166
    let count = isFour ? 4 : isFive ? 5 : 0
    guard count > 0, byte(count) | 0x20 &- UInt8(ascii: "a") >= 26 else { throw .badLiteral }
    offset &+= count
  }
}
