// The contents of ties, read again from the input files.
public import Pipeline

/// Reads the rows of a run's click files again for the few whose contents decide.
public struct FileClickContents: ClickContents {
  private let sources: [Int32: RecordSource]
  /// So many that few bytes are read for a row; a file may have fewer.
  private static let fineRanges = 1_024

  /// - Parameter sources: The run's click files by number, opened with ``ClickColumn/request``.
  public init(sources: [Int32: RecordSource]) { self.sources = sources }

  public func contents(of origins: [RowOrigin]) throws -> [RowOrigin: [UInt8]] {
    var found: [RowOrigin: [UInt8]] = [:]
    for (file, wanted) in Dictionary(grouping: origins, by: \.file) {
      guard let source = sources[file] else { continue }
      try read(source, file, lines: wanted.map(\.line).sorted(), into: &found)
    }
    return found
  }

  /// Reads those ranges of a file in which a wanted line starts.
  private func read(
    _ source: RecordSource, _ file: Int32, lines: [Int32],
    into found: inout [RowOrigin: [UInt8]]
  ) throws {
    let ranges = source.ranges(Self.fineRanges)
    var next = 0
    for (place, range) in ranges.enumerated() where next < lines.count {
      let behind = place + 1 < ranges.count ? ranges[place + 1].firstLine : Int.max
      let first = next
      while next < lines.count, Int(lines[next]) < behind { next += 1 }
      guard first < next else { continue }
      let wanted = Set(lines[first..<next])
      try source.read(range) { batch in
        for row in 0..<batch.count {
          let line = Int32(truncatingIfNeeded: batch.line(row))
          guard wanted.contains(line) else { continue }
          found[RowOrigin(file: file, line: line)] = Self.content(of: batch, row)
        }
      }
    }
  }

  /// The typed content of a row; nil where the row is no longer a click.
  private static func content(of batch: RecordBatch, _ row: Int) -> [UInt8]? {
    guard batch.fault(row) == nil else { return nil }
    let occurredAt = batch.field(row, ClickColumn.occurredAt.rawValue)
    guard let instant = InstantText.scan(occurredAt.bytes) else { return nil }
    return ClickContent.bytes(batch, row, instant: Instant(milliseconds: instant))
  }
}
