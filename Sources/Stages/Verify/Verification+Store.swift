// Within the store: rows and their fates, payouts and the rewards in them.
import Pipeline

extension Verification {
  /// Each file's rows against their fates and the reasons for them.
  func checkFates(_ findings: inout [Finding]) throws {
    let query = """
      SELECT r.name, f.kind, f.name, f.rows, f.accepted, f.duplicate, f.filtered, f.rejected,
        coalesce((SELECT sum(count) FROM file_reasons WHERE file = f.no AND fate = 'filtered'), 0),
        coalesce((SELECT sum(count) FROM file_reasons WHERE file = f.no AND fate = 'rejected'), 0)
      FROM files f JOIN runs r ON r.no = f.run ORDER BY f.no
      """
    try database.forEachRow(query) { row in
      let file = "\(row.text()), \(row.text()) \(row.text())"
      let fates = RowFates(
        rows: row.int(), accepted: row.int(), duplicate: row.int(), filtered: row.int(),
        rejected: row.int())
      if !fates.addUp {
        let message =
          "\(file): \(fates.rows) rows, but \(fates.accepted) accepted, \(fates.duplicate) "
          + "duplicate, \(fates.filtered) filtered and \(fates.rejected) rejected"
        findings.append(Finding(path: Self.store, message: message))
      }
      let reasons = (row.int(), row.int())
      if reasons != (fates.filtered, fates.rejected) {
        let message =
          "\(file): reasons for \(reasons.0) filtered and \(reasons.1) rejected rows, but "
          + "\(fates.filtered) and \(fates.rejected) of them"
        findings.append(Finding(path: Self.store, message: message))
      }
    }
  }

  /// What the spans say of their rows: which of them are approved and in no payout.
  func checkSpans(_ findings: inout [Finding]) throws {
    let isLoose = "(c.reward_state IS \(Reward.State.approved.rawValue))"
    let wrong = try database.integer(
      """
      SELECT count(*) FROM conversions c LEFT JOIN conversion_spans s ON s.program = c.program
        AND s.first = (SELECT max(first) FROM conversion_spans
          WHERE program = c.program AND first <= c.no)
      WHERE \(isLoose) <> coalesce(substr(s.loose, c.no - s.first + 1, 1) = '1', 0)
        OR \(isLoose) AND c.payable_at < s.payable_from
      """)
    if wrong > 0 {
      let message =
        "conversion_spans: \(wrong) orders are not what it says of them: approved and in no payout, "
        + "or not"
      findings.append(Finding(path: Self.store, message: message))
    }
    let lost = try database.integer(
      """
      SELECT count(*) FROM payout_rows p LEFT JOIN conversions c ON c.no = p.no
      WHERE c.reward_minor IS NULL
      """)
    if lost > 0 {
      let message = "payout_rows: \(lost) rows name orders without a commission"
      findings.append(Finding(path: Self.store, message: message))
    }
  }

  /// Each payout against the sum and the number of the rewards in it.
  func checkPayouts(_ findings: inout [Finding]) throws {
    let query = """
      WITH carried AS (
        SELECT payout, sum(amount) AS total, count(*) AS number FROM (
          SELECT coalesce(payout, 'number ' || payout_no) AS payout, reward_minor AS amount
          FROM conversions WHERE payout_no IS NOT NULL
          UNION ALL SELECT payout, reward_minor FROM credits WHERE payout IS NOT NULL
          UNION ALL SELECT payout, amount_minor FROM rewards WHERE payout IS NOT NULL)
        GROUP BY payout)
      SELECT o.payout_id, o.amount_minor, o.rewards,
        o.status = \(Payout.Status.completed.rawValue) OR \(LiabilityTotal.isUnsettled),
        coalesce(c.total, 0), coalesce(c.number, 0)
      FROM payouts o LEFT JOIN carried c ON c.payout = o.payout_id
      UNION ALL
      SELECT c.payout, 0, 0, 0, c.total, c.number FROM carried c
      WHERE c.payout NOT IN (SELECT payout_id FROM payouts)
      ORDER BY 1
      """
    try database.forEachRow(query) { row in
      let payout = row.text()
      let (amount, rewards, isStanding) = (row.int(), row.int(), row.bool())
      let carried = (row.int(), row.int())
      // One that was given back carries nothing: its rewards are payable again.
      let expected = isStanding ? (amount, rewards) : (0, 0)
      guard carried != expected else { return }
      let message =
        "payout \(payout) should carry \(expected.1) rewards of \(expected.0), and carries "
        + "\(carried.1) of \(carried.0)"
      findings.append(Finding(path: Self.store, message: message))
    }
  }
}
