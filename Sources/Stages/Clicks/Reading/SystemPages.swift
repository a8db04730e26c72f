// Memory straight from the system, for rows that wait: it goes back as whole pages, piece by piece.
import Glibc

/// The system's pages.
enum SystemPages {
  /// Bytes of one: a power of two, 4 KiB on most machines and up to 64 KiB on some.
  static let byteCount = max(Int(sysconf(Int32(_SC_PAGESIZE))), 4_096)

  /// Bytes of the whole pages that hold so many.
  static func whole(_ count: Int) -> Int { (count + byteCount - 1) & ~(byteCount - 1) }

  /// Maps memory of its own.
  ///
  /// - Parameters:
  ///   - rows: What it is for, for messages.
  ///   - atOnce: Whether its pages come now; else each comes when it is first written to.
  /// - Throws: ``ClickFault/system(operation:path:code:)`` where the system has no memory left.
  @unsafe static func map(
    _ count: Int, for rows: String, atOnce: Bool = false
  ) throws(ClickFault) -> UnsafeMutableRawPointer {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | (atOnce ? MAP_POPULATE : 0)
    let mapped = unsafe mmap(nil, max(count, 1), PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
      throw .system(operation: "making room for \(rows)", path: "memory", code: errno)
    }
    return unsafe mapped
  }
}
