// A value that another thread works out while this one goes on.

/// Something that is worked out beside the thread that asked for it.
public final class BackgroundResult<Value: Sendable>: Sendable {
  /// nil where the value was there from the start.
  private let work: BackgroundWork?
  private let value: Guarded<Value?>

  /// Begins at once.
  ///
  /// - Parameter label: What debuggers call the queue.
  public init(label: String, _ body: @escaping @Sendable () throws -> Value) {
    let work = BackgroundWork(label: label, mostWaiting: 1)
    let value = Guarded<Value?>(nil)
    work.add {
      let made = try body()
      value.withLock { $0 = made }
    }
    self.work = work
    self.value = value
  }

  /// A value for which nobody has to wait.
  public init(_ value: Value) {
    work = nil
    self.value = Guarded(value)
  }

  /// Whether the value was there from the start.
  public var isThere: Bool { work == nil }

  /// Waits for the value and hands it over, so that there is no second one to be copied when it is
  /// changed. To be called once.
  ///
  /// - Throws: What `body` threw.
  public func take() throws -> Value {
    try work?.finish()
    let made = value.withLock { value in
      defer { value = nil }
      return value
    }
    guard let made else { preconditionFailure("a result that was taken already") }
    return made
  }
}
