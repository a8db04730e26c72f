// From the bytes of a code to its place in the registry, without a String and without hashing
// with a random seed: five million clicks ask for it.
import Pipeline

/// The codes of a registry by their bytes.
struct CodeTable: Sendable {
  /// A code of at most 24 bytes, padded with zeros, with all that reading asks: one cache line.
  private struct Slot {
    var first: UInt64 = 0
    var second: UInt64 = 0
    var third: UInt64 = 0
    var length: UInt16 = 0
    var bucket: Int16 = -1
    /// −1 where the slot is free.
    var ordinal: Int32 = -1
  }

  private var slots: [Slot]
  private let mask: Int
  private var longCodes: [Text: Found] = [:]

  /// A code's place in the registry and its programme's bucket; each −1 where there is none.
  struct Found {
    var ordinal: Int32
    var bucket: Int32

    static let nothing = Found(ordinal: -1, bucket: -1)
  }

  /// Collects the codes; at most three quarters of the slots are used.
  ///
  /// - Parameter bucket: By programme; −1 for one of another shard.
  init(_ codes: [AffiliateCode], bucketOfProgram: [Int32]) {
    var capacity = 16
    while capacity * 3 < codes.count * 4 { capacity *= 2 }
    slots = Array(repeating: Slot(), count: capacity)
    mask = capacity - 1
    for code in codes {
      let bucket = bucketOfProgram[code.program.position]
      insert(code.code.text, Found(ordinal: code.ordinal.index, bucket: bucket))
    }
  }

  private mutating func insert(_ text: Text, _ found: Found) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 24 else {
      longCodes[text] = found
      return
    }
    var slot = Slot()
    slot.length = UInt16(bytes.count)
    slot.bucket = Int16(truncatingIfNeeded: found.bucket)
    slot.ordinal = found.ordinal
    for (place, byte) in bytes.enumerated() {
      let shifted = UInt64(byte) << (8 * UInt64(place & 7))
      switch place >> 3 {
      case 0: slot.first |= shifted
      case 1: slot.second |= shifted
      default: slot.third |= shifted
      }
    }
    var place = Self.hash(slot.first, slot.second, slot.third) & mask
    while slots[place].ordinal >= 0 { place = (place + 1) & mask }
    slots[place] = slot
  }

  @inline(__always) private static func hash(
    _ first: UInt64, _ second: UInt64, _ third: UInt64
  ) -> Int {
    let product = (first ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
      by: (second &+ third &* 0xA076_1D64_78BD_642F) ^ 0xE703_7ED1_A0B4_28DB)
    let mixed = (product.high ^ product.low) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 20)
  }

  /// A code on its way to be found: the bytes are no longer needed.
  struct Probe {
    fileprivate var first: UInt64 = 0
    fileprivate var second: UInt64 = 0
    fileprivate var third: UInt64 = 0
    fileprivate var place: Int32 = 0
    fileprivate var length: UInt16 = 0
    /// What a code too long for a slot was found to be.
    fileprivate var long: Found?
  }

  /// Prepares the search for the code with these bytes.
  @inline(__always) func probe(_ code: RawReader) -> Probe {
    guard code.count <= 24 else { return Probe(long: findLong(code)) }
    let first = code.paddedWord(0)
    let second = code.paddedWord(8)
    let third = code.paddedWord(16)
    return Probe(
      first: first, second: second, third: third,
      place: Int32(truncatingIfNeeded: Self.hash(first, second, third) & mask),
      length: UInt16(truncatingIfNeeded: code.count))
  }

  /// Ends the search; a loop of these overlaps the waits for memory.
  @inline(__always) func find(_ probe: Probe) -> Found {
    if let long = probe.long { return long }
    var place = Int(probe.place)
    while true {
      let slot = slots[place]
      if slot.ordinal < 0 { return .nothing }
      if slot.first == probe.first, slot.second == probe.second, slot.third == probe.third,
        slot.length == probe.length
      {
        return Found(ordinal: slot.ordinal, bucket: Int32(slot.bucket))
      }
      place = (place &+ 1) & mask
    }
  }

  @inline(never) private func findLong(_ code: RawReader) -> Found {
    longCodes.isEmpty ? .nothing : longCodes[code.text] ?? .nothing
  }
}

extension RawReader {
  /// The eight bytes from `offset` on, with zeros for those beyond the end.
  @inline(__always) func paddedWord(_ offset: Int) -> UInt64 {
    if offset &+ 8 <= count { return word(offset, as: UInt64.self) }
    var value: UInt64 = 0
    var place = count
    while place > offset {
      place &-= 1
      value = value << 8 | UInt64(byte(place))
    }
    return value
  }

  /// A copy as text; the bytes are UTF-8 already.
  var text: Text {
    unsafe Text(String(decoding: UnsafeRawBufferPointer(start: base, count: count), as: UTF8.self))
  }
}
