// Work that waits for the disk rather than for a core: more threads at once than there are cores.

internal import Dispatch
internal import Foundation

/// Calls `body` for 0 ..< `count` on up to `threads` threads of its own.
///
/// - Throws: The error of the least index that fails; some above it may then not have been begun.
public func forEachWaiting(
  count: Int, threads: Int = 8, _ body: @escaping @Sendable (Int) throws -> Void
) throws {
  guard count > 1, threads > 1 else {
    for index in 0..<count { try body(index) }
    return
  }
  let work = WaitingWork(count: count, body)
  let group = DispatchGroup()
  for _ in 0..<min(threads, count) {
    group.enter()
    Thread {
      work.run()
      group.leave()
    }.start()
  }
  group.wait()
  try work.check()
}

/// Computes `body` for 0 ..< `count` on up to `threads` threads of its own.
///
/// - Returns: The results in the order of the indices.
/// - Throws: The error of the least index that fails.
public func mapWaiting<Result: Sendable>(
  count: Int, threads: Int, _ body: @escaping @Sendable (Int) throws -> Result
) throws -> [Result] {
  let results = Guarded([Result?](repeating: nil, count: count))
  try forEachWaiting(count: count, threads: threads) { index in
    let result = try body(index)
    results.withLock { $0[index] = result }
  }
  return results.withLock { $0.compactMap(\.self) }
}

/// What several threads take one after another.
private final class WaitingWork: Sendable {
  private struct State: Sendable {
    var next = 0
    var failures: [Int: any Error] = [:]
  }

  private let state = Guarded(State())
  private let count: Int
  private let body: @Sendable (Int) throws -> Void

  init(count: Int, _ body: @escaping @Sendable (Int) throws -> Void) {
    self.count = count
    self.body = body
  }

  /// Works until nothing is left, or something has failed.
  func run() {
    while let index = take() {
      do { try body(index) } catch { state.withLock { $0.failures[index] = error } }
    }
  }

  private func take() -> Int? {
    state.withLock { state in
      guard state.failures.isEmpty, state.next < count else { return nil }
      state.next += 1
      return state.next - 1
    }
  }

  /// - Throws: The error of the least index.
  func check() throws {
    let failures = state.withLock { $0.failures }
    if let first = failures.min(by: { $0.key < $1.key }) { throw first.value }
  }
}
