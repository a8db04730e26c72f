// Spilled orders come back as they were, however their parts are asked for.
import Foundation
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite struct `Stretches of orders` {
  /// A stretch of about so many bytes in a file, and what it holds.
  private static func spilled(
    _ byteCount: Int, in folder: String, _ random: inout SplitMix64
  ) throws -> (OrderStretch, [UInt8]) {
    var parts: [OrderStretch.Part] = []
    var start = 0
    while start < byteCount {
      parts.append(OrderStretch.Part(rank: Int32(parts.count * 2), count: 1, start: start))
      start += Int(random.next() % UInt64(byteCount / 40)) + 1
    }
    let bytes = (0..<start).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let spill = try ChunkSpill(directory: folder, of: "orders")
    let chunk = try spill.room(SystemPages.whole(start))
    chunk.used = start
    withExtendedLifetime(chunk) {
      let room = unsafe chunk.unsafeWriter
      for (place, byte) in bytes.enumerated() { room.store(byte, at: place) }
    }
    let extent = try #require(spill.write([chunk]).first)
    try spill.settle()
    return (OrderStretch(parts: parts, byteCount: start, .spilled(spill, extent)), bytes)
  }

  @Test(arguments: [100, 40_000, 2_000_000])
  func `parts come back in any order, and again`(byteCount: Int) throws {
    let folder = NSTemporaryDirectory() + "refbatch-stretch-" + UUID().uuidString
    try DirectoryTree.make(folder)
    defer { try? DirectoryTree.remove(folder) }
    var random = SplitMix64(seed: UInt64(byteCount))
    let (stretch, bytes) = try Self.spilled(byteCount, in: folder, &random)
    let count = stretch.parts.count
    var wanted = (0..<count).map { $0..<$0 + 1 }
    wanted.append(0..<count)
    for _ in 0..<200 {
      let first = Int(random.next() % UInt64(count))
      wanted.append(first..<min(first + 1 + Int(random.next() % 4), count))
    }
    for parts in wanted {
      var seen: [UInt8] = []
      try stretch.withBytes(of: parts) { piece in
        seen = (0..<piece.count).map { piece.byte($0) }
      }
      let expected = bytes[stretch.start(parts.lowerBound)..<stretch.start(parts.upperBound)]
      #expect(seen == Array(expected), "parts \(parts)")
    }
  }
}
