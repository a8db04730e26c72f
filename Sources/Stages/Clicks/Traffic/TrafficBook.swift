// The names of a night's sources and pages, numbered once for all threads. Numbers depend on who
// came first; nothing but their ranks, which follow from the names, reaches an output.
import Pipeline

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

  private let state = Guarded(State())
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
  /// A host in small letters, until the next mark.
  private var lowered = OwnedBytes(count: 0) { _ in }

  init(book: TrafficBook, seed: UInt64) {
    self.book = book
    self.seed = seed
  }

  /// The mark of a click. What it lends stands until the next one.
  ///
  /// - Parameter sourceHash: Of `utmSource`, where there is one: any good hash of its bytes.
  @inline(__always) mutating func mark(
    utmSource: RawReader, sourceHash: UInt64, referrer: RawReader, landing: RawReader
  ) -> TrafficMark {
    var source = utmSource
    var hash = sourceHash
    if source.count == 0, referrer.count > 0 {
      source = host(referrer)
      hash = tableHash(source, seed: seed)
    }
    let page = landing.count > 0 ? TrafficText.page(landing) : .nothing
    let ofSource = source.count > 0 ? sources.number(hash) : 0
    let ofPage = page.count > 0 ? pages.number(tableHash(page, seed: seed)) : 0
    if ofSource >= 0, ofPage >= 0 {
      return TrafficMark(
        word: UInt32(ofSource) << TrafficMark.pageBits | UInt32(ofPage), source: .nothing,
        page: .nothing)
    }
    return firstMark(source, hash, page)
  }

  @inline(never) private mutating func host(_ referrer: RawReader) -> RawReader {
    let host = TrafficText.host(referrer)
    guard TrafficText.hasCapitals(host) else { return host }
    lowered = OwnedBytes(count: host.count) { room in
      for place in 0..<host.count {
        let byte = host.byte(place)
        room.store(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte, at: place)
      }
    }
    // SAFETY: `lowered` keeps the bytes until the next mark.
    return unsafe lowered.unsafeReader
  }

  /// The mark of names of which at least one has not been met.
  @inline(never) private mutating func firstMark(
    _ source: RawReader, _ hash: UInt64, _ page: RawReader
  ) -> TrafficMark {
    let ofSource = sources.add(TrafficText.cut(source), hash, book, .sources)
    let ofPage = pages.add(page, tableHash(page, seed: seed), book, .pages)
    if let ofSource, let ofPage {
      return TrafficMark(
        word: ofSource << TrafficMark.pageBits | ofPage, source: .nothing, page: .nothing)
    }
    return TrafficMark(word: TrafficMark.named, source: TrafficText.cut(source), page: page)
  }
}

/// The numbers of names, as far as one thread has met them, by 64 bits of a keyed hash: of the
/// 70,000 names that there are at the most, two that share one are not to be expected, and would
/// be counted as one.
@safe private struct NameTable: ~Copyable {
  private struct Slot {
    var hash: UInt64 = 0
    /// −1 in an empty slot.
    var number: Int32 = -1
  }

  // SAFETY: `capacity` slots, from init to deinit; a pointer, because every click asks twice.
  private var slots: UnsafeMutablePointer<Slot>
  private var capacity = 1_024
  private var used = 0
  private var isFull = false

  init() {
    unsafe slots = .allocate(capacity: 1_024)
    unsafe slots.initialize(repeating: Slot(), count: 1_024)
  }

  deinit { unsafe slots.deallocate() }

  /// The number of the name with a hash; −1 where it has not been met.
  @inline(__always) func number(_ hash: UInt64) -> Int32 {
    var place = Int(truncatingIfNeeded: hash) & (capacity &- 1)
    while true {
      let slot = unsafe slots[place]
      if slot.number < 0 || slot.hash == hash { return slot.number }
      place = (place &+ 1) & (capacity &- 1)
    }
  }

  /// The number of a name, 0 for an empty one; nil where there are too many.
  mutating func add(
    _ name: RawReader, _ hash: UInt64, _ book: TrafficBook, _ list: TrafficList
  ) -> UInt32? {
    guard name.count > 0 else { return 0 }
    let known = number(hash)
    if known >= 0 { return UInt32(known) }
    guard !isFull else { return nil }
    var copy: [UInt8] = []
    name.append(to: &copy)
    // Its own name is what a click without a source is counted by.
    let isDirect = list == .sources && copy.elementsEqual(TrafficNames.direct.utf8)
    let number = isDirect ? 0 : book.number(copy, list)
    guard isDirect || number > 0 else {
      isFull = true
      return nil
    }
    if used * 2 >= capacity { grow() }
    insert(Slot(hash: hash, number: Int32(number)))
    return number
  }

  private mutating func insert(_ slot: Slot) {
    var place = Int(truncatingIfNeeded: slot.hash) & (capacity - 1)
    while unsafe slots[place].number >= 0 { place = (place + 1) & (capacity - 1) }
    unsafe slots[place] = slot
    used += 1
  }

  private mutating func grow() {
    let (former, count) = unsafe (slots, capacity)
    capacity *= 2
    used = 0
    unsafe slots = .allocate(capacity: capacity)
    unsafe slots.initialize(repeating: Slot(), count: capacity)
    for place in 0..<count where unsafe former[place].number >= 0 { insert(unsafe former[place]) }
    unsafe former.deallocate()
  }
}
