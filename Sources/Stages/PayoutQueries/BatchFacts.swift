// One batch: what is in it, whether somebody approved it, and the files that carry it.
public import Pipeline

/// A batch in plain words.
public struct BatchFacts: Hashable, Sendable {
  /// One of its files, relative to the workspace.
  public struct File: Hashable, Sendable {
    public var path: Text
    public var sha256: Text
    public var bytes: Int64
  }

  /// Payouts that are alike.
  public struct Group: Hashable, Sendable {
    public var method: String
    public var currency: String
    public var state: String
    public var count: Int64
    public var amountMinor: Int64
  }

  public var batch: Text
  public var program: Text?
  /// The run that proposed it; nil where nobody had to approve it.
  public var proposedIn: Text?
  public var proposal: File?
  public var approvedBy: Text?
  /// The run whose files carry it; nil while it waits.
  public var emittedIn: Text?
  public var files: [File] = []
  public var payouts: [PayoutFacts] = []

  /// The payouts by method, currency and state.
  public var groups: [Group] {
    var groups: [Group] = []
    for payout in payouts {
      let place = groups.firstIndex {
        $0.method == payout.method && $0.currency == payout.currency && $0.state == payout.state
      }
      if let place {
        groups[place].count += 1
        groups[place].amountMinor &+= payout.amountMinor
      } else {
        groups.append(
          Group(
            method: payout.method, currency: payout.currency, state: payout.state, count: 1,
            amountMinor: payout.amountMinor))
      }
    }
    return groups.sorted { ($0.method, $0.currency, $0.state) < ($1.method, $1.currency, $1.state) }
  }
}

extension WorkspacePayouts {
  /// What a payout or a batch is; a batch has the form of a run's name, a hyphen and eight digits.
  public enum Shown: Sendable {
    case payout(PayoutFacts)
    case batch(BatchFacts)
  }

  /// Looks up a payout or a batch.
  ///
  /// - Throws: ``NoStore``, ``DatabaseFault``; an error of usage where there is neither.
  public func show(_ id: Text) throws -> Shown {
    let database = try workspace.openForReading()
    return try database.snapshot {
      var filter = PayoutFilter()
      filter.payout = id
      if let payout = try Self.list(filter, database).first { return .payout(payout) }
      guard try PayoutBatches(database).contains(id) else {
        let unknown = try PayoutBatches(database).unknown(id)
        if unknown.nearest != nil || id.utf8.contains(UInt8(ascii: "-")) { throw unknown }
        throw UnknownPayoutOrBatch(id: id)
      }
      return .batch(try Self.batch(id, database))
    }
  }

  /// A batch that there is.
  static func batch(_ id: Text, _ database: Database) throws -> BatchFacts {
    var facts = BatchFacts(batch: id)
    var filter = PayoutFilter()
    filter.batch = id
    facts.payouts = try list(filter, database)
    facts.program = facts.payouts.first?.program
    let proposal = try database.prepare(
      "SELECT r.name, u.path, u.sha256, u.bytes FROM outputs u CROSS JOIN runs r ON r.no = u.run "
        + "WHERE u.path = 'out/' || r.name || '/proposals/' || ? || '.csv'")
    try proposal.bind(text: id, at: 1)
    if try proposal.step() {
      facts.proposedIn = proposal.text(0)
      facts.proposal = BatchFacts.File(
        path: proposal.text(1), sha256: proposal.text(2), bytes: proposal.int(3))
    }
    proposal.reset()
    let approval = try database.prepare("SELECT approved_by FROM approvals WHERE batch_id = ?")
    try approval.bind(text: id, at: 1)
    if try approval.step() { facts.approvedBy = approval.text(0) }
    approval.reset()
    let files = try database.prepare(
      """
      SELECT DISTINCT r.name, u.path, u.sha256, u.bytes FROM emissions e
      CROSS JOIN runs r ON r.no = e.run
      LEFT JOIN outputs u ON u.run = e.run AND u.path = 'out/' || r.name || '/payouts/' || e.file
      WHERE e.batch_id = ? ORDER BY u.path
      """)
    try files.bind(text: id, at: 1)
    while try files.step() {
      facts.emittedIn = files.text(0)
      guard let path = files.optionalText(1) else { continue }
      facts.files.append(
        BatchFacts.File(path: path, sha256: files.text(2), bytes: files.int(3)))
    }
    return facts
  }
}
