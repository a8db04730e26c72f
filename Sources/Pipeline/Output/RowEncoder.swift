// Rows of text in the making, as bytes: what is encoded with it are the outputs that grow with a
// night. Numbers, instants and digests go in by arithmetic, without a String for each.
internal import Glibc

/// Appends fields and marks to bytes of its own; the quotes of CSV are ``CSVWriter``'s.
@safe public struct RowEncoder: ~Copyable {
  /// How many bytes there are.
  @inlinable public var count: Int { length }
  @usableFromInline var length = 0

  // SAFETY: `base` points at `capacity` bytes and `slack` more, of which the first `count` are
  // initialised. Every append makes room first; stores may reach into the slack.
  @usableFromInline var base: UnsafeMutableRawPointer
  @usableFromInline var capacity: Int
  private static let slack = 64

  /// The day whose date was written last, and that date up to `T`.
  private var lastDay = Int.min
  private var lastDate: (UInt64, UInt64) = (0, 0)

  /// Starts with no bytes and room for some.
  public init(capacity: Int) {
    let memory = RowMemory.take(max(capacity, 256) + Self.slack)
    unsafe base = memory.base
    self.capacity = memory.byteCount - Self.slack
  }

  deinit { RowMemory.give(memory) }

  /// Ends it.
  public consuming func finish() -> EncodedRows {
    let rows = EncodedRows(memory, count: length)
    discard self
    return rows
  }

  private var memory: RowMemory { unsafe RowMemory(base: base, byteCount: capacity + Self.slack) }

  @inlinable @inline(__always) mutating func reserve(_ more: Int) {
    if count &+ more > capacity { grow(more) }
  }

  @usableFromInline @inline(never) mutating func grow(_ more: Int) {
    capacity = max(2 * capacity, count + more)
    guard let larger = unsafe realloc(base, capacity + Self.slack) else {
      preconditionFailure("no memory for \(capacity) bytes")
    }
    unsafe base = larger
  }

  /// Stores a word of which `used` bytes, at most 8, count.
  @inline(__always) private mutating func put(_ word: UInt64, _ used: Int) {
    reserve(8)
    unsafe base.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt64.self)
    length &+= used
  }

  /// Appends bytes as they are.
  public mutating func append(raw bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    unsafe memcpy(base + count, start, bytes.count)
    length &+= bytes.count
  }

  /// Appends bytes as they are.
  public mutating func append(raw bytes: [UInt8]) {
    // SAFETY: the pointer is used only while the array lends it.
    unsafe bytes.withUnsafeBufferPointer { unsafe append(raw: $0) }
  }

  /// Appends a byte.
  @inlinable public mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    length &+= 1
  }

  /// Appends a word that was made ready before.
  @inlinable public mutating func append(_ word: ShortField) {
    reserve(32)
    // SAFETY: the room for all of its bytes was just made; those beyond its count do not count.
    unsafe (base + count).storeBytes(of: word.bytes, as: SIMD4<UInt64>.self)
    length &+= word.count
  }

  /// Appends a copy of the `byteCount` bytes from `start` on.
  public mutating func appendCopy(from start: Int, _ byteCount: Int) {
    precondition(
      start >= 0 && byteCount >= 0 && start &+ byteCount <= count, "bytes that are there")
    reserve(byteCount)
    unsafe memcpy(base + count, base + start, byteCount)
    length &+= byteCount
  }

  /// Takes back all bytes from `end` on.
  public mutating func truncate(to end: Int) {
    precondition(end >= 0 && end <= count, "bytes that are there")
    length = end
  }

  /// Lends the bytes from `start` on.
  public borrowing func withBytes<Result>(from start: Int, _ body: (ByteView) -> Result) -> Result {
    precondition(start >= 0 && start <= count, "bytes that are there")
    return unsafe body(
      ByteView(base: (base + start).assumingMemoryBound(to: UInt8.self), count: count &- start))
  }
}

extension RowEncoder {
  /// Appends a text as a field of CSV, in quotes where ``CSVWriter`` puts them.
  public mutating func append(field text: Text) {
    let start = count
    guard !appendIfPlain(text) else { return }
    truncate(to: start)
    var string = text.string
    // SAFETY: the pointer is used only while the text lends it.
    string.withUTF8 { bytes in
      let isQuoted = unsafe CSVWriter.needsQuotes(bytes.span, delimiter: 0x2C)
      guard isQuoted else { return unsafe append(raw: bytes) }
      append(0x22)
      for place in 0..<bytes.count {
        let byte = unsafe bytes[place]
        if byte == 0x22 { append(byte) }
        append(byte)
      }
      append(0x22)
    }
  }

