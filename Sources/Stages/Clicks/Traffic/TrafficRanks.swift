// A night's names of sources and pages in the order of their bytes, once all clicks are read: what
// they are counted by until they have numbers in the store.
import Pipeline

/// Both lists in their order.
private struct OrderedNames: Sendable {
  let lists: [NameList]
  /// By list and rank: the number.
  let numbers: [[Int]]

  init(_ lists: [NameList]) {
    self.lists = lists
    numbers = TrafficList.allCases.map { lists[$0.rawValue].order(from: $0 == .sources ? 0 : 1) }
  }

  func count(_ list: TrafficList) -> Int { numbers[list.rawValue].count }

  /// Lends the name of a rank for the length of a call.
  func with<Result>(
    _ list: TrafficList, _ rank: Int, _ body: (RawReader) throws -> Result
  ) rethrows -> Result {
    try lists[list.rawValue].with(numbers[list.rawValue][rank], body)
  }

  /// Calls `body` with the ranks of each name, in the order of the names of all lists; −1 in a list
  /// that does not have it.
  func forEach(_ body: (_ source: Int, _ page: Int) throws -> Void) rethrows {
    var source = 0
    var page = 0
    while source < count(.sources) || page < count(.pages) {
      let order = order(source, page)
      try body(order <= 0 ? source : -1, order >= 0 ? page : -1)
      if order <= 0 { source += 1 }
      if order >= 0 { page += 1 }
    }
  }

  /// Below 0 where the source comes first, 0 where both are the same.
  private func order(_ source: Int, _ page: Int) -> Int {
    guard source < count(.sources) else { return 1 }
    guard page < count(.pages) else { return -1 }
    return with(.sources, source) { source in with(.pages, page) { compareBytes(source, $0) } }
  }
}

/// A night's names by rank; `direct` is one of them.
final class TrafficRanks: Sendable {
  private let names: OrderedNames
  /// By list and number: the rank. Number 0 is `direct`'s, and no page's: −1.
  let ranks: [[Int32]]
  /// By list and rank: the place among the names of all lists.
  private let places: [[Int64]]
  /// How many names there are; one that both lists have counts once.
  let nameCount: Int64
  /// The place of ``TrafficNames/other``, or, where it is no name of the night, the one after all.
  let placeOfOthers: Int64
  /// Whether every name of the night is there.
  let isComplete: Bool

  init(_ lists: [NameList], isComplete: Bool) {
    let names = OrderedNames(lists)
    var places = TrafficList.allCases.map { [Int64](repeating: 0, count: names.count($0)) }
    var next: Int64 = 0
    names.forEach { source, page in
      if source >= 0 { places[TrafficList.sources.rawValue][source] = next }
      if page >= 0 { places[TrafficList.pages.rawValue][page] = next }
      next += 1
    }
    ranks = zip(lists, names.numbers).map { list, numbers in
      var ranks = [Int32](repeating: -1, count: list.count)
      for (rank, number) in numbers.enumerated() { ranks[number] = Int32(rank) }
      return ranks
    }
    let other = Array(TrafficNames.other.utf8)
    var placeOfOthers = next
    for list in TrafficList.allCases {
      let number = other.withRawReader(0, other.count) { lists[list.rawValue].number(of: $0) }
      guard let number else { continue }
      placeOfOthers = places[list.rawValue][Int(ranks[list.rawValue][number])]
    }
    self.names = names
    self.places = places
    self.placeOfOthers = placeOfOthers
    self.isComplete = isComplete
    nameCount = next
  }

  /// How many names of a list there are.
  func count(_ list: TrafficList) -> Int { names.count(list) }

  /// A rank's place among the names of all lists, in the order of their bytes.
  @inline(__always) func place(_ list: TrafficList, _ rank: Int) -> Int64 {
    places[list.rawValue][rank]
  }

  /// The name of a rank.
  func name(_ list: TrafficList, _ rank: Int) -> [UInt8] {
    names.with(list, rank) { name in
      var copy: [UInt8] = []
      name.append(to: &copy)
      return copy
    }
  }

  /// Lends the names of all lists in the order of their places, each once.
  func forEachName(_ body: (RawReader) throws -> Void) rethrows {
    try names.forEach { source, page in
      try source >= 0 ? names.with(.sources, source, body) : names.with(.pages, page, body)
    }
  }
}
