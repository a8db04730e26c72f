// Lists that are already in the order in which they are shown, one for each affiliate or
// programme, in four bytes a row.

/// Row numbers in groups, each group in its order.
struct GroupedList: Sendable {
  /// By group: where its rows begin; one more at the end.
  private var starts: [Int32] = [0]
  /// What stands for the rows, group after group.
  private(set) var rows: [UInt32] = []

  init() {}

  /// Makes room for so many rows.
  mutating func reserve(_ count: Int) { rows.reserveCapacity(count) }

  /// Adds a row at the end. Groups come ascending, the rows of each in the order in which they are
  /// to stand.
  mutating func append(_ row: UInt32, to group: Int64) {
    while starts.count <= Int(group) + 1 { starts.append(Int32(rows.count)) }
    rows.append(row)
    starts[Int(group) + 1] = Int32(rows.count)
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

/// A row of one group on its way into a list.
struct TimedRow {
  var time: Int64
  var row: UInt32
}

extension [TimedRow] {
  /// Sorts the newest first; where the times are equal, by what `id` says of a row.
  mutating func sortNewestFirst<ID: Comparable>(_ id: (UInt32) throws -> ID) rethrows {
    // Rows mostly come oldest first; that is one descending run, which is turned around in place.
    sort { $0.time != $1.time ? $0.time > $1.time : $0.row > $1.row }
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, self[end].time == self[start].time { end += 1 }
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

/// Rows of many groups in whatever order they come, kept in few bytes until they are put in order.
struct UngroupedRows {
  private var groups: [UInt32] = []
  private var times: [Int64] = []
  private var rows: [UInt32] = []
  /// Goes along with each row.
  private var companions: [UInt32] = []

  mutating func reserve(_ count: Int) {
    groups.reserveCapacity(count)
    times.reserveCapacity(count)
    rows.reserveCapacity(count)
    companions.reserveCapacity(count)
  }

  mutating func append(_ row: UInt32, to group: Int64, time: Int64, companion: UInt32 = 0) {
    groups.append(UInt32(clamping: group))
    times.append(time)
    rows.append(row)
    companions.append(companion)
  }

  /// Puts the rows in order and forgets them: the newest of a group first, then by `id`.
  ///
  /// - Returns: The list, and for each of its rows what goes along with it.
  mutating func takeNewestFirst<ID: Comparable>(
    _ id: (UInt32) throws -> ID
  ) rethrows -> (GroupedList, [UInt32]) {
    var (order, ends) = placesByGroup()
    groups = []
    var group: [TimedRow] = []
    var start = 0
    for end in ends {
      group.removeAll(keepingCapacity: true)
      for place in order[start..<end] {
        group.append(TimedRow(time: times[Int(place)], row: place))
      }
      try group.sortNewestFirst { try id(rows[Int($0)]) }
      for (offset, item) in group.enumerated() { order[start + offset] = item.row }
      start = end
    }
    times = []
    var list = GroupedList()
    list.reserve(order.count)
    start = 0
    for (number, end) in ends.enumerated() {
      for place in order[start..<end] { list.append(rows[Int(place)], to: Int64(number)) }
      start = end
    }
    rows = []
    for place in order.indices { order[place] = companions[Int(order[place])] }
    companions = []
    return (list, order)
  }

  /// The places of all rows, group after group, and where each group's end.
  private func placesByGroup() -> (places: [UInt32], ends: [Int]) {
    var ends = [Int](repeating: 0, count: groups.max().map { Int($0) + 1 } ?? 0)
    for group in groups { ends[Int(group)] += 1 }
    var sum = 0
    for group in ends.indices {
      (ends[group], sum) = (sum, sum + ends[group])
    }
    var places = [UInt32](repeating: 0, count: groups.count)
    for (place, group) in groups.enumerated() {
      places[ends[Int(group)]] = UInt32(place)
      ends[Int(group)] += 1
    }
    return (places, ends)
  }
}
