// Room for the bytes of one row's content, filled anew for each row. All its pointer work stands
// here; TypedContentTests compare what comes out with literals.
internal import Glibc
internal import Pipeline

/// A growing buffer of bytes.
@safe final class ContentBuffer {
  // SAFETY: `base` points at `capacity` bytes, of which the first `count` are set; the memory is
  // freed in deinit only, and moved in `reserve` only, which every write calls first.
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int = 1_024) {
    self.capacity = max(capacity, 64)
    unsafe base = .allocate(capacity: self.capacity)
  }

  deinit { unsafe base.deallocate() }

  /// The bytes, on loan until the next change.
  var view: ByteView { unsafe ByteView(base: base, count: count) }

  /// The bytes from one offset up to another, on loan until the next change.
  func view(from start: Int, to end: Int) -> ByteView { view.slice(from: start, to: end) }

  /// Forgets all but the first bytes.
  func truncate(to newCount: Int) {
    precondition(newCount >= 0 && newCount <= count, "a buffer is truncated, not extended")
    count = newCount
  }

  @inline(__always) private func reserve(_ more: Int) {
    if capacity &- count < more { grow(more) }
  }

  @inline(never) private func grow(_ more: Int) {
    let larger = max(count + more, capacity * 2)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    unsafe moved.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = moved
    capacity = larger
  }

  @inline(__always) func append(_ byte: UInt8) {
    reserve(1)
    unsafe base[count] = byte
    count &+= 1
  }

  @inline(__always) func append(_ bytes: ByteView) {
    reserve(bytes.count)
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      let length = source.count
      let target = unsafe UnsafeMutableRawPointer(base + count)
      // Most fields are short: two words that may overlap are faster than a call.
      if length >= 8, length <= 16 {
        let first = unsafe start.loadUnaligned(as: UInt64.self)
        let last = unsafe start.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
        unsafe target.storeBytes(of: first, as: UInt64.self)
        unsafe target.storeBytes(of: last, toByteOffset: length &- 8, as: UInt64.self)
      } else if length >= 4, length < 8 {
        let first = unsafe start.loadUnaligned(as: UInt32.self)
        let last = unsafe start.loadUnaligned(fromByteOffset: length &- 4, as: UInt32.self)
        unsafe target.storeBytes(of: first, as: UInt32.self)
        unsafe target.storeBytes(of: last, toByteOffset: length &- 4, as: UInt32.self)
      } else {
        unsafe memcpy(target, start, length)
      }
    }
    count &+= bytes.count
  }

  /// Appends the first `length` bytes of three little-endian words.
  @inline(__always) func append(_ words: (UInt64, UInt64, UInt64), count length: Int) {
    reserve(24)
    let target = unsafe UnsafeMutableRawPointer(base + count)
    unsafe target.storeBytes(of: words.0.littleEndian, as: UInt64.self)
    unsafe target.storeBytes(of: words.1.littleEndian, toByteOffset: 8, as: UInt64.self)
    unsafe target.storeBytes(of: words.2.littleEndian, toByteOffset: 16, as: UInt64.self)
    count &+= length
  }

  func append(_ text: String) {
    for byte in text.utf8 { append(byte) }
  }

  /// Appends a decimal without idle zeros: 0.10 is `0.1`, −0 is `0`.
  ///
  /// - Parameter fractionDigits: How many of the mantissa's digits stand after the point.
  func append(mantissa: Int64, fractionDigits: Int) {
    var digits = mantissa.magnitude
    var places = max(fractionDigits, 0)
    while places > 0, digits % 10 == 0 {
      guard digits > 0 else {
        places = 0
        break
      }
      digits /= 10
      places &-= 1
    }
    if mantissa < 0 { append(UInt8(ascii: "-")) }
    var width = 1
    var power: UInt64 = 10
    while width < 20, digits >= power {
      width &+= 1
      guard width < 20 else { break }
      power &*= 10
    }
    if places > 0 { width = max(width, places &+ 1) &+ 1 }
    reserve(width)
    var place = width
    while place > 0 {
      place &-= 1
      if places > 0, place == width &- places &- 1 {
        unsafe base[count &+ place] = UInt8(ascii: ".")
      } else {
        unsafe base[count &+ place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digits % 10)
        digits /= 10
      }
    }
    count &+= width
  }
}

/// Decimals as text without idle zeros.
enum CanonicalDecimal {
  static func text(mantissa: Int64, fractionDigits: Int) -> Text {
    let buffer = ContentBuffer(capacity: 64)
    buffer.append(mantissa: mantissa, fractionDigits: fractionDigits)
    return buffer.view.text()
  }
}

/// Bytes that never change, lent without a copy.
///
/// It may go to other threads although it holds a pointer: nobody writes after init.
@safe final class ConstantBytes: @unchecked Sendable {
  // SAFETY: set in init, never written afterwards, freed in deinit.
  private let base: UnsafePointer<UInt8>
  let count: Int

  init(_ bytes: [UInt8]) {
    count = bytes.count
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    for (place, byte) in bytes.enumerated() { unsafe (copy + place).initialize(to: byte) }
    unsafe base = UnsafePointer(copy)
  }

  deinit { unsafe base.deallocate() }

  /// The bytes from one offset up to another, on loan from this object.
  @inline(__always) func view(from start: Int, to end: Int) -> ByteView {
    precondition(start >= 0 && start <= end && end <= count, "a slice outside the bytes")
    return unsafe ByteView(base: base + start, count: end &- start)
  }
}
