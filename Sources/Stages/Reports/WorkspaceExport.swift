// Exports from a workspace as of its last committed run: what `export` prints.
public import Pipeline

/// A name that nothing is exported under.
struct UnknownExport: ExitCoded, CustomStringConvertible {
  let word: String

  var exitStatus: ExitStatus { .usage }
  var description: String { "nothing is exported as \(word)" }
}

/// Reads one committed state of a workspace.
public struct WorkspaceExport {
  private let workspace: Workspace

  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Writes the whole of one table.
  ///
  /// - Parameter format: `csv` or `jsonl`.
  /// - Throws: ``NoStore``, ``DatabaseFault``, what the sink throws.
  public func write(_ name: String, format: String, to sink: any ByteSink) throws {
    guard let name = ExportName(rawValue: name), let format = ExportFormat(rawValue: format) else {
      throw UnknownExport(word: name)
    }
    let database = try workspace.openForReading()
    try database.snapshot {
      let asOf = try RunTables.last(database)?.asOf ?? .distantPast
      _ = try Export(name, format, asOf: asOf).write(from: database, to: sink)
    }
  }
}
