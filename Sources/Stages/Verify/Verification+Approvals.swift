// What was proposed and approved: the archived approvals, and the proposals that they are about.
import Pipeline

extension Verification {
  /// Each approval against its file in the archive and against the proposal that was published; each
  /// payout that waits for one against its proposal.
  func checkApprovals(_ findings: inout [Finding]) throws {
    let query = """
      SELECT a.batch_id, a.proposal_sha256, a.archive, a.sha256,
        (SELECT u.sha256 FROM outputs u CROSS JOIN runs r ON r.no = u.run
          WHERE u.path = 'out/' || r.name || '/proposals/' || a.batch_id || '.csv')
      FROM approvals a ORDER BY 1
      """
    try database.forEachRow(query) { row in
      let batch = row.text()
      let (approved, path, digest) = (row.text(), row.text().string, row.text().string)
      if row.optionalText() != approved {
        let message = "batch \(batch) was approved with a digest that is not its proposal's"
        findings.append(Finding(path: Self.store, message: message))
      }
      guard let found = try sha256(of: path) else {
        return findings.append(Finding(path: path, message: "missing"))
      }
      guard found.hexadecimal != digest else { return }
      let message = "changed: its SHA-256 is \(found.hexadecimal) and not \(digest)"
      findings.append(Finding(path: path, message: message))
    }
    let waiting = """
      SELECT o.payout_id, o.batch_id FROM payouts o
      WHERE o.status = \(Payout.Status.proposed.rawValue) AND NOT EXISTS (
        SELECT 1 FROM outputs u CROSS JOIN runs r ON r.no = u.run
        WHERE u.path = 'out/' || r.name || '/proposals/' || o.batch_id || '.csv')
      ORDER BY 1
      """
    try database.forEachRow(waiting) { row in
      let message = "payout \(row.text()) waits for approval in no proposal of batch \(row.text())"
      findings.append(Finding(path: Self.store, message: message))
    }
  }
}
