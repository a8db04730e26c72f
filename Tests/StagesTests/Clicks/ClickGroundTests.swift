// Memory that clicks wait in: what one piece's end does to its neighbours.
import Pipeline
import Testing

@testable import Stages

@Suite struct ClickGroundTests {
  /// One that is more than a stretch among them, and more than two stretches together.
  private static let sizes = [1, 4_096, 65_536, 5 << 20, 65_537, 3 << 20, 2 << 20, 4 << 20, 300]

  @Test(arguments: [true, false])
  func `a chunk keeps its bytes whichever others go back, and after its ground`(
    givesBackPieces: Bool
  ) throws {
    var ground: ClickGround? = ClickGround(givesBackPieces: givesBackPieces)
    var chunks: [(chunk: ClickChunk, mark: UInt8)] = []
    for (number, size) in (Self.sizes + Self.sizes).enumerated() {
      let chunk = try #require(try ground?.chunk(size))
      #expect(chunk.capacity >= size)
      // SAFETY: the chunk is kept beside its mark until its bytes were compared.
      let room = unsafe chunk.unsafeWriter
      for place in [0, chunk.capacity / 2, chunk.capacity - 1] {
        room.store(UInt8(number), at: place)
      }
      chunk.used = chunk.capacity
      chunks.append((chunk, UInt8(number)))
    }
    chunks = chunks.filter { !$0.mark.isMultiple(of: 3) }
    ground = nil
    chunks = chunks.filter { $0.mark.isMultiple(of: 2) }
    #expect(!chunks.isEmpty)
    for (chunk, mark) in chunks {
      let bytes = unsafe chunk.unsafeReader
      for place in [0, chunk.capacity / 2, chunk.capacity - 1] {
        #expect(bytes.byte(place) == mark)
      }
    }
  }
}
