// Spilling beside the work: full chunks go to an unnamed file while their readers go on, and come
// back empty.
import Pipeline

/// Chunks of memory on their way to a file. Several threads may bring and take some at once.
final class ChunkSpill: Sendable {
  /// Chunks that are not their readers'.
  private struct Spares {
    var empty: [ClickChunk] = []
    var underWay = 0
  }

  /// Batches that may wait or be written at a time.
  private static let mostBatches = 3

  let file: SpillFile
  private let writing = BackgroundWork(label: "refbatch.spill", mostWaiting: mostBatches)
  private let spares = Guarded(Spares())

  /// - Parameter rows: What is spilled, for messages.
  /// - Throws: ``ClickFault`` where no file can be made.
  init(directory: String, of rows: String = "clicks") throws(ClickFault) {
    file = try SpillFile(directory: directory, of: rows)
  }

  /// Whether the disk is behind.
  var isBusy: Bool { writing.isFull }

  /// How many chunks are empty, or will be once they are written.
  var spareCount: Int { spares.withLock { $0.empty.count + $0.underWay } }

  /// Hands full chunks over, and waits where the disk is behind.
  ///
  /// - Returns: For each chunk where its bytes will be.
  func write(_ chunks: [ClickChunk]) -> [SpillExtent] {
    guard !chunks.isEmpty else { return [] }
    let extents = file.reserve(chunks.map(\.used))
    spares.withLock { $0.underWay += chunks.count }
    writing.add { [file, spares] in
      try withExtendedLifetime(chunks) {
        // SAFETY: the chunks are held until they are written.
        try file.write(chunks.map { unsafe $0.unsafeReader }, to: extents)
      }
      for chunk in chunks { chunk.used = 0 }
      spares.withLock { spares in
        spares.underWay -= chunks.count
        spares.empty.append(contentsOf: chunks)
      }
    }
    return extents
  }

  /// A chunk of this capacity that has been written; nil where there is none yet.
  func takeEmpty(_ capacity: Int) -> ClickChunk? {
    spares.withLock { spares in
      guard let place = spares.empty.lastIndex(where: { $0.capacity == capacity }) else {
        return nil
      }
      return spares.empty.remove(at: place)
    }
  }

  /// An empty chunk of this capacity: one that has been written, or a new one.
  ///
  /// - Throws: ``ClickFault/system(operation:path:code:)`` where the system has no memory left.
  func room(_ capacity: Int) throws(ClickFault) -> ClickChunk {
    if let chunk = takeEmpty(capacity) { return chunk }
    // Those of other sizes, as long records leave them, would wait for their like for ever.
    dropEmpty()
    return try ClickChunk(capacity)
  }

  /// Waits until everything handed over is in the file.
  ///
  /// - Throws: ``ClickFault`` where something could not be written.
  func settle() throws(ClickFault) {
    do {
      try writing.finish()
    } catch let fault as ClickFault {
      throw fault
    } catch {
      throw .system(operation: "spilling: \(error)", path: "a spill file", code: 0)
    }
  }

  /// Lets the memory of written chunks go.
  func dropEmpty() { spares.withLock { $0.empty.removeAll() } }
}
