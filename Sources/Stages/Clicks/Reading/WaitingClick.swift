// One click as it waits in memory or in a spill file to be judged, in as few bytes as it takes:
//
//     u32    code << 4 | has traffic << 3 | bot << 2 | has an IP << 1 | has a visitor
//     u16    lines since the click before it in the piece; 65535 where it stands for itself
//     i32    milliseconds since that click
//     u8     length of the click id
//     u64    digest of the content
//     16     where it stands for itself: the first word, line and file of a click record
//     the rest as in a click record, from the visitor on (ClickRecord.swift)
//
// A click stands for itself where it is the first of a piece or of its file's clicks in it, where
// it is far from the one before, or where its id is long.
import Pipeline

/// The click that the next one's distance is told from.
struct ClickNeighbour {
  var instant: Int64 = 0
  var line: Int32 = 0
  /// No file's number: before the first click.
  var file: Int32 = -1
}

/// A click out of a piece, its fixed numbers read; the rest stands in the piece.
struct WaitingClick {
  /// Milliseconds since the year 0 and the length of the click id, as in a click record.
  var first: UInt64
  /// Code and flags, as in a click record.
  var second: UInt32
  var origin: RowOrigin
  var content: UInt64
  /// From the visitor on.
  var rest: RawReader

  /// Bytes before the rest, at least and at most.
  static let leastHead = 19
  static let mostHead = 35
  private static let selfStanding: UInt16 = .max
  private static let longID = 255

  var instant: Int64 { ClickRecord.instant(first: first) }
  var code: Int32 { Int32(second >> 4) }
  /// Bytes of the click's record.
  @inline(__always) var recordSize: Int { ClickRecord.fixedSize &+ rest.count }

  /// Writes a click.
  ///
  /// - Parameters:
  ///   - room: At least `mostHead` bytes and those of the rest.
  ///   - neighbour: The click before it in the piece; becomes this one.
  /// - Returns: How many bytes it takes.
  @inline(__always) static func store(
    _ values: ClickValues, id: RawReader, traffic: TrafficMark, into room: RawWriter,
    after neighbour: inout ClickNeighbour
  ) -> Int {
    let offset = storeHead(
      values.second, values.instant, values.origin, values.content, idLength: id.count,
      into: room, after: &neighbour)
    return ClickRecord.storeRest(values, id: id, traffic: traffic, into: room, at: offset)
  }

  /// Writes the click into another piece.
  ///
  /// - Parameters:
  ///   - room: At least `mostHead` bytes and those of the rest.
  ///   - neighbour: The click before it in the piece; becomes this one.
  /// - Returns: How many bytes it takes.
  func store(into room: RawWriter, after neighbour: inout ClickNeighbour) -> Int {
    // A length of 32,767 stands for any that is longer; both are long.
    let offset = Self.storeHead(
      second, instant, origin, content, idLength: Int(first & 0x7FFF), into: room,
      after: &neighbour)
    room.copy(rest, at: offset)
    return offset &+ rest.count
  }

  /// Writes what stands before the rest.
  ///
  /// - Returns: Where it ends.
  @inline(__always) private static func storeHead(
    _ second: UInt32, _ instant: Int64, _ origin: RowOrigin, _ content: UInt64, idLength: Int,
    into room: RawWriter, after neighbour: inout ClickNeighbour
  ) -> Int {
    let lines = origin.line &- neighbour.line
    let time = instant &- neighbour.instant
    let isNear =
      origin.file == neighbour.file && lines >= 0 && lines < Int32(selfStanding)
      && time == Int64(Int32(truncatingIfNeeded: time)) && idLength < longID
    neighbour = ClickNeighbour(instant: instant, line: origin.line, file: origin.file)
    room.store(second, at: 0)
    room.store(isNear ? UInt16(truncatingIfNeeded: lines) : selfStanding, at: 4)
    room.store(Int32(truncatingIfNeeded: time), at: 6)
    room.store(UInt8(truncatingIfNeeded: idLength), at: 10)
    room.store(content, at: 11)
    guard !isNear else { return leastHead }
    room.store(ClickRecord.first(instant, idLength: idLength), at: leastHead)
    room.store(origin.line, at: leastHead &+ 8)
    room.store(origin.file, at: leastHead &+ 12)
    return mostHead
  }

  /// Reads the click at an offset of a piece.
  ///
  /// - Parameter neighbour: The click before it in the piece; becomes this one.
  @inline(__always) init(
    _ piece: RawReader, at offset: Int, after neighbour: inout ClickNeighbour
  ) {
    second = piece.word(offset, as: UInt32.self)
    let lines = piece.word(offset &+ 4, as: UInt16.self)
    content = piece.word(offset &+ 11, as: UInt64.self)
    var start = offset &+ Self.leastHead
    if lines != Self.selfStanding {
      let time = Int64(piece.word(offset &+ 6, as: Int32.self))
      neighbour.instant &+= time
      neighbour.line &+= Int32(lines)
      first = ClickRecord.first(neighbour.instant, idLength: Int(piece.byte(offset &+ 10)))
    } else {
      first = piece.word(start, as: UInt64.self)
      neighbour = ClickNeighbour(
        instant: ClickRecord.instant(first: first), line: piece.word(start &+ 8, as: Int32.self),
        file: piece.word(start &+ 12, as: Int32.self))
      start = offset &+ Self.mostHead
    }
    origin = RowOrigin(file: neighbour.file, line: neighbour.line)
    rest = piece.slice(start, ClickRecord.restSize(first, second, piece, at: start))
  }

  /// Writes the click's record.
  @inline(__always) func storeRecord(into room: RawWriter) {
    room.store(first, at: 0)
    room.store(second, at: 8)
    room.store(origin.line, at: 12)
    room.store(origin.file, at: 16)
    room.store(content, at: 20)
    room.copy(rest, at: ClickRecord.fixedSize)
  }
}

/// Lends every click of a piece, which holds whole clicks only.
@inline(__always) func forEachWaitingClick(_ piece: RawReader, _ body: (WaitingClick) -> Void) {
  var neighbour = ClickNeighbour()
  var offset = 0
  while offset < piece.count {
    let click = WaitingClick(piece, at: offset, after: &neighbour)
    let rest = unsafe click.rest.base - piece.base
    offset = rest &+ click.rest.count
    body(click)
  }
}
