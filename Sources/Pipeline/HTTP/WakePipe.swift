// Wakes a thread that waits in poll: for a signal, or from another thread.

internal import Glibc

/// A pipe of which one end is polled.
final class WakePipe: Sendable {
  /// The end to poll.
  let readEnd: Int32
  private let writeEnd: Int32

  /// - Throws: ``ListenFault``.
  init() throws(ListenFault) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else {
      throw ListenFault(address: "wake pipe", operation: "make a pipe", code: errno)
    }
    readEnd = ends[0]
    writeEnd = ends[1]
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
  }

  deinit {
    _ = Glibc.close(readEnd)
    _ = Glibc.close(writeEnd)
  }

  /// Wakes the thread; a pipe that is full will wake it anyway.
  func wake() {
    var byte: UInt8 = 0
    _ = unsafe Glibc.write(writeEnd, &byte, 1)
  }

  /// Takes note of being woken.
  func drain() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while unsafe Glibc.read(readEnd, &bytes, bytes.count) > 0 {}
  }
}
