// Where a CSV record ends, byte by byte: the plain form of the rules that CSVScanner applies to 64
// bytes at once, used where few bytes are looked at or a record is too long to keep.

internal import Glibc

/// A machine that is fed a CSV file in pieces and finds the ends of its records.
struct CSVRecordEnd {
  /// Where in a record the next byte stands.
  enum Place: Equatable, Sendable {
    case recordStart
    case cellStart
    case unquoted
    case quoted
    /// After a quote mark inside a quoted cell: it closes the cell, or the next one makes it text.
    case quoteInQuoted
    /// After a closing quote mark and CR.
    case returnAfterQuote
    /// The record is not well-formed, and ends with the line.
    case malformed
  }

  let delimiter: UInt8
  var place: Place

  /// Feeds `bytes` from an offset on; gives the offset after the first record end, or nil.
  mutating func next(in bytes: ByteView, from start: Int) -> Int? {
    var offset = start
    while offset < bytes.count {
      switch place {
      case .quoted:
        guard let mark = bytes.firstOffset(of: quoteMark, from: offset) else { return nil }
        place = .quoteInQuoted
        offset = mark &+ 1
      case .malformed:
        guard let feed = bytes.firstOffset(of: lineFeed, from: offset) else { return nil }
        place = .recordStart
        return feed &+ 1
      default:
        let byte = bytes[offset]
        place = place(after: byte)
        offset &+= 1
        if byte == lineFeed, place == .recordStart { return offset }
      }
    }
    return nil
  }

  /// Feeds all of `bytes`, over any number of records.
  mutating func skip(_ bytes: ByteView) {
    var offset = 0
    while let end = next(in: bytes, from: offset) { offset = end }
  }

  @inline(__always) private func place(after byte: UInt8) -> Place {
    if place == .quoteInQuoted, byte == quoteMark { return .quoted }
    if place == .returnAfterQuote { return byte == lineFeed ? .recordStart : .malformed }
    if byte == delimiter { return .cellStart }
    if byte == lineFeed { return .recordStart }
    if place == .quoteInQuoted {
      return byte == carriageReturn ? .returnAfterQuote : .malformed
    }
    if byte == quoteMark { return place == .unquoted ? .malformed : .quoted }
    return .unquoted
  }
}

let quoteMark = UInt8(ascii: "\"")
let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")

extension ByteView {
  /// The offset of the first `byte` at or after `start`.
  @inline(__always) func firstOffset(of byte: UInt8, from start: Int) -> Int? {
    assert(start >= 0 && start <= count, "the search starts outside the view")
    // SAFETY: memchr reads only inside the view.
    guard let hit = unsafe memchr(base + start, Int32(byte), count &- start) else { return nil }
    return unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base)
  }

  /// How often `byte` stands in the view.
  func occurrences(of byte: UInt8) -> Int {
    var total = 0
    var offset = 0
    while let hit = firstOffset(of: byte, from: offset) {
      total &+= 1
      offset = hit &+ 1
    }
    return total
  }
}
