// A value that another thread works out while this one goes on.

/// Something that is worked out beside the thread that asked for it.
public final class BackgroundResult<Value: Sendable>: Sendable {
  private let work: BackgroundWork
  private let value = Guarded<Value?>(nil)

  /// Begins at once.
  ///
  /// - Parameter label: What debuggers call the queue.
  public init(label: String, _ body: @escaping @Sendable () throws -> Value) {
    work = BackgroundWork(label: label, mostWaiting: 1)
    work.add { [value] in
      let made = try body()
      value.withLock { $0 = made }
    }
  }

  /// Waits for the value and hands it over, so that there is no second one to be copied when it is
  /// changed. To be called once.
  ///
  /// - Throws: What `body` threw.
  public func take() throws -> Value {
    try work.finish()
    let made = value.withLock { value in
      defer { value = nil }
      return value
    }
    guard let made else { preconditionFailure("a result that was taken already") }
    return made
  }
}
