// Bytes that wait in an unnamed file come back as they were.
import Dispatch
import Foundation
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite struct `Spilling` {
  private static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "refbatch-spill-" + UUID().uuidString
    try DirectoryTree.make(folder)
    defer { try? DirectoryTree.remove(folder) }
    try body(folder)
  }

  private static func bytes(_ count: Int, seed: UInt64) -> OwnedBytes {
    var random = SplitMix64(seed: seed)
    return OwnedBytes(count: count) { room in
      for place in 0..<count { room.store(UInt8(truncatingIfNeeded: random.next()), at: place) }
    }
  }

  private static func array(_ bytes: RawReader) -> [UInt8] {
    (0..<bytes.count).map { bytes.byte($0) }
  }

  @Test func `bytes of any length come back, whole and in part`() throws {
    try Self.withFolder { folder in
      let file = try SpillFile(directory: folder)
      #expect(try DirectoryTree.list(folder).isEmpty, "a spill file has no name")
      let counts = [1, 4_095, 4_096, 4_097, 0, 100_000, 8_192]
      let extents = try counts.enumerated().map { number, count in
        try Self.bytes(count, seed: UInt64(number)).withReader { bytes throws(ClickFault) in
          try file.append(bytes)
        }
      }
      for (number, extent) in extents.enumerated() {
        let written = Self.bytes(counts[number], seed: UInt64(number)).withReader(Self.array)
        #expect(try file.bytes(extent).withReader(Self.array) == written)
        #expect(try file.withBytes(extent, Self.array) == written)
        guard extent.count > 10 else { continue }
        let part = SpillExtent(offset: extent.offset + 3, count: extent.count - 10)
        #expect(try file.withBytes(part, Self.array) == Array(written[3..<written.count - 7]))
      }
    }
  }

  @Test func `chunks are written beside the work, and come back empty`() throws {
    try Self.withFolder { folder in
      let spill = try ChunkSpill(directory: folder)
      let capacity = 4 * SpillFile.alignment
      var extents: [(SpillExtent, seed: UInt64)] = []
      for round in 0..<20 {
        var chunks: [ClickChunk] = []
        for number in 0..<(round % 8 + 1) {
          let chunk = try spill.takeEmpty(capacity) ?? ClickChunk(capacity)
          #expect(chunk.used == 0)
          chunk.used = capacity - round * 100 - number
          let seed = UInt64(round * 10 + number)
          Self.bytes(chunk.used, seed: seed).withReader { bytes in
            withExtendedLifetime(chunk) { unsafe chunk.unsafeWriter.copy(bytes, at: 0) }
          }
          chunks.append(chunk)
          extents.append((SpillExtent(offset: 0, count: chunk.used), seed))
        }
        let places = spill.write(chunks)
        for (number, place) in places.enumerated() {
          extents[extents.count - places.count + number].0 = place
        }
      }
      try spill.settle()
      #expect(!spill.isBusy)
      #expect(spill.takeEmpty(capacity + 1) == nil)
      #expect(spill.takeEmpty(capacity) != nil)
      spill.dropEmpty()
      #expect(spill.takeEmpty(capacity) == nil)
      for (extent, seed) in extents {
        let written = Self.bytes(extent.count, seed: seed).withReader(Self.array)
        #expect(try spill.file.withBytes(extent, Self.array) == written)
      }
    }
  }

  @Test func `written chunks are used again, and those that do not fit are let go`() throws {
    try Self.withFolder { folder in
      let spill = try ChunkSpill(directory: folder)
      let capacities = (1...50).map { $0 * SpillFile.alignment }
      for capacity in capacities {
        let chunk = try spill.room(capacity)
        chunk.used = capacity
        _ = spill.write([chunk])
        try spill.settle()
      }
      let last = try #require(capacities.last)
      #expect(capacities.filter { spill.takeEmpty($0) != nil } == [last])
    }
  }

  @Test func `extents that lie one behind the other are one run, and come back each`() throws {
    try Self.withFolder { folder in
      let file = try SpillFile(directory: folder)
      let counts = [4_096, 70_000, 1, 600_000, 5_000, 200_000, 330_000]
      let extents = try counts.enumerated().map { number, count in
        try Self.bytes(count, seed: UInt64(number)).withReader { bytes throws(ClickFault) in
          try file.append(bytes)
        }
      }
      let runs = SpillRun.runs(extents, atMost: 512 << 10)
      #expect(runs.map(\.places) == [0..<3, 3..<4, 4..<6, 6..<7])
      // In another order, and with gaps, they do not follow each other.
      let others = [extents[2], extents[1], extents[4], extents[6]]
      #expect(SpillRun.runs(others, atMost: 1 << 30).count == 4)
      for wanted in [extents, others] {
        var places: [Int] = []
        try file.forEach(wanted) { place, bytes in
          places.append(place)
          let seed = extents.firstIndex { $0.offset == wanted[place].offset } ?? -1
          let written = Self.bytes(counts[seed], seed: UInt64(seed)).withReader(Self.array)
          #expect(Self.array(bytes) == written)
        }
        #expect(places == Array(wanted.indices))
      }
    }
  }

  @Test func `what was never written cannot be read`() throws {
    try Self.withFolder { folder in
      let file = try SpillFile(directory: folder, of: "orders")
      let extent = try Self.bytes(10, seed: 1).withReader { bytes throws(ClickFault) in
        try file.append(bytes)
      }
      let beyond = SpillExtent(offset: extent.offset + 100_000, count: 5)
      #expect(throws: ClickFault.self) { try file.bytes(beyond) }
    }
  }
}
