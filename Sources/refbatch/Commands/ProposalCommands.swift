// `payouts approve` and `payouts propose`: runs whose input is what somebody asks of a batch.
import Foundation
import Pipeline
import Stages

enum ProposalCommands {
  static func approve(_ arguments: ParsedArguments) throws -> Int32 {
    let digest = arguments[PayoutOptions.digest] ?? ""
    guard digest.utf8.count == 64, digest.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
      throw UsageError.badValue(
        argument: "--digest", value: digest, expected: "64 hexadecimal digits", nearest: nil,
        command: arguments.command)
    }
    let person = Text(arguments[PayoutOptions.by] ?? "")
    return try run(arguments, .approve(sha256: digest.lowercased(), by: person))
  }

  static func propose(_ arguments: ParsedArguments) throws -> Int32 { try run(arguments, .renew) }

  private static func run(
    _ arguments: ParsedArguments, _ step: ProposalRequest.Step
  ) throws -> Int32 {
    let batch = Text(arguments.operands.first ?? "")
    let workspace = arguments.workspaceArgument
    let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let request = RunRequest(
      ProposalRequest(batch: batch, step: step), workspace: workspace.path,
      asOf: arguments[PayoutOptions.asOf] ?? now)
    let isQuiet = arguments.has(Options.quiet)
    let outcome = try NightRun(request, log: Log(minimum: isQuiet ? .error : .info)).run()
    guard !isQuiet || arguments.has(Options.json) else { return ExitStatus.done.rawValue }
    let output = StandardOutput()
    let shown = outcome.run.map { Self.shown(batch, step, run: $0) } ?? batch
    guard case .batch(let facts) = try WorkspacePayouts(workspace).show(shown) else {
      return ExitStatus.done.rawValue
    }
    if arguments.has(Options.json) {
      var json = JSONWriter(to: output, layout: .indented)
      json.beginObject()
      json.member("run", outcome.run.map { Text($0) })
      json.member("directory", outcome.directory.map { Text($0) })
      json.key("batch")
      PayoutsText.write(facts, to: &json)
      json.endObject()
      try json.endLine()
      try json.finish()
    } else {
      try output.write(text(outcome, facts, step))
    }
    try output.flush()
    return ExitStatus.done.rawValue
  }

  /// The batch to tell of: proposed again, payouts stand in one that is named after that run.
  private static func shown(_ batch: Text, _ step: ProposalRequest.Step, run: String) -> Text {
    guard case .renew = step, let program = batch.string.split(separator: "-").last else {
      return batch
    }
    return Text("\(run)-\(program)")
  }

  private static func text(
    _ outcome: RunOutcome, _ batch: BatchFacts, _ step: ProposalRequest.Step
  ) -> String {
    guard let run = outcome.run, let directory = outcome.directory else {
      return "nothing to do: batch \(batch.batch) was approved before\n"
    }
    var lines = ["run        \(run)"]
    switch step {
    case .approve:
      lines.append("released   \(outcome.payouts) payouts of batch \(batch.batch)")
      for (currency, minor) in outcome.totals.prefix(3) {
        lines.append("           \(Money.majorUnits(minor, currency)) \(currency)")
      }
      lines.append("files      \(directory)/payouts")
    case .renew:
      lines.append("proposed   \(batch.payouts.count) payouts as batch \(batch.batch)")
      lines.append("proposal   \(directory)/proposals/\(batch.batch).csv")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
