// Shards that are consumed in order while later ones are computed.
import Pipeline
import Synchronization
import Testing

@Suite struct `Threads: streamed shards` {
  private struct Refused: Error, Equatable { let index: Int }

  @Test(arguments: [1, 2, 8])
  func `results are consumed in order, whatever the threads`(threads: Int) throws {
    var seen: [Int] = []
    try streamShards(
      count: 100, threads: threads, lookahead: 3, work: { $0 * $0 },
      consume: { index, value in
        #expect(value == index * index)
        seen.append(index)
      })
    #expect(seen == Array(0..<100))
  }

  @Test(arguments: [1, 2, 8], [0, 1, 100])
  func `what is to be done meanwhile is done once, before the first result is taken`(
    threads: Int, count: Int
  ) throws {
    var order: [Int] = []
    try streamShards(
      count: count, threads: threads, room: ShardRoom(lookahead: 3), work: { $0 },
      meanwhile: { order.append(-1) }, consume: { index, _ in order.append(index) })
    #expect(order == [-1] + (0..<count))
  }

  @Test(arguments: [1, 2, 8])
  func `what fails meanwhile ends the stream`(threads: Int) {
    #expect(throws: Refused(index: -1)) {
      try streamShards(
        count: 50, threads: threads, room: ShardRoom(lookahead: 2), work: { $0 },
        meanwhile: { throw Refused(index: -1) }, consume: { _, _ in })
    }
  }

  @Test(arguments: [1, 2, 8])
  func `the least index that fails is the error`(threads: Int) {
    var consumed = 0
    #expect(throws: Refused(index: 7)) {
      try streamShards(
        count: 50, threads: threads, lookahead: 4,
        work: { index in
          if index >= 7 { throw Refused(index: index) }
          return index
        },
        consume: { _, _ in consumed += 1 })
    }
    #expect(consumed == 7)
  }

  @Test(arguments: [1, 2, 8])
  func `what the consumer throws ends the stream`(threads: Int) {
    #expect(throws: Refused(index: 3)) {
      try streamShards(
        count: 50, threads: threads, lookahead: 2, work: { $0 },
        consume: { index, _ in if index == 3 { throw Refused(index: index) } })
    }
  }

  @Test(arguments: [2, 3, 8])
  func `shards in memory never take more than the room, but for one alone`(threads: Int) throws {
    let weights = (0..<60).map { $0 % 10 == 0 ? 25 : $0 % 7 + 1 }
    let room = ShardRoom(lookahead: 4, weights: weights, limit: 20)
    let taken = Atomic(0)
    let greatest = Atomic(0)
    var seen: [Int] = []
    try streamShards(
      count: 60, threads: threads, room: room,
      work: { index in
        let now = taken.add(weights[index], ordering: .relaxed).newValue
        if now != weights[index] { greatest.max(now, ordering: .relaxed) }
        return index
      },
      consume: { index, _ in
        seen.append(index)
        taken.subtract(weights[index], ordering: .relaxed)
      })
    #expect(seen == Array(0..<60))
    #expect(greatest.load(ordering: .relaxed) <= 20)
  }

  @Test func `no shard is no work`() throws {
    try streamShards(
      count: 0, threads: 2, lookahead: 1, work: { $0 },
      consume: { _, _ in Issue.record("nothing to consume") })
  }
}
