// Shards on several threads whose results are taken in order, one after another, while later ones
// are still being computed: the merge works beside the shards and memory stays bounded.

internal import Dispatch

/// Computes `work` for 0 ..< `count` on up to `threads` threads and hands each result to `consume`
/// in the order of the indices, on the calling thread.
///
/// - Parameter lookahead: How many results may wait to be consumed.
/// - Throws: The error of the least index that fails, or the first that `consume` throws.
public func streamShards<Result: Sendable>(
  count: Int, threads: Int, lookahead: Int, work: @escaping @Sendable (Int) throws -> Result,
  consume: (Int, Result) throws -> Void
) throws {
  precondition(count >= 0 && lookahead > 0, "a count is not negative, a lookahead positive")
  guard threads > 1, count > 1 else {
    for index in 0..<count { try consume(index, work(index)) }
    return
  }
  let stream = ShardStream<Result>(count: count, lookahead: lookahead)
  let group = DispatchGroup()
  for _ in 0..<min(threads, count) {
    DispatchQueue.global().async(group: group) { stream.work(work) }
  }
  defer {
    stream.stop()
    group.wait()
  }
  for index in 0..<count { try consume(index, stream.take(index)) }
}

/// The meeting place of the threads that compute and the one that consumes.
private final class ShardStream<Value: Sendable>: Sendable {
  private struct State: Sendable {
    var next = 0
    var isStopped = false
    var results: [Int: Result<Value, any Error>] = [:]
  }

  private let count: Int
  private let state = Guarded(State())
  /// One signal for each result that may be begun.
  private let room = DispatchSemaphore(value: 0)
  /// One for each index, signalled when its result is there.
  private let arrivals: [DispatchSemaphore]

  init(count: Int, lookahead: Int) {
    self.count = count
    arrivals = (0..<count).map { _ in DispatchSemaphore(value: 0) }
    for _ in 0..<lookahead { room.signal() }
  }

  /// Computes results until none is left to begin.
  func work(_ body: @Sendable (Int) throws -> Value) {
    while true {
      room.wait()
      let index = state.withLock { state -> Int? in
        guard !state.isStopped, state.next < count else { return nil }
        state.next += 1
        return state.next - 1
      }
      guard let index else {
        // Lets the next worker see the end as well.
        room.signal()
        return
      }
      let result = Result { try body(index) }
      state.withLock { $0.results[index] = result }
      arrivals[index].signal()
    }
  }

  /// Waits for a result and takes it away.
  func take(_ index: Int) throws -> Value {
    arrivals[index].wait()
    let result = state.withLock { $0.results.removeValue(forKey: index) }
    room.signal()
    guard let result else { throw CancellationError() }
    return try result.get()
  }

  /// Lets the workers end.
  func stop() {
    state.withLock { $0.isStopped = true }
    room.signal()
  }
}
