// A night's order rows on their way to their programmes: stretches of records, in memory or in a
// spill file.
import Pipeline

/// All order rows of a night, by programme.
final class OrderBins: Sendable {
  /// By programme's ordinal: its place among the programmes in the order of their ids.
  private let ranks: [Int32]
  private let programs: [ProgramOrdinal]
  private let memory: WaitingBytes
  private let spill: LazySpill
  private let stretches = Guarded<[OrderStretch]>([])
  /// Bytes of records at which a stretch ends.
  private let stretchBytes: Int
  /// Bytes of records above which spilling begins, however much memory there is.
  static let nearBytes = 12 << 20
  /// Bytes by which a stretch may be longer: most records are far shorter.
  private static let mostOfOne = 64 << 10

  /// - Parameters:
  ///   - memoryLimit: Bytes of records above which they are spilled.
  ///   - nearBytes: Bytes of records above which they are spilled as fast as the disk takes them, where
  ///     they can go past the page cache.
  ///   - spillDirectory: Where the spill file is made.
  init(
    _ registry: Registry, memoryLimit: Int, nearBytes: Int = OrderBins.nearBytes,
    spillDirectory: String
  ) {
    programs = registry.programsInOrder
    var ranks = [Int32](repeating: 0, count: registry.programs.count)
    for (rank, program) in programs.enumerated() {
      ranks[program.position] = Int32(truncatingIfNeeded: rank)
    }
    self.ranks = ranks
    memory = WaitingBytes(limit: memoryLimit, near: nearBytes)
    spill = LazySpill(directory: spillDirectory)
    stretchBytes = min(max(memoryLimit / 32, 64 << 10), 4 << 20)
  }
}

extension OrderBins {
  /// Adds what a range brought; ranges go in the order of files and lines.
  func append(_ stretches: [OrderStretch]) {
    self.stretches.withLock { $0.append(contentsOf: stretches) }
  }

  /// Adds how many rows each programme has, by ordinal.
  func addCounts(to counts: inout [Int]) {
    for stretch in stretches.withLock({ $0 }) {
      for part in stretch.parts { counts[programs[Int(part.rank)].position] += Int(part.count) }
    }
  }

  /// How many rows each bucket of programmes has.
  func counts(of buckets: [[ProgramOrdinal]]) -> [Int] {
    var counts = [Int](repeating: 0, count: programs.count)
    addCounts(to: &counts)
    return buckets.map { $0.reduce(0) { $0 + counts[$1.position] } }
  }

  /// The rows of programmes that follow each other in the order of ids; each in the order of files
  /// and lines.
  ///
  /// - Throws: ``ClickFault`` where spilled rows cannot be read back.
  func rows(of programs: [ProgramOrdinal]) throws(ClickFault) -> [OrderRows] {
    guard let first = programs.first else { return [] }
    let ranks = rank(first)..<rank(first) + programs.count
    try spill.settle()
    let stretches = stretches.withLock { $0 }
    let sizes = sizes(stretches, ranks)
    guard sizes.contains(where: { $0.count > 0 }) else {
      return programs.map { _ in OrderRows() }
    }
    let records = try gather(stretches, ranks, sizes)
    var start = 0
    return programs.indices.map { place in
      let end = start + sizes[place].bytes
      defer { start = end }
      return OrderRows(
        program: programs[place], records: records, start: start, end: end,
        count: sizes[place].count)
    }
  }

  private func rank(_ program: ProgramOrdinal) -> Int { Int(ranks[program.position]) }

  /// Rows and bytes of each programme.
  private func sizes(
    _ stretches: [OrderStretch], _ ranks: Range<Int>
  ) -> [(count: Int, bytes: Int)] {
    var sizes = ranks.map { _ in (count: 0, bytes: 0) }
    for stretch in stretches {
      for part in stretch.parts(ranks) {
        let place = Int(stretch.parts[part].rank) - ranks.lowerBound
        sizes[place].count += Int(stretch.parts[part].count)
        sizes[place].bytes += stretch.start(part + 1) - stretch.start(part)
      }
    }
    return sizes
  }

  /// Whether some rows of these programmes, which follow each other, are spilled, and all of them are
  /// at most so many bytes.
  func spills(atMost limit: Int, of programs: [ProgramOrdinal]) -> Bool {
    guard let first = programs.first else { return false }
    let ranks = rank(first)..<rank(first) + programs.count
    var bytes = 0
    var isSpilled = false
    for stretch in stretches.withLock({ $0 }) {
      let parts = stretch.parts(ranks)
      guard !parts.isEmpty else { continue }
      bytes += stretch.start(parts.upperBound) - stretch.start(parts.lowerBound)
      isSpilled = isSpilled || stretch.isSpilled
    }
    return isSpilled && bytes <= limit
  }

  /// Puts the records together, programme by programme.
  private func gather(
    _ stretches: [OrderStretch], _ ranks: Range<Int>, _ sizes: [(count: Int, bytes: Int)]
  ) throws(ClickFault) -> OwnedBytes {
    var ends: [Int] = []
    var total = 0
    for size in sizes {
      ends.append(total)
      total += size.bytes
    }
    var fault: ClickFault?
    let records = OwnedBytes(count: total) { room in
      do throws(ClickFault) {
        for stretch in stretches {
          let parts = stretch.parts(ranks)
          guard !parts.isEmpty else { continue }
          try stretch.withBytes(of: parts) { bytes in
            for part in parts {
              let place = Int(stretch.parts[part].rank) - ranks.lowerBound
              let start = stretch.start(part)
              let piece = bytes.slice(
                start - stretch.start(parts.lowerBound), stretch.start(part + 1) - start)
              room.copy(piece, at: ends[place])
              ends[place] += piece.count
            }
          }
        }
      } catch { fault = error }
    }
    if let fault { throw fault }
    return records
  }

