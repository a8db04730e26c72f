import Pipeline
import Synchronization
import Testing

@Suite struct ParallelShardsThreadsTests {
  private struct Failure: Error, Equatable { let index: Int }

  /// How often something has happened; a lock would hide a race from the thread sanitizer.
  private final class Tally: Sendable {
    private let count = Atomic<Int>(0)

    func add() { count.wrappingAdd(1, ordering: .relaxed) }
    var value: Int { count.load(ordering: .relaxed) }
  }

  @Test(arguments: [1, 2, 8], [0, 1, 2, 7, 1_000])
  func `results stand in order of their indices`(threads: Int, count: Int) throws {
    let squares = try mapShards(count: count, threads: threads) { $0 * $0 }
    #expect(squares == (0..<count).map { $0 * $0 })
  }

  @Test(arguments: [1, 2, 8])
  func `each shard is computed once`(threads: Int) throws {
    let calls = (0..<200).map { _ in Tally() }
    let sums = try mapShards(count: 200, threads: threads) { index in
      calls[index].add()
      return (0...index).reduce(0, +)
    }
    #expect(calls.map(\.value) == [Int](repeating: 1, count: 200))
    #expect(sums.last == 19_900)
  }

  @Test(arguments: [1, 2, 8], 0..<20)
  func `the error of the least index is thrown`(threads: Int, round: Int) {
    let failing: Set = [40 + round, 41 + round, 60, 99]
    let calls = (0..<100).map { _ in Tally() }
    #expect(throws: Failure(index: 40 + round)) {
      try mapShards(count: 100, threads: threads) { index in
        calls[index].add()
        // The least failing shard takes longest, so another failure mostly comes first.
        if index == 40 + round { #expect((0..<20_000).reduce(0, &+) > 0) }
        if failing.contains(index) { throw Failure(index: index) }
      }
    }
    #expect(calls.prefix(41 + round).allSatisfy { $0.value == 1 })
    #expect(calls.allSatisfy { $0.value <= 1 })
  }

  @Test(arguments: [1, 2, 8])
  func `a guarded value is changed by one thread at a time`(threads: Int) throws {
    let total = Guarded([0])
    _ = try mapShards(count: 64, threads: threads) { shard in
      for _ in 0..<500 { total.withLock { $0[0] += shard } }
    }
    #expect(total.withLock { $0[0] } == 1_008_000)
  }

  @Test func `shards may have shards`() throws {
    let table = try mapShards(count: 4, threads: 4) { row in
      try mapShards(count: 4, threads: 4) { row * 10 + $0 }
    }
    #expect(table[3] == [30, 31, 32, 33])
  }

  @Test(arguments: [1, 2, 8])
  func `shards stage their own files`(threads: Int) throws {
    let folder = try ScratchFolder()
    let publication = try Publication(workspace: folder.path, run: "r")
    let facts = try mapShards(count: 40, threads: threads) { shard in
      let file = try publication.write("clicks/day-\(shard % 7)/r-\(shard).seg")
      for _ in 0..<1_000 { try file.write("shard \(shard)\n") }
      return try file.close()
    }
    try publication.seal()
    #expect(facts.map(\.bytes) == (0..<40).map { $0 < 10 ? 8_000 : 9_000 })
    #expect(publication.files.count == 40)
    try publication.publish()
    #expect(try folder.tree("clicks").count == 47)
  }
}
