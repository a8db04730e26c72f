// Shards on several threads whose results are taken in order, one after another, while later ones
// are still being computed: the merge works beside the shards and memory stays bounded.

internal import Dispatch

/// How much of a job may be in memory at once.
public struct ShardRoom: Sendable {
  /// How many shards may be computed or wait to be consumed while one is being consumed.
  public var lookahead: Int
  /// How much a shard takes, in whatever unit, by its index; one that is not there takes nothing.
  public var weights: [Int]
  /// What all of those may take together. One that takes more is computed with no other.
  public var limit: Int

  /// States the room.
  public init(lookahead: Int, weights: [Int] = [], limit: Int = .max) {
    precondition(lookahead > 0, "a lookahead is positive")
    self.lookahead = lookahead
    self.weights = weights
    self.limit = limit
  }

  func weight(of index: Int) -> Int { index < weights.count ? weights[index] : 0 }
}

/// Computes `work` for 0 ..< `count` on up to `threads` threads and hands each result to `consume`
/// in the order of the indices, on the calling thread.
///
/// - Parameter lookahead: How many results may wait to be consumed.
/// - Throws: The error of the least index that fails, or the first that `consume` throws.
public func streamShards<Result: Sendable>(
  count: Int, threads: Int, lookahead: Int, work: @escaping @Sendable (Int) throws -> Result,
  consume: (Int, Result) throws -> Void
) throws {
  try streamShards(
    count: count, threads: threads, room: ShardRoom(lookahead: lookahead), work: work,
    consume: consume)
}

/// Computes `work` for 0 ..< `count` on up to `threads` threads and hands each result to `consume`
/// in the order of the indices, on the calling thread.
///
/// Those threads are the global queue's, which has no more: a shard that divides its own work needs
/// threads of its own for that (``mapWaiting(count:threads:_:)``), as one of these may wait for room.
///
/// - Parameters:
///   - room: How many shards may be in memory at once.
///   - meanwhile: Called once, on the calling thread, before the first result is taken: what else
///     there is to do while the first ones are computed.
/// - Throws: The error of the least index that fails, or the first that `meanwhile` or `consume`
///   throws.
public func streamShards<Result: Sendable>(
  count: Int, threads: Int, room: ShardRoom, work: @escaping @Sendable (Int) throws -> Result,
  meanwhile: () throws -> Void = {}, consume: (Int, Result) throws -> Void
) throws {
  precondition(count >= 0, "a count is not negative")
  guard threads > 1, count > 1 else {
    try meanwhile()
    for index in 0..<count { try consume(index, work(index)) }
    return
  }
  let stream = ShardStream<Result>(count: count, room: room)
  let group = DispatchGroup()
  for _ in 0..<min(threads, count) {
    DispatchQueue.global().async(group: group) { stream.work(work) }
  }
  defer {
    stream.stop()
    group.wait()
  }
  try meanwhile()
  for index in 0..<count {
    try consume(index, stream.take(index))
    stream.release(index)
  }
}

/// The meeting place of the threads that compute and the one that consumes.
private final class ShardStream<Value: Sendable>: Sendable {
  private struct State: Sendable {
    var next = 0
    var released = 0
    /// What the shards take that were begun and not yet released.
    var weight = 0
    /// How many workers wait for room.
    var waiting = 0
    var isStopped = false
    var results: [Int: Result<Value, any Error>] = [:]
  }

  private enum Turn {
    case work(Int)
    case wait
    case end
  }

  private let count: Int
  private let room: ShardRoom
  private let state = Guarded(State())
  /// Signalled for each worker that waits, when there is more room or nothing left to do.
  private let changes = DispatchSemaphore(value: 0)
  /// One for each index, signalled when its result is there.
  private let arrivals: [DispatchSemaphore]

  init(count: Int, room: ShardRoom) {
    self.count = count
    self.room = room
    arrivals = (0..<count).map { _ in DispatchSemaphore(value: 0) }
  }

  /// Computes results until none is left to begin.
  func work(_ body: @Sendable (Int) throws -> Value) {
    while true {
      switch state.withLock({ turn(&$0) }) {
      case .end: return
      case .wait: changes.wait()
      case .work(let index):
        let result = Result { try body(index) }
        state.withLock { $0.results[index] = result }
        arrivals[index].signal()
      }
    }
  }

  private func turn(_ state: inout State) -> Turn {
    guard !state.isStopped, state.next < count else { return .end }
    let weight = room.weight(of: state.next)
    // The one that is being consumed does not count as one that waits.
    let hasPlace = state.next - state.released <= room.lookahead
    guard state.next == state.released || hasPlace && weight <= room.limit - state.weight else {
      state.waiting += 1
      return .wait
    }
    state.weight += weight
    state.next += 1
    return .work(state.next - 1)
  }

  /// Waits for a result and takes it away.
  func take(_ index: Int) throws -> Value {
    arrivals[index].wait()
    guard let result = state.withLock({ $0.results.removeValue(forKey: index) }) else {
      throw CancellationError()
    }
    return try result.get()
  }

  /// Gives back the room of a shard that has been consumed.
  func release(_ index: Int) {
    wake { state in
      state.released = index + 1
      state.weight -= room.weight(of: index)
    }
  }

  /// Lets the workers end.
  func stop() { wake { $0.isStopped = true } }

  private func wake(_ change: (inout State) -> Void) {
    let waiting = state.withLock { state in
      change(&state)
      defer { state.waiting = 0 }
      return state.waiting
    }
    for _ in 0..<waiting { changes.signal() }
  }
}
