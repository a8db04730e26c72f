// Raw memory with checked bounds, little-endian: what click records and segment blocks are laid
// out in. Nothing here knows what the bytes mean.
import Glibc
import Pipeline

/// Bytes on loan. Every access is checked against the count; the owner must outlive the loan.
@safe struct RawReader {
  let base: UnsafeRawPointer
  let count: Int

  @inline(__always) init(base: UnsafeRawPointer, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  @inline(__always) private func check(_ offset: Int, _ width: Int) {
    precondition(offset >= 0 && offset &+ width <= count, "a read outside the bytes at hand")
  }

  @inline(__always) func byte(_ offset: Int) -> UInt8 {
    check(offset, 1)
    return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
  }

  @inline(__always) func word<Word: FixedWidthInteger & BitwiseCopyable>(
    _ offset: Int, as type: Word.Type
  ) -> Word {
    check(offset, MemoryLayout<Word>.size)
    // SAFETY: the bounds were checked; unaligned loads are for bitwise-copyable types.
    return unsafe Word(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: Word.self))
  }

  /// Eight bytes that the caller knows to be there.
  @inline(__always) func uncheckedWord(_ offset: Int) -> UInt64 {
    assert(offset >= 0 && offset &+ 8 <= count, "a read outside the bytes at hand")
    // SAFETY: by the caller's word, which debug builds check.
    return unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// An unsigned number of 0, 1, 2 or 4 bytes.
  @inline(__always) func number(_ offset: Int, width: Int) -> Int {
    switch width {
    case 0: 0
    case 1: Int(byte(offset))
    case 2: Int(word(offset, as: UInt16.self))
    default: Int(word(offset, as: UInt32.self))
    }
  }

  @inline(__always) func key(_ offset: Int) -> Key96 {
    Key96(high: word(offset, as: UInt64.self), low: word(offset &+ 8, as: UInt32.self))
  }

  /// Part of the bytes.
  @inline(__always) func slice(_ offset: Int, _ length: Int) -> RawReader {
    precondition(length >= 0, "a slice of negative length")
    check(offset, length)
    return unsafe RawReader(base: base + offset, count: length)
  }
}

/// Bytes to fill. Every access is checked against the count.
@safe struct RawWriter {
  let base: UnsafeMutableRawPointer
  let count: Int

  @inline(__always) init(base: UnsafeMutableRawPointer, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  @inline(__always) private func check(_ offset: Int, _ width: Int) {
    precondition(offset >= 0 && offset &+ width <= count, "a write outside the bytes at hand")
  }

  @inline(__always) func store<Word: FixedWidthInteger & BitwiseCopyable>(
    _ word: Word, at offset: Int
  ) {
    check(offset, MemoryLayout<Word>.size)
    unsafe base.storeBytes(of: word.littleEndian, toByteOffset: offset, as: Word.self)
  }

  /// Stores an unsigned number in 0, 1, 2 or 4 bytes; it must fit.
  @inline(__always) func store(number: Int, width: Int, at offset: Int) {
    switch width {
    case 0: break
    case 1: store(UInt8(truncatingIfNeeded: number), at: offset)
    case 2: store(UInt16(truncatingIfNeeded: number), at: offset)
    default: store(UInt32(truncatingIfNeeded: number), at: offset)
    }
  }

  @inline(__always) func store(_ key: Key96, at offset: Int) {
    store(key.high, at: offset)
    store(key.low, at: offset &+ 8)
  }

  /// Part of the room.
  @inline(__always) func slice(_ offset: Int, _ length: Int) -> RawWriter {
    precondition(length >= 0, "a slice of negative length")
    check(offset, length)
    return unsafe RawWriter(base: base + offset, count: length)
  }

  /// What has been filled, for reading.
  var reader: RawReader { unsafe RawReader(base: base, count: count) }

  @inline(__always) func copy(_ bytes: RawReader, at offset: Int) {
    check(offset, bytes.count)
    // SAFETY: both ends were checked, and a writer never overlaps what it copies from.
    let count = bytes.count
    if count > 32 {
      unsafe memcpy(base + offset, bytes.base, count)
    } else if count >= 8 {
      // Words up to the last, which may overlap the one before: cheaper than a call.
      var place = 0
      while place &+ 8 < count {
        store(bytes.word(place, as: UInt64.self), at: offset &+ place)
        place &+= 8
      }
      store(bytes.word(count &- 8, as: UInt64.self), at: offset &+ count &- 8)
    } else if count >= 4 {
      store(bytes.word(0, as: UInt32.self), at: offset)
      store(bytes.word(count &- 4, as: UInt32.self), at: offset &+ count &- 4)
    } else {
      for place in 0..<count { store(bytes.byte(place), at: offset &+ place) }
    }
  }
}

/// Bytes that own their memory and never change after they are made.
@safe final class OwnedBytes: @unchecked Sendable {
  // SAFETY: `base` has room for `count` bytes from init to deinit; nothing writes to them after init.
  private let base: UnsafeMutableRawPointer
  let count: Int

