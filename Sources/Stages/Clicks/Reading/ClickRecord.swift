// One click as it is judged; until then it waits in fewer bytes (WaitingClick.swift):
//
//     u64    milliseconds since the year 0 · 15 bits: length of the click id, 32767 for longer ones
//     u32    code << 4 | has traffic << 3 | bot << 2 | has an IP << 1 | has a visitor
//     u32    line
//     u32    file
//     u64    digest of the content
//     12     first 96 bits of the visitor's key, where there is one
//     12     first 96 bits of the IP's key, where there is one
//     u32    source and page, where there is either; see TrafficMark
//     u32    length of the click id, where it is 32767 bytes or more
//     the click id
//     u16    length of the source, u16 of the page, and both, where they have no numbers
import Pipeline

/// What is known of a click besides its fixed numbers.
struct ClickFlags: OptionSet {
  let rawValue: UInt8

  static let hasVisitor = ClickFlags(rawValue: 1)
  static let hasIP = ClickFlags(rawValue: 2)
  static let isBot = ClickFlags(rawValue: 4)
  static let hasTraffic = ClickFlags(rawValue: 8)
}

/// A click's values on their way into a record.
struct ClickValues {
  var instant: Int64
  var code: Int32
  var origin: RowOrigin
  var flags: ClickFlags
  var visitor: Key96
  var ip: Key96
  var content: UInt64

  /// A record's second word.
  @inline(__always) var second: UInt32 {
    UInt32(bitPattern: code) << 4 | UInt32(flags.rawValue)
  }
}

/// A click record in memory that somebody else owns.
@safe struct ClickRecord {
  let base: UnsafeRawPointer

  /// Bytes that every record has.
  static let fixedSize = 28
  /// Stands for a length that is stored on its own.
  private static let longID = 32_767
  /// A code's ordinal must be below it.
  static let mostCodes = 1 << 28

  /// Bytes of a record.
  @inline(__always) static func size(_ flags: ClickFlags, idLength length: Int) -> Int {
    idOffset(flags, isLong: length >= longID) &+ length
  }

  @inline(__always) private static func idOffset(_ flags: ClickFlags, isLong: Bool) -> Int {
    let keys = Int(flags.rawValue & 1) &+ Int(flags.rawValue >> 1 & 1)
    let traffic = Int(flags.rawValue >> 3 & 1) &* 4
    return fixedSize &+ keys &* 12 &+ traffic &+ (isLong ? 4 : 0)
  }

  @inline(__always) private static func trafficOffset(_ flags: ClickFlags) -> Int {
    fixedSize &+ (Int(flags.rawValue & 1) &+ Int(flags.rawValue >> 1 & 1)) &* 12
  }

  /// - Precondition: a whole record starts at `base`, and outlives this value.
  @inline(__always) init(base: UnsafeRawPointer) { unsafe self.base = base }

  // SAFETY: whoever makes a ClickRecord vouches for the whole record.
  @inline(__always) private func load<Word: BitwiseCopyable>(_ offset: Int, _: Word.Type) -> Word {
    unsafe base.loadUnaligned(fromByteOffset: offset, as: Word.self)
  }

  @inline(__always) private func key(_ offset: Int) -> Key96 {
    Key96(high: load(offset, UInt64.self), low: load(offset &+ 8, UInt32.self))
  }

  @inline(__always) var instant: Int64 { Self.instant(first: load(0, UInt64.self)) }
  @inline(__always) private var isLong: Bool { shortLength == Self.longID }
  @inline(__always) private var shortLength: Int { Int(load(0, UInt64.self) & 0x7FFF) }
  @inline(__always) var code: Int32 { Int32(load(8, UInt32.self) >> 4) }
  @inline(__always) var flags: ClickFlags {
    ClickFlags(rawValue: UInt8(truncatingIfNeeded: load(8, UInt32.self)) & 15)
  }
  @inline(__always) var origin: RowOrigin {
    RowOrigin(file: load(16, Int32.self), line: load(12, Int32.self))
  }
  @inline(__always) var content: UInt64 { load(20, UInt64.self) }
  /// Zeros where there is none.
  @inline(__always) var visitor: Key96 {
    flags.contains(.hasVisitor) ? key(Self.fixedSize) : Key96(high: 0, low: 0)
  }
  /// Zeros where there is none.
  @inline(__always) var ip: Key96 {
    let flags = flags
    guard flags.contains(.hasIP) else { return Key96(high: 0, low: 0) }
    return key(flags.contains(.hasVisitor) ? Self.fixedSize &+ 12 : Self.fixedSize)
  }
  @inline(__always) var idLength: Int {
    let length = shortLength
    guard length == Self.longID else { return length }
    return Int(load(Self.idOffset(flags, isLong: true) &- 4, UInt32.self))
  }
  @inline(__always) var id: RawReader {
    unsafe RawReader(base: base + Self.idOffset(flags, isLong: isLong), count: idLength)
  }
  /// ``TrafficMark/word``; 0 where there is no mark.
  @inline(__always) var traffic: UInt32 {
    let flags = flags
    guard flags.contains(.hasTraffic) else { return 0 }
    return load(Self.trafficOffset(flags), UInt32.self)
  }

