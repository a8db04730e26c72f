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
  let next = Atomic<Int>(0)
  let outcome = Mutex(ShardOutcome<Result>(count: count))
  DispatchQueue.concurrentPerform(iterations: workers) { _ in
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      // Indices are given out in order, so those below a failed one are all begun already.
      guard index < count, outcome.withLock({ index < $0.leastFailure }) else { return }
      do {
        let result = try body(index)
        outcome.withLock { $0.results[index] = result }
      } catch {
        outcome.withLock { $0.fail(error, at: index) }
      }
    }
  }
  return try outcome.withLock { outcome in
    if let error = outcome.error { throw error }
    return outcome.results.compactMap(\.self)
  }
}

/// What has come of the shards so far.
private struct ShardOutcome<Result: Sendable> {
  var results: [Result?]
  var leastFailure: Int
  var error: (any Error)?

  init(count: Int) {
    results = Array(repeating: nil, count: count)
    leastFailure = count
  }

  mutating func fail(_ error: any Error, at index: Int) {
    guard index < leastFailure else { return }
    leastFailure = index
    self.error = error
  }
}
