// The stages `report` and `publish`: what people read, and the commit.
import Pipeline

/// A run whose rows do not add up: a fault of the program, found before the commit.
struct ReconciliationFault: ExitCoded, CustomStringConvertible {
  let message: String

  var exitStatus: ExitStatus { .failed }
  var description: String { "the run does not add up, and nothing was committed: \(message)" }
}

/// `report`: writes the run's rows, checks that they add up, and stages payouts, extracts and
/// reports.
struct ReportStage: Stage {
  let name = "report"
  let inputs: [Artifact] = [.programNights]
  let outputs: [Artifact] = [.reports]

  func run(_ night: inout Night) throws {
    try reconcile(night)
    try refuseRejects(night)
    guard night.changesStore || !night.files.isEmpty, let facts = night.facts,
      let journal = night.journal
    else { return try night.finishSegments() }
    try RunTables.save(night)
    let rejects = beginRejects(night)
    let written = try night.log.timed("writing reports") {
      let written = Result {
        try RunReport.write(night.reportInputs(facts, journal), to: night.publication)
      }
      try rejects.finish()
      return written
    }
    let report = try written.get()
    for payouts in report.withoutFile { night.log.warning("\(payouts)") }
    try night.log.timed("waiting for the archive") { try night.finishArchiving() }
    try night.log.timed("waiting for click segments") { try night.finishSegments() }
    try RunTables.saveSegments(night)
    try night.archiveRequest()
    try RunTables.saveOutputs(night)
  }

  /// Every row has exactly one fate.
  private func reconcile(_ night: Night) throws {
    for (number, counts) in night.fates.files.sorted(by: { $0.key < $1.key }) where !counts.addUp {
      throw ReconciliationFault(
        message: "\(night.files[Int(number)].path): \(counts.rows) rows, but "
          + "\(counts.accepted) accepted, \(counts.duplicate) duplicate, "
          + "\(counts.filteredTotal) filtered and \(counts.rejectedTotal) rejected")
    }
  }

  /// Too many rejected rows stop the run (SPEC 2; SPEC 10, Rows).
  private func refuseRejects(_ night: Night) throws {
    let (rows, rejected) = night.rejectShare
    if night.request.isStrict, rejected > 0 {
      throw InputFault(
        "\(rejected) of \(rows) rows are rejected, and --strict allows none; "
          + "`refbatch check` lists them")
    }
    let share = night.request.schedule.settings.maxRejectShare
    guard Int128(rejected) * 10_000 <= Int128(rows) * Int128(share.value) else {
      throw InputFault(
        "\(rejected) of \(rows) rows are rejected, more than max_reject_share allows; "
          + "`refbatch check` lists them; raise the setting only if that many are expected")
    }
  }

  /// Writes the rejects files beside the reports: they need nothing of the store.
  private func beginRejects(_ night: Night) -> BackgroundWork {
    let work = BackgroundWork(label: "refbatch.rejects", mostWaiting: 1)
    let reReader = RawReReader(files: night.files)
    work.add { [rejects = night.locatedRejects, run = night.run, publication = night.publication] in
      try RejectsWriter.write(
        rejects, files: reReader.files.map(\.name), run: run.description, to: publication
      ) { file, lines in try reReader.raw(file: file, lines: lines) }
    }
    return work
  }
}

/// `publish`: the commit, and the files to their places.
struct PublishStage: Stage {
  let name = "publish"
  let inputs: [Artifact] = [.reports]
  let outputs: [Artifact] = [.publishedRun]

  func run(_ night: inout Night) throws {
    guard night.changesStore || !night.files.isEmpty else {
      try night.database.execute("ROLLBACK")
      try night.publication.discard()
      return
    }
    try night.log.timed("syncing files") { try night.publication.seal() }
    try night.log.timed("committing") { try night.database.execute("COMMIT") }
    // Where a reader is at it, the next run does this.
    if night.database.wasEmpty { try? night.database.useWriteAheadLog() }
    try night.log.timed("publishing") { try night.publication.publish() }
  }
}
