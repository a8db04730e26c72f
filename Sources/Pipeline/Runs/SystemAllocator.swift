// How the C library's allocator keeps memory that was freed. No output depends on it.

internal import Glibc

/// glibc's allocator, which Swift allocates with; where there is another, nothing is changed.
public enum SystemAllocator {
  private static let trimThreshold: Int32 = -1
  private static let mapThreshold: Int32 = -3
  private static let mostArenas: Int32 = -8

  /// Has all threads share a few arenas of freed memory. With as many as glibc would make, eight
  /// for each core, what one thread made and another let go is of no use to the next, and memory
  /// that is touched for the first time is dear; with few, threads wait for each other.
  ///
  /// Buffers of 4 MiB and more come from the system and go back at once; what is smaller stays.
  ///
  /// - Parameter arenas: How many.
  public static func share(arenas: Int) {
    guard let set = setter else { return }
    _ = set(mostArenas, Int32(clamping: arenas))
    _ = set(mapThreshold, 4 << 20)
    _ = set(trimThreshold, 1 << 30)
  }

  /// Gives memory that was freed back to the system.
  public static func trim() { _ = trimmer?(0) }

  /// `mallopt`.
  private static let setter: (@convention(c) (Int32, Int32) -> Int32)? = {
    guard let symbol = unsafe dlsym(nil, "mallopt") else { return nil }
    // SAFETY: its only signature is `int mallopt(int, int)`.
    return unsafe unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
  }()

  /// `malloc_trim`.
  private static let trimmer: (@convention(c) (Int) -> Int32)? = {
    guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return nil }
    // SAFETY: its only signature is `int malloc_trim(size_t)`.
    return unsafe unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)
  }()
}
