// A wish prepared for asking it millions of times: small tables of plain numbers, with a bit map in
// front of those that most clicks are not in.
import Pipeline

/// A stored click that a wish names, in plain numbers, and by which of its parts.
struct WishedClick {
  var row: Int
  var instant: Int64
  var code: Int32
  /// Bytes of the block, on loan like it.
  var id: RawReader
  /// nil where the click has none.
  var visitor: Key96?
  /// Places among the wished visitors, click ids and codes; −1 where it is none of them.
  var visitorPlace: Int32
  var clickIDPlace: Int32
  var codePlace: Int32
}

/// Tells which clicks a wish names.
struct WishProbe {
  let visitors: WishedVisitors
  let clickIDs: WishedClickIDs
  /// The ordinals of the wished codes, ascending.
  let codes: [Int32]
  /// The first and the last millisecond that are wished for.
  let from: Int64
  let until: Int64

  init(_ wish: ClickWish) {
    from = wish.from.milliseconds
    until = wish.until.milliseconds
    visitors = WishedVisitors(wish.visitors.elements)
    clickIDs = WishedClickIDs(wish.clickIDs.elements)
    codes = wish.codes.map(\.index).sorted()
  }

  /// Whether it can name any click at all.
  var isEmpty: Bool { visitors.isEmpty && clickIDs.isEmpty && codes.isEmpty || from > until }

  /// The place of a code among the wished ones; −1 where it is none of them.
  func place(ofCode code: Int32) -> Int32 {
    let place = codes.partitionPoint { $0 >= code }
    return place < codes.count && codes[place] == code ? Int32(place) : -1
  }
}

/// The wished visitors, by the 96 bits that a click keeps of its visitor's key.
struct WishedVisitors {
  private struct Slot {
    var key = Key96(high: 0, low: 0)
    /// −1 where the slot is free.
    var place: Int32 = -1
  }

  /// Without repetitions.
  private(set) var digests: [Digest128] = []
  private var filter: HashFilter
  private var slots: [Slot]
  private let mask: Int

  var isEmpty: Bool { digests.isEmpty }

  init(_ visitors: [Digest128]) {
    var capacity = 64
    while capacity < visitors.count * 2 { capacity *= 2 }
    mask = capacity - 1
    slots = Array(repeating: Slot(), count: capacity)
    filter = HashFilter(count: visitors.count)
    for visitor in visitors { insert(visitor) }
  }

  private mutating func insert(_ visitor: Digest128) {
    let key = Key96(visitor)
    var slot = Int(truncatingIfNeeded: key.slot) & mask
    while slots[slot].place >= 0 {
      if slots[slot].key == key { return }
      slot = (slot &+ 1) & mask
    }
    slots[slot] = Slot(key: key, place: Int32(digests.count))
    digests.append(visitor)
    filter.insert(key.filterHash)
  }

  /// Whether the visitor may be wished for; of most that are not, this tells.
  @inline(__always) func mayHave(_ key: Key96) -> Bool { filter.mayHave(key.filterHash) }

  /// The visitor's place in ``digests``; −1 where it is not wished for.
  func place(of key: Key96) -> Int32 {
    var slot = Int(truncatingIfNeeded: key.slot) & mask
    while slots[slot].place >= 0 {
      if slots[slot].key == key { return slots[slot].place }
      slot = (slot &+ 1) & mask
    }
    return -1
  }

  /// The whole digest of a click's visitor where it is wished for, else what is kept of it.
  func digest(of key: Key96) -> Digest128 {
    let place = place(of: key)
    return place >= 0 ? digests[Int(place)] : key.widened
  }
}

/// The wished click ids.
struct WishedClickIDs {
  private struct Slot {
    var tag: UInt32 = 0
    /// −1 where the slot is free.
    var place: Int32 = -1
  }

  private var filter: HashFilter
  private var slots: [Slot]
  private let mask: Int
  /// The ids' bytes, one after the other, without repetitions, and where each one ends.
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }
  var isEmpty: Bool { ends.isEmpty }

  init(_ ids: [Text]) {
    var capacity = 64
    while capacity < ids.count * 2 { capacity *= 2 }
    mask = capacity - 1
    slots = Array(repeating: Slot(), count: capacity)
    filter = HashFilter(count: ids.count)
    for id in ids where !id.isEmpty { insert(id) }
  }

  private mutating func insert(_ id: Text) {
    RawReader.withBytes(of: id) { reader in
      let hash = tableHash(reader, seed: 0)
      guard search(reader, hash) < 0 else { return }
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot].place >= 0 { slot = (slot &+ 1) & mask }
      slots[slot] = Slot(tag: UInt32(truncatingIfNeeded: hash >> 32), place: Int32(ends.count))
      reader.append(to: &bytes)
      ends.append(bytes.count)
      filter.insert(reader.filterHash)
    }
  }

  /// Whether the id may be wished for; of most that are not, this tells.
  @inline(__always) func mayHave(_ id: RawReader) -> Bool { filter.mayHave(id.filterHash) }

  /// The id's place among those wished for; −1 where it is none of them.
  func place(of id: RawReader) -> Int32 { search(id, tableHash(id, seed: 0)) }

  private func search(_ id: RawReader, _ hash: UInt64) -> Int32 {
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot].place >= 0 {
      if slots[slot].tag == tag, isSame(id, Int(slots[slot].place)) { return slots[slot].place }
      slot = (slot &+ 1) & mask
    }
    return -1
  }

  private func isSame(_ id: RawReader, _ place: Int) -> Bool {
    let start = place > 0 ? ends[place - 1] : 0
    return bytes.withRawReader(start, ends[place] - start) { compareBytes($0, id) == 0 }
  }

  /// The place of an id given as text.
  func place(of id: Text) -> Int32 { RawReader.withBytes(of: id) { place(of: $0) } }
}
