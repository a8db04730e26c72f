// A batch job on files that a test writes, run as the command would.
import Foundation
import Pipeline
import Testing

@testable import Stages

/// A schedule with its inbox and workspace, for one test.
final class SampleJob {
  let root: String
  private let payers: String
  /// The profiles of inputs that are not in native columns.
  var profiles: [InputKind: String] = [:]
  /// The schedule's `settings.max_reject_share`.
  var maxRejectShare = "0.05"
  private var nights = 0

  /// - Parameter payers: The schedule's `settings.payers`, as JSON.
  init(payers: String = "{}") throws {
    self.payers = payers
    root = NSTemporaryDirectory() + "refbatch-job-" + UUID().uuidString
    try DirectoryTree.make(root + "/in")
  }

  deinit { try? DirectoryTree.remove(root) }

  /// Writes a night's CSV files, by kind, and runs it.
  ///
  /// - Parameter asOf: A day of 2026, at whose beginning it runs.
  @discardableResult
  func run(_ month: Int64, _ day: Int64, _ files: [InputKind: String]) throws -> RunOutcome {
    nights += 1
    for (kind, text) in files {
      try WholeFile.replace("\(root)/in/\(kind.rawValue)-\(nights).csv", with: Array(text.utf8))
    }
    let inputs = InputKind.allCases.map { kind in
      let profile = profiles[kind] ?? Schedule.nativeProfile
      return #"{"kind":"\#(kind.rawValue)","path":"in/\#(kind.rawValue)-*.csv","required":false,"#
        + #""profile":"\#(profile)"}"#
    }
    let schedule = """
      {"workspace":"ws","inputs":[\(inputs.joined(separator: ","))],
       "settings":{"payers":\(payers),"max_reject_share":\(maxRejectShare)}}
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

  /// What `verify` finds.
  func findings() throws -> [Finding] {
    try WorkspaceVerification(Workspace("\(root)/ws")).findings()
  }
}