  /// Gives back the memory of these programmes' rows, but for pages that hold others' as well.
  func release(_ programs: [ProgramOrdinal]) {
    guard let first = programs.first else { return }
    let ranks = rank(first)..<rank(first) + programs.count
    for stretch in stretches.withLock({ $0 }) { stretch.release(stretch.parts(ranks)) }
  }

  /// Gives back the memory of these programmes' rows, and of all before them.
  func release(upTo programs: [ProgramOrdinal]) {
    guard let last = programs.last else { return }
    for stretch in stretches.withLock({ $0 }) {
      stretch.release(stretch.parts(0..<rank(last) + 1))
    }
  }
}

extension OrderBins {
  /// A reader's room for rows that are not yet a stretch.
  final class Draft {
    fileprivate let records = ContentBuffer()
    private let writer: OrderRecordWriter
    /// For each record its programme's rank, and its number in the draft.
    fileprivate var keys: [UInt64] = []
    /// Where each record begins.
    fileprivate var starts: [Int] = []

    init() { writer = OrderRecordWriter(into: records) }

    fileprivate func append(_ row: borrowing OrderRow, rank: Int32) {
      note(rank)
      writer.append(row)
    }

    fileprivate func append(_ row: borrowing LentOrder, rank: Int32) {
      note(rank)
      writer.append(row)
    }

    private func note(_ rank: Int32) {
      keys.append(UInt64(UInt32(bitPattern: rank)) << 32 | UInt64(starts.count))
      starts.append(records.count)
    }

    fileprivate func clear() {
      records.truncate(to: 0)
      keys.removeAll(keepingCapacity: true)
      starts.removeAll(keepingCapacity: true)
    }
  }

  /// Takes a row in.
  ///
  /// - Returns: A stretch, where the row completes one.
  /// - Throws: ``ClickFault`` where it cannot be spilled.
  func take(_ row: borrowing OrderRow, _ draft: Draft) throws(ClickFault) -> OrderStretch? {
    draft.append(row, rank: ranks[row.program.position])
    return draft.records.count >= stretchBytes ? try finish(draft) : nil
  }

  /// Takes a row in.
  ///
  /// - Returns: A stretch, where the row completes one.
  /// - Throws: ``ClickFault`` where it cannot be spilled.
  func take(_ row: borrowing LentOrder, _ draft: Draft) throws(ClickFault) -> OrderStretch? {
    draft.append(row, rank: ranks[row.program.position])
    return draft.records.count >= stretchBytes ? try finish(draft) : nil
  }

  /// Makes a stretch of the rows at hand; nil where there is none.
  func finish(_ draft: Draft) throws(ClickFault) -> OrderStretch? {
    guard !draft.starts.isEmpty else { return nil }
    defer { draft.clear() }
    let byteCount = draft.records.count
    draft.starts.append(byteCount)
    draft.keys.sort()
    return OrderStretch(
      parts: Self.parts(draft), byteCount: byteCount, try place(draft, byteCount))
  }

  /// Puts the records where they wait: into memory of their own as far as it is near, then past the
  /// page cache into a file while the disk keeps up, then into memory up to its limit.
  private func place(
    _ draft: Draft, _ byteCount: Int
  ) throws(ClickFault) -> OrderStretch.Place {
    let isNear = memory.take(byteCount, near: true)
    let spill = isNear ? nil : try spill.opened()
    let prefersDisk = spill.map { $0.file.isDirect && !$0.isBusy } ?? false
    guard let spill, prefersDisk || !memory.take(byteCount) else {
      return .kept(try MappedRecords(count: byteCount) { Self.sort(draft, into: $0) })
    }
    let capacity = SystemPages.whole(max(byteCount, stretchBytes + Self.mostOfOne))
    let chunk = try spill.room(capacity)
    chunk.used = byteCount
    withExtendedLifetime(chunk) { Self.sort(draft, into: unsafe chunk.unsafeWriter) }
    let extents = spill.write([chunk])
    return .spilled(spill, extents.first ?? SpillExtent(offset: 0, count: 0))
  }

  /// Copies the records in the order of the keys.
  private static func sort(_ draft: Draft, into room: RawWriter) {
    let bytes = RawReader(draft.records.view)
    var end = 0
    for key in draft.keys {
      let number = Int(key & 0xFFFF_FFFF)
      let record = bytes.slice(
        draft.starts[number], draft.starts[number + 1] - draft.starts[number])
      room.copy(record, at: end)
      end += record.count
    }
  }

  private static func parts(_ draft: Draft) -> [OrderStretch.Part] {
    var parts: [OrderStretch.Part] = []
    var start = 0
    for key in draft.keys {
      let rank = Int32(truncatingIfNeeded: key >> 32)
      if parts.last?.rank != rank {
        parts.append(OrderStretch.Part(rank: rank, count: 0, start: start))
      }
      parts[parts.count - 1].count += 1
      let number = Int(key & 0xFFFF_FFFF)
      start += draft.starts[number + 1] - draft.starts[number]
    }
    return parts
  }
}

/// A spill file that is made once somebody needs it.
private final class LazySpill: Sendable {
  private let directory: String
  private let made = Guarded<ChunkSpill?>(nil)

  init(directory: String) { self.directory = directory }

  func opened() throws(ClickFault) -> ChunkSpill {
    try made.withLock { made throws(ClickFault) in
      if let made { return made }
      let spill = try ChunkSpill(directory: directory, of: "orders")
      made = spill
      return spill
    }
  }

  /// Waits until what was spilled is in its file, and lets the memory for it go.
  func settle() throws(ClickFault) {
    let spill = made.withLock { $0 }
    try spill?.settle()
    spill?.dropEmpty()
  }
}
