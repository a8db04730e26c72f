// Standard output for data: buffered, and never silent about a failed write.

internal import Glibc

/// A buffered writer to file descriptor 1. Call ``flush()`` at the end; nothing else does.
public final class StandardOutput: ByteSink {
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  /// Makes the writer; one at a time.
  public convenience init() { self.init(descriptor: 1) }

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Takes bytes.
  ///
  /// - Throws: ``FileFault``, for a reader that has gone one with ``FileFault/isBrokenPipe``.
  public func write(_ bytes: Span<UInt8>) throws {
    if buffer.count + bytes.count > sinkBlockByteCount { try flush() }
    guard bytes.count < sinkBlockByteCount else { return try put(bytes) }
    buffer.append(bytes)
  }

  /// Writes out what is left.
  ///
  /// - Throws: ``FileFault``. What was left is then given up.
  public func flush() throws {
    var full: [UInt8] = []
    swap(&full, &buffer)
    try put(full.span)
    full.removeAll(keepingCapacity: true)
    swap(&full, &buffer)
  }

  private func put(_ bytes: Span<UInt8>) throws {
    try Descriptor.write(bytes, to: descriptor, path: "standard output")
  }

  /// Makes a write to a pipe without a reader fail, where by default it would end the program.
  ///
  /// Children inherit this.
  public static func reportBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }
}
