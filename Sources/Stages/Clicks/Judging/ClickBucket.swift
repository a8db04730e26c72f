// One bucket of a night's clicks, and in how many passes it is judged: a bucket that is larger
// than the memory for it is gone through once for each stretch of programmes and days. A pass reads
// the pieces that have clicks of it; where most pieces have clicks of most passes, as where rows
// stand in no order, the clicks are dealt out to the passes first.
import Pipeline

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
  /// The numbers of the pieces in which they stand, ascending; nil for all pieces.
  var pieces: [Int]?

  var takesAll: Bool { groups == nil }
  func takes(_ group: ClickGroupKey) -> Bool { groups?.contains(group) ?? true }
}

/// A bucket as it stands in the writers' partitions.
struct ClickBucket {
  let writers: [ClickPartitionWriter]
  /// Among the buckets of the rules.
  let number: Int
  /// Among the writers' partitions.
  let partition: Int
  let rules: ClickRules
  /// By writer: what is spilled, where that has been fetched.
  var fetched: FetchedClicks?

  init(
    writers: [ClickPartitionWriter], number: Int, rules: ClickRules, fetched: FetchedClicks? = nil
  ) {
    self.init(writers: writers, number: number, partition: number, rules: rules)
    self.fetched = fetched
  }

  fileprivate init(
    writers: [ClickPartitionWriter], number: Int, partition: Int, rules: ClickRules
  ) {
    self.writers = writers
    self.number = number
    self.partition = partition
    self.rules = rules
  }

  private var partitions: [ClickPartition] { writers.map { $0.partitions[partition] } }

  private var rows: Int { partitions.reduce(0) { $0 + $1.rows } }

  /// Reads what is spilled of it, if that is at most so many bytes; nil else, or if nothing is.
  ///
  /// - Parameter rooms: Where it is to lie.
  /// - Throws: ``ClickFault`` where spilled clicks cannot be read back.
  func fetch(atMost limit: Int, in rooms: ClickRooms) throws(ClickFault) -> FetchedClicks? {
    let bytes = partitions.reduce(0) { $0 + $1.spilledBytes }
    guard bytes > 0, bytes <= limit else { return nil }
    let fetched = try FetchedClicks(of: partitions.map(\.spilled), in: rooms)
    for writer in writers {
      try fetched.add(writer.partitions[partition].spilled, from: writer.settledSpill())
    }
    return fetched
  }

  /// How many pieces of memory and of the spill files its clicks stand in.
  var pieceCount: Int { partitions.reduce(0) { $0 + $1.spilled.count + $1.chunks.count } }

  /// Bytes of its clicks, wherever they wait.
  var byteCount: Int { partitions.reduce(0) { $0 + $1.spilledBytes + $1.keptBytes } }

  func group(of click: WaitingClick) -> ClickGroupKey {
    ClickGroupKey(
      place: rules.codes[Int(click.code)].programPlace,
      day: Instant(milliseconds: click.instant).utcDay)
  }

  /// The passes, each of about `limit` bytes of clicks; one group is never divided.
  ///
  /// - Parameter threads: How many look at a bucket that is divided.
  /// - Throws: ``ClickFault`` where spilled clicks cannot be read back.
  func passes(limit: Int, threads: Int) throws -> [ClickPass] {
    let rows = rows
    let bytes = partitions.reduce(0) { $0 + $1.recordBytes }
    guard bytes > limit else { return [ClickPass(groups: nil, rows: rows, bytes: bytes)] }
    let census = try ClickCensus(self, threads: threads)
    var passes: [ClickPass] = []
    for (group, size) in census.groups.sorted(by: { $0.key < $1.key }) {
      if let last = passes.last, let range = last.groups, last.bytes + size.bytes <= limit {
        passes[passes.count - 1] = ClickPass(
          groups: range.lowerBound...group, rows: last.rows + size.rows,
          bytes: last.bytes + size.bytes)
      } else {
        passes.append(ClickPass(groups: group...group, rows: size.rows, bytes: size.bytes))
      }
    }
    for number in passes.indices { passes[number].pieces = census.pieces(of: passes[number]) }
    return passes
  }

  /// Lends every click of some pieces, those of one piece after the other.
  ///
  /// - Parameter pieces: Their numbers, ascending; nil for all.
  /// - Throws: ``ClickFault`` where spilled clicks cannot be read back.
  func forEachClick(
    in pieces: [Int]? = nil, _ body: (WaitingClick) -> Void
  ) throws(ClickFault) {
    try forEachPiece(pieces) { _, bytes in forEachWaitingClick(bytes, body) }
  }

