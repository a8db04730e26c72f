// Clicks sorted into buckets of programmes while they are read: one writer a thread, chunks of
// memory a bucket, and a spill file once the writer's share of the budget is used up.
import Glibc

/// A piece of memory that fills with whole records.
@safe final class ClickChunk {
  private let base: UnsafeMutableRawPointer
  let capacity: Int
  private(set) var used = 0

  init(capacity: Int) {
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    self.capacity = capacity
  }

  deinit { unsafe base.deallocate() }

  @inline(__always) func hasRoom(_ size: Int) -> Bool { used &+ size <= capacity }

  /// Takes room for one record.
  @inline(__always) func take(_ size: Int) -> RawWriter {
    precondition(hasRoom(size), "a chunk of clicks is full")
    let room = unsafe RawWriter(base: base + used, count: size)
    used &+= size
    return room
  }

  var bytes: RawReader { unsafe RawReader(base: base, count: used) }
  func empty() { used = 0 }
}

/// What one writer holds of one bucket.
final class ClickPartition {
  var chunks: [ClickChunk] = []
  var spilled: [SpillExtent] = []
  var rows = 0
}

/// Where one thread puts the clicks that it reads.
///
/// While rows are read it belongs to one thread; afterwards its buckets may be judged on several
/// threads at once, each bucket on one.
final class ClickPartitionWriter: @unchecked Sendable {
  let partitions: [ClickPartition]
  private(set) var spill: SpillFile?
  private let spillDirectory: String
  private let chunkSize: Int
  /// Bytes of chunks that are in use or kept.
  private var heldBytes = 0
  /// Above it everything is spilled.
  private let limit: Int

  init(buckets: Int, limit: Int, spillDirectory: String) {
    partitions = (0..<buckets).map { _ in ClickPartition() }
    self.limit = limit
    self.spillDirectory = spillDirectory
    chunkSize = min(max(limit / max(2 * buckets, 1), 4_096), 262_144) & ~15
  }

  /// Room for one record in a bucket.
  @inline(__always) func take(_ size: Int, bucket: Int) throws(ClickFault) -> RawWriter {
    let partition = partitions[bucket]
    partition.rows &+= 1
    if let last = partition.chunks.last, last.hasRoom(size) { return last.take(size) }
    return try takeFromNewChunk(size, partition)
  }

  @inline(never) private func takeFromNewChunk(
    _ size: Int, _ partition: ClickPartition
  ) throws(ClickFault) -> RawWriter {
    let capacity = max(chunkSize, size)
    if heldBytes + capacity > limit { try spillAll() }
    let chunk = ClickChunk(capacity: capacity)
    heldBytes += capacity
    partition.chunks.append(chunk)
    return chunk.take(size)
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
    for partition in partitions {
      for chunk in partition.chunks where chunk.used > 0 {
        partition.spilled.append(try file.append(chunk.bytes))
      }
      partition.chunks.removeAll()
    }
    heldBytes = 0
  }

  /// Frees what it holds of a bucket.
  func release(bucket: Int) {
    partitions[bucket].chunks.removeAll()
    partitions[bucket].spilled.removeAll()
    partitions[bucket].rows = 0
  }
}
