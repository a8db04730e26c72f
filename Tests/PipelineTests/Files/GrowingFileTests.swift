// Files that grow by stretches: whatever the stretches and pieces, the bytes arrive once, in order.

import Foundation
import Pipeline
import TestSupport
import Testing

struct GrowingFileTests {
  @Test(arguments: 1...12)
  func `stretches of any size come to the bytes in order`(seed: UInt64) throws {
    let folder = try ScratchFolder()
    var random = SplitMix64(seed: seed)
    let room = StretchRoom()
    var expected: [[UInt8]] = [[], [], []]
    let files = try (0..<3).map {
      try GrowingFile(creating: "\(folder.path)/\($0)", staysOpen: $0 != 1)
    }
    for _ in 0..<12 {
      let which = Int(random.next() % 3)
      try files[which].resume(through: room)
      for _ in 0..<random.next() % 4 {
        let greatest: UInt64 = random.next() % 5 == 0 ? 3_000_000 : 9_000
        let first = UInt8(truncatingIfNeeded: random.next())
        let piece = (0..<Int(random.next() % greatest)).map {
          UInt8(truncatingIfNeeded: $0) &+ first
        }
        try unsafe piece.withUnsafeBytes { try unsafe files[which].append($0) }
        expected[which] += piece
      }
      try files[which].pause()
    }
    for (number, file) in files.enumerated() {
      try file.end()
      let found = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(number)"))
      #expect(Array(found) == expected[number])
    }
  }

  @Test func `a file that exists is not grown`() throws {
    let folder = try ScratchFolder()
    _ = try GrowingFile(creating: "\(folder.path)/a")
    #expect(throws: FileFault.self) { try GrowingFile(creating: "\(folder.path)/a") }
  }
}
