// `statements/<batch>.csv`: the remittance statements of the payouts that a run makes, a file for each
// batch, written beside the merge.
import Pipeline

/// Takes programmes' statements in the order of their ids.
final class RunStatements {
  private let publication: Publication
  private let run: String
  private var files: [(path: String, rows: Int64, file: BackgroundFile)] = []

  init(_ publication: Publication, run: String) {
    self.publication = publication
    self.run = run
  }

  /// Where a batch's statements stand, relative to `out/<run>`.
  static func path(of batch: Text) -> String { "statements/\(batch).csv" }

  /// Takes one programme's rows, if any.
  ///
  /// - Throws: ``FileFault``, ``PublicationFault``.
  func take(_ program: ProgramStatements?) throws {
    guard let program else { return }
    let path = Self.path(of: program.batch)
    let file = BackgroundFile(try publication.write("out/\(run)/\(path)"))
    file.write(EncodedRows.header(RemittanceStatement.columns))
    file.write(program.rows)
    file.close()
    files.append((path, program.count, file))
  }

  /// Waits until the files are complete.
  ///
  /// - Returns: What the manifest tells of them.
  /// - Throws: ``FileFault``.
  func finish() throws -> [OutputDetail] {
    try files.map { path, rows, file in
      _ = try file.finish()
      return OutputDetail(path: path, rows: rows)
    }
  }
}
