// From the bytes of a code to its place in the registry, without a String and without hashing
// with a random seed: five million clicks ask for it.
import Pipeline

/// The codes of a registry by their bytes.
struct CodeTable: Sendable {
  /// A code of at most 24 bytes, padded with zeros.
  private struct Slot {
    var first: UInt64 = 0
    var second: UInt64 = 0
    var third: UInt64 = 0
    var length: UInt32 = 0
    /// −1 where the slot is free.
    var ordinal: Int32 = -1
  }

  private var slots: [Slot]
  private let mask: Int
  private var longCodes: [Text: Int32] = [:]

  /// Collects the codes; at most half of the slots are used.
  init(_ codes: [AffiliateCode]) {
    var capacity = 16
    while capacity < codes.count * 2 { capacity *= 2 }
    slots = Array(repeating: Slot(), count: capacity)
    mask = capacity - 1
    for code in codes { insert(code.code.text, code.ordinal.index) }
  }

  private mutating func insert(_ text: Text, _ ordinal: Int32) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 24 else {
      longCodes[text] = ordinal
      return
    }
    var slot = Slot()
    slot.length = UInt32(bytes.count)
    slot.ordinal = ordinal
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

  /// The place of the code with these bytes, or −1.
  @inline(__always) func ordinal(of code: RawReader) -> Int32 {
    guard code.count <= 24 else { return longOrdinal(of: code) }
    let first = code.paddedWord(0)
    let second = code.paddedWord(8)
    let third = code.paddedWord(16)
    var place = Self.hash(first, second, third) & mask
    while true {
      let slot = slots[place]
      if slot.ordinal < 0 { return -1 }
      if slot.first == first, slot.second == second, slot.third == third,
        slot.length == UInt32(code.count)
      {
        return slot.ordinal
      }
      place = (place &+ 1) & mask
    }
  }

  @inline(never) private func longOrdinal(of code: RawReader) -> Int32 {
    longCodes.isEmpty ? -1 : longCodes[code.text] ?? -1
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
