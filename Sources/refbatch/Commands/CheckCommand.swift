// `check`: judges files and changes nothing.
import Foundation
import Pipeline
import Stages

enum CheckCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    guard let kind = arguments[CheckOptions.kind].flatMap(InputKind.init(rawValue:)) else {
      throw UsageError.missingArgument("--kind", command: arguments.command)
    }
    let profile = arguments[CheckOptions.profile] ?? Schedule.nativeProfile
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let result: CheckResult
    if let workspace = arguments[CheckOptions.workspace] {
      result = try ReferenceCheck(workspace: workspace).check(
        arguments.operands, kind: kind, profile: profile, threads: threads)
    } else {
      var check = FormCheck(kind: kind)
      for path in arguments.operands {
        try check.check(path: path, profile: profile, threads: threads)
      }
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
    for (reason, count) in counts.rejected.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      lines.append("  rejected \(reason.rawValue): \(count)")
    }
    for (currency, minor) in result.amounts.sorted(by: { $0.key < $1.key }) {
      lines.append("  amount \(Money.majorUnits(minor, currency)) \(currency)")
    }
    for (status, count) in result.statuses.sorted(by: { $0.key < $1.key }) {
      lines.append("  status \(status): \(count)")
    }
    return lines.joined(separator: "\n") + "\n"
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
    writer.endObject()
    try writer.endLine()
    try writer.finish()
  }

  private static func write(_ members: [(String, Int64)], to writer: inout JSONWriter) {
    writer.beginObject()
    for (name, value) in members.sorted(by: { $0.0 < $1.0 }) { writer.member(name, value) }
    writer.endObject()
  }
}
