// Clicks sorted into buckets of programmes while they are read: one writer a thread, chunks of
// memory a bucket, and a spill file once the writer's share of the budget is used up.
import Synchronization

/// How many bytes of waiting rows a night's readers hold together.
final class WaitingBytes: Sendable {
  /// What is held at first: above it rows are spilled as fast as the disk takes them, which costs
  /// less than memory that is touched for the first time.
  private let near: Int
  /// What is held at the most, where the disk is slow: above it readers wait.
  let limit: Int
  private let held = Atomic(0)
  /// Whether more may be held than mostly is, so that it matters little when memory goes back.
  var isAmple: Bool { near < limit }

  /// - Parameters:
  ///   - limit: Most bytes.
  ///   - near: Bytes above which spilling begins where it goes past the page cache.
  init(limit: Int, near: Int = .max) {
    self.limit = limit
    self.near = min(near, limit)
  }

  /// Counts further bytes, if they are within the limit.
  ///
  /// - Parameter isNear: Whether the lower limit counts.
  /// - Returns: Whether they are counted.
  func take(_ count: Int, near isNear: Bool = false) -> Bool {
    let most = isNear ? near : limit
    if held.add(count, ordering: .relaxed).newValue <= most { return true }
    giveBack(count)
    return false
  }

  /// Counts bytes that have to be held whatever the limit is.
  func takeAnyway(_ count: Int) { held.add(count, ordering: .relaxed) }

  /// Counts bytes that are no longer held.
  func giveBack(_ count: Int) { held.subtract(count, ordering: .relaxed) }
}

/// What one writer holds of one bucket.
final class ClickPartition {
  var chunks: [ClickChunk] = []
  var spilled: [SpillExtent] = []
  var rows = 0
  /// Of the records that the rows become.
  var recordBytes = 0

  var spilledBytes: Int { spilled.reduce(0) { $0 + $1.count } }
  var keptBytes: Int { chunks.reduce(0) { $0 + $1.used } }
}

/// Where one thread puts the clicks that it reads.
///
/// While rows are read it belongs to one thread; afterwards its buckets may be judged on several
/// threads at once, each bucket on one.
@safe final class ClickPartitionWriter: @unchecked Sendable {
  /// The chunk that a bucket's next click goes to.
  @safe private struct Cursor {
    var base: UnsafeMutableRawPointer
    var used = 0
    var capacity = 0
    var rows = 0
    var recordBytes = 0
    var neighbour = ClickNeighbour()
  }

  private static let greatestChunk = 64 << 10
  /// Chunks that are spilled with one call, and come back with one.
  private static let chunksTogether = 16
  /// Empty chunks below which further full ones are spilled: until they are written there are some left.
  private static let leastSpare = 8

  let partitions: [ClickPartition]
  private(set) var spill: ChunkSpill?
  private let spillDirectory: String
  private let chunkSize: Int
  // SAFETY: one cursor a bucket, from init to deinit; a pointer, because five million clicks ask.
  private let cursors: UnsafeMutablePointer<Cursor>
  /// Bytes of the chunks that are held for reading on.
  private var heldBytes = 0
  private let memory: WaitingBytes
  private let ground: ClickGround

  init(buckets: Int, memory: WaitingBytes, spillDirectory: String) {
    partitions = (0..<buckets).map { _ in ClickPartition() }
    // SAFETY: a cursor of capacity 0 is never written through; any address will do.
    let nowhere = unsafe Cursor(base: UnsafeMutableRawPointer(mutating: RawReader.nothing.base))
    unsafe cursors = .allocate(capacity: buckets)
    unsafe cursors.initialize(repeating: nowhere, count: buckets)
    self.memory = memory
    ground = ClickGround(givesBackPieces: !memory.isAmple)
    self.spillDirectory = spillDirectory
    chunkSize = min(max(memory.limit / max(8 * buckets, 1), 4_096), Self.greatestChunk)
  }

  deinit { unsafe cursors.deallocate() }

  /// Keeps a click in a bucket.
  @inline(__always) func append(
    _ values: ClickValues, id: RawReader, traffic: TrafficMark, bucket: Int
  ) throws(ClickFault) {
    let recordSize = ClickRecord.size(values.flags, idLength: id.count) &+ traffic.namedBytes
    try append(recordSize, to: bucket) { room, neighbour in
      WaitingClick.store(values, id: id, traffic: traffic, into: room, after: &neighbour)
    }
  }

  /// Keeps a click that has waited elsewhere.
  func append(_ click: WaitingClick, bucket: Int) throws(ClickFault) {
    try append(click.recordSize, to: bucket) { room, neighbour in
      click.store(into: room, after: &neighbour)
    }
  }

