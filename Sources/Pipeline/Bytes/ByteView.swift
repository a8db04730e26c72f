// A view of bytes that somebody else owns. All its pointer work stands here.

public import Glibc

/// Bytes lent by a batch or a buffer.
///
/// A view owns nothing: it is valid only during the call that lends it. Keep ``copied()``,
/// ``string()`` or ``text()`` for longer. It is not `Sendable` for the same reason.
@safe public struct ByteView {
  // SAFETY: `base` points at `count` readable bytes for as long as the lending call runs; who
  // makes a view warrants that. An empty view's base is never read.
  @usableFromInline let base: UnsafePointer<UInt8>

  /// The number of bytes.
  public let count: Int

  /// Wraps `count` bytes at `base`, which must outlive every use of the view.
  @inlinable @unsafe public init(base: UnsafePointer<UInt8>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// Whether there is no byte.
  @inlinable public var isEmpty: Bool { count == 0 }

  /// The byte at an offset from the start, which must be less than ``count``.
  @inlinable public subscript(offset: Int) -> UInt8 {
    assert(offset >= 0 && offset < count, "the offset is outside the view")
    // SAFETY: checked in debug builds, promised by the caller in release builds.
    return unsafe base[offset]
  }

  /// The bytes from one offset up to another, lent as long as this view is.
  @inlinable public func slice(from start: Int, to end: Int) -> ByteView {
    assert(start >= 0 && start <= end && end <= count, "the slice is outside the view")
    // SAFETY: inside this view, by the line above.
    return unsafe ByteView(base: base + start, count: end &- start)
  }
}

extension ByteView {
  /// The text, of bytes that are known to be UTF-8; what is not becomes U+FFFD.
  public func string() -> String {
    unsafe String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
  }

  /// The text as a value that compares by its bytes.
  public func text() -> Text { Text(string()) }

  /// The bytes as an array of their own.
  public func copied() -> [UInt8] {
    unsafe [UInt8](UnsafeBufferPointer(start: base, count: count))
  }

  /// Lends the bytes to code that takes a buffer.
  @inlinable public func withUnsafeBytes<Result, Failure>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// Whether the bytes are those of `literal`.
  @inlinable public func equals(_ literal: StaticString) -> Bool {
    // SAFETY: a literal of more than one scalar or none has a pointer representation; one made of
    // a single scalar is given by the compiler in the same form.
    unsafe literal.hasPointerRepresentation && count == literal.utf8CodeUnitCount
      && memcmp(base, literal.utf8Start, count) == 0
  }
}

extension ByteView: Equatable {
  /// Whether two views hold the same bytes.
  @inlinable public static func == (left: ByteView, right: ByteView) -> Bool {
    unsafe left.count == right.count && memcmp(left.base, right.base, left.count) == 0
  }
}

extension ByteView {
  /// Lends the bytes of an array for the length of a call.
  public static func withBytes<Result, Failure>(
    of bytes: [UInt8], _ body: (ByteView) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(Failure) -> Result in
      guard let base = buffer.baseAddress else { return try withNothing(body) }
      return try unsafe body(ByteView(base: base, count: buffer.count))
    }
  }

  /// Lends the UTF-8 bytes of a string for the length of a call.
  public static func withBytes<Result, Failure>(
    of string: String, _ body: (ByteView) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Almost every string lends its bytes as they stand; a foreign one is copied.
    var outcome: Swift.Result<Result, Failure>?
    _ = unsafe string.utf8.withContiguousStorageIfAvailable { buffer in
      guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
      do throws(Failure) {
        outcome = .success(try unsafe body(ByteView(base: base, count: buffer.count)))
      } catch {
        outcome = .failure(error)
      }
    }
    if let outcome { return try outcome.get() }
    return try withBytes(of: Array(string.utf8), body)
  }

  /// Lends the bytes of a text for the length of a call that throws nothing; for inner loops.
  @inlinable @inline(__always) public static func lendBytes<Result>(
    of text: Text, _ body: (ByteView) -> Result
  ) -> Result {
    unsafe text.withBytes { buffer in
      let filler: UInt8 = 0
      return unsafe withUnsafePointer(to: filler) { nothing in
        unsafe body(ByteView(base: buffer.baseAddress ?? nothing, count: buffer.count))
      }
    }
  }

  private static func withNothing<Result, Failure>(
    _ body: (ByteView) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let filler: UInt8 = 0
    return try unsafe withUnsafePointer(to: filler) { (pointer) throws(Failure) -> Result in
      try unsafe body(ByteView(base: pointer, count: 0))
    }
  }
}