  /// Makes `count` bytes and has them filled.
  init(count: Int, fill: (RawWriter) throws -> Void) rethrows {
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
    self.count = count
    try unsafe fill(RawWriter(base: base, count: count))
  }

  deinit { unsafe base.deallocate() }

  /// Lends the bytes for the length of a call.
  @inline(__always) func withReader<Result, Failure>(
    _ body: (RawReader) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withExtendedLifetime(self) { () throws(Failure) -> Result in
      try unsafe body(RawReader(base: base, count: count))
    }
  }

  /// The bytes on loan for as long as somebody else keeps this object.
  @unsafe var unsafeReader: RawReader { unsafe RawReader(base: base, count: count) }
}

/// The first 96 bits of a visitor's or an IP's key: enough to tell them apart.
struct Key96: Hashable, Sendable {
  var high: UInt64
  var low: UInt32

  @inline(__always) init(high: UInt64, low: UInt32) {
    self.high = high
    self.low = low
  }

  @inline(__always) init(_ digest: Digest128) {
    high = digest.high
    low = UInt32(truncatingIfNeeded: digest.low >> 32)
  }

  /// The digest with the bits that are not kept at zero.
  var widened: Digest128 { Digest128(high: high, low: UInt64(low) << 32) }

  /// Spreads the key over a table; the key is a digest already.
  @inline(__always) var slot: UInt64 { high ^ UInt64(low) }
}

/// How wide an unsigned number must be stored to hold `greatest`: 0 for none, else 1, 2 or 4.
func storedWidth(of greatest: Int) -> Int {
  switch greatest {
  case ..<1: 0
  case ..<256: 1
  case ..<65_536: 2
  default: 4
  }
}

/// A hash of bytes for a table in memory; no output depends on it.
@inline(__always) func tableHash(_ bytes: RawReader, seed: UInt64) -> UInt64 {
  let count = bytes.count
  let start = seed ^ UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
  var hash = start
  var offset = 0
  while offset &+ 16 < count {
    hash = folded(
      hash ^ bytes.word(offset, as: UInt64.self),
      bytes.word(offset &+ 8, as: UInt64.self) ^ 0xA076_1D64_78BD_642F)
    offset &+= 16
  }
  let (first, last) = bytes.lastWords(from: offset)
  hash = folded(hash ^ first, last ^ 0xE703_7ED1_A0B4_28DB)
  return folded(hash, start ^ 0xA076_1D64_78BD_642F)
}

extension RawReader {
  /// At most 16 last bytes as two words; different bytes of equal number give different words.
  @inline(__always) func lastWords(from offset: Int) -> (UInt64, UInt64) {
    let left = count &- offset
    if left >= 8 {
      return (word(offset, as: UInt64.self), word(count &- 8, as: UInt64.self))
    }
    if left >= 4 {
      return (UInt64(word(offset, as: UInt32.self)), UInt64(word(count &- 4, as: UInt32.self)))
    }
    guard left > 0 else { return (0, 0) }
    let middle = UInt64(byte(offset &+ left / 2)) << 8
    return (UInt64(byte(offset)) << 16 | middle | UInt64(byte(count &- 1)), 0)
  }
}

/// Folds the full product of two words into one.
@inline(__always) func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
  let product = left.multipliedFullWidth(by: right)
  return product.high ^ product.low
}

/// Compares bytes as unsigned, the shorter of two with one beginning first.
@inline(__always) func compareBytes(_ left: RawReader, _ right: RawReader) -> Int {
  let order = unsafe memcmp(left.base, right.base, min(left.count, right.count))
  return order != 0 ? Int(order) : left.count &- right.count
}
