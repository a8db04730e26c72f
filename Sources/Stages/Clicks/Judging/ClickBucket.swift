// One bucket of a night's clicks, and in how many passes it is judged: a bucket that is larger
// than the memory for it is read back once for each stretch of programmes and days.

/// Programme and UTC day: what is judged as one.
struct ClickGroupKey: Hashable, Comparable {
  /// Place of the programme in its bucket.
  var place: Int32
  var day: Int32

  static func < (left: Self, right: Self) -> Bool {
    left.place != right.place ? left.place < right.place : left.day < right.day
  }
}

/// Which groups of a bucket are judged at once.
struct ClickPass {
  /// nil for all of them.
  var groups: ClosedRange<ClickGroupKey>?
  var rows: Int
  /// Of their records.
  var bytes: Int

  var takesAll: Bool { groups == nil }
  func takes(_ group: ClickGroupKey) -> Bool { groups?.contains(group) ?? true }
}

/// A bucket as it stands in the writers' partitions.
struct ClickBucket {
  let writers: [ClickPartitionWriter]
  let number: Int
  let rules: ClickRules

  private var partitions: [ClickPartition] { writers.map { $0.partitions[number] } }

  /// Bytes of its clicks, wherever they wait.
  var byteCount: Int {
    partitions.reduce(0) { sum, partition in
      sum + partition.spilled.reduce(0) { $0 + $1.count }
        + partition.chunks.reduce(0) { $0 + $1.used }
    }
  }

  func group(of click: WaitingClick) -> ClickGroupKey {
    ClickGroupKey(
      place: rules.codes[Int(click.code)].programPlace,
      day: Instant(milliseconds: click.instant).utcDay)
  }

  /// The passes, each of about `limit` bytes of clicks; one group is never divided.
  ///
  /// - Throws: ``ClickFault`` where spilled clicks cannot be read back.
  func passes(limit: Int) throws(ClickFault) -> [ClickPass] {
    let rows = partitions.reduce(0) { $0 + $1.rows }
    let bytes = partitions.reduce(0) { $0 + $1.recordBytes }
    guard bytes > limit else { return [ClickPass(groups: nil, rows: rows, bytes: bytes)] }
    let census = try census()
    var passes: [ClickPass] = []
    for group in census.keys.sorted() {
      guard let (rows, bytes) = census[group] else { continue }
      if let last = passes.last, let range = last.groups, last.bytes + bytes <= limit {
        passes[passes.count - 1] = ClickPass(
          groups: range.lowerBound...group, rows: last.rows + rows, bytes: last.bytes + bytes)
      } else {
        passes.append(ClickPass(groups: group...group, rows: rows, bytes: bytes))
      }
    }
    return passes
  }

  /// Rows and bytes by group.
  private func census() throws(ClickFault) -> [ClickGroupKey: (rows: Int, bytes: Int)] {
    var census: [ClickGroupKey: (rows: Int, bytes: Int)] = [:]
    // One group comes after the other in files by time; it is looked up once.
    var group = ClickGroupKey(place: -1, day: 0)
    var rows = 0
    var bytes = 0
    func close() {
      guard rows > 0 else { return }
      let before = census[group] ?? (0, 0)
      census[group] = (before.rows + rows, before.bytes + bytes)
      rows = 0
      bytes = 0
    }
    try forEachClick { click in
      let next = self.group(of: click)
      if next != group {
        close()
        group = next
      }
      rows += 1
      bytes += click.recordSize
    }
    close()
    return census
  }

  /// Lends every click, those of one piece after the other.
  ///
  /// - Throws: ``ClickFault`` where spilled clicks cannot be read back.
  func forEachClick(_ body: (WaitingClick) -> Void) throws(ClickFault) {
    for writer in writers {
      let partition = writer.partitions[number]
      for extent in partition.spilled {
        guard let file = writer.spill else { continue }
        try file.bytes(extent).withReader { forEachWaitingClick($0, body) }
      }
      // SAFETY: the writer holds the chunks.
      for chunk in partition.chunks { forEachWaitingClick(unsafe chunk.unsafeReader, body) }
    }
  }
}
