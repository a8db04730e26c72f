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
    _ paths: [String], kind: InputKind, profile: String, threads: Int
  ) throws -> CheckResult {
    var form = FormCheck(kind: kind)
    for path in paths { try form.check(path: path, profile: profile, threads: threads) }
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
    return result
  }
}
