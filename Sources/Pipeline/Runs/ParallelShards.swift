// Independent shards of one job on several threads, with results that no thread count changes.

internal import Dispatch
internal import Synchronization

/// Computes `body` for 0 ..< `count` on up to `threads` threads at once.
///
/// - Returns: The results, in order of their indices.
/// - Throws: The error of the least index that fails, whichever failed first; every index below it
///   has then been computed, and of those above it some may not have been begun.
public func mapShards<Result: Sendable>(
  count: Int, threads: Int, _ body: @Sendable (Int) throws -> Result
) throws -> [Result] {
  precondition(count >= 0, "a count of shards is not negative")
  let workers = min(threads, count)
  guard workers > 1 else { return try (0..<count).map(body) }
  let shards = (0..<count).map { _ in Shard<Result>() }
  let next = Atomic<Int>(0)
  let leastFailure = Atomic<Int>(count)
  DispatchQueue.concurrentPerform(iterations: workers) { _ in
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      // Indices are given out in order, so those below a failed one are all begun already.
      guard index < leastFailure.load(ordering: .relaxed) else { return }
      if !shards[index].compute({ try body(index) }) {
        leastFailure.min(index, ordering: .relaxed)
      }
    }
  }
  // The first failed shard throws before one that was never computed is reached.
  return try shards.compactMap { try $0.result() }
}

/// What has come of one shard. One thread sets it, and another reads it after all have ended.
private final class Shard<Result: Sendable>: Sendable {
  private let outcome = Mutex<Swift.Result<Result, any Error>?>(nil)

  /// Computes the shard; false when that fails.
  func compute(_ body: () throws -> Result) -> Bool {
    do {
      let result = try body()
      outcome.withLock { $0 = .success(result) }
      return true
    } catch {
      outcome.withLock { $0 = .failure(error) }
      return false
    }
  }

  func result() throws -> Result? { try outcome.withLock { $0 }?.get() }
}
