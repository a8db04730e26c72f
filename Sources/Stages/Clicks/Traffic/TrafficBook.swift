// The names of a night's sources and pages, numbered once for all threads. Numbers depend on who
// came first; nothing but their ranks, which follow from the names, reaches an output.
import Pipeline
import Synchronization

/// All names that have numbers.
final class TrafficBook: Sendable {
  private struct Names {
    var numbers: [[UInt8]: UInt32] = [:]
    /// By number less one.
    var list: [[UInt8]] = []
  }

  private struct State {
    var names = [Names(), Names()]
    var bytes = 0
    var ranked: TrafficRanks?
  }

  private let state = Mutex(State())
  private let mostBytes: Int

  /// - Parameter mostBytes: Names beyond it get no numbers, and travel with their clicks.
  init(mostBytes: Int) { self.mostBytes = mostBytes }

  /// The number of a name; 0 where there are too many.
  func number(_ name: [UInt8], _ list: TrafficList) -> UInt32 {
    state.withLock { state in
      if let known = state.names[list.rawValue].numbers[name] { return known }
      let most = list == .sources ? TrafficMark.mostSources : TrafficMark.mostPages
      let count = state.names[list.rawValue].list.count
      guard count < most, state.bytes + name.count + 96 <= mostBytes else { return 0 }
      state.bytes += name.count + 96
      state.names[list.rawValue].list.append(name)
      state.names[list.rawValue].numbers[name] = UInt32(count + 1)
      return UInt32(count + 1)
    }
  }

  /// The names in their order, once all clicks are read.
  func ranks() -> TrafficRanks {
    state.withLock { state in
      if let ranked = state.ranked { return ranked }
      let ranked = TrafficRanks(state.names.map(\.list))
      state.ranked = ranked
      return ranked
    }
  }
}

/// A night's names in the order of their bytes.
final class TrafficRanks: Sendable {
  /// By list and rank.
  let names: [[[UInt8]]]
  /// By list and number: the rank; number 0 has none.
  let ranks: [[Int32]]

  init(_ lists: [[[UInt8]]]) {
    var names: [[[UInt8]]] = []
    var ranks: [[Int32]] = []
    for list in lists {
      let order = list.indices.sorted { list[$0].lexicographicallyPrecedes(list[$1]) }
      names.append(order.map { list[$0] })
      var ranked = [Int32](repeating: -1, count: list.count + 1)
      for (rank, place) in order.enumerated() { ranked[place + 1] = Int32(rank) }
      ranks.append(ranked)
    }
    self.names = names
    self.ranks = ranks
  }
}

/// One thread's way to the numbers: asks the book once for each name.
struct TrafficNumbers: ~Copyable {
  private let book: TrafficBook
  private let seed: UInt64
  private var sources = NameTable()
  private var pages = NameTable()
  private var lowered: [UInt8] = []

  init(book: TrafficBook, seed: UInt64) {
    self.book = book
    self.seed = seed
  }

  /// The mark of a click. What it lends stands until the next one.
  mutating func mark(utmSource: RawReader, referrer: RawReader, landing: RawReader) -> TrafficMark {
    var source = TrafficText.cut(utmSource)
    if source.count == 0, referrer.count > 0 {
      source = TrafficText.host(referrer)
      if TrafficText.hasCapitals(source) {
        var bytes: [UInt8] = []
        source.append(to: &bytes)
        lowered = bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        return markOfLowered(landing)
      }
    }
    return mark(source, landing)
  }

  private mutating func markOfLowered(_ landing: RawReader) -> TrafficMark {
    let name = OwnedBytes(count: lowered.count) { room in
      for (place, byte) in lowered.enumerated() { room.store(byte, at: place) }
    }
    held = name
    // SAFETY: `held` keeps the bytes until the next mark.
    return mark(unsafe name.unsafeReader, landing)
  }

  private var held: OwnedBytes?

  @inline(__always) private mutating func mark(
    _ source: RawReader, _ landing: RawReader
  ) -> TrafficMark {
    let page = landing.count > 0 ? TrafficText.page(landing) : .nothing
    let (ofSource, isSourceNamed) = sources.number(source, seed, book, .sources)
    let (ofPage, isPageNamed) = pages.number(page, seed, book, .pages)
    guard isSourceNamed || isPageNamed else {
      return TrafficMark(
        word: ofSource << TrafficMark.pageBits | ofPage, source: .nothing, page: .nothing)
    }
    return TrafficMark(word: TrafficMark.named, source: source, page: page)
  }
}

/// Names and their numbers, as far as one thread has met them.
private struct NameTable {
  private struct Slot {
    var hash: UInt64 = 0
    var start: Int32 = 0
    var count: Int32 = -1
    var number: UInt32 = 0
  }

  private var slots = [Slot](repeating: Slot(), count: 1_024)
  private var used = 0
  private var bytes: [UInt8] = []
  private var isFull = false

  /// The number of a name, 0 for an empty one; and whether it has none and must be written out.
  mutating func number(
    _ name: RawReader, _ seed: UInt64, _ book: TrafficBook, _ list: TrafficList
  ) -> (UInt32, Bool) {
    guard name.count > 0 else { return (0, false) }
    let hash = tableHash(name, seed: seed)
    var place = Int(truncatingIfNeeded: hash) & (slots.count &- 1)
    while slots[place].count >= 0 {
      if slots[place].hash == hash, isSame(slots[place], name) { return (slots[place].number, false) }
      place = (place &+ 1) & (slots.count &- 1)
    }
    return add(name, hash, book, list)
  }

  private func isSame(_ slot: Slot, _ name: RawReader) -> Bool {
    guard Int(slot.count) == name.count else { return false }
    let start = Int(slot.start)
    for offset in 0..<name.count where bytes[start &+ offset] != name.byte(offset) { return false }
    return true
  }

  @inline(never) private mutating func add(
    _ name: RawReader, _ hash: UInt64, _ book: TrafficBook, _ list: TrafficList
  ) -> (UInt32, Bool) {
    guard !isFull else { return (0, true) }
    var copy: [UInt8] = []
    name.append(to: &copy)
    // Its own name is what a click without a source is counted by.
    let isDirect = list == .sources && copy.elementsEqual(TrafficNames.direct.utf8)
    let number = isDirect ? 0 : book.number(copy, list)
    guard isDirect || number > 0 else {
      isFull = true
      return (0, true)
    }
    if used * 2 >= slots.count { grow() }
    insert(
      Slot(hash: hash, start: Int32(bytes.count), count: Int32(copy.count), number: number))
    bytes.append(contentsOf: copy)
    return (number, false)
  }

  private mutating func insert(_ slot: Slot) {
    var place = Int(truncatingIfNeeded: slot.hash) & (slots.count - 1)
    while slots[place].count >= 0 { place = (place + 1) & (slots.count - 1) }
    slots[place] = slot
    used += 1
  }

  private mutating func grow() {
    let former = slots
    slots = [Slot](repeating: Slot(), count: former.count * 2)
    used = 0
    for slot in former where slot.count >= 0 { insert(slot) }
  }
}
