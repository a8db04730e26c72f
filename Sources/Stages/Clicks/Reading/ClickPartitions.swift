// Clicks sorted into buckets of programmes while they are read: one writer a thread, chunks of
// memory a bucket, and a spill file once the writer's share of the budget is used up.
import Synchronization

/// How many bytes of waiting rows a night's readers hold together.
final class WaitingBytes: Sendable {
  /// Above it rows are spilled.
  let limit: Int
  private let held = Atomic(0)

  init(limit: Int) { self.limit = limit }

  /// Counts further bytes.
  ///
  /// - Returns: Whether all are within the limit.
  func take(_ count: Int) -> Bool {
    held.add(count, ordering: .relaxed).newValue <= limit
  }

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

  let partitions: [ClickPartition]
  private(set) var spill: SpillFile?
  private let spillDirectory: String
  private let chunkSize: Int
  // SAFETY: one cursor a bucket, from init to deinit; a pointer, because five million clicks ask.
  private let cursors: UnsafeMutablePointer<Cursor>
  /// The bucket that is asked first for a full chunk to spill.
  private var nextToSpill = 0
  /// Bytes of the chunks that are held for reading on.
  private var heldBytes = 0
  private let memory: WaitingBytes
  private let ground = ClickGround()

  init(buckets: Int, memory: WaitingBytes, spillDirectory: String) {
    partitions = (0..<buckets).map { _ in ClickPartition() }
    // SAFETY: a cursor of capacity 0 is never written through; any address will do.
    let nowhere = unsafe Cursor(base: UnsafeMutableRawPointer(mutating: RawReader.nothing.base))
    unsafe cursors = .allocate(capacity: buckets)
    unsafe cursors.initialize(repeating: nowhere, count: buckets)
    self.memory = memory
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

  /// An empty chunk: new memory within the limit, else that of a full chunk, which is spilled; its
  /// pages are at hand, where new ones would have to be cleared.
  private func room(_ capacity: Int) throws(ClickFault) -> ClickChunk {
    if !memory.take(capacity) {
      if let chunk = try spillFilled(capacity) {
        memory.giveBack(capacity)
        return chunk
      }
      try spillAll()
    }
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

  private func openSpill() throws(ClickFault) -> SpillFile {
    if let spill { return spill }
    let file = try SpillFile(directory: spillDirectory)
    spill = file
    return file
  }

  /// Moves a full chunk to the spill file.
  ///
  /// - Returns: That chunk, empty; nil where none of this capacity is full.
  private func spillFilled(_ capacity: Int) throws(ClickFault) -> ClickChunk? {
    for _ in partitions.indices {
      let bucket = nextToSpill
      nextToSpill = bucket + 1 < partitions.count ? bucket + 1 : 0
      // The last chunk is the one that is being filled.
      let full = partitions[bucket].chunks.dropLast()
      guard let place = full.lastIndex(where: { $0.capacity == capacity }) else { continue }
      let chunk = partitions[bucket].chunks.remove(at: place)
      try move(chunk, of: bucket)
      chunk.used = 0
      return chunk
    }
    return nil
  }

  /// Copies a chunk to the spill file.
  private func move(_ chunk: ClickChunk, of bucket: Int) throws(ClickFault) {
    let file = try openSpill()
    let extent = try withExtendedLifetime(chunk) { () throws(ClickFault) in
      try unsafe file.append(chunk.unsafeReader)
    }
    partitions[bucket].spilled.append(extent)
  }

  /// Moves everything held in memory to the spill file.
  private func spillAll() throws(ClickFault) {
    guard heldBytes > 0 else { return }
    pause()
    for (bucket, partition) in partitions.enumerated() {
      for chunk in partition.chunks where chunk.used > 0 { try move(chunk, of: bucket) }
      partition.chunks.removeAll()
      unsafe cursors[bucket].used = 0
      unsafe cursors[bucket].capacity = 0
    }
    memory.giveBack(heldBytes)
    heldBytes = 0
  }

  /// Frees what it holds of a bucket; no more rows are read after that.
  func release(bucket: Int) {
    partitions[bucket].chunks.removeAll()
    partitions[bucket].spilled.removeAll()
    partitions[bucket].rows = 0
    partitions[bucket].recordBytes = 0
  }
}
