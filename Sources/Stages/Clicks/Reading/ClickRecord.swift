// One click as it waits in memory or in a spill file to be judged: a fixed part of 64 bytes, then
// the click id, padded to eight bytes.
import Pipeline

/// What is known of a click besides its fixed numbers.
struct ClickFlags: OptionSet {
  let rawValue: UInt8

  static let hasVisitor = ClickFlags(rawValue: 1)
  static let hasIP = ClickFlags(rawValue: 2)
  static let isBot = ClickFlags(rawValue: 4)
}

/// A click's values on their way into a record.
struct ClickValues {
  var instant: Int64
  var code: Int32
  var origin: RowOrigin
  var flags: ClickFlags
  var visitor: Key96
  var ip: Key96
  var content: Digest128
}

/// A click record in memory that somebody else owns.
@safe struct ClickRecord {
  let base: UnsafeRawPointer

  /// Bytes before the click id.
  static let fixedSize = 64

  /// Bytes of a record whose click id has `length` bytes.
  @inline(__always) static func size(idLength length: Int) -> Int {
    (fixedSize &+ length &+ 7) & ~7
  }

  /// - Precondition: a whole record starts at `base`, and outlives this value.
  @inline(__always) init(base: UnsafeRawPointer) { unsafe self.base = base }

  // SAFETY: whoever makes a ClickRecord vouches for 64 bytes and the id behind them.
  @inline(__always) private func load<Word: BitwiseCopyable>(_ offset: Int, _: Word.Type) -> Word {
    unsafe base.loadUnaligned(fromByteOffset: offset, as: Word.self)
  }

  @inline(__always) var instant: Int64 { load(0, Int64.self) }
  @inline(__always) var code: Int32 { load(8, Int32.self) }
  @inline(__always) var origin: RowOrigin {
    RowOrigin(file: load(12, Int32.self), line: load(16, Int32.self))
  }
  @inline(__always) private var idWord: UInt32 { load(20, UInt32.self) }
  @inline(__always) var flags: ClickFlags {
    ClickFlags(rawValue: UInt8(truncatingIfNeeded: idWord >> 24))
  }
  @inline(__always) var idLength: Int { Int(idWord & 0xFF_FFFF) }
  @inline(__always) var visitor: Key96 {
    Key96(high: load(24, UInt64.self), low: load(32, UInt32.self))
  }
  @inline(__always) var ip: Key96 { Key96(high: load(36, UInt64.self), low: load(44, UInt32.self)) }
  @inline(__always) var content: Digest128 {
    Digest128(high: load(48, UInt64.self), low: load(56, UInt64.self))
  }
  @inline(__always) var id: RawReader {
    unsafe RawReader(base: base + Self.fixedSize, count: idLength)
  }
  /// The whole record.
  var bytes: RawReader { unsafe RawReader(base: base, count: size) }
  @inline(__always) var size: Int { Self.size(idLength: idLength) }

  /// Writes a record's fixed part; its id goes behind it.
  @inline(__always) static func store(_ values: ClickValues, idLength: Int, into room: RawWriter) {
    room.store(values.instant, at: 0)
    room.store(values.code, at: 8)
    room.store(values.origin.file, at: 12)
    room.store(values.origin.line, at: 16)
    room.store(UInt32(values.flags.rawValue) << 24 | UInt32(idLength), at: 20)
    room.store(values.visitor, at: 24)
    room.store(values.ip, at: 36)
    room.store(values.content.high, at: 48)
    room.store(values.content.low, at: 56)
  }
}
