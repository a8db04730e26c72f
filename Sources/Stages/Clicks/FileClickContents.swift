// The contents of ties, read again from the input files.
public import Pipeline

/// Reads the rows of a run's click files again for the few whose contents decide.
public struct FileClickContents: ClickContents {
  private let sources: [Int32: RecordSource]

  /// - Parameter sources: The run's click files by number, opened with ``ClickColumn/request``.
  public init(sources: [Int32: RecordSource]) { self.sources = sources }

  public func contents(of origins: [RowOrigin]) throws -> [RowOrigin: [UInt8]] {
    let wanted = Set(origins)
    var found: [RowOrigin: [UInt8]] = [:]
    for file in Set(origins.map(\.file)).sorted() {
      guard let source = sources[file] else { continue }
      var content = ClickContent()
      for range in source.ranges(1) {
        try source.read(range) { batch in
          for row in 0..<batch.count {
            let origin = RowOrigin(file: file, line: Int32(truncatingIfNeeded: batch.line(row)))
            guard wanted.contains(origin) else { continue }
            found[origin] = Self.content(of: batch, row, &content)
          }
        }
      }
    }
    return found
  }

  /// The typed content of a row; nil where the row is no longer a click.
  private static func content(
    of batch: RecordBatch, _ row: Int, _ content: inout ClickContent
  ) -> [UInt8]? {
    guard batch.fault(row) == nil else { return nil }
    let occurredAt = batch.field(row, ClickColumn.occurredAt.rawValue)
    guard let instant = InstantText.scan(occurredAt.bytes) else { return nil }
    content.assemble(batch, row, instant: Instant(milliseconds: instant))
    return content.compared
  }
}
