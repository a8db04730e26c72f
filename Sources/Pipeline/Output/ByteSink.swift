// Where a writer's bytes go.

/// Something that takes bytes in order: a file, standard output, memory.
public protocol ByteSink: AnyObject {
  /// Takes all of the bytes.
  ///
  /// - Throws: The sink's own fault; nothing more can then be written.
  func write(_ bytes: Span<UInt8>) throws
}

extension ByteSink {
  /// Takes a text's UTF-8 bytes.
  ///
  /// - Throws: The sink's own fault.
  public func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// Takes all of the bytes.
  ///
  /// - Throws: The sink's own fault.
  public func write(_ bytes: [UInt8]) throws { try write(bytes.span) }
}

/// A sink in memory.
public final class ByteBuffer: ByteSink {
  /// What it has taken so far.
  public private(set) var bytes: [UInt8] = []

  /// Makes an empty one.
  public init() {}

  public func write(_ span: Span<UInt8>) { bytes.append(span) }

  /// What it has taken so far, as text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// How many bytes a writer keeps before it hands them on.
let sinkBlockByteCount = 1 << 16

extension [UInt8] {
  /// Appends a copy of the bytes.
  mutating func append(_ span: Span<UInt8>) {
    // SAFETY: the pointer is used only while the span lends it.
    unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
