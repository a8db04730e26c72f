// One click as it waits in memory or in a spill file to be judged, in as few bytes as it takes:
//
//     u32    code << 4 | has traffic << 3 | bot << 2 | has an IP << 1 | has a visitor
//     u16    lines since the click before it in the piece; 65535 where it stands for itself
//     i24    milliseconds since that click
//     u8     length of the click id
//     u8     how many of its first bytes are those of the id before it
//     u64    digest of the content
//     16     where it stands for itself: the first word, line and file of a click record
//     the rest as in a click record, from the visitor on (ClickRecord.swift), but of the id only
//     what is its own
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
  /// Of its id; reading goes without.
  var idStart = ClickIDStart()
}

/// The first bytes of a click's id: what neighbours often have in common, as shops count them up.
struct ClickIDStart {
  private var words: (UInt64, UInt64) = (0, 0)
  /// 0 for an id that shares nothing.
  private var count = 0

  /// Most bytes that are shared.
  static let most = 16

  /// Of no id.
  @inline(__always) init() {}

  /// Of an id; short ones and long ones share nothing.
  @inline(__always) init(_ id: RawReader) {
    guard id.count >= 8, id.count < WaitingClick.longID else { return }
    words.0 = id.word(0, as: UInt64.self)
    count = min(id.count, Self.most)
    // The last word holds the bytes from the eighth on, below some that the first has already.
    words.1 = id.word(count &- 8, as: UInt64.self) &>> UInt64(8 &* (Self.most &- count))
  }

  /// How many first bytes both have in common.
  @inline(__always) func shared(with other: ClickIDStart) -> Int {
    let least = min(count, other.count)
    let first = words.0 ^ other.words.0
    guard first == 0 else { return min(first.trailingZeroBitCount &>> 3, least) }
    return min(8 &+ (words.1 ^ other.words.1).trailingZeroBitCount &>> 3, least)
  }
}

/// A click out of a piece, its fixed numbers read; the rest stands in the piece.
struct WaitingClick {
  /// Milliseconds since the year 0 and the length of the click id, as in a click record.
  var first: UInt64
  /// Code and flags, as in a click record.
  var second: UInt32
  var origin: RowOrigin
  var content: UInt64
  /// From the visitor up to the id.
  private let keys: RawReader
  private let id: RawReader
  /// Of source and page, where they have no numbers.
  private let names: RawReader
  /// Where in the piece the next click begins.
  fileprivate let end: Int

  /// Bytes before the rest, at least and at most.
  static let leastHead = 19
  static let mostHead = 35
  private static let selfStanding: UInt16 = .max
  /// Ids of this length and more are kept whole.
  static let longID = 255

