// The stage `release`: what somebody asked of a batch that waits for approval. It stands in the place
// of the stages from `ingest` to `payout`; the rest of the run is like any other's.
import Pipeline

/// `release`: one batch from its proposal to payouts that files carry, or to a new proposal.
struct ReleaseStage: Stage {
  let request: ProposalRequest
  let name = "release"
  let inputs: [Artifact] = []
  let outputs: [Artifact] = [.programNights]

  func run(_ night: inout Night) throws {
    try night.database.execute("BEGIN IMMEDIATE")
    let proposal = try StoredProposal(request.batch, in: night.database)
    let facts = try facts(of: night, proposal)
    night.facts = facts
    switch request.step {
    case .approve(let sha256, let person):
      guard try !wasApproved(proposal, sha256) else { return }
      try check(proposal, sha256, night, facts)
      try release(proposal, by: person, night)
    case .renew: try renew(proposal, night, facts)
    }
    night.changesStore = true
    try finishEmpty(night, facts)
  }

  /// The registry as it is now, and the payers' accounts as the run had them that proposed.
  private func facts(of night: Night, _ proposal: StoredProposal) throws -> NightFacts {
    let schedule = try proposal.schedule(in: night.workspace)
    night.scheduleSource = schedule?.source ?? []
    let asOf = night.request.asOf
    let records = try RegistryTables.load(from: night.database)
    let defaults = try ProgramFields(
      defaults: schedule?.programDefaults ?? .object([]), file: schedule?.name ?? "")
    return NightFacts(
      run: night.run.description, asOf: asOf, settings: schedule?.settings ?? Settings(),
      registry: Registry(records, defaults: defaults), disposableDomains: [], storedFiles: [])
  }

  /// Whether the very same approval was taken before: then there is nothing to do.
  private func wasApproved(_ proposal: StoredProposal, _ sha256: String) throws -> Bool {
    guard let approval = proposal.approval else { return false }
    guard approval.sha256.lowercased() == sha256.lowercased() else {
      throw ProposalFault(
        batch: request.batch,
        problem: "was approved by \(approval.by) in run \(approval.run), with another digest")
    }
    return true
  }

  /// Makes sure that what is approved is what was proposed, and is so still.
  private func check(
    _ proposal: StoredProposal, _ sha256: String, _ night: Night, _ facts: NightFacts
  ) throws {
    guard sha256.lowercased() == proposal.sha256 else {
      throw ProposalFault(
        batch: request.batch,
        problem: "has another digest than the one given; look at \(proposal.path), and give its "
          + "SHA-256, which is \(proposal.sha256)")
    }
    try demandUntouched(proposal, night.workspace)
    let terms = EmissionTerms(
      asOf: facts.asOf, runNumber: night.run.number, registry: facts.registry,
      payers: facts.settings.payers)
    let now = try ProposalFile.all(batch: request.batch, in: night.database, terms).first
    try demandPayable(now, facts)
    let bytes = try now?.bytes() ?? []
    guard ByteView.withBytes(of: bytes, { SHA256.hexadecimal(of: $0) }) != proposal.sha256 else {
      return
    }
    let old = (try? WholeFile.read("\(night.workspace.path)/\(proposal.path)")) ?? []
    throw ProposalFault(
      batch: request.batch,
      problem: "has changed since it was proposed: " + Self.difference(from: old, to: bytes)
        + "; nothing was released. Propose it again as it is now: "
        + "refbatch payouts propose \(request.batch)")
  }

  /// Refuses a proposal whose file says something else than when it was published: nobody can have
  /// read what the digest stands for.
  private func demandUntouched(_ proposal: StoredProposal, _ workspace: Workspace) throws {
    let path = "\(workspace.path)/\(proposal.path)"
    guard try FileInformation.of(path)?.kind == .file else { return }
    let found = ByteView.withBytes(of: try WholeFile.read(path)) { SHA256.hexadecimal(of: $0) }
    guard found != proposal.sha256 else { return }
    throw ProposalFault(
      batch: request.batch,
      problem: "cannot be approved: \(proposal.path) was changed since it was published, and has "
        + "the SHA-256 \(found); take it from a backup, or propose the batch again: "
        + "refbatch payouts propose \(request.batch)")
  }

