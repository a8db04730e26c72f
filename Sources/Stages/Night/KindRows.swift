// All rows of one kind of input, read and not yet judged.
import Pipeline

/// The rows of a kind that has few, what became of the others, and why.
struct KindRows<Row: Sendable>: Sendable {
  private(set) var rows: [Row] = []
  fileprivate var fates = FateTally()
  fileprivate var rejects: [RejectedRow] = []

  /// No rows.
  init() {}

  /// Reads the files of the kind, in their order.
  ///
  /// - Parameter decode: What a record is, by its row in the batch.
  /// - Throws: ``FileRefusal``.
  init(
    _ kind: InputKind, _ files: [NightFile],
    _ decode: (RecordBatch, Int, RowOrigin) -> Decoded<Row>
  ) throws {
    for (number, file) in files.enumerated() where file.kind == kind && file.report == nil {
      let number = Int32(number)
      for range in file.source.ranges(1) {
        try file.source.read(range) { batch in take(batch, file: number, decode) }
      }
    }
  }

  private mutating func take(
    _ batch: RecordBatch, file: Int32, _ decode: (RecordBatch, Int, RowOrigin) -> Decoded<Row>
  ) {
    fates.countRead(file: file, Int64(batch.count))
    fates.count(batch.setAside, file: file)
    for row in 0..<batch.count {
      let origin = RowOrigin(file: file, line: Int32(clamping: batch.line(row)))
      switch decode(batch, row, origin) {
      case .row(let decoded): rows.append(decoded)
      case .rejected(let rejected):
        fates.count(.rejected(rejected.reason), file: file)
        rejects.append(rejected)
      }
    }
  }
}

extension Night {
  /// Counts what was read; gives the rows to be judged.
  @discardableResult
  func take<Row>(_ read: KindRows<Row>) -> [Row] {
    fates.add(read.fates)
    rejects.append(contentsOf: read.rejects)
    return read.rows
  }
}
