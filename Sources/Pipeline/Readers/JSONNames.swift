// Member names: which wanted column one is, and whether two in an object are the same.

internal import Glibc

/// The member names of the lines before, in order, so that a line of the same shape is recognised
/// name by name without a search.
final class JSONNames {
  private let wanted: [[UInt8]]
  private let bytes = FlatList<UInt8>(capacity: 1024)
  private let known = FlatList<KnownName>(capacity: 64)

  private struct KnownName: BitwiseCopyable {
    var start: Int
    var count: Int
    var column: Int
  }

  init(wanted: [[UInt8]]) { self.wanted = wanted }

  /// The index behind the known name that `name` is, from `start` on; nil where there is none.
  ///
  /// Names found with rising indices are different from each other, because the known ones are.
  @inline(__always) func index(behind name: ByteView, from start: Int) -> Int? {
    var index = start
    while index < known.count {
      let entry = known[index]
      index &+= 1
      // SAFETY: known names stand in `bytes`.
      let view = unsafe ByteView(base: bytes.base + entry.start, count: entry.count)
      if view == name { return index }
    }
    return nil
  }

  /// The wanted column of the known name before `index`; -1 where it is not wanted.
  @inline(__always) func column(before index: Int) -> Int { known[index &- 1].column }

  /// The wanted column of that name; -1 where there is none.
  func column(of name: ByteView) -> Int {
    for (index, candidate) in wanted.enumerated() where candidate.count == name.count {
      if ByteView.withBytes(of: candidate, { $0 == name }) { return index }
    }
    return -1
  }

  /// Makes `names`, which are all different, the known ones.
  func learn(_ names: FlatList<JSONText>, _ cursor: JSONCursor) {
    guard names.count <= 256 else { return }
    bytes.count = 0
    known.count = 0
    for index in 0..<names.count {
      let name = cursor.view(names[index])
      let start = bytes.count
      for offset in 0..<name.count { bytes.append(name[offset]) }
      known.append(KnownName(start: start, count: name.count, column: column(of: name)))
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
