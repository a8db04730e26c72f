// Everything that a run leaves under `out/<run>`, staged before the commit.
public import Pipeline

/// Writes a run's outputs.
public enum RunReport {
  /// Stages `payouts/`, `statements/`, `extracts/`, `report.json`, `finance.csv`, `finance.html`,
  /// `run.json`, `manifest.json` and `SHA256SUMS`.
  ///
  /// The run's rows, its `runs`, `files`, `journals` and `balances` among them, must be written.
  ///
  /// - Parameter further: Stages further files below `out/<run>`, such as a payment service's, and
  ///   says what the manifest shall tell of them. It is called once all figures are known.
  /// - Throws: ``ReconciliationFailure`` when the run does not add up; ``DatabaseFault``,
  ///   ``FileFault``, ``JournalFault``, what `further` throws. The run must then be given up.
  @discardableResult
  public static func write(
    _ inputs: ReportInputs, to publication: Publication,
    further: (ReportFacts) throws -> [OutputDetail] = { _ in [] }
  ) throws -> ReportFacts {
    var outputs = OutputFiles(inputs, publication)
    let emitted = try PayoutFiles.write(inputs, to: &outputs)
    let facts = try ReportFacts(inputs, emitted: emitted)
    try facts.reconciliation.demand()
    try outputs.write("report.json") { sink in
      try facts.write(to: sink)
      return nil
    }
    try outputs.write("finance.csv") { sink in try facts.finance.writeCSV(to: sink) }
    try outputs.write("finance.html") { sink in
      try sink.write(FinancePage(facts.finance, run: inputs.run, asOf: inputs.asOf).bytes())
      return nil
    }
    // Last, as those that were begun beside the merge may still be on their way.
    try writeExtracts(inputs, to: &outputs)
    outputs.details += try inputs.statements?.finish() ?? []
    outputs.details += try further(facts)
    try outputs.write("run.json") { sink in
      try RunRecord(committed: facts, inputs).write(to: sink)
      return nil
    }
    try outputs.writeManifest()
    try outputs.writeChecksums()
    return facts
  }

  /// What the run created or changed, a file for each export.
  private static func writeExtracts(
    _ inputs: ReportInputs, to outputs: inout OutputFiles
  ) throws {
    for name in ExportName.allCases {
      let path = RunExtracts.path(of: name)
      if let rows = try inputs.extracts?.finish(name) {
        outputs.details.append(OutputDetail(path: path, rows: rows))
        continue
      }
      // The journal is still staged, where no reader of the workspace finds it.
      guard name != .postings else {
        try outputs.linkJournal(to: path)
        continue
      }
      let export = Export(name, .csv, asOf: inputs.asOf, run: inputs.number)
      try outputs.write(path) { sink in try export.write(from: inputs.database, to: sink) }
    }
  }
}
