// A staged file that is written and digested beside the thread that makes its bytes.

/// Writes blocks to a staged file on a queue of its own, in the order in which they are handed over.
///
/// Few blocks and few bytes wait at a time, so memory stays bounded: who is faster than the disk
/// waits. The first fault is kept for ``finish()``, and nothing is written after it.
public final class BackgroundFile: Sendable {
  /// A file for the queue.
  private struct Owned: @unchecked Sendable {
    // SAFETY: after its making only the pieces of one serial queue use the file.
    let file: StagedFile
  }

  private struct State: Sendable {
    var facts: StagedFileFacts?
    var isClosing = false
  }

  private let owned: Owned
  private let work = BackgroundWork(
    label: "refbatch.output", mostWaiting: 12, mostBytes: 4 << 20)
  private let state = Guarded(State())

  /// Takes over a file that nobody else uses from then on.
  public init(_ file: sending StagedFile) { owned = Owned(file: file) }

  /// Hands a block over, and waits where too many are waiting.
  ///
  /// - Parameter prepare: What is still to be done to the block; it is called on the queue.
  public func write(
    _ block: EncodedRows, preparing prepare: (@Sendable (EncodedRows) -> Void)? = nil
  ) {
    guard block.count > 0 else { return }
    work.add(bytes: block.count) { [owned] in
      prepare?(block)
      try block.withSpan { try owned.file.write($0) }
    }
  }

  /// Has further blocks made on the queue.
  ///
  /// - Parameter make: Calls what it is given with each block.
  public func write(making make: @escaping @Sendable ((EncodedRows) throws -> Void) throws -> Void)
  {
    work.add { [owned] in
      try make { block in try block.withSpan { try owned.file.write($0) } }
    }
  }

  /// Lends the file on the queue, to whoever writes its further bytes.
  public func lend(to body: @escaping @Sendable (any ByteSink) throws -> Void) {
    work.add { [owned] in try body(owned.file) }
  }

  /// Has the file closed and its bytes brought to the disk after the blocks handed over so far.
  public func close() {
    let isFirst = state.withLock { state in
      defer { state.isClosing = true }
      return !state.isClosing
    }
    guard isFirst else { return }
    work.add { [owned, state] in
      let facts = try owned.file.close()
      state.withLock { $0.facts = facts }
    }
  }

  /// Waits until the file is complete.
  ///
  /// - Returns: The file's size and digest.
  /// - Throws: The first fault: ``FileFault``, or what making a block threw.
  public func finish() throws -> StagedFileFacts {
    close()
    try work.finish()
    guard let facts = state.withLock({ $0.facts }) else {
      throw PublicationFault.unfinished(owned.file.relativePath)
    }
    return facts
  }
}
