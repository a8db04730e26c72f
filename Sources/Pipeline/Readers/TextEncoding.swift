// Text that is not UTF-8, turned into it as it is read.

/// How a file's text is encoded.
public enum TextEncoding: String, CaseIterable, Sendable {
  case utf8 = "utf-8"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  case windows1252 = "windows-1252"

  /// The encoding that a byte order mark at the start of a file tells, and the mark's length.
  static func marked(_ first: ByteView) -> (encoding: TextEncoding, length: Int)? {
    guard first.count >= 2 else { return nil }
    if first[0] == 0xFF, first[1] == 0xFE { return (.utf16LittleEndian, 2) }
    if first[0] == 0xFE, first[1] == 0xFF { return (.utf16BigEndian, 2) }
    guard first.count >= 3, first[0] == 0xEF, first[1] == 0xBB, first[2] == 0xBF else { return nil }
    return (.utf8, 3)
  }

  /// What stands at 0x80 to 0x9F of Windows-1252; 0 where nothing does.
  fileprivate static let windowsSpecials: [UInt32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC,
    0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]
}

/// The UTF-8 of a file in another encoding. What is no character there becomes U+FFFD.
final class TranscodingStream {
  private var feed: ByteFeed
  private let encoding: TextEncoding
  private let input = FlatList<UInt8>(capacity: 64 << 10)
  private let output = FlatList<UInt8>(capacity: 192 << 10)
  private var taken = 0
  private var isEnded = false
  /// The first half of a pair of UTF-16, waiting for the second.
  private var highHalf: UInt32?
  /// The first byte of a unit of UTF-16, waiting for the second.
  private var looseByte: UInt8?
  /// Bytes of a byte order mark that are still to be left out.
  private var markLeft: Int

  init(_ feed: ByteFeed, _ encoding: TextEncoding, markLength: Int) {
    self.feed = feed
    self.encoding = encoding
    markLeft = markLength
  }

  /// Reads `count` bytes of UTF-8, fewer only at the end.
  @unsafe func read(
    into target: UnsafeMutablePointer<UInt8>, count: Int
  ) throws(FileRefusal) -> Int {
    var done = 0
    while done < count {
      if taken == output.count {
        if isEnded { break }
        try fill()
        continue
      }
      let part = min(count - done, output.count - taken)
      // SAFETY: both stretches lie inside their buffers.
      unsafe (target + done).update(from: output.base + taken, count: part)
      done += part
      taken += part
    }
    return done
  }

  private func fill() throws(FileRefusal) {
    output.count = 0
    taken = 0
    // SAFETY: the buffer has room for its capacity.
    let got = try unsafe feed.read(into: input.base, count: input.capacity)
    input.count = got
    isEnded = got < input.capacity
    let start = min(markLeft, got)
    markLeft -= start
    if encoding == .windows1252 {
      for place in start..<got { appendWindows(input[place]) }
    } else {
      for place in start..<got { appendHalf(input[place]) }
      if isEnded { finish() }
    }
  }

  private func appendWindows(_ byte: UInt8) {
    if byte < 0x80 { return output.append(byte) }
    let special = byte < 0xA0 ? TextEncoding.windowsSpecials[Int(byte) - 0x80] : UInt32(byte)
    append(special == 0 ? 0xFFFD : special)
  }

  private func appendHalf(_ byte: UInt8) {
    guard let first = looseByte else {
      looseByte = byte
      return
    }
    looseByte = nil
    let isBig = encoding == .utf16BigEndian
    let unit = isBig ? UInt32(first) << 8 | UInt32(byte) : UInt32(byte) << 8 | UInt32(first)
    if let high = highHalf {
      highHalf = nil
      if unit & 0xFC00 == 0xDC00 {
        return append(0x10000 + ((high & 0x3FF) << 10 | unit & 0x3FF))
      }
      append(0xFFFD)
    }
    if unit & 0xFC00 == 0xD800 {
      highHalf = unit
    } else {
      append(unit & 0xFC00 == 0xDC00 ? 0xFFFD : unit)
    }
  }

  private func finish() {
    if highHalf != nil || looseByte != nil { append(0xFFFD) }
    highHalf = nil
    looseByte = nil
  }

  private func append(_ scalar: UInt32) {
    switch scalar {
    case ..<0x80: output.append(UInt8(scalar))
    case ..<0x800:
      output.append(UInt8(0xC0 | scalar >> 6))
      output.append(UInt8(0x80 | scalar & 0x3F))
    case ..<0x10000:
      output.append(UInt8(0xE0 | scalar >> 12))
      output.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      output.append(UInt8(0x80 | scalar & 0x3F))
    default:
      output.append(UInt8(0xF0 | scalar >> 18))
      output.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      output.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      output.append(UInt8(0x80 | scalar & 0x3F))
    }
  }
}
