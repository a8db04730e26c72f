// SHA-256 of bytes that do not stand in a ByteView.

extension SHA256 {
  /// Takes in more bytes.
  @unsafe public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: the view is used only during this call, for which the caller lends the bytes.
    guard let base = bytes.baseAddress else { return }
    update(
      unsafe ByteView(base: base.assumingMemoryBound(to: UInt8.self), count: bytes.count))
  }

  /// 64 lower-case hexadecimal digits of a text's bytes.
  public static func hexadecimal(of text: Text) -> String {
    ByteView.withBytes(of: text.string) { bytes in
      var hash = SHA256()
      hash.update(bytes)
      return hash.finish().map { byte in
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
      }.joined()
    }
  }
}
