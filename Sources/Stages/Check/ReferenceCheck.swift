// Judging files against a workspace as a run would, without keeping anything of it.
import Pipeline

/// A rehearsal: the night of some files, computed and thrown away.
public struct ReferenceCheck {
  private let workspace: String
  /// The end of the year 9999: no row is in the future of a check.
  private static let lastInstant = Instant(
    milliseconds: CivilDate(year: 9_999, month: 12, day: 31).dayNumber * Instant.day)

  public init(workspace: String) { self.workspace = workspace }

  /// What a run now would make of the files.
  ///
  /// - Throws: What would stop such a run.
  public func check(
    _ paths: [String], kind: InputKind, profile: String, asOf: Instant, threads: Int
  ) throws -> CheckResult {
    let resolved = try InputProfile(profile, relativeTo: ".", kind: kind)
    var form = FormCheck(kind: kind, profile: resolved, asOf: asOf)
    for path in paths { try form.check(path: path, threads: threads) }
    form.finish()
    guard form.result.refusals.isEmpty else { return form.result }
    var schedule = Schedule(name: "check", workspace: workspace, base: ".", inputs: [])
    schedule.inputs = paths.map {
      Schedule.Input(kind: kind, path: Glob.literal($0), profile: profile, isRequired: true)
    }
    schedule.stages.removeAll { $0 == "payout" && kind != .payoutRequests }
    let request = RunRequest(
      schedule: schedule, asOf: Self.lastInstant, threads: threads, memory: schedule.settings.memory
    )
    var result = form.result
    (result.counts, result.rejects) = try NightRun(request, log: Log(minimum: .error)).rehearse()
    if resolved.mapping != nil, let warning = try unknownCodes(of: result) {
      result.warnings.append(warning)
    }
    return result
  }

  /// Says which codes the store does not have.
  private func unknownCodes(of result: CheckResult) throws -> String? {
    let database = try Database.open(
      path: Workspace(workspace).storePath, mode: .readOnly, schema: StoreSchema.schema)
    let known = Set(try RegistryTables.load(from: database).codes.map(\.code.text))
    let unknown = result.codes.filter { !known.contains($0) }.sorted()
    guard !unknown.isEmpty else { return nil }
    let shown = unknown.prefix(5).map { Quoted.text($0) }.joined(separator: ", ")
    return "\(unknown.count) codes are unknown to the store: \(shown)"
      + (unknown.count > 5 ? ", …" : "")
  }
}
