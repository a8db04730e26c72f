// `run`: the nightly job.
import Foundation
import Pipeline
import Stages

enum RunCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    let schedule = try schedule(arguments)
    let asOf = arguments[RunOptions.asOf] ?? Instant(milliseconds: now())
    let threads =
      arguments[RunOptions.threads] ?? schedule.settings.threads
      ?? ProcessInfo.processInfo.activeProcessorCount
    var request = RunRequest(
      schedule: schedule, asOf: asOf, threads: threads,
      memory: arguments[RunOptions.memory] ?? schedule.settings.memory)
    request.isStrict = arguments.has(RunOptions.strict)
    request.rehashes = arguments.has(RunOptions.rehash)
    let isQuiet = arguments.has(Options.quiet)
    let progress = ProgressLine()
    let level: Log.Level =
      arguments.has(RunOptions.verbose) ? .debug : isQuiet ? .error : .info
    let outcome = try NightRun(request, log: Log(minimum: level)).run { event in
      guard !isQuiet, case .began(let name, let position, let count) = event else { return }
      progress.update(name, done: Int64(position), of: Int64(count))
    }
    progress.clear()
    let output = StandardOutput()
    if arguments.has(Options.json) {
      try RunSummary.writeJSON(outcome, to: output)
    } else if !isQuiet {
      try output.write(RunSummary.text(outcome))
    }
    try output.flush()
    guard outcome.run == nil else { return ExitStatus.done.rawValue }
    return Int32(arguments[RunOptions.nothingToDoCode] ?? 0)
  }

  private static func schedule(_ arguments: ParsedArguments) throws -> Schedule {
    guard let file = arguments.operands.first ?? arguments[RunOptions.schedule] else {
      let workspace = arguments[RunOptions.workspace] ?? "."
      let inputs = arguments.all(RunOptions.input).map { input in
        Schedule.Input(
          kind: InputKind(rawValue: input.kind) ?? .clicks, path: input.glob,
          profile: input.profile ?? Schedule.nativeProfile, isRequired: true)
      }
      return Schedule(name: "run", workspace: workspace, base: ".", inputs: inputs)
    }
    var schedule = try Schedule(file: file)
    if let workspace = arguments[RunOptions.workspace] { schedule.workspace = workspace }
    return schedule
  }

  /// The clock's word, in milliseconds: read once, here, for a run without `--as-of`.
  private static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
}

/// What a run says at its end, in at most 12 lines.
enum RunSummary {
  static func text(_ outcome: RunOutcome) -> String {
    guard let run = outcome.run, let directory = outcome.directory else {
      return "nothing to do: no new input, and nothing is due\n"
    }
    let counts = outcome.counts
    var lines = ["run        \(run)"]
    lines.append(
      "input      \(plural(Int64(outcome.files), "file")), \(plural(counts.rows, "row"))")
    lines.append(
      "rows       \(counts.accepted) accepted, \(counts.duplicate) duplicate, "
        + "\(counts.filteredTotal) filtered, \(counts.rejectedTotal) rejected")
    if outcome.leftOut > 0 {
      lines.append("left out   \(plural(Int64(outcome.leftOut), "bad file"))")
    }
    lines.append("payouts    \(outcome.payouts), \(outcome.held) held or carried over")
    for (currency, minor) in outcome.totals {
      lines.append("           \(Money.majorUnits(minor, currency)) \(currency)")
    }
    lines = Array(lines.prefix(9))
    lines.append("files      \(directory)/payouts/payouts.csv")
    lines.append("report     \(directory)/report.json")
    if counts.rejectedTotal > 0 {
      lines.append("rejects    \(outcome.workspace)/rejects/\(run)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func plural(_ count: Int64, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  static func writeJSON(_ outcome: RunOutcome, to sink: any ByteSink) throws {
    var writer = JSONWriter(to: sink, layout: .indented)
    writer.beginObject()
    writer.member("run", outcome.run.map { Text($0) })
    writer.member("as_of", outcome.asOf.printed)
    writer.member("directory", outcome.directory.map { Text($0) })
    writer.member("files", Int64(outcome.files))
    writer.member("rows", outcome.counts.rows)
    writer.member("accepted", outcome.counts.accepted)
    writer.member("duplicate", outcome.counts.duplicate)
    writer.member("filtered", outcome.counts.filteredTotal)
    writer.member("rejected", outcome.counts.rejectedTotal)
    writer.member("left_out", Int64(outcome.leftOut))
    writer.member("payouts", outcome.payouts)
    writer.member("held", outcome.held)
    writer.key("totals_minor")
    writer.beginObject()
    for (currency, minor) in outcome.totals { writer.member(currency, minor) }
    writer.endObject()
    writer.endObject()
    try writer.endLine()
    try writer.finish()
  }
}