  /// Lends the bytes of pieces: of each writer those that are spilled, then those in memory.
  func forEachPiece(
    _ wanted: [Int]? = nil, _ body: (Int, RawReader) -> Void
  ) throws(ClickFault) {
    func isWanted(_ number: Int) -> Bool {
      guard let wanted else { return true }
      let place = wanted.partitionPoint { $0 >= number }
      return place < wanted.count && wanted[place] == number
    }
    var first = 0
    for (place, writer) in writers.enumerated() {
      let partition = writer.partitions[partition]
      let spilled = partition.spilled.indices
      let kept = first + spilled.count
      if let fetched {
        fetched.forEach(ofWriter: place) { piece, bytes in
          if isWanted(first + piece) { body(first + piece, bytes) }
        }
      } else if !spilled.isEmpty {
        let places = spilled.filter { isWanted(first + $0) }
        try writer.settledSpill()?.forEach(places.map { partition.spilled[$0] }) { piece, bytes in
          body(first + places[piece], bytes)
        }
      }
      for (piece, chunk) in partition.chunks.enumerated() where isWanted(kept + piece) {
        // SAFETY: the writer holds the chunks.
        body(kept + piece, unsafe chunk.unsafeReader)
      }
      first = kept + partition.chunks.count
    }
  }
}

extension ClickBucket {
  /// Whether the passes would read the clicks many times over.
  func isScattered(over passes: [ClickPass]) -> Bool {
    let pieces = pieceCount
    return passes.reduce(0) { $0 + ($1.pieces?.count ?? pieces) } > 4 * pieces
  }

  /// Moves the clicks to partitions of their own, one for each pass.
  ///
  /// - Parameters:
  ///   - kept: Bytes that may stay in memory besides those that are there already.
  ///   - spillDirectory: Where the rest goes.
  ///   - threads: How many deal, each the clicks of other writers.
  /// - Returns: For each pass the bucket that has its clicks, and the pass over it.
  /// - Throws: ``ClickFault`` where clicks cannot be spilled, or read back.
  func dealt(
    to passes: [ClickPass], keeping kept: Int, spillDirectory: String, threads: Int
  ) throws -> [(bucket: ClickBucket, pass: ClickPass)] {
    let memory = WaitingBytes(limit: kept + partitions.reduce(0) { $0 + $1.keptBytes })
    let starts = passes.map { $0.groups?.lowerBound ?? ClickGroupKey(place: 0, day: .min) }
    let dealers = try mapWaiting(count: writers.count, threads: threads) { place in
      let dealer = ClickPartitionWriter(
        buckets: starts.count, memory: memory, spillDirectory: spillDirectory)
      try deal(writers[place], to: dealer, starts: starts)
      return dealer
    }
    return passes.indices.map { number in
      let bucket = ClickBucket(
        writers: dealers, number: self.number, partition: number, rules: rules)
      let pass = ClickPass(groups: nil, rows: passes[number].rows, bytes: passes[number].bytes)
      return (bucket, pass)
    }
  }

  /// Moves one writer's clicks.
  ///
  /// - Parameter starts: By partition: its first group.
  private func deal(
    _ writer: ClickPartitionWriter, to dealer: ClickPartitionWriter, starts: [ClickGroupKey]
  ) throws(ClickFault) {
    var fault: ClickFault?
    func deal(_ piece: RawReader) {
      forEachWaitingClick(piece) { click in
        let group = group(of: click)
        guard fault == nil else { return }
        do throws(ClickFault) {
          try dealer.append(click, bucket: starts.partitionPoint { $0 > group } - 1)
        } catch { fault = error }
      }
    }
    let partition = writer.partitions[partition]
    let spilled = try writer.settledSpill()
    try spilled?.forEach(partition.spilled) { _, piece in deal(piece) }
    // Each piece of memory is let go as soon as its clicks are elsewhere.
    var chunks = Array(partition.chunks.reversed())
    writer.release(bucket: self.partition)
    while let chunk = chunks.popLast() {
      withExtendedLifetime(chunk) { deal(unsafe chunk.unsafeReader) }
    }
    if let fault { throw fault }
    dealer.pause()
  }

  /// Frees what the writers hold of it.
  func release() { for writer in writers { writer.release(bucket: partition) } }
}
