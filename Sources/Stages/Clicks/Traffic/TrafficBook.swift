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
