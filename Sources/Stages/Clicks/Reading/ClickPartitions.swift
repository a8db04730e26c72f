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
    var neighbour = ClickNeighbour()
  }

  private static let greatestChunk = 64 << 10

  let partitions: [ClickPartition]
  private(set) var spill: SpillFile?
  private let spillDirectory: String
  private let chunkSize: Int
  // SAFETY: one cursor a bucket, from init to deinit; a pointer, because five million clicks ask.
  private let cursors: UnsafeMutablePointer<Cursor>
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
    precondition(bucket >= 0 && bucket < partitions.count, "there is no such bucket")
    let cursor = unsafe cursors + bucket
    let most =
      WaitingClick.mostHead &+ ClickRecord.size(values.flags, idLength: id.count)
      &- ClickRecord.fixedSize &+ traffic.namedBytes
    if unsafe cursor.pointee.used &+ most > cursor.pointee.capacity {
      try startChunk(most, bucket: bucket)
    }
    let used = unsafe cursor.pointee.used
    // SAFETY: the chunk has `most` bytes from `used` on; it is held by its partition.
    let room = unsafe RawWriter(base: cursor.pointee.base + used, count: most)
    let size = unsafe WaitingClick.store(
      values, id: id, traffic: traffic, into: room, after: &cursor.pointee.neighbour)
    unsafe cursor.pointee.used = used &+ size
    unsafe cursor.pointee.rows &+= 1
  }

  /// Keeps a click that has waited elsewhere.
  func append(_ click: WaitingClick, bucket: Int) throws(ClickFault) {
    precondition(bucket >= 0 && bucket < partitions.count, "there is no such bucket")
    let cursor = unsafe cursors + bucket
    let most = WaitingClick.mostHead &+ click.rest.count
    if unsafe cursor.pointee.used &+ most > cursor.pointee.capacity {
      try startChunk(most, bucket: bucket)
    }
    let used = unsafe cursor.pointee.used
    // SAFETY: the chunk has `most` bytes from `used` on; it is held by its partition.
    let room = unsafe RawWriter(base: cursor.pointee.base + used, count: most)
    let size = unsafe click.store(into: room, after: &cursor.pointee.neighbour)
    unsafe cursor.pointee.used = used &+ size
    unsafe cursor.pointee.rows &+= 1
  }

  @inline(never) private func startChunk(_ size: Int, bucket: Int) throws(ClickFault) {
    pause()
    let capacity = SystemPages.whole(max(chunkSize, size))
    if !memory.take(capacity) { try spillAll() }
    let chunk = try ground.chunk(capacity)
    heldBytes += capacity
    partitions[bucket].chunks.append(chunk)
    unsafe cursors[bucket].base = chunk.base
    unsafe cursors[bucket].used = 0
    unsafe cursors[bucket].capacity = chunk.capacity
    unsafe cursors[bucket].neighbour = ClickNeighbour()
  }

  /// Tells every chunk and partition what has been written to it.
  func pause() {
    for bucket in partitions.indices {
      let partition = partitions[bucket]
      if let last = partition.chunks.last { last.used = unsafe cursors[bucket].used }
      partition.rows += unsafe cursors[bucket].rows
      unsafe cursors[bucket].rows = 0
    }
  }

  private func openSpill() throws(ClickFault) -> SpillFile {
    if let spill { return spill }
    return try SpillFile(directory: spillDirectory)
  }

  /// Moves everything held in memory to the spill file.
  private func spillAll() throws(ClickFault) {
    guard heldBytes > 0 else { return }
    let file = try openSpill()
    spill = file
    for (bucket, partition) in partitions.enumerated() {
      for chunk in partition.chunks where chunk.used > 0 {
        let extent = try withExtendedLifetime(chunk) { () throws(ClickFault) in
          try unsafe file.append(chunk.unsafeReader)
        }
        partition.spilled.append(extent)
      }
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
  }
}
