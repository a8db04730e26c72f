// Member names: which wanted column one is, whether two in an object are the same, and how the
// names of the lines before stand in their bytes.

internal import Glibc

/// The members that lines have had, in an order that they keep, so that a further line of them is
/// recognised name by name without reading it.
final class JSONNames {
  /// How often the order may change; after that, only one in so many chances is used, so that lines
  /// in any order do not cost more than they did.
  private static let freeChanges = 256
  private static let chancesForOne = 64
  /// The most members that are remembered, and the longest that one may be.
  private static let mostKnown = 256
  private static let longestKey = 1024

  private let wanted: [[UInt8]]
  private var known: [KnownName] = []
  private var changes = 0
  private var chances = 0
  private let keys = FlatList<JSONKey>(capacity: 64)
  private let words = FlatList<UInt64>(capacity: 64)

  private struct KnownName {
    var name: [UInt8]
    /// From the opening quote mark to before the value.
    var key: [UInt8]
  }

  init(wanted: [[UInt8]]) { self.wanted = wanted }

  /// The known members, on loan until others are learned.
  var knownKeys: JSONKeyView {
    unsafe JSONKeyView(
      keys: UnsafePointer(keys.base), count: keys.count, words: UnsafePointer(words.base))
  }

  /// The wanted column of that name; -1 where there is none.
  func column(of name: ByteView) -> Int {
    for (index, candidate) in wanted.enumerated() where candidate.count == name.count {
      if ByteView.withBytes(of: candidate, { $0 == name }) { return index }
    }
    return -1
  }

  /// Takes note of a line's members, whose names are all different.
  ///
  /// - Parameter spans: Where each stands, from its opening quote mark to before its value.
  func learn(_ names: FlatList<JSONText>, _ spans: FlatList<JSONSpan>, _ cursor: JSONCursor) {
    chances += 1
    let isFree = changes < Self.freeChanges || chances % Self.chancesForOne == 0
    guard isFree, spans.count <= Self.mostKnown else { return }
    if known.count > Self.mostKnown { known = [] }
    var isChanged = known.isEmpty
    var place = 0
    for index in 0..<spans.count {
      let key = cursor.view(spans[index])
      guard key.count <= Self.longestKey else { continue }
      let name = cursor.view(names[index]).copied()
      if note(KnownName(name: name, key: key.copied()), at: &place) { isChanged = true }
    }
    guard isChanged else { return }
    changes += 1
    layOut()
  }

  /// Puts a name behind those of its line that stand before `place`; tells whether that is news.
  private func note(_ name: KnownName, at place: inout Int) -> Bool {
    guard let index = known.firstIndex(where: { $0.name == name.name }) else {
      known.insert(name, at: place)
      place += 1
      return true
    }
    guard index >= place else {
      // It has stood elsewhere in other lines.
      known.remove(at: index)
      known.insert(name, at: place - 1)
      return true
    }
    place = index + 1
    if known[index].key == name.key { return false }
    known[index] = name
    return true
  }

  /// Writes the known members out as words.
  private func layOut() {
    keys.count = 0
    words.count = 0
    for name in known {
      let parts = stride(from: 0, to: max(name.key.count, 16), by: 8).map { start in
        JSONKey.word(of: name.key.dropFirst(start).prefix(8))
      }
      keys.append(
        JSONKey(
          first: parts[0], second: parts[1], count: name.key.count, rest: words.count,
          column: ByteView.withBytes(of: name.name) { column(of: $0) }))
      for part in parts.dropFirst(2) {
        words.append(part.bytes)
        words.append(part.mask)
      }
    }
  }

  /// Whether two names from `first` on are the same.
  static func hasDuplicate(
    _ names: FlatList<JSONText>, from first: Int, _ cursor: JSONCursor
  ) -> Bool {
    let count = names.count - first
    guard count > 1 else { return false }
    if count <= 16 {
      for left in first..<names.count - 1 {
        for right in left + 1..<names.count
        where cursor.view(names[left]) == cursor.view(names[right]) { return true }
      }
      return false
    }
    let sorted = (first..<names.count).sorted { left, right in
      cursor.view(names[left]).precedes(cursor.view(names[right]))
    }
    return zip(sorted, sorted.dropFirst()).contains { left, right in
      cursor.view(names[left]) == cursor.view(names[right])
    }
  }
}

extension ByteView {
  /// Whether these bytes come before others: shorter first, then bytewise.
  fileprivate func precedes(_ other: ByteView) -> Bool {
    if count != other.count { return count < other.count }
    return unsafe memcmp(base, other.base, count) < 0
  }
}
