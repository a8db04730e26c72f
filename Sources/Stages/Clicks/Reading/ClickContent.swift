// The typed content of a click (SPEC 10, Rows): what two rows are compared by.
import Pipeline

/// Builds typed contents in a buffer that is used over and over.
@safe struct ClickContent: ~Copyable {
  /// `name=` of a column, preceded by U+001F, in sixteen bytes.
  private struct Prefix {
    var column: Int
    var first: UInt64
    var second: UInt64
    var count: Int
  }

  /// The name of the kind goes in front of what is digested: no two kinds have one content.
  private static let kind = Array("clicks".utf8)
  /// In the order of names; one static let would be asked for anew with each row.
  private let prefixes: [Prefix]
  private var base: UnsafeMutableRawPointer
  private var capacity = 4_096
  private var used = 0

  /// More than all names, separators and the digits of an instant take.
  private static let overhead = 512

  init() {
    prefixes = ClickColumn.allCases.sorted { Text($0.name) < Text($1.name) }.map(Self.prefix)
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    let kind = Self.kind
    unsafe base.copyMemory(from: kind, byteCount: kind.count)
  }

  deinit { unsafe base.deallocate() }

  private static func prefix(of column: ClickColumn) -> Prefix {
    // The longest name, landing_page or utm_campaign, takes fourteen bytes.
    let bytes = Array("\u{1F}\(column.name)=".utf8.prefix(16))
    var words: [UInt64] = [0, 0]
    for (place, byte) in bytes.enumerated() {
      words[place / 8] |= UInt64(byte) << UInt64(8 * (place % 8))
    }
    return Prefix(column: column.rawValue, first: words[0], second: words[1], count: bytes.count)
  }

  /// Lays out the content of one row.
  mutating func assemble(_ batch: RecordBatch, _ row: Int, instant: Instant) {
    var place = Self.kind.count
    for prefix in prefixes {
      let field = batch.field(row, prefix.column)
      guard field.form != .absent else { continue }
      let value = RawReader(field.bytes)
      if place &+ value.count &+ Self.overhead > capacity { grow(to: place + value.count, place) }
      let room = unsafe RawWriter(base: base, count: capacity)
      room.store(prefix.first, at: place)
      room.store(prefix.second, at: place &+ 8)
      place &+= prefix.count
      if prefix.column == ClickColumn.occurredAt.rawValue {
        place = Self.storeDecimal(instant.milliseconds, room, at: place)
      } else {
        room.copy(value, at: place)
        place &+= value.count
      }
    }
    used = place
  }

  private mutating func grow(to needed: Int, _ filled: Int) {
    capacity = 2 * needed + 2 * Self.overhead
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    unsafe larger.copyMemory(from: base, byteCount: filled)
    unsafe base.deallocate()
    unsafe base = larger
  }

  /// Writes a number's digits.
  ///
  /// - Returns: The place behind them.
  @inline(__always) private static func storeDecimal(
    _ number: Int64, _ room: RawWriter, at start: Int
  ) -> Int {
    var place = start
    if number < 0 {
      room.store(UInt8(ascii: "-"), at: place)
      place &+= 1
    }
    var rest = number.magnitude
    var count = 1
    var bound: UInt64 = 10
    while count < 19, rest >= bound {
      count &+= 1
      bound &*= 10
    }
    for digit in stride(from: place &+ count &- 1, through: place, by: -1) {
      room.store(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10), at: digit)
      rest /= 10
    }
    return place &+ count
  }

  /// The digest of the content laid out last.
  var digest: Digest128 { unsafe ContentHash.digest(of: RawReader(base: base, count: used).view) }

  /// The content as it is compared: without the kind and the separator behind it.
  var compared: [UInt8] {
    let start = min(Self.kind.count + 1, used)
    return unsafe RawReader(base: base + start, count: used - start).copied
  }
}
