// Work that is done beside the thread that hands it over, in order, with its first fault kept.

internal import Dispatch

/// A queue of work that one thread does, piece by piece, in the order in which it is handed over.
///
/// Few pieces wait at a time, so memory stays bounded: who hands over faster than they are done
/// waits. After a fault nothing more is done; ``finish()`` throws it.
public final class BackgroundWork: Sendable {
  private let queue: DispatchQueue
  private let room: DispatchSemaphore
  private let fault = Guarded<(any Error)?>(nil)

  /// - Parameters:
  ///   - label: What debuggers call the queue.
  ///   - mostWaiting: How many pieces may wait or be under way.
  public init(label: String, mostWaiting: Int) {
    queue = DispatchQueue(label: label, qos: .default)
    room = DispatchSemaphore(value: mostWaiting)
  }

  /// Hands a piece over, and waits where too many are waiting.
  public func add(_ body: @escaping @Sendable () throws -> Void) {
    room.wait()
    queue.async { [self] in
      defer { room.signal() }
      guard fault.withLock({ $0 == nil }) else { return }
      do { try body() } catch { fault.withLock { $0 = error } }
    }
  }

  /// Waits until everything handed over is done.
  ///
  /// - Throws: The first fault.
  public func finish() throws {
    queue.sync {}
    if let fault = fault.withLock({ $0 }) { throw fault }
  }
}