  /// The names of a mark that is ``TrafficMark/named``.
  var trafficNames: (source: [UInt8], page: [UInt8]) {
    let start = Self.size(flags, idLength: idLength)
    let source = Int(load(start, UInt16.self))
    let page = Int(load(start &+ 2, UInt16.self))
    var names: (source: [UInt8], page: [UInt8]) = ([], [])
    unsafe RawReader(base: base + start + 4, count: source).append(to: &names.source)
    unsafe RawReader(base: base + start + 4 + source, count: page).append(to: &names.page)
    return names
  }

  /// Writes what stands behind a record's fixed part, of the id from one of its bytes on.
  ///
  /// - Returns: Where it ends.
  @inline(__always) static func storeRest(
    _ values: ClickValues, id: RawReader, from own: Int, traffic: TrafficMark,
    into room: RawWriter, at start: Int
  ) -> Int {
    var offset = start
    if values.flags.contains(.hasVisitor) {
      room.store(values.visitor, at: offset)
      offset &+= 12
    }
    if values.flags.contains(.hasIP) {
      room.store(values.ip, at: offset)
      offset &+= 12
    }
    if values.flags.contains(.hasTraffic) {
      room.store(traffic.word, at: offset)
      offset &+= 4
    }
    if id.count >= longID {
      room.store(UInt32(id.count), at: offset)
      offset &+= 4
    }
    room.copy(id.slice(own, id.count &- own), at: offset)
    offset &+= id.count &- own
    guard traffic.word == TrafficMark.named else { return offset }
    room.store(UInt16(traffic.source.count), at: offset)
    room.store(UInt16(traffic.page.count), at: offset &+ 2)
    room.copy(traffic.source, at: offset &+ 4)
    room.copy(traffic.page, at: offset &+ 4 &+ traffic.source.count)
    return offset &+ 4 &+ traffic.source.count &+ traffic.page.count
  }

  /// A record's first word.
  @inline(__always) static func first(_ instant: Int64, idLength length: Int) -> UInt64 {
    let since = UInt64(bitPattern: instant &- InstantText.earliestMilliseconds)
    return since << 15 | UInt64(min(length, longID))
  }

  /// The instant of a record's first word.
  @inline(__always) static func instant(first: UInt64) -> Int64 {
    Int64(first >> 15) &+ InstantText.earliestMilliseconds
  }

  /// Where things stand behind a fixed part.
  struct RestPlace {
    /// Where the id begins, and its length.
    var id: Int
    var idLength: Int
    /// Whether the names of source and page stand behind it.
    fileprivate var hasNames: Bool

    /// Bytes of the names, which begin at an offset of the piece.
    @inline(__always) func namesLength(_ piece: RawReader, at offset: Int) -> Int {
      guard hasNames else { return 0 }
      return 4 &+ Int(piece.word(offset, as: UInt16.self))
        &+ Int(piece.word(offset &+ 2, as: UInt16.self))
    }
  }

  /// Where things stand behind the fixed part of a record with these first words; they start at an
  /// offset of the piece.
  @inline(__always) static func restPlace(
    _ first: UInt64, _ second: UInt32, _ piece: RawReader, at start: Int
  ) -> RestPlace {
    let flags = ClickFlags(rawValue: UInt8(truncatingIfNeeded: second) & 15)
    let length = Int(first & 0x7FFF)
    let id = start &+ idOffset(flags, isLong: length == longID) &- fixedSize
    let traffic = start &+ trafficOffset(flags) &- fixedSize
    return RestPlace(
      id: id, idLength: length < longID ? length : Int(piece.word(id &- 4, as: UInt32.self)),
      hasNames: flags.contains(.hasTraffic)
        && piece.word(traffic, as: UInt32.self) == TrafficMark.named)
  }

  /// Whether two records of one programme hold the same content.
  func hasContent(of other: ClickRecord) -> Bool {
    content == other.content && instant == other.instant && code == other.code
      && flags == other.flags && visitor == other.visitor && ip == other.ip
      && compareBytes(id, other.id) == 0
  }
}
