// Which days and programmes a bucket's clicks are of, and where these stand: what the passes over a large
// bucket are made from.
import Pipeline

/// Rows and bytes by group. Where clicks stand in no order each asks for its group: the place of one
/// that was asked for lately is found without hashing.
private struct GroupCounts {
  private var places: [ClickGroupKey: Int] = [:]
  private var counts: [(group: ClickGroupKey, rows: Int, bytes: Int)] = []
  /// By the last bits of a day: where a group of it stands; −1 for none.
  private var recent = [Int](repeating: -1, count: 512)

  @inline(__always) mutating func add(_ rows: Int, _ bytes: Int, to group: ClickGroupKey) {
    let slot = Int(group.day & 511)
    var place = recent[slot]
    if place < 0 || counts[place].group != group {
      place = find(group)
      recent[slot] = place
    }
    counts[place].rows &+= rows
    counts[place].bytes &+= bytes
  }

  private mutating func find(_ group: ClickGroupKey) -> Int {
    if let place = places[group] { return place }
    places[group] = counts.count
    counts.append((group, 0, 0))
    return counts.count - 1
  }

  var groups: [ClickGroupKey: (rows: Int, bytes: Int)] {
    Dictionary(uniqueKeysWithValues: counts.map { ($0.group, ($0.rows, $0.bytes)) })
  }
}

/// What stands where in a bucket.
struct ClickCensus: Sendable {
  private(set) var groups: [ClickGroupKey: (rows: Int, bytes: Int)] = [:]
  /// By piece: its least and greatest group.
  private var spans: [ClosedRange<ClickGroupKey>?] = []

  /// - Throws: ``ClickFault`` where spilled clicks cannot be read back.
  init(_ bucket: ClickBucket, threads: Int) throws {
    let pieces = bucket.pieceCount
    let share = max((pieces + 4 * threads - 1) / (4 * threads), 1)
    let parts = try mapWaiting(count: (pieces + share - 1) / share, threads: threads) { part in
      try ClickCensus(bucket, pieces: part * share..<min((part + 1) * share, pieces))
    }
    for part in parts {
      groups.merge(part.groups) { ($0.rows + $1.rows, $0.bytes + $1.bytes) }
      spans.append(contentsOf: part.spans)
    }
  }

  private init(_ bucket: ClickBucket, pieces: Range<Int>) throws(ClickFault) {
    var counts = GroupCounts()
    var spans: [ClosedRange<ClickGroupKey>?] = []
    // One group comes after the other in files by time; it is looked up once.
    var group = ClickGroupKey(place: -1, day: 0)
    var rows = 0
    var bytes = 0
    func close() {
      if rows > 0 { counts.add(rows, bytes, to: group) }
      rows = 0
      bytes = 0
    }
    try bucket.forEachPiece(Array(pieces)) { _, piece in
      var span: ClosedRange<ClickGroupKey>?
      forEachWaitingClick(piece) { click in
        let next = bucket.group(of: click)
        if next != group || span == nil {
          close()
          group = next
          span = span.map { min($0.lowerBound, next)...max($0.upperBound, next) } ?? next...next
        }
        rows += 1
        bytes += click.recordSize
      }
      spans.append(span)
    }
    close()
    self.groups = counts.groups
    self.spans = spans
  }

  /// The pieces that may have clicks of a pass.
  func pieces(of pass: ClickPass) -> [Int] {
    guard let groups = pass.groups else { return Array(spans.indices) }
    return spans.indices.filter { spans[$0]?.overlaps(groups) ?? false }
  }
}
