// `check`: judges files and changes nothing.
import Foundation
import Pipeline
import Stages

enum CheckCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    let profile = arguments[CheckOptions.profile] ?? Schedule.nativeProfile
    guard !arguments.operands.isEmpty else { return try checkProfile(profile, arguments) }
    let kind = try kind(arguments, profile)
    let threads = ProcessInfo.processInfo.activeProcessorCount
    // For rows without an instant, where a profile lets the run's stand for it.
    let asOf = Instant(milliseconds: Int64(Date().timeIntervalSince1970) * 1_000)
    let result: CheckResult
    if let workspace = arguments[CheckOptions.workspace] {
      result = try ReferenceCheck(workspace: workspace).check(
        arguments.operands, kind: kind, profile: profile, asOf: asOf, threads: threads)
    } else {
      let resolved = try InputProfile(profile, relativeTo: ".", kind: kind)
      var check = FormCheck(kind: kind, profile: resolved, asOf: asOf)
      for path in arguments.operands { try check.check(path: path, threads: threads) }
      check.finish()
      result = check.result
    }
    let output = StandardOutput()
    if arguments.has(Options.json) {
      try writeJSON(result, to: output)
    } else {
      try output.write(text(result))
    }
    try output.flush()
    let isGood = result.refusals.isEmpty && result.counts.rejectedTotal == 0
    return (isGood ? ExitStatus.done : .dataRefused).rawValue
  }

  /// The kind that is stated, else the profile's.
  private static func kind(_ arguments: ParsedArguments, _ profile: String) throws -> InputKind {
    if let kind = arguments[CheckOptions.kind].flatMap(InputKind.init(rawValue:)) { return kind }
    guard !profile.hasPrefix(Schedule.nativeProfile) else {
      throw UsageError.missingArgument("--kind", command: arguments.command)
    }
    return try ResolvedProfile(profile, relativeTo: ".").profile.kind
  }

  /// Checks a profile without any file.
  private static func checkProfile(_ name: String, _ arguments: ParsedArguments) throws -> Int32 {
    let profile = try ResolvedProfile(name, relativeTo: ".").profile
    let output = StandardOutput()
    if arguments.has(Options.json) {
      var writer = JSONWriter(to: output, layout: .indented)
      writer.beginObject()
      writer.member("profile", profile.name)
      writer.member("kind", profile.kind.rawValue)
      writer.member("base", profile.base.map { Text($0) })
      writer.key("columns")
      writer.beginArray()
      for entry in profile.columns { writer.string(entry.column) }
      writer.endArray()
      writer.endObject()
      try writer.endLine()
      try writer.finish()
    } else {
      let columns = profile.columns.map(\.column).joined(separator: ", ")
      let base = profile.base.map { "; the amount is the base \($0)" } ?? ""
      try output.write("\(profile.name): \(profile.kind.rawValue), fills \(columns)\(base)\n")
    }
    try output.flush()
    return ExitStatus.done.rawValue
  }

  private static func text(_ result: CheckResult) -> String {
    let counts = result.counts
    var lines = result.refusals.map { "refused: \($0)" }
    for (path, reject) in result.rejects {
      let column = reject.column.map { ", \($0)" } ?? ""
      lines.append(
        "\(path):\(reject.origin.line)\(column): \(reject.reason.rawValue): "
          + Log.visible(reject.message))
    }
    lines.append(
      "\(counts.rows) rows: \(counts.accepted) accepted, \(counts.duplicate) duplicate, "
        + "\(counts.filteredTotal) filtered, \(counts.rejectedTotal) rejected")
    for (reason, count) in counts.filtered.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      lines.append("  filtered \(reason.rawValue): \(count)")
    }
    for (reason, count) in counts.rejected.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      lines.append("  rejected \(reason.rawValue): \(count)")
    }
    for (currency, minor) in result.amounts.sorted(by: { $0.key < $1.key }) {
      lines.append("  amount \(Money.majorUnits(minor, currency)) \(currency)")
    }
    for (status, count) in result.statuses.sorted(by: { $0.key < $1.key }) {
      lines.append("  status \(status): \(count)")
    }
    return (lines + profileLines(result)).joined(separator: "\n") + "\n"
  }

  /// What only a check by a profile tells.
  private static func profileLines(_ result: CheckResult) -> [String] {
    guard let profile = result.profile else { return [] }
    var lines = ["  profile \(profile)" + (result.base.map { ", amount is \($0)" } ?? "")]
    if let earliest = result.earliest, let latest = result.latest {
      lines.append("  dates \(earliest.printed) to \(latest.printed)")
    }
    if result.passedOver > 0 { lines.append("  \(result.passedOver) lines are no rows") }
    for sample in result.samples {
      let fields = sample.fields.map { "\($0.name)=\(Log.visible($0.value))" }
      lines.append("  line \(sample.line): " + fields.joined(separator: " "))
    }
    return lines + result.warnings.map { "warning: \($0)" }
  }

  private static func writeJSON(_ result: CheckResult, to sink: any ByteSink) throws {
    var writer = JSONWriter(to: sink, layout: .indented)
    writer.beginObject()
    writer.member("rows", result.counts.rows)
    writer.member("accepted", result.counts.accepted)
    writer.member("duplicates", result.counts.duplicate)
    writer.key("filtered")
    write(result.counts.filtered.map { ($0.key.rawValue, $0.value) }, to: &writer)
    writer.key("rejected")
    write(result.counts.rejected.map { ($0.key.rawValue, $0.value) }, to: &writer)
    writer.key("amounts")
    write(result.amounts.map { ($0.key, $0.value) }, to: &writer)
    writer.key("statuses")
    write(result.statuses.map { ($0.key, $0.value) }, to: &writer)
    writer.key("refused")
    writer.beginArray()
    for refusal in result.refusals { writer.string(refusal) }
    writer.endArray()
    if result.profile != nil { writeProfileFacts(result, to: &writer) }
    writer.endObject()
    try writer.endLine()
    try writer.finish()
  }

  private static func write(_ members: [(String, Int64)], to writer: inout JSONWriter) {
    writer.beginObject()
    for (name, value) in members.sorted(by: { $0.0 < $1.0 }) { writer.member(name, value) }
    writer.endObject()
  }

  private static func writeProfileFacts(_ result: CheckResult, to writer: inout JSONWriter) {
    writer.member("profile", result.profile.map { Text($0) })
    writer.member("base", result.base.map { Text($0) })
    writer.member("from", result.earliest.map { Text($0.printed) })
    writer.member("to", result.latest.map { Text($0.printed) })
    writer.member("passed_over", result.passedOver)
    writer.key("first_rows")
    writer.beginArray()
    for sample in result.samples {
      writer.beginObject()
      writer.member("file", sample.path)
      writer.member("line", Int64(sample.line))
      for field in sample.fields { writer.member(field.name, field.value) }
      writer.endObject()
    }
    writer.endArray()
    writer.key("rejects")
    writer.beginArray()
    for (path, reject) in result.rejects {
      writer.beginObject()
      writer.member("file", path)
      writer.member("line", Int64(reject.origin.line))
      writer.member("column", reject.column.map { Text($0) })
      writer.member("reason", reject.reason.rawValue)
      writer.member("message", reject.message)
      writer.endObject()
    }
    writer.endArray()
    writer.key("warnings")
    writer.beginArray()
    for warning in result.warnings { writer.string(warning) }
    writer.endArray()
  }
}
