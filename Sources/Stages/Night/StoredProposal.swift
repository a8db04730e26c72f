// A batch that waits, or waited, for approval, as store and workspace have it.
import Pipeline

/// A request about a proposal that cannot be met.
struct ProposalFault: ExitCoded, CustomStringConvertible {
  let batch: Text
  let problem: String

  var exitStatus: ExitStatus { .dataRefused }
  var description: String { "batch \(batch) \(problem)" }
}

/// What was proposed, and whether it was approved.
struct StoredProposal {
  struct Approval {
    var run: Text
    var sha256: String
    var by: Text
  }

  let batch: Text
  /// The name of the run that proposed it.
  let run: Text
  /// Relative to the workspace.
  let path: String
  /// Of the file, 64 hexadecimal digits.
  let sha256: String
  let approval: Approval?

  /// - Throws: ``UnknownBatch`` for a batch that was never made, ``ProposalFault`` for one that was
  ///   not proposed.
  init(_ batch: Text, in database: Database) throws {
    let known = try database.prepare(
      "SELECT r.name, u.path, u.sha256 FROM outputs u CROSS JOIN runs r ON r.no = u.run "
        + "WHERE u.path = 'out/' || r.name || '/proposals/' || ? || '.csv'")
    try known.bind(text: batch, at: 1)
    guard try known.step() else {
      guard try PayoutBatches(database).contains(batch) else {
        throw try PayoutBatches(database).unknown(batch)
      }
      throw ProposalFault(batch: batch, problem: "needed no approval: its files are emitted")
    }
    self.batch = batch
    run = known.text(0)
    path = known.text(1).string
    sha256 = known.text(2).string
    let approved = try database.prepare(
      "SELECT r.name, a.proposal_sha256, a.approved_by FROM approvals a "
        + "CROSS JOIN runs r ON r.no = a.run WHERE a.batch_id = ?")
    try approved.bind(text: batch, at: 1)
    approval =
      try approved.step()
      ? Approval(run: approved.text(0), sha256: approved.text(1).string, by: approved.text(2))
      : nil
  }

  /// The schedule of the run that proposed it, from the archive; nil where it had none.
  ///
  /// Nothing vouches for that file but the proposal, which names the accounts that pay.
  func schedule(in workspace: Workspace) throws -> Schedule? {
    let path = "\(workspace.path)/archive/\(run)/schedule.json"
    return try FileInformation.of(path) == nil ? nil : try Schedule(file: path)
  }
}
