// A value that several threads change in turn.

public import Synchronization

/// A value behind a lock.
///
/// A `Mutex` that the thread sanitizer understands: the lock itself lies in a library the sanitizer
/// does not see into, so its order is repeated here in an atomic that it does see. That costs one
/// uncontended store a turn.
public final class Guarded<Value: Sendable>: Sendable {
  @usableFromInline let value: Mutex<Value>
  @usableFromInline let turn = Atomic<Bool>(false)

  /// Puts a value behind a lock.
  public init(_ value: Value) { self.value = Mutex(value) }

  /// Runs `body` on the value while no other thread can.
  ///
  /// - Throws: What `body` throws.
  @inlinable public func withLock<Result: Sendable, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try value.withLock { value throws(Failure) in
      _ = turn.load(ordering: .acquiring)
      defer { turn.store(true, ordering: .releasing) }
      return try body(&value)
    }
  }
}
