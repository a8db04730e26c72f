// What is fetched from the disk before somebody needs it.

internal import Dispatch

/// Values for 0 ..< a count, fetched one after another on a thread of their own, a few ahead of those
/// who take them.
public final class ReadAhead<Value: Sendable>: Sendable {
  private struct State: Sendable {
    /// How many have been begun.
    var begun = 0
    var fetched: [Int: Result<Value, any Error>] = [:]
  }

  private let count: Int
  private let ahead: Int
  private let fetch: @Sendable (Int) throws -> Value
  private let queue = DispatchQueue(label: "refbatch.ahead", qos: .default)
  private let state = Guarded(State())
  /// One for each index, signalled when its value is there.
  private let arrivals: [DispatchSemaphore]

  /// Begins with the first ones.
  ///
  /// - Parameter ahead: How many are fetched besides the greatest one that was asked for.
  public init(count: Int, ahead: Int, fetch: @escaping @Sendable (Int) throws -> Value) {
    self.count = count
    self.ahead = ahead
    self.fetch = fetch
    arrivals = (0..<count).map { _ in DispatchSemaphore(value: 0) }
    begin(before: ahead)
  }

  /// Waits for a value and takes it away: each is to be had once.
  ///
  /// - Throws: What fetching it threw.
  public func take(_ index: Int) throws -> Value {
    begin(before: index + 1 + ahead)
    arrivals[index].wait()
    guard let result = state.withLock({ $0.fetched.removeValue(forKey: index) }) else {
      throw CancellationError()
    }
    return try result.get()
  }

  private func begin(before end: Int) {
    let due = state.withLock { state in
      let first = state.begun
      state.begun = max(first, min(end, count))
      return first..<state.begun
    }
    for index in due {
      queue.async { [self] in
        let result = Result { try fetch(index) }
        state.withLock { $0.fetched[index] = result }
        arrivals[index].signal()
      }
    }
  }
}
