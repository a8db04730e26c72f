// Spilled clicks of a bucket, read back before it is judged.
import Pipeline

/// What was spilled of a bucket, in memory of large pages that the next bucket's will lie in.
///
/// SAFETY: sendable, as one thread fills it by ``add(_:from:)`` before another is told of it, and
/// nothing of it changes after that.
final class FetchedClicks: @unchecked Sendable {
  private let rooms: ClickRooms
  private let room: ClickRoom
  private var used = 0
  /// By writer: where each of its extents stands.
  private var pieces: [[Range<Int>]] = []

  /// - Parameter extents: By writer: its extents, which ``add(_:from:)`` will read.
  /// - Throws: ``ClickFault/system(operation:path:code:)`` where the system has no memory left.
  init(of extents: [[SpillExtent]], in rooms: ClickRooms) throws(ClickFault) {
    self.rooms = rooms
    let wanted = extents.joined().reduce(0) { $0 + SpillFile.aligned($1.count) }
    room = try rooms.take(wanted)
  }

  deinit { rooms.giveBack(room) }

  /// Reads the next writer's extents.
  ///
  /// - Parameter file: Has them; nil where there are none.
  func add(_ extents: [SpillExtent], from file: SpillFile?) throws(ClickFault) {
    var places: [Range<Int>] = []
    for run in SpillRun.runs(extents, atMost: room.capacity) {
      let count = SpillFile.aligned(run.span.count)
      try file?.read(run, into: unsafe room.unsafeWriter.slice(used, count))
      for extent in extents[run.places] {
        let start = used + run.offset(of: extent)
        places.append(start..<start + extent.count)
      }
      used += count
    }
    pieces.append(places)
  }

  /// Lends a writer's extents, each with its place among them.
  func forEach(ofWriter writer: Int, _ body: (Int, RawReader) -> Void) {
    withExtendedLifetime(room) {
      for (place, range) in pieces[writer].enumerated() {
        body(place, unsafe room.unsafeWriter.reader.slice(range.lowerBound, range.count))
      }
    }
  }
}
