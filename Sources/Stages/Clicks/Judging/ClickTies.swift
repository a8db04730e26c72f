// Clicks of one instant: which is first, and which of them only their contents can tell apart.

/// Orders clicks of one instant as far as the records can tell: by click id, then so that equal
/// contents stand together, the least origin first.
func precedesInTie(_ left: ClickRecord, _ right: ClickRecord) -> Bool {
  let order = compareBytes(left.id, right.id)
  if order != 0 { return order < 0 }
  if left.content != right.content { return left.content < right.content }
  return left.origin < right.origin
}

/// Finds the clicks whose order matters and hangs on their contents.
struct ClickTies {
  /// Runs of clicks in the sorted items, each of one instant and click id, in which the contents
  /// decide.
  private(set) var runs: [Range<Int>] = []
  /// The rows whose contents are needed.
  private(set) var origins: [RowOrigin] = []

  /// Looks at the clicks of one instant, already in the order of ``precedesInTie(_:_:)``.
  ///
  /// - Parameters:
  ///   - open: Whether a click has passed the filters that do not depend on the order.
  ///   - capMatters: Whether the rate cap could be reached in this hour.
  mutating func examine(
    _ items: ArraySlice<ClickItem>, capMatters: Bool, open: (Int) -> Bool
  ) {
    var start = items.startIndex
    while start < items.endIndex {
      var end = start + 1
      while end < items.endIndex, compareBytes(items[start].record.id, items[end].record.id) == 0 {
        end += 1
      }
      if end - start > 1 { examineSameID(items[start..<end], capMatters: capMatters, open) }
      start = end
    }
  }

  private mutating func examineSameID(
    _ items: ArraySlice<ClickItem>, capMatters: Bool, _ open: (Int) -> Bool
  ) {
    let candidates = items.indices.filter(open)
    guard candidates.count > 1 else { return }
    var needed = candidates
    if items[candidates[0]].record.idLength == 0 {
      // Without an id they only meet where they are the same click or share an IP.
      var meeting: [IdentityWithoutID: Int] = [:]
      func meetingPoint(_ place: Int) -> IdentityWithoutID {
        var identity = IdentityWithoutID(items[place].record)
        if capMatters, identity.ip != nil {
          identity.code = 0
          identity.visitor = nil
        }
        return identity
      }
      for place in candidates { meeting[meetingPoint(place), default: 0] += 1 }
      needed = candidates.filter { meeting[meetingPoint($0), default: 0] > 1 }
    }
    guard !needed.isEmpty else { return }
    runs.append(items.startIndex..<items.endIndex)
    origins.append(contentsOf: needed.map { items[$0].record.origin })
  }

  /// Puts the clicks of the runs into the order of their contents; those whose contents were not
  /// needed go first.
  func settle(
    _ items: inout [ClickItem], _ verdicts: inout [UInt8], contents: [RowOrigin: [UInt8]]
  ) {
    for run in runs {
      let pairs = run.map { (item: items[$0], verdict: verdicts[$0]) }
      let sorted = pairs.sorted { left, right in
        let leftBytes = contents[left.item.record.origin]
        let rightBytes = contents[right.item.record.origin]
        switch (leftBytes, rightBytes) {
        case (nil, nil): return precedesInTie(left.item.record, right.item.record)
        case (nil, _): return true
        case (_, nil): return false
        case (let leftBytes?, let rightBytes?):
          return leftBytes.lexicographicallyPrecedes(rightBytes)
        }
      }
      for (place, pair) in zip(run, sorted) {
        items[place] = pair.item
        verdicts[place] = pair.verdict
      }
    }
  }
}