  /// Appends a text's bytes.
  ///
  /// - Returns: Whether each of them is `-` or greater: then no field of CSV quotes them.
  public mutating func appendIfPlain(_ text: Text) -> Bool {
    var string = text.string
    // SAFETY: the pointer is used only while the text lends it.
    return string.withUTF8 { bytes in
      let start = count
      unsafe append(raw: bytes)
      return !hasByte(below: 0x2D, from: start)
    }
  }

  /// Whether any byte from `start` on is less than `limit`, which is at most 128.
  private mutating func hasByte(below limit: UInt64, from start: Int) -> Bool {
    // SAFETY: the last word read ends in the slack, which is filled up with a byte that is not less.
    unsafe base.storeBytes(of: .max, toByteOffset: count, as: UInt64.self)
    var found: UInt64 = 0
    var place = start
    while place < count {
      let word = unsafe base.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      found |= (word &- (limit &* 0x0101_0101_0101_0101)) & ~word
      place &+= 8
    }
    return found & 0x8080_8080_8080_8080 != 0
  }

  /// Whether `byte` is among the bytes from `start` on.
  public borrowing func contains(_ byte: UInt8, from start: Int) -> Bool {
    precondition(start >= 0 && start <= count, "bytes that are there")
    return unsafe memchr(base + start, Int32(byte), count &- start) != nil
  }
}

extension RowEncoder {
  /// Appends a number in decimal digits.
  public mutating func append(decimal value: Int64) {
    if value < 0 { append(0x2D) }
    append(digitsOf: value.magnitude)
  }

  private mutating func append(digitsOf magnitude: UInt64) {
    guard magnitude < 100_000_000 else {
      let (rest, last) = magnitude.quotientAndRemainder(dividingBy: 100_000_000)
      append(digitsOf: rest)
      return put(Self.eightDigits(last), 8)
    }
    let digits = Self.eightDigits(magnitude)
    let zeros = min(7, (digits ^ 0x3030_3030_3030_3030).trailingZeroBitCount / 8)
    put(digits &>> (8 &* UInt64(truncatingIfNeeded: zeros)), 8 &- zeros)
  }

  /// A number of at most eight digits as eight bytes, the first digit in the least one.
  @inline(__always) static func eightDigits(_ number: UInt64) -> UInt64 {
    let value = UInt32(truncatingIfNeeded: number)
    let (high, low) = value.quotientAndRemainder(dividingBy: 10_000)
    return UInt64(fourDigits(high)) | UInt64(fourDigits(low)) &<< 32
  }

  @inline(__always) private static func fourDigits(_ number: UInt32) -> UInt32 {
    let (high, low) = number.quotientAndRemainder(dividingBy: 100)
    return twoDigits(high) | twoDigits(low) &<< 16
  }

  /// Two digits of a number below 100; 103/1024 is near enough to a tenth for those.
  @inline(__always) private static func twoDigits(_ number: UInt32) -> UInt32 {
    let tens = (number &* 103) &>> 10
    return 0x3030 &+ tens &+ (number &- tens &* 10) &<< 8
  }

  /// Appends an instant as ``InstantText`` prints it.
  ///
  /// - Parameter milliseconds: Since 1970 UTC.
  public mutating func append(instant milliseconds: Int64) {
    guard
      milliseconds >= InstantText.earliestMilliseconds
        && milliseconds <= InstantText.latestMilliseconds
    else { return append(raw: Array(InstantText.text(milliseconds: milliseconds).utf8)) }
    var (day, rest) = Int(milliseconds).quotientAndRemainder(dividingBy: 86_400_000)
    if rest < 0 {
      rest &+= 86_400_000
      day &-= 1
    }
    if day != lastDay { setDate(day) }
    put(lastDate.0, 8)
    put(lastDate.1, 3)
    let (allSeconds, fraction) = UInt32(truncatingIfNeeded: rest).quotientAndRemainder(
      dividingBy: 1000)
    let (minutes, seconds) = allSeconds.quotientAndRemainder(dividingBy: 60)
    let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
    let time = UInt64(Self.twoDigits(hour)) | UInt64(Self.twoDigits(minute)) &<< 24
    put(time | 0x00_00_3A_00_00_3A_00_00 | UInt64(Self.twoDigits(seconds)) &<< 48, 8)
    guard fraction != 0 else { return append(0x5A) }
    let digits = Self.fourDigits(fraction) &>> 8
    put(0x2E | UInt64(digits) &<< 8 | 0x5A &<< 32, 5)
  }

