import Pipeline
import Synchronization
import Testing

@Suite struct ParallelShardsThreadsTests {
  private struct Failure: Error, Equatable { let index: Int }

  @Test(arguments: [1, 2, 8], [0, 1, 2, 7, 1_000])
  func `results stand in order of their indices`(threads: Int, count: Int) throws {
    let squares = try mapShards(count: count, threads: threads) { $0 * $0 }
    #expect(squares == (0..<count).map { $0 * $0 })
  }

  @Test(arguments: [1, 2, 8])
  func `each shard is computed once`(threads: Int) throws {
    let calls = Mutex([Int](repeating: 0, count: 200))
    let sums = try mapShards(count: 200, threads: threads) { index in
      calls.withLock { $0[index] += 1 }
      return (0...index).reduce(0, +)
    }
    #expect(calls.withLock(\.self) == [Int](repeating: 1, count: 200))
    #expect(sums.last == 19_900)
  }

  @Test(arguments: [1, 2, 8], 0..<20)
  func `the error of the least index is thrown`(threads: Int, round: Int) {
    let failing: Set = [40 + round, 41 + round, 60, 99]
    let calls = Mutex<Set<Int>>([])
    #expect(throws: Failure(index: 40 + round)) {
      try mapShards(count: 100, threads: threads) { index in
        calls.withLock { _ = $0.insert(index) }
        // The least failing shard takes longest, so another failure mostly comes first.
        if index == 40 + round { #expect((0..<20_000).reduce(0, &+) > 0) }
        if failing.contains(index) { throw Failure(index: index) }
      }
    }
    #expect(calls.withLock { $0.isSuperset(of: 0...(40 + round)) })
  }

  @Test func `shards may have shards`() throws {
    let table = try mapShards(count: 4, threads: 4) { row in
      try mapShards(count: 4, threads: 4) { row * 10 + $0 }
    }
    #expect(table[3] == [30, 31, 32, 33])
  }
}
