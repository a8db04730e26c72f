// Between the readers' views of bytes and the bounds-checked bytes of this folder.
import Pipeline

extension RawReader {
  /// The bytes of a view, for as long as the view's lender lends them.
  @inline(__always) init(_ view: ByteView) {
    // SAFETY: the pointer is used only during the call that lends the view, as the view itself.
    self = unsafe view.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return RawReader.nothing }
      return unsafe RawReader(base: base, count: buffer.count)
    }
  }

  private static let noBytes = OwnedBytes(count: 0) { _ in }

  /// No bytes at all.
  // SAFETY: a static property is never released.
  static var nothing: RawReader { unsafe noBytes.unsafeReader }

  /// The bytes as a view, on loan as these are.
  @inline(__always) var view: ByteView {
    unsafe ByteView(base: base.assumingMemoryBound(to: UInt8.self), count: count)
  }
}

extension RawReader {
  /// Lends the UTF-8 bytes of a text for the length of a call.
  @inline(__always) static func withBytes<Result>(
    of text: Text, _ body: (RawReader) -> Result
  ) -> Result {
    var string = text.string
    return string.withUTF8 { buffer in
      guard let base = buffer.baseAddress else { return body(RawReader.nothing) }
      return unsafe body(RawReader(base: base, count: buffer.count))
    }
  }

  /// Copies the bytes to the end of an array.
  func append(to bytes: inout [UInt8]) {
    unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: base, count: count))
  }
}

extension [UInt8] {
  /// Lends some of the bytes for the length of a call.
  @inline(__always) func withRawReader<Result>(
    _ start: Int, _ length: Int, _ body: (RawReader) throws -> Result
  ) rethrows -> Result {
    try unsafe withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return try body(RawReader.nothing) }
      return try unsafe body(RawReader(base: base, count: buffer.count).slice(start, length))
    }
  }
}