  /// Appends the date of a day counted from 1970-01-01, such as `2026-03-31`.
  public mutating func append(date day: Int) {
    if day != lastDay { setDate(day) }
    put(lastDate.0, 8)
    put(lastDate.1, 2)
  }

  private mutating func setDate(_ day: Int) {
    let date = InstantText.civilDate(daysSince1970: day)
    let year = UInt64(Self.fourDigits(UInt32(truncatingIfNeeded: date.year)))
    let month = UInt64(Self.twoDigits(UInt32(truncatingIfNeeded: date.month)))
    let dayOfMonth = UInt64(Self.twoDigits(UInt32(truncatingIfNeeded: date.day)))
    lastDay = day
    lastDate = (year | 0x2D &<< 32 | month &<< 40 | 0x2D &<< 56, dayOfMonth | 0x54 &<< 16)
  }

  /// Appends a digest in 32 lower-case hexadecimal digits.
  public mutating func append(hexadecimal digest: Digest128) {
    put(Self.hexadecimal(UInt32(truncatingIfNeeded: digest.high &>> 32)), 8)
    put(Self.hexadecimal(UInt32(truncatingIfNeeded: digest.high)), 8)
    put(Self.hexadecimal(UInt32(truncatingIfNeeded: digest.low &>> 32)), 8)
    put(Self.hexadecimal(UInt32(truncatingIfNeeded: digest.low)), 8)
  }

  /// Eight digits, the first in the least byte.
  @inline(__always) private static func hexadecimal(_ word: UInt32) -> UInt64 {
    var spread = UInt64(word.byteSwapped)
    spread = (spread | spread &<< 16) & 0x0000_FFFF_0000_FFFF
    spread = (spread | spread &<< 8) & 0x00FF_00FF_00FF_00FF
    let nibbles: UInt64 = 0x000F_000F_000F_000F
    spread = (spread &>> 4) & nibbles | (spread & nibbles) &<< 8
    let letters = ((spread &+ 0x0606_0606_0606_0606) &>> 4) & 0x0101_0101_0101_0101
    return spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
  }
}

/// A word of at most 32 bytes that is made ready once and appended often.
public struct ShortField: Sendable {
  @usableFromInline let bytes: SIMD4<UInt64>
  @usableFromInline let count: Int

  /// Makes the bytes of a word ready as they are.
  public init(_ word: String) {
    precondition(word.utf8.count <= 32, "a short word")
    var bytes = SIMD4<UInt64>()
    for (place, byte) in word.utf8.enumerated() {
      bytes[place / 8] |= UInt64(byte) << (8 * UInt64(place % 8))
    }
    self.bytes = bytes
    count = word.utf8.count
  }
}

/// Encoded bytes that own their memory.
@safe public final class EncodedRows: @unchecked Sendable {
  // SAFETY: `base` is that of `memory`, of which `count` bytes are initialised. Only `number`
  // changes them, and who calls it holds the only reference that is in use.
  private let memory: RowMemory
  private var base: UnsafeMutableRawPointer { unsafe memory.base }
  /// How many bytes there are.
  public let count: Int

  fileprivate init(_ memory: RowMemory, count: Int) {
    self.memory = memory
    self.count = count
  }

  deinit { RowMemory.give(memory) }

  /// Lends the bytes for the length of a call.
  public func withSpan<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) {
      let bytes = unsafe UnsafeBufferPointer(
        start: base.assumingMemoryBound(to: UInt8.self), count: count)
      return try unsafe body(bytes.span)
    }
  }

  /// A table's header line.
  public static func header(_ columns: [String]) -> EncodedRows {
    var line = RowEncoder(capacity: 256)
    for (place, column) in columns.enumerated() {
      if place > 0 { line.append(0x2C) }
      line.append(field: Text(column))
    }
    line.append(0x0A)
    return line.finish()
  }

  /// Writes a number of at most eight digits over the eight bytes at each place.
  ///
  /// Nobody else may use the bytes meanwhile.
  public func number(_ places: ArraySlice<Int32>, _ number: Int64) {
    let digits = RowEncoder.eightDigits(UInt64(truncatingIfNeeded: number)).littleEndian
    for place in places {
      precondition(place >= 0 && Int(place) &+ 8 <= count, "a place inside the bytes")
      unsafe base.storeBytes(of: digits, toByteOffset: Int(place), as: UInt64.self)
    }
  }
}
