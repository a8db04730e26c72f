// How far a run is: one line on a terminal, rewritten in place; nothing anywhere else.

internal import Glibc

/// A progress line on standard error, drawn at most ten times a second, from any thread.
public final class ProgressLine: Sendable {
  private let descriptor: Int32
  private let isShown: Bool
  private let clock: @Sendable () -> UInt64
  private let state = Guarded<(drawnAt: UInt64?, isOnScreen: Bool)>((nil, false))
  private static let intervalNanoseconds: UInt64 = 100_000_000

  /// Makes a progress line where standard error is a terminal, and a silent one elsewhere.
  public convenience init() {
    self.init(descriptor: 2, isShown: Terminal(descriptor: 2).isTerminal) { Self.monotonic() }
  }

  init(descriptor: Int32, isShown: Bool, clock: @escaping @Sendable () -> UInt64) {
    self.descriptor = descriptor
    self.isShown = isShown
    self.clock = clock
  }

  /// Says how far something is.
  ///
  /// - Parameter total: How much there is in all; nil when nobody knows.
  public func update(_ label: String, done: Int64, of total: Int64? = nil) {
    guard isShown else { return }
    let now = clock()
    let isDue = state.withLock { state in
      if let last = state.drawnAt, now < last + Self.intervalNanoseconds { return false }
      state = (now, true)
      return true
    }
    if isDue { write("\r\u{1B}[K" + Self.line(label, done: done, of: total)) }
  }

  /// Wipes the line away.
  public func clear() {
    let wasOnScreen = state.withLock { state in
      defer { state = (nil, false) }
      return state.isOnScreen
    }
    if wasOnScreen { write("\r\u{1B}[K") }
  }

  static func line(_ label: String, done: Int64, of total: Int64?) -> String {
    guard let total, total > 0 else { return "\(Log.visible(label)): \(done)" }
    let percent = min(100, Int128(done) * 100 / Int128(total))
    return "\(Log.visible(label)): \(done) of \(total) (\(percent) %)"
  }

  /// Draws; a line that cannot be drawn is no loss.
  private func write(_ text: String) {
    try? Descriptor.write(Array(text.utf8).span, to: descriptor, path: "standard error")
  }

  private static func monotonic() -> UInt64 {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { return 0 }
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
