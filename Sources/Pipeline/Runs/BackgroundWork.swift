// Work that is done beside the thread that hands it over, in order, with its first fault kept.

internal import Dispatch

/// A queue of work that one thread does, piece by piece, in the order in which it is handed over.
///
/// Few pieces wait at a time, and few bytes, so memory stays bounded: who hands over faster than
/// they are done waits. After a fault nothing more is done; ``finish()`` throws it.
public final class BackgroundWork: Sendable {
  private struct State: Sendable {
    var pieces = 0
    var bytes = 0
    /// How many threads wait for room.
    var waiting = 0
    var fault: (any Error)?
  }

  private let queue: DispatchQueue
  private let mostPieces: Int
  private let mostBytes: Int
  private let state = Guarded(State())
  private let room = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - label: What debuggers call the queue.
  ///   - mostWaiting: How many pieces may wait or be under way.
  ///   - mostBytes: How many bytes they may hold together. A larger piece is taken with no other.
  public init(label: String, mostWaiting: Int, mostBytes: Int = .max) {
    queue = DispatchQueue(label: label, qos: .default)
    mostPieces = mostWaiting
    self.mostBytes = mostBytes
  }

  /// Hands a piece over, and waits where too many are waiting.
  ///
  /// - Parameter bytes: How many the piece holds.
  public func add(bytes: Int = 0, _ body: @escaping @Sendable () throws -> Void) {
    while !isTaken(bytes) { room.wait() }
    queue.async { [self] in
      defer { giveBack(bytes) }
      guard state.withLock({ $0.fault == nil }) else { return }
      do { try body() } catch { state.withLock { $0.fault = error } }
    }
  }

  private func isTaken(_ bytes: Int) -> Bool {
    state.withLock { state in
      let fits = state.pieces < mostPieces && bytes <= mostBytes - state.bytes
      guard state.pieces == 0 || fits else {
        state.waiting += 1
        return false
      }
      state.pieces += 1
      state.bytes += bytes
      return true
    }
  }

  private func giveBack(_ bytes: Int) {
    let waiting = state.withLock { state in
      state.pieces -= 1
      state.bytes -= bytes
      defer { state.waiting = 0 }
      return state.waiting
    }
    for _ in 0..<waiting { room.signal() }
  }

  /// Whether handing over another piece would mean to wait.
  public var isFull: Bool { state.withLock { $0.pieces >= mostPieces } }

  /// Waits until everything handed over is done.
  ///
  /// - Throws: The first fault.
  public func finish() throws {
    queue.sync {}
    if let fault = state.withLock({ $0.fault }) { throw fault }
  }
}
