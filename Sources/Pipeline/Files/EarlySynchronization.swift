// Files that reach the disk beside the work, so that little is left to wait for at the end.

internal import Dispatch

/// Complete files on their way to the disk, on a few threads of their own.
final class EarlySynchronization: Sendable {
  private struct State: Sendable {
    /// Not begun yet.
    var waiting: [String] = []
    var threads = 0
    /// Could not be opened: removed again, or for ``finish()``'s caller to say.
    var left: [String] = []
    var fault: (any Error)?
  }

  private static let mostThreads = 2
  private let state = Guarded(State())
  private let threads = DispatchGroup()

  /// Begins with a file.
  func add(_ path: String) {
    let isThreadMissing = state.withLock { state in
      state.waiting.append(path)
      guard state.threads < Self.mostThreads else { return false }
      state.threads += 1
      return true
    }
    guard isThreadMissing else { return }
    // Not one of the global queue's few threads: this one waits for the disk.
    DispatchQueue(label: "refbatch.synchronization").async(group: threads) { [self] in
      while let path = next() { synchronize(path) }
    }
  }

  /// Waits until all files are on the disk.
  ///
  /// - Returns: Those that could not be opened, for the caller to try as far as they are still wanted.
  /// - Throws: The first fault of synchronising a file. What the disk has refused once is not tried
  ///   again: the system may forget that it failed.
  func finish() throws -> [String] {
    threads.wait()
    return try state.withLock { state in
      if let fault = state.fault { throw fault }
      let left = state.left
      state.left = []
      return left
    }
  }

  private func next() -> String? {
    state.withLock { state in
      guard state.fault == nil, let path = state.waiting.popLast() else {
        state.threads -= 1
        return nil
      }
      return path
    }
  }

  private func synchronize(_ path: String) {
    guard var file = try? Descriptor(opening: path, for: .read) else {
      return state.withLock { $0.left.append(path) }
    }
    do { try file.synchronize() } catch { state.withLock { $0.fault = $0.fault ?? error } }
  }
}