  /// Keeps a click.
  ///
  /// - Parameters:
  ///   - recordSize: Bytes of its record.
  ///   - store: Writes it behind its neighbour, and tells how many bytes it takes.
  @inline(__always) private func append(
    _ recordSize: Int, to bucket: Int, _ store: (RawWriter, inout ClickNeighbour) -> Int
  ) throws(ClickFault) {
    precondition(bucket >= 0 && bucket < partitions.count, "there is no such bucket")
    let cursor = unsafe cursors + bucket
    let most = WaitingClick.mostHead &- ClickRecord.fixedSize &+ recordSize
    if unsafe cursor.pointee.used &+ most > cursor.pointee.capacity {
      try startChunk(most, bucket: bucket)
    }
    let used = unsafe cursor.pointee.used
    // SAFETY: the chunk has `most` bytes from `used` on; it is held by its partition.
    let room = unsafe RawWriter(base: cursor.pointee.base + used, count: most)
    let size = unsafe store(room, &cursor.pointee.neighbour)
    unsafe cursor.pointee.used = used &+ size
    unsafe cursor.pointee.rows &+= 1
    unsafe cursor.pointee.recordBytes &+= recordSize
  }

  @inline(never) private func startChunk(_ size: Int, bucket: Int) throws(ClickFault) {
    pause(bucket)
    let chunk = try room(SystemPages.whole(max(chunkSize, size)))
    partitions[bucket].chunks.append(chunk)
    unsafe cursors[bucket].base = chunk.base
    unsafe cursors[bucket].used = 0
    unsafe cursors[bucket].capacity = chunk.capacity
    unsafe cursors[bucket].neighbour = ClickNeighbour()
  }

  /// An empty chunk: new memory as far as it is near, then that of full chunks, which are spilled
  /// beside the reading; its pages are at hand, where new ones would have to be cleared.
  private func room(_ capacity: Int) throws(ClickFault) -> ClickChunk {
    if memory.take(capacity, near: spill?.file.isDirect ?? true) { return try newChunk(capacity) }
    let spill = try openSpill()
    if spill.spareCount < Self.leastSpare, !spill.isBusy { writeFullest(capacity, to: spill) }
    if let chunk = spill.takeEmpty(capacity) { return chunk }
    if memory.take(capacity) { return try newChunk(capacity) }
    repeat {
      try spill.settle()
      if let chunk = spill.takeEmpty(capacity) { return chunk }
    } while writeFullest(capacity, to: spill)
    try spillAll(to: spill)
    memory.takeAnyway(capacity)
    return try newChunk(capacity)
  }

  private func newChunk(_ capacity: Int) throws(ClickFault) -> ClickChunk {
    heldBytes += capacity
    return try ground.chunk(capacity)
  }

  /// Tells every chunk and partition what has been written to it.
  func pause() {
    for bucket in partitions.indices { pause(bucket) }
  }

  private func pause(_ bucket: Int) {
    let partition = partitions[bucket]
    if let last = partition.chunks.last { last.used = unsafe cursors[bucket].used }
    partition.rows += unsafe cursors[bucket].rows
    partition.recordBytes += unsafe cursors[bucket].recordBytes
    unsafe cursors[bucket].rows = 0
    unsafe cursors[bucket].recordBytes = 0
  }

  private func openSpill() throws(ClickFault) -> ChunkSpill {
    if let spill { return spill }
    let made = try ChunkSpill(directory: spillDirectory)
    spill = made
    return made
  }

  /// Hands full chunks of this capacity over to be spilled, those of the bucket that has the most: they
  /// lie one behind the other in the file and are read back at once, where each by itself would keep a
  /// core busy for 40 µs.
  ///
  /// - Returns: Whether there were any.
  @discardableResult
  private func writeFullest(_ capacity: Int, to spill: ChunkSpill) -> Bool {
    var fullest: ClickPartition?
    var most = 0
    for partition in partitions {
      // The last chunk is the one that is being filled.
      let count = partition.chunks.dropLast().count { $0.capacity == capacity }
      guard count > most else { continue }
      fullest = partition
      most = count
    }
    guard let fullest else { return false }
    var chunks: [ClickChunk] = []
    var kept: [ClickChunk] = []
    for chunk in fullest.chunks.dropLast() {
      let goes = chunk.capacity == capacity && chunks.count < Self.chunksTogether
      if goes { chunks.append(chunk) } else { kept.append(chunk) }
    }
    kept.append(contentsOf: fullest.chunks.suffix(1))
    fullest.chunks = kept
    fullest.spilled.append(contentsOf: spill.write(chunks))
    return true
  }

  /// Moves everything held in memory to the spill file.
  private func spillAll(to spill: ChunkSpill) throws(ClickFault) {
    pause()
    for (bucket, partition) in partitions.enumerated() {
      partition.spilled.append(contentsOf: spill.write(partition.chunks.filter { $0.used > 0 }))
      partition.chunks.removeAll()
      unsafe cursors[bucket].used = 0
      unsafe cursors[bucket].capacity = 0
    }
    try spill.settle()
    spill.dropEmpty()
    memory.giveBack(heldBytes)
    heldBytes = 0
  }

  /// The file that has what was spilled, all of it; nil where nothing was.
  ///
  /// - Throws: ``ClickFault`` where something could not be written.
  func settledSpill() throws(ClickFault) -> SpillFile? {
    try spill?.settle()
    return spill?.file
  }

  /// Frees what it holds of a bucket; no more rows are read after that.
  func release(bucket: Int) {
    spill?.dropEmpty()
    partitions[bucket].chunks.removeAll()
    partitions[bucket].spilled.removeAll()
    partitions[bucket].rows = 0
    partitions[bucket].recordBytes = 0
  }
}
