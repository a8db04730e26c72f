// A batch job on files that a test writes, run as the command would.
import Foundation
import Pipeline
import Testing

@testable import Stages

/// A schedule with its inbox and workspace, for one test.
final class SampleJob {
  let root: String
  private let payers: String
  private let settings: String
  /// The schedule's `settings.max_reject_share`.
  var maxRejectShare = "0.05"
  private var nights = 0

  /// - Parameter payers: The schedule's `settings.payers`, as JSON.
  /// - Parameter settings: Further members of its settings, each with a comma before it.
  init(payers: String = "{}", settings: String = "") throws {
    self.payers = payers
    self.settings = settings
    root = NSTemporaryDirectory() + "refbatch-job-" + UUID().uuidString
    try DirectoryTree.make(root + "/in")
  }

  deinit { try? DirectoryTree.remove(root) }

  /// Writes a night's CSV files, by kind, and runs it.
  ///
  /// - Parameter asOf: A day of 2026, at whose beginning it runs.
  /// - Parameter results: Files of payment services, by profile.
  @discardableResult
  func run(
    _ month: Int64, _ day: Int64, _ files: [InputKind: String],
    results: [ServiceProfile: String] = [:]
  ) throws -> RunOutcome {
    nights += 1
    for (profile, text) in results {
      let path = "\(root)/in/result-\(profile.rawValue)-\(nights).dat"
      try WholeFile.replace(path, with: Array(text.utf8))
    }
    for (kind, text) in files {
      try WholeFile.replace("\(root)/in/\(kind.rawValue)-\(nights).csv", with: Array(text.utf8))
    }
    let inputs = InputKind.allCases.map { kind in
      #"{"kind":"\#(kind.rawValue)","path":"in/\#(kind.rawValue)-*.csv","required":false}"#
    }
    let reports = ServiceProfile.allCases.map(\.rawValue).map { profile in
      #"{"kind":"settlements","path":"in/result-\#(profile)-*","profile":"\#(profile)","#
        + #""required":false}"#
    }
    let schedule = """
      {"workspace":"ws","inputs":[\((inputs + reports).joined(separator: ","))],
      "settings":{"payers":\(payers),"max_reject_share":\(maxRejectShare)\(settings)}}
      """
    try WholeFile.replace("\(root)/schedule.json", with: Array(schedule.utf8))
    let request = RunRequest(
      schedule: try Schedule(file: "\(root)/schedule.json"),
      asOf: PayoutSample.instant(2026, month, day), threads: 1, memory: 1 << 28)
    return try NightRun(request, log: Log(minimum: .error)).run()
  }

  /// The names below `payouts/` of a run.
  func payoutFiles(_ run: String) throws -> [String] {
    try DirectoryTree.list("\(root)/ws/out/\(run)/payouts").map(\.name.string)
  }

  /// The text of a file of a run.
  func text(_ run: String, _ path: String) throws -> String {
    String(decoding: try WholeFile.read("\(root)/ws/out/\(run)/\(path)"), as: UTF8.self)
  }

  /// Rows of a CSV without quotes, the header left out.
  func rows(_ run: String, _ path: String) throws -> [[String]] {
    try text(run, path).split(separator: "\n").dropFirst().map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// What somebody asks of a batch, on a day of 2026.
  func ask(
    _ step: ProposalRequest.Step, of batch: String, _ month: Int64, _ day: Int64
  ) throws -> RunOutcome {
    let request = RunRequest(
      ProposalRequest(batch: Text(batch), step: step), workspace: "\(root)/ws",
      asOf: PayoutSample.instant(2026, month, day))
    return try NightRun(request, log: Log(minimum: .error)).run()
  }

  /// The payouts in a state.
  func payouts(_ state: String) throws -> [PayoutFacts] {
    var filter = PayoutFilter()
    filter.state = Text(state)
    return try WorkspacePayouts(Workspace("\(root)/ws")).list(filter)
  }

  /// Every file below `out/` and `rejects/`, relative to the workspace.
  func allFiles(_ folder: String = "out") throws -> [String] {
    try DirectoryTree.list("\(root)/ws/\(folder)").flatMap { entry in
      let path = "\(folder)/\(entry.name)"
      return entry.kind == .directory ? try allFiles(path) : [path]
    }
  }

  /// What `verify` finds.
  func findings() throws -> [Finding] {
    try WorkspaceVerification(Workspace("\(root)/ws")).findings()
  }
}
