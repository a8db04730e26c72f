// What the reports ask of a night, and what a replay will need of it.
import Pipeline

extension Night {
  /// The run as its reports see it.
  func reportInputs(_ facts: NightFacts, _ journal: JournalFacts) -> ReportInputs {
    let inputs = files.enumerated().map { number, file in
      ManifestInput(
        path: file.path, kind: file.kind, digest: file.digest.description,
        bytes: Int64(file.source.survey.byteCount), rows: fates.files[Int32(number)]?.rows ?? 0)
    }
    var report = ReportInputs(
      run: run, number: runNumber, asOf: request.asOf, database: database,
      registry: facts.registry, inputs: inputs.sorted { Text($0.path) < Text($1.path) },
      journal: journal)
    if let proposal = request.proposal { report.inputs.append(ManifestInput(proposal)) }
    report.extracts = extracts
    report.statements = statements
    report.payouts = payouts
    report.sales = sales
    report.payers = facts.settings.payers
    return report
  }
}

extension Night {
  /// Where a profile stands in the archive.
  private func profilePath(_ profile: ResolvedProfile) -> String {
    let name = profile.identity.map { $0 == "/" || $0 == "#" ? "-" : $0 }
    return "archive/\(run)/profiles/\(String(name)).json"
  }

  /// Keeps the profiles by which the run's files were read, each once and whole.
  private func archiveProfiles() throws {
    var kept: Set<String> = []
    for profile in files.compactMap(\.mapping) where kept.insert(profile.identity).inserted {
      let file = try publication.write(profilePath(profile))
      try file.write(Array((profile.json.canonicalText + "\n").utf8))
      _ = try file.close()
    }
  }

  /// What a replay needs besides the files: the schedule, and how the run was asked for.
  func archiveRequest() throws {
    let file = try publication.write("archive/\(run)/run.json")
    var writer = JSONWriter(to: file, layout: .indented)
    writer.beginObject()
    writer.member("run", run.description)
    writer.member("as_of", InstantText.text(milliseconds: request.asOf.milliseconds))
    writer.key("inputs")
    writer.beginArray()
    for (number, input) in files.enumerated() {
      writer.beginObject()
      writer.member("kind", input.kind.rawValue)
      writer.member("profile", input.profile)
      if let mapping = input.mapping {
        writer.member("profile_file", profilePath(mapping))
      }
      writer.member("path", input.path)
      writer.member("archive", archivePath(number))
      writer.member("digest", input.digest.description)
      writer.endObject()
    }
    if let proposal = request.proposal {
      let path = proposal.archivePath(run: run.description)
      writer.beginObject()
      writer.member("kind", proposal.step.word)
      writer.member("archive", path)
      writer.member("digest", proposal.sha256)
      writer.endObject()
      let archived = try publication.write(path)
      try archived.write(proposal.bytes)
      _ = try archived.close()
    }
    writer.endArray()
    writer.endObject()
    try writer.endLine()
    try writer.finish()
    _ = try file.close()
    try archiveProfiles()
    guard !scheduleSource.isEmpty else { return }
    let schedule = try publication.write("archive/\(run)/schedule.json")
    try schedule.write(scheduleSource)
    _ = try schedule.close()
  }
}
