// Work beside a thread: in order, with few bytes waiting.
import Dispatch
import Pipeline
import Synchronization
import Testing

@Suite struct `Threads: work in the background` {
  private struct Refused: Error {}

  @Test func `pieces are done in order, and hold few bytes together`() throws {
    let work = BackgroundWork(label: "test", mostWaiting: 5, mostBytes: 100)
    let held = Atomic(0)
    let done = Guarded<[Int]>([])
    for piece in 0..<200 {
      // Some are larger than all the room, and are taken alone.
      let bytes = piece % 17 == 0 ? 150 : piece % 40
      work.add(bytes: bytes) {
        done.withLock { $0.append(piece) }
        held.subtract(bytes, ordering: .relaxed)
      }
      let now = held.add(bytes, ordering: .relaxed).newValue
      #expect(now <= 150)
    }
    try work.finish()
    #expect(done.withLock { $0 } == Array(0..<200))
  }

  @Test func `after a fault nothing more is done`() {
    let work = BackgroundWork(label: "test", mostWaiting: 2, mostBytes: 10)
    let done = Atomic(0)
    for piece in 0..<20 {
      work.add(bytes: 9) {
        if piece == 3 { throw Refused() }
        done.add(1, ordering: .relaxed)
      }
    }
    #expect(throws: Refused.self) { try work.finish() }
    #expect(done.load(ordering: .relaxed) == 3)
  }
}