  var instant: Int64 { ClickRecord.instant(first: first) }
  var code: Int32 { Int32(second >> 4) }
  /// Bytes of the click's record.
  @inline(__always) var recordSize: Int {
    ClickRecord.fixedSize &+ keys.count &+ id.count &+ names.count
  }

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
    let idStart = ClickIDStart(id)
    let shared = idStart.shared(with: neighbour.idStart)
    let offset = storeHead(
      values.second, values.instant, values.origin, values.content,
      id: (length: id.count, start: idStart, shared: shared), into: room, after: &neighbour)
    return ClickRecord.storeRest(
      values, id: id, from: shared, traffic: traffic, into: room, at: offset)
  }

  /// Writes the click into another piece.
  ///
  /// - Parameters:
  ///   - room: At least `mostHead` bytes and those of the rest.
  ///   - neighbour: The click before it in the piece; becomes this one.
  /// - Returns: How many bytes it takes.
  func store(into room: RawWriter, after neighbour: inout ClickNeighbour) -> Int {
    let idStart = ClickIDStart(id)
    let shared = idStart.shared(with: neighbour.idStart)
    // A length of 32,767 stands for any that is longer; both are long.
    var offset = Self.storeHead(
      second, instant, origin, content,
      id: (length: Int(first & 0x7FFF), start: idStart, shared: shared), into: room,
      after: &neighbour)
    room.copy(keys, at: offset)
    offset &+= keys.count
    room.copy(id.slice(shared, id.count &- shared), at: offset)
    offset &+= id.count &- shared
    if names.count > 0 { room.copy(names, at: offset) }
    return offset &+ names.count
  }

  /// Writes what stands before the rest.
  ///
  /// - Returns: Where it ends.
  @inline(__always) private static func storeHead(
    _ second: UInt32, _ instant: Int64, _ origin: RowOrigin, _ content: UInt64,
    id: (length: Int, start: ClickIDStart, shared: Int), into room: RawWriter,
    after neighbour: inout ClickNeighbour
  ) -> Int {
    let lines = origin.line &- neighbour.line
    let time = instant &- neighbour.instant
    let isNear =
      origin.file == neighbour.file && lines >= 0 && lines < Int32(selfStanding)
      && time >> 23 == time >> 63 && id.length < longID
    neighbour = ClickNeighbour(
      instant: instant, line: origin.line, file: origin.file, idStart: id.start)
    room.store(second, at: 0)
    room.store(isNear ? UInt16(truncatingIfNeeded: lines) : selfStanding, at: 4)
    room.store(UInt16(truncatingIfNeeded: time), at: 6)
    room.store(UInt8(truncatingIfNeeded: time >> 16), at: 8)
    room.store(UInt8(truncatingIfNeeded: id.length), at: 9)
    room.store(UInt8(truncatingIfNeeded: id.shared), at: 10)
    room.store(content, at: 11)
    guard !isNear else { return leastHead }
    room.store(ClickRecord.first(instant, idLength: id.length), at: leastHead)
    room.store(origin.line, at: leastHead &+ 8)
    room.store(origin.file, at: leastHead &+ 12)
    return mostHead
  }

  /// Reads the click at an offset of a piece.
  ///
  /// - Parameters:
  ///   - neighbour: The click before it in the piece; becomes this one.
  ///   - ids: `longID` bytes with the id before it; it holds this click's id until the next one is
  ///     read.
  @inline(__always) fileprivate init(
    _ piece: RawReader, at offset: Int, after neighbour: inout ClickNeighbour, ids: RawWriter
  ) {
    second = piece.word(offset, as: UInt32.self)
    let lines = piece.word(offset &+ 4, as: UInt16.self)
    content = piece.word(offset &+ 11, as: UInt64.self)
    var start = offset &+ Self.leastHead
    if lines != Self.selfStanding {
      let high = Int64(Int8(bitPattern: piece.byte(offset &+ 8)))
      neighbour.instant &+= high << 16 | Int64(piece.word(offset &+ 6, as: UInt16.self))
      neighbour.line &+= Int32(lines)
      first = ClickRecord.first(neighbour.instant, idLength: Int(piece.byte(offset &+ 9)))
    } else {
      first = piece.word(start, as: UInt64.self)
      neighbour = ClickNeighbour(
        instant: ClickRecord.instant(first: first), line: piece.word(start &+ 8, as: Int32.self),
        file: piece.word(start &+ 12, as: Int32.self))
      start = offset &+ Self.mostHead
    }
    origin = RowOrigin(file: neighbour.file, line: neighbour.line)
    let place = ClickRecord.restPlace(first, second, piece, at: start)
    keys = piece.slice(start, place.id &- start)
    if place.idLength < Self.longID {
      let shared = Int(piece.byte(offset &+ 10))
      let own = piece.slice(place.id, place.idLength &- shared)
      ids.copy(own, at: shared)
      id = ids.reader.slice(0, place.idLength)
      end = place.id &+ own.count &+ place.namesLength(piece, at: place.id &+ own.count)
      names = piece.slice(place.id &+ own.count, end &- place.id &- own.count)
    } else {
      id = piece.slice(place.id, place.idLength)
      let idEnd = place.id &+ place.idLength
      end = idEnd &+ place.namesLength(piece, at: idEnd)
      names = piece.slice(idEnd, end &- idEnd)
    }
  }

  /// Writes the click's record.
  @inline(__always) func storeRecord(into room: RawWriter) {
    room.store(first, at: 0)
    room.store(second, at: 8)
    room.store(origin.line, at: 12)
    room.store(origin.file, at: 16)
    room.store(content, at: 20)
    room.copy(keys, at: ClickRecord.fixedSize)
    let idOffset = ClickRecord.fixedSize &+ keys.count
    room.copy(id, at: idOffset)
    if names.count > 0 { room.copy(names, at: idOffset &+ id.count) }
  }
}

/// Lends every click of a piece, which holds whole clicks only; each until the next one is lent.
@inline(__always) func forEachWaitingClick(_ piece: RawReader, _ body: (WaitingClick) -> Void) {
  unsafe withUnsafeTemporaryAllocation(byteCount: WaitingClick.longID + 1, alignment: 8) { room in
    guard let base = room.baseAddress else { return }
    // SAFETY: the allocation, for as long as this call.
    let ids = unsafe RawWriter(base: base, count: room.count)
    var neighbour = ClickNeighbour()
    var offset = 0
    while offset < piece.count {
      let click = WaitingClick(piece, at: offset, after: &neighbour, ids: ids)
      offset = click.end
      body(click)
    }
  }
}
