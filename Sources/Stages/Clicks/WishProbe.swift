// A wish prepared for asking it millions of times: small tables in front of exact ones.
import Pipeline

/// Tells which clicks a wish names.
struct WishProbe {
  private let wish: ClickWish
  private let from: Int64
  private let until: Int64
  private let visitors: VisitorProbe
  private let clickIDs: ClickIDProbe
  private let wantsCodes: Bool

  init(_ wish: ClickWish) {
    self.wish = wish
    from = wish.from.milliseconds
    until = wish.until.milliseconds
    visitors = VisitorProbe(wish.visitors)
    clickIDs = ClickIDProbe(wish.clickIDs)
    wantsCodes = !wish.codes.isEmpty
  }

  /// Whether it can name any click at all.
  var isEmpty: Bool { visitors.isEmpty && clickIDs.isEmpty && !wantsCodes || from > until }

  /// Calls `body` with each accepted click of the block that the wish names, and its row.
  func scan(_ matches: ClickMatches, _ body: (Int, Touch) -> Void) {
    matches.withColumns { scan($0, body) }
  }

  private func scan(_ columns: ClickMatches.Columns, _ body: (Int, Touch) -> Void) {
    let layout = columns.layout
    let wanted = (0..<layout.codeCount).map {
      wantsCodes && wish.codes.contains(CodeOrdinal(Int(columns.code(at: $0))))
    }
    var offset = 0
    for row in 0..<layout.rows {
      let start = offset
      let length = columns.idLength(row)
      offset &+= length
      let bits = columns.state(row)
      guard bits & ClickMatches.stateBits == ClickState.accepted.rawValue else { continue }
      let instant = columns.instant(row)
      guard instant >= from, instant <= until else { continue }
      var visitor: Digest128?
      var isNamed = wanted[columns.codePlace(row)]
      if bits & ClickMatches.visitorBit != 0 {
        let key = columns.visitor(row)
        visitor = visitors.find(key)
        if visitor != nil { isNamed = true } else { visitor = key.widened }
      }
      let id = columns.id(offset: start, length: length)
      if !isNamed { isNamed = clickIDs.contains(id) }
      guard isNamed else { continue }
      let code = CodeOrdinal(Int(columns.code(at: columns.codePlace(row))))
      body(
        row,
        Touch(
          instant: Instant(milliseconds: instant), code: code, clickID: id.text, visitor: visitor))
    }
  }
}

/// The wished visitors.
private struct VisitorProbe {
  private struct Slot {
    var key = Key96(high: 0, low: 0)
    var rest: UInt32 = 0
    var isTaken = false
  }

  private var bits: [UInt64]
  private let bitMask: UInt64
  private var slots: [Slot]
  private let mask: Int
  let isEmpty: Bool

  init(_ visitors: Set<Digest128>) {
    isEmpty = visitors.isEmpty
    var capacity = 64
    while capacity < visitors.count * 4 { capacity *= 2 }
    mask = capacity - 1
    slots = Array(repeating: Slot(), count: capacity)
    bitMask = UInt64(capacity * 4 - 1)
    bits = Array(repeating: 0, count: capacity * 4 / 64)
    for visitor in visitors.sorted() { insert(visitor) }
  }

  private mutating func insert(_ visitor: Digest128) {
    let key = Key96(visitor)
    let bit = key.slot >> 20 & bitMask
    bits[Int(bit >> 6)] |= 1 << (bit & 63)
    var place = Int(truncatingIfNeeded: key.slot) & mask
    while slots[place].isTaken {
      if slots[place].key == key { return }
      place = (place + 1) & mask
    }
    slots[place] = Slot(
      key: key, rest: UInt32(truncatingIfNeeded: visitor.low), isTaken: true)
  }

  /// The whole digest of a wished visitor.
  @inline(__always) func find(_ key: Key96) -> Digest128? {
    let bit = key.slot >> 20 & bitMask
    guard bits[Int(bit >> 6)] >> (bit & 63) & 1 == 1 else { return nil }
    var place = Int(truncatingIfNeeded: key.slot) & mask
    while slots[place].isTaken {
      if slots[place].key == key {
        return Digest128(high: key.high, low: UInt64(key.low) << 32 | UInt64(slots[place].rest))
      }
      place = (place &+ 1) & mask
    }
    return nil
  }
}

/// The wished click ids.
private struct ClickIDProbe {
  private var bits: [UInt64]
  private let bitMask: UInt64
  private let ids: Set<Text>
  /// By length, the last for all longer ones: whether a wished id has it.
  private var lengths = [Bool](repeating: false, count: 65)

  var isEmpty: Bool { ids.isEmpty }

  init(_ ids: Set<Text>) {
    self.ids = ids
    var capacity = 64
    while capacity < ids.count * 16 { capacity *= 2 }
    bitMask = UInt64(capacity - 1)
    bits = Array(repeating: 0, count: capacity / 64)
    for id in ids {
      ByteView.withBytes(of: id.string) { view in
        let bytes = RawReader(view)
        let bit = tableHash(bytes, seed: 0) & bitMask
        bits[Int(bit >> 6)] |= 1 << (bit & 63)
        lengths[min(bytes.count, 64)] = true
      }
    }
    lengths[0] = false
  }

  @inline(__always) func contains(_ id: RawReader) -> Bool {
    guard lengths[min(id.count, 64)] else { return false }
    let bit = tableHash(id, seed: 0) & bitMask
    guard bits[Int(bit >> 6)] >> (bit & 63) & 1 == 1 else { return false }
    return ids.contains(id.text)
  }
}