  /// Refuses payouts whose affiliate must not be paid any more.
  private func demandPayable(_ proposal: ProposalFile?, _ facts: NightFacts) throws {
    for row in proposal?.rows ?? [] {
      let affiliate = facts.registry[row.payee]
      guard affiliate.status == .suspended else { continue }
      throw ProposalFault(
        batch: request.batch,
        problem:
          "has changed since it was proposed: affiliate \(row.affiliate) of payout \(row.id) "
          + "is suspended; withdraw that payout by a settlement with the status cancelled, and "
          + "propose the rest again: refbatch payouts propose \(request.batch)")
    }
  }

  /// Which payouts are not the same in both files.
  private static func difference(from old: [UInt8], to new: [UInt8]) -> String {
    func lines(_ bytes: [UInt8]) -> [Text: [UInt8]] {
      let rows = bytes.split(separator: 0x0A).dropFirst().map { line in
        (Text(String(decoding: line.prefix { $0 != 0x2C }, as: UTF8.self)), Array(line))
      }
      return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }
    let (before, after) = (lines(old), lines(new))
    var words: [String] = []
    for id in before.keys.sorted() where id.payoutReference != nil {
      if after[id] == nil {
        words.append("payout \(id) waits for approval no more")
      } else if after[id] != before[id] {
        words.append("payout \(id) is not what it was")
      }
    }
    let rest = words.count - 3
    let shown = words.prefix(3).joined(separator: ", ")
    return shown.isEmpty
      ? "payouts or accounts" : shown + (rest > 0 ? ", and \(rest) more" : "")
  }

  private func release(_ proposal: StoredProposal, by person: Text, _ night: Night) throws {
    let update = try night.database.prepare(
      "UPDATE payouts SET status = \(Payout.Status.pending.rawValue), emitted_run = ?1, run = ?1 "
        + "WHERE batch_id = ?2 AND status = \(Payout.Status.proposed.rawValue)")
    try update.bind(int: night.runNumber, at: 1)
    try update.bind(text: request.batch, at: 2)
    try update.run()
    let insert = try night.database.prepare(
      "INSERT INTO approvals (batch_id, run, proposal_sha256, approved_by, archive, sha256) "
        + "VALUES (?, ?, ?, ?, ?, ?)")
    var cursor = ParameterCursor(insert)
    try cursor.bind(request.batch)
    try cursor.bind(night.runNumber)
    try cursor.bind(Text(proposal.sha256))
    try cursor.bind(person)
    try cursor.bind(Text(request.archivePath(run: night.run.description)))
    try cursor.bind(Text(request.sha256))
    try insert.run()
  }

  /// Proposes what is left of the batch once more, with the affiliates' details of now.
  private func renew(_ proposal: StoredProposal, _ night: Night, _ facts: NightFacts) throws {
    let terms = EmissionTerms(
      asOf: facts.asOf, runNumber: night.run.number, registry: facts.registry,
      payers: facts.settings.payers)
    guard let old = try ProposalFile.all(batch: request.batch, in: night.database, terms).first
    else {
      throw ProposalFault(batch: request.batch, problem: "has no payout that waits for approval")
    }
    let update = try night.database.prepare(
      "UPDATE payouts SET batch_id = ?, run = ?, method = ?, affiliate_name = ?, email = ? "
        + "WHERE no = ?")
    let check = EmissionCheck(payers: facts.settings.payers)
    for row in old.rows {
      let affiliate = facts.registry[row.payee]
      let hindrance = affiliate.status == .suspended ? HeldAmount.Reason.suspended : nil
      let reason = hindrance ?? check.emissionHindrance(program: row.program, affiliate, row.amount)
      guard reason == nil, let method = affiliate.paymentMethod else {
        throw ProposalFault(
          batch: request.batch,
          problem:
            "cannot be proposed again: affiliate \(row.affiliate) of payout \(row.id) cannot "
            + "be paid now (\((reason ?? .noPaymentDetails).rawValue)); mend its details, or "
            + "withdraw the payout by a settlement with the status cancelled")
      }
      var cursor = ParameterCursor(update)
      try cursor.bind(Text(batchID(run: night.run.description, program: row.program)))
      try cursor.bind(night.runNumber)
      try cursor.bind(method)
      try cursor.bind(affiliate.name)
      try cursor.bind(affiliate.email)
      try cursor.bind(row.number)
      try update.run()
    }
  }

  /// A journal and extracts without rows.
  private func finishEmpty(_ night: Night, _ facts: NightFacts) throws {
    let journal = try PostingJournal(night.publication, run: facts.run, registry: facts.registry)
    journal.close()
    let extracts = try RunExtracts(night.publication, run: facts.run)
    extracts.closePrograms()
    night.extracts = extracts
    night.journal = try journal.finish()
  }
}
