// A growing list of plain values and a growing buffer of bytes, for the readers' inner loops.

internal import Glibc

/// A list of plain values in memory of its own, without bounds checks in release builds.
@safe final class FlatList<Element: BitwiseCopyable> {
  // SAFETY: `base` points at `capacity` elements, of which the first `count` are set; the memory is
  // freed in deinit only, and moved in `reserve` only.
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int
  var count = 0

  init(capacity: Int) {
    self.capacity = max(capacity, 16)
    unsafe base = .allocate(capacity: self.capacity)
  }

  deinit { unsafe base.deallocate() }

  subscript(index: Int) -> Element {
    @inline(__always) get {
      assert(index >= 0 && index < count, "the index is outside the list")
      return unsafe base[index]
    }
    @inline(__always) set {
      assert(index >= 0 && index < count, "the index is outside the list")
      unsafe base[index] = newValue
    }
  }

  @inline(__always) func append(_ element: Element) {
    if count == capacity { reserve(count &+ 1) }
    unsafe base[count] = element
    count &+= 1
  }

  /// Makes room for `wanted` elements in all.
  func reserve(_ wanted: Int) {
    guard wanted > capacity else { return }
    let larger = max(wanted, capacity * 2)
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    unsafe moved.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = moved
    capacity = larger
  }
}
