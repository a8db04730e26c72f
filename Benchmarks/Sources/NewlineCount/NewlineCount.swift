// Counts the newlines of a file with some threads: the least that reading it can cost.
//
//   NewlineCount FILE THREADS

import Dispatch
import Glibc
import Synchronization

@main
enum NewlineCount {
  private static let blockSize = 256 << 10

  static func main() {
    let words = CommandLine.arguments
    guard words.count == 3, let threads = Int(words[2]), threads > 0 else {
      fail("usage: NewlineCount FILE THREADS", status: 64)
    }
    let descriptor = open(words[1], O_RDONLY | O_CLOEXEC)
    var facts = stat()
    guard descriptor >= 0, fstat(descriptor, &facts) == 0 else {
      fail("\(words[1]): cannot be opened: errno \(errno)", status: 74)
    }
    let size = Int(facts.st_size)
    let total = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: threads) { index in
      let range = size * index / threads..<size * (index + 1) / threads
      total.wrappingAdd(newlines(of: descriptor, in: range), ordering: .relaxed)
    }
    print(total.load(ordering: .relaxed))
  }

  /// The newlines in a range of a file's bytes.
  private static func newlines(of descriptor: Int32, in range: Range<Int>) -> Int {
    let block = UnsafeMutableRawPointer.allocate(byteCount: blockSize, alignment: 64)
    defer { block.deallocate() }
    var count = 0
    var offset = range.lowerBound
    while offset < range.upperBound {
      let read = pread(descriptor, block, min(blockSize, range.upperBound - offset), off_t(offset))
      guard read > 0 else { fail("reading failed: errno \(errno)", status: 74) }
      var start = block
      let end = block + read
      while let newline = memchr(start, 0x0A, end - start) {
        count += 1
        start = newline + 1
      }
      offset += read
    }
    return count
  }

  private static func fail(_ message: String, status: Int32) -> Never {
    let line = Array("NewlineCount: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(status)
  }
}
