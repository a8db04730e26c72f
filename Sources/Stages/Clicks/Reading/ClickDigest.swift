// 64 bits that stand for the typed content of a click (SPEC 10, Rows), made without putting the
// content together.
import Pipeline

/// Digests contents field by field.
///
/// A field's hash depends on its column, its bytes and the workspace's key; the hashes of the
/// fields that are there are added up, so that neither absent fields nor the order of columns
/// matter. Instant and code enter as numbers, visitor and IP by their keys. The digest is stored
/// in segments, beside what it is compared with (ClickBlock.swift).
struct ClickDigest {
  private let key: UInt64

  init(key: ContentHash.Key) { self.key = folded(key.high ^ Self.first, key.low ^ Self.second) }

  // Words of the fractional digits of pi.
  private static var first: UInt64 { 0x243F_6A88_85A3_08D3 }
  private static var second: UInt64 { 0x1319_8A2E_0370_7344 }
  private static var third: UInt64 { 0xA409_3822_299F_31D0 }
  private static var fourth: UInt64 { 0x082E_FA98_EC4E_6C89 }

  /// The hash of a field that is there.
  @inline(__always) func field(_ column: Int, _ bytes: RawReader) -> UInt64 {
    let count = bytes.count
    let start = key &+ UInt64(truncatingIfNeeded: column &+ 1) &* 0x9E37_79B9_7F4A_7C15
    var hash = start
    var offset = 0
    while offset &+ 16 < count {
      let left = bytes.uncheckedWord(offset)
      let right = bytes.uncheckedWord(offset &+ 8)
      hash = folded(left ^ Self.first, right ^ hash)
      offset &+= 16
    }
    let (left, right) = bytes.lastWords(from: offset)
    hash = folded(left ^ Self.second, right ^ hash)
    return folded(hash ^ Self.third, start ^ UInt64(truncatingIfNeeded: count))
  }

  /// The hash of a field that is there, by the key that stands for its bytes.
  @inline(__always) func field(_ column: Int, _ digest: Digest128) -> UInt64 {
    let start = key &+ UInt64(truncatingIfNeeded: column &+ 1) &* 0x9E37_79B9_7F4A_7C15
    return folded(digest.high ^ Self.fourth, digest.low ^ start)
  }

  /// The digest of a content.
  ///
  /// - Parameter fields: The sum of the hashes of all fields but instant and code.
  @inline(__always) func content(fields: UInt64, instant: Int64, code: Int32) -> UInt64 {
    let code = UInt64(truncatingIfNeeded: code) &* 0x9E37_79B9_7F4A_7C15
    return folded(
      fields ^ Self.first, folded(UInt64(bitPattern: instant) ^ Self.second, code ^ key))
  }
}
