// How the memory of a run is shared out. No output depends on it.
import Glibc
import Pipeline

/// The shares of a run's memory, in bytes.
struct NightMemory {
  /// Most bytes of the whole run, as far as it can be held.
  let limit: Int

  /// What a run takes whatever it works on: the program, the registry, buffers of the files.
  private static let base = 96 << 20
  /// What an order takes, with all that is made of it, until it is merged.
  private static let orderWeight = 1_800

  init(_ limit: Int) { self.limit = limit }

  /// What is to be shared out.
  private var free: Int { max(limit - Self.base, limit / 4) }

  /// Clicks: what is read of them where the disk cannot take it as fast, and what is being judged.
  var clicks: Int { free / 100 * 23 }
  /// Order rows that wait for their programmes.
  var orders: Int { free / 8 }
  /// Programmes that are being worked on or wait to be merged.
  private var programs: Int { free / 5 * 2 }
  /// The store's page cache.
  var storeCache: Int { min(32 << 20, limit / 32) }
  /// Judged clicks that are gathered for the files of their days: a write keeps a core busy for 40 µs
  /// however short it is.
  var segmentBatch: Int { min(16 << 20, limit / 64) }

  /// Arenas of freed memory: two for each thread that works, so that they seldom wait for each other,
  /// unless the run must do with little.
  func arenas(threads: Int) -> Int { limit < 512 << 20 ? (threads + 1) / 2 : threads * 2 }
}

extension NightMemory {
  /// How many buckets the programmes are cut into, so that those in memory at once fit.
  func buckets(orders: Int, threads: Int) -> Int {
    let share = max(programs / (threads + 1), 1)
    return min(max(96, orders / (share / Self.orderWeight + 1)), 1_024)
  }

  /// How many buckets may be in memory at once.
  ///
  /// - Parameter buckets: Of each, its orders and the bytes of its clicks.
  func room(_ buckets: [(orders: Int, clickBytes: Int)], threads: Int) -> ShardRoom {
    // A bucket's clicks are unpacked to be judged, and beyond a share they are spilled.
    let mostClicks = clicks / (4 * max(threads, 1))
    let weights = buckets.map { bucket in
      bucket.orders * Self.orderWeight + min(3 * bucket.clickBytes, mostClicks)
    }
    return ShardRoom(lookahead: threads * 2, weights: weights, limit: programs)
  }
}

extension NightMemory {
  /// Gives memory that was freed back to the system, where the run comes near its limit: the
  /// allocator keeps it otherwise, which is faster.
  func trim() {
    guard let resident = Self.residentBytes, resident > limit / 8 * 7 else { return }
    SystemAllocator.trim()
  }

  /// Bytes of memory that the process takes at the moment; nil where the system does not tell.
  private static var residentBytes: Int? {
    let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 128)
    // SAFETY: at most as many bytes are read as the array has.
    let count = unsafe text.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, 128) }
    guard count > 0 else { return nil }
    let words = text[..<count].split(separator: UInt8(ascii: " "))
    guard words.count > 1, let pages = Int(String(decoding: words[1], as: UTF8.self)) else {
      return nil
    }
    return pages * SystemPages.byteCount
  }
}
