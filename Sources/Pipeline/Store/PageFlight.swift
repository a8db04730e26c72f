// The pages of a new store that are on their way to the disk, written beside the thread that fills them.

internal import CSQLite

/// Blocks that are written one after another on a thread of their own.
///
/// One thread hands blocks over and asks for them; none of their bytes changes until that thread takes
/// an empty one again. What the system refuses stays here, in order, for another way.
final class PageFlight: Sendable {
  private struct State: Sendable {
    /// Not yet on the disk, in the order in which they were handed over.
    var blocks: [PageBlock] = []
    var empty: [PageBlock] = []
    /// Whether the system has refused a block: what comes after it must not be written before it.
    var isRefused = false

    /// Takes a block that is on the disk out, and keeps it to be used again.
    mutating func letGo(_ block: PageBlock) {
      blocks.removeAll { $0 === block }
      if empty.count < PageFlight.mostEmpty { empty.append(block) }
    }
  }

  private static let mostEmpty = 16

  /// Bytes that may be under way: a slow disk has the thread that fills blocks wait.
  private static let mostBytes = 32 << 20

  private let descriptor: Int32
  private let state = Guarded(State())
  private let work = BackgroundWork(
    label: "refbatch.pages", mostWaiting: .max, mostBytes: mostBytes)

  /// - Parameter descriptor: It stays open until the last ``wait()`` or ``settle(by:)``.
  init(to descriptor: Int32) { self.descriptor = descriptor }

  /// Whether blocks wait for another way.
  var isRefused: Bool { state.withLock { $0.isRefused } }

  /// Takes a block that has pages; nobody changes it from here on.
  func take(_ block: PageBlock) {
    state.withLock { $0.blocks.append(block) }
    work.add(bytes: block.waiting.nonzeroBitCount * PageBlock.pageBytes) { [self] in
      let isWritten = !isRefused && block.write(to: descriptor)
      state.withLock { state in
        guard isWritten else {
          state.isRefused = true
          return
        }
        state.letGo(block)
      }
    }
  }

  /// An empty block.
  func room() -> PageBlock {
    guard let block = state.withLock({ $0.empty.popLast() }) else { return PageBlock() }
    block.waiting = 0
    return block
  }

  /// The block on its way that has a page as it was handed over last; nil where none has.
  func block(_ number: Int, with page: Int) -> PageBlock? {
    state.withLock { state in state.blocks.last { $0.number == number && $0.has(page) } }
  }

  /// Whether some of a block's pages are on their way.
  func has(_ number: Int) -> Bool {
    state.withLock { state in state.blocks.contains { $0.number == number } }
  }

  /// Waits until nothing is being written.
  func wait() {
    // Blocks keep their faults to themselves: there is none to be thrown.
    try? work.finish()
  }

  /// Waits until nothing is on its way; what the system has refused goes another way.
  ///
  /// - Returns: SQLITE_OK, or why that way does not take it: it waits on.
  func settle(by fallback: PageBlock.Fallback) -> Int32 {
    wait()
    for block in state.withLock({ $0.blocks }) {
      let code = unsafe block.write(by: fallback)
      guard code == SQLITE_OK else { return code }
      state.withLock { $0.letGo(block) }
    }
    return SQLITE_OK
  }
}
