// Where spilled bytes stand in their file, and which of them are read back at once.

/// Where spilled bytes stand in their file.
struct SpillExtent: Sendable {
  var offset: Int64
  var count: Int
}

/// Extents that lie one behind the other, as those do that were written at once.
struct SpillRun: Sendable {
  /// Their places among the extents at hand.
  private(set) var places: Range<Int>
  /// All of them, with what lies between them to keep each aligned.
  private(set) var span: SpillExtent

  /// Where an extent of the run stands in its bytes.
  func offset(of extent: SpillExtent) -> Int { Int(extent.offset - span.offset) }

  /// Divides extents, in their order, into the longest runs of at most so many bytes; an extent that is
  /// longer is a run of its own.
  static func runs(_ extents: [SpillExtent], atMost limit: Int) -> [SpillRun] {
    var runs: [SpillRun] = []
    for (place, extent) in extents.enumerated() {
      if let last = runs.last, last.isFollowed(by: extent, atMost: limit) {
        runs[runs.count - 1].places = last.places.lowerBound..<place + 1
        runs[runs.count - 1].span.count = last.offset(of: extent) + extent.count
      } else {
        runs.append(SpillRun(places: place..<place + 1, span: extent))
      }
    }
    return runs
  }

  private func isFollowed(by extent: SpillExtent, atMost limit: Int) -> Bool {
    extent.offset == span.offset + Int64(SpillFile.aligned(span.count))
      && offset(of: extent) + extent.count <= limit
  }
}
