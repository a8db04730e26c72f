// The names of a night's sources and pages, numbered once for all threads. Numbers depend on who
// came first; nothing but their ranks, which follow from the names, reaches an output.
import Pipeline

/// All names that have numbers.
final class TrafficBook: Sendable {
  private struct State {
    /// By ``TrafficList``. Number 0 of the sources is `direct`, what a click without a source is
    /// counted by; of the pages it is no page.
    var lists: [NameList]
    var bytes = 0
    var isFull = false
    var ranked: TrafficRanks?
  }

  private let state: Guarded<State>
  private let mostBytes: Int

  /// - Parameter mostBytes: Names beyond it get no numbers, and travel with their clicks.
  init(mostBytes: Int, seed: UInt64) {
    var lists = TrafficList.allCases.map { _ in NameList(seed: seed) }
    let direct = Array(TrafficNames.direct.utf8)
    direct.withRawReader(0, direct.count) { _ = lists[TrafficList.sources.rawValue].add($0) }
    lists[TrafficList.pages.rawValue].add(RawReader.nothing)
    state = Guarded(State(lists: lists))
    self.mostBytes = mostBytes
  }

  /// The number of a name; nil where there are too many.
  func number(_ name: RawReader, _ list: TrafficList) -> UInt32? {
    state.withLock { state in
      if let known = state.lists[list.rawValue].number(of: name) { return UInt32(known) }
      let most = list == .sources ? TrafficMark.mostSources : TrafficMark.mostPages
      guard state.lists[list.rawValue].count <= most,
        state.bytes + name.count + 96 <= mostBytes
      else {
        state.isFull = true
        return nil
      }
      state.bytes += name.count + 96
      return UInt32(state.lists[list.rawValue].add(name))
    }
  }

  /// The names in their order, once all clicks are read.
  func ranks() -> TrafficRanks {
    state.withLock { state in
      if let ranked = state.ranked { return ranked }
      let ranked = TrafficRanks(state.lists, isComplete: !state.isFull)
      state.ranked = ranked
      return ranked
    }
  }
}

/// One thread's way to the numbers: asks the book once for each name.
struct TrafficNumbers: ~Copyable {
  private let book: TrafficBook
  private let seed: UInt64
  private var sources = NameTable()
  private var pages = NameTable()
  private var referrers = RecentNumbers()
  /// A host in small letters, until the next mark.
  private var lowered = OwnedBytes(count: 0) { _ in }

  init(book: TrafficBook, seed: UInt64) {
    self.book = book
    self.seed = seed
  }

  /// The number of a click's source; −1 where it has not been met.
  @inline(__always) func source(of names: ArrivalNames) -> Int32 {
    if names.source.count > 0 { return sources.number(names.hash) }
    return names.referrer.count > 0 ? referrers.number(names.hash) : 0
  }

  /// What a click's page is looked up by; 0 where it has none.
  @inline(__always) func pageHash(of names: ArrivalNames) -> UInt64 {
    names.page.count > 0 ? max(tableHash(names.page, seed: seed), 1) : 0
  }

  /// The number of the page with a hash; −1 where it has not been met.
  @inline(__always) func page(_ hash: UInt64) -> Int32 { pages.number(hash) }

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

  /// The mark of a click. What it lends stands until the next one.
  @inline(never) mutating func mark(_ names: ArrivalNames) -> TrafficMark {
    var source = TrafficText.cut(names.source)
    var ofSource: UInt32?
    if source.count > 0 {
      ofSource = sources.add(source, names.hash, book, .sources)
    } else {
      source = host(names.referrer)
      ofSource = sources.add(source, tableHash(source, seed: seed), book, .sources)
      if let ofSource { referrers.keep(ofSource, names.hash) }
    }
    let ofPage = pages.add(names.page, pageHash(of: names), book, .pages)
    if let ofSource, let ofPage {
      let word = TrafficMark.word(source: Int32(ofSource), page: Int32(ofPage))
      return TrafficMark(word: word, source: .nothing, page: .nothing)
    }
    return TrafficMark(word: TrafficMark.named, source: source, page: names.page)
  }
}

/// What a click says of where it came from and where it went, on loan like its row.
struct ArrivalNames {
  var source: RawReader
  /// Tells the source where there is none.
  var referrer: RawReader
  /// Of the source, where there is one, else of the referrer, where there is one: any good hash of
  /// its bytes that differs by column.
  var hash: UInt64
  var page: RawReader
}
