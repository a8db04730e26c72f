// What is fetched before somebody needs it.
import Dispatch
import Pipeline
import Synchronization
import Testing

@Suite struct `Threads: reading ahead` {
  private struct Refused: Error {}

  @Test func `each value is fetched once, in order, and only a few ahead`() throws {
    let fetched = Guarded<[Int]>([])
    let asked = Atomic(-1)
    let ahead = ReadAhead(count: 50, ahead: 3) { index in
      fetched.withLock { $0.append(index) }
      #expect(index <= asked.load(ordering: .acquiring) + 3)
      return index * index
    }
    for index in 0..<50 {
      asked.store(index, ordering: .releasing)
      #expect(try ahead.take(index) == index * index)
    }
    #expect(fetched.withLock { $0 } == Array(0..<50))
  }

  @Test func `several threads take what they ask for`() throws {
    let ahead = ReadAhead(count: 200, ahead: 2) { $0 + 1 }
    let next = Atomic(0)
    let sum = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < 200 else { return }
        sum.add((try? ahead.take(index)) ?? 0, ordering: .relaxed)
      }
    }
    #expect(sum.load(ordering: .relaxed) == 200 * 201 / 2)
  }

  @Test func `a fault comes with the value it belongs to`() throws {
    let ahead = ReadAhead(count: 3, ahead: 3) { index in
      if index == 1 { throw Refused() }
      return index
    }
    #expect(try ahead.take(0) == 0)
    #expect(throws: Refused.self) { try ahead.take(1) }
    #expect(try ahead.take(2) == 2)
  }
}
