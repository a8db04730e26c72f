// Lists that are already in the order in which they are shown, one for each affiliate or
// programme, in four bytes a row.

/// Row numbers in groups, each group in its order.
struct GroupedList: Sendable {
  /// By group: where its rows begin; one more at the end.
  private var starts: [Int32] = [0]
  /// What stands for the rows, group after group.
  private(set) var rows: [UInt32] = []

  /// A row on its way into a list.
  struct Item {
    var group: Int64
    var time: Int64
    var row: UInt32
    /// Goes along with the row.
    var program: UInt32 = 0
  }

  init() {}

  /// Takes items in the order in which they are to stand, groups ascending.
  init(_ items: [Item]) {
    rows.reserveCapacity(items.count)
    for item in items {
      while starts.count <= Int(item.group) + 1 { starts.append(Int32(rows.count)) }
      rows.append(item.row)
      starts[Int(item.group) + 1] = Int32(rows.count)
    }
  }

  /// Where a group's rows stand in ``rows``.
  func range(_ group: Int64) -> Range<Int> {
    guard group >= 0, group + 1 < starts.count else { return 0..<0 }
    let end = max(starts[Int(group) + 1], starts[Int(group)])
    return Int(starts[Int(group)])..<Int(end)
  }

  /// A group's rows.
  subscript(group: Int64) -> ArraySlice<UInt32> { rows[range(group)] }
}

extension [GroupedList.Item] {
  /// Sorts by group, then the newest first; where both are equal, by what `id` says of a row.
  mutating func sortNewestFirst<ID: Comparable>(_ id: (UInt32) throws -> ID) rethrows {
    sort { left, right in
      if left.group != right.group { return left.group < right.group }
      return left.time != right.time ? left.time > right.time : left.row < right.row
    }
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, self[end].group == self[start].group, self[end].time == self[start].time {
        end += 1
      }
      if end - start > 1 {
        let ids = try self[start..<end].map { (id: try id($0.row), item: $0) }
        for (place, tied) in ids.sorted(by: { $0.id < $1.id }).enumerated() {
          self[start + place] = tied.item
        }
      }
      start = end
    }
  }
}
