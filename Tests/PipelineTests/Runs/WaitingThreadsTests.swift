import Testing

@testable import Pipeline

@Suite("Work that waits has threads of its own")
struct WaitingThreadsTests {
  private struct Fault: Error, Equatable { let index: Int }

  @Test(arguments: [1, 2, 7]) func `results stand in the order of the indices`(threads: Int) throws
  {
    #expect(try mapWaiting(count: 50, threads: threads) { $0 * $0 } == (0..<50).map { $0 * $0 })
    #expect(try mapWaiting(count: 0, threads: threads) { $0 }.isEmpty)
  }

  @Test(arguments: [1, 2, 7]) func `the least index that fails is the error`(threads: Int) {
    #expect(throws: Fault(index: 20)) {
      try mapWaiting(count: 50, threads: threads) { index in
        if index >= 20 { throw Fault(index: index) }
        return index
      }
    }
  }

  @Test func `a result is worked out beside the thread that asks for it`() throws {
    let made = BackgroundResult(label: "test") { 7 }
    #expect(!made.isThere)
    #expect(try made.take() == 7)
    let known = BackgroundResult(8)
    #expect(known.isThere)
    #expect(try known.take() == 8)
    let failed = BackgroundResult<Int>(label: "test") { throw Fault(index: 3) }
    #expect(throws: Fault(index: 3)) { try failed.take() }
  }
}
