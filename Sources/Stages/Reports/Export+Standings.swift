// `export clicks_daily`, `tiers`, `tier_upgrades` and `referrals`.
import Pipeline

extension Export {
  /// By (day, program_id, code). Of a run: the whole day's counts where the run changed them.
  func writeClicks(from database: Database, to table: inout TableWriter) throws {
    // Rows of runs are added up by day and programme; what is added up is in memory at once.
    let source =
      run == nil
      ? "clicks_days d"
      : "(SELECT DISTINCT day, program FROM clicks_days WHERE run = ?1) t "
        + "CROSS JOIN clicks_days d ON d.day = t.day AND d.program = t.program"
    let query = """
      SELECT d.day, p.program_id, d.run, d.codes
      FROM \(source) CROSS JOIN programs p ON p.no = d.program
      ORDER BY d.day, p.program_id, d.run
      """
    let codes = try ReferenceNames("code", of: "codes", in: database)
    var group = ClicksGroup(codes, run: run)
    let rows = try database.prepare(query)
    if let run { try rows.bind(int: run, at: 1) }
    while try rows.step() { try group.take(rows, to: &table) }
    try group.write(to: &table)
  }

  /// Where each affiliate stands, by (program_id, affiliate_id). Level and tier are empty before
  /// any tier is held.
  func writeTiers(from database: Database, to table: inout TableWriter) throws {
    let query = """
      SELECT p.program_id, a.affiliate_id, s.tier, s.held_level, s.count
      FROM standings s CROSS JOIN programs p ON p.no = s.program
      CROSS JOIN affiliates a ON a.no = s.affiliate \(condition("s.run"))
      ORDER BY p.program_id, a.affiliate_id
      """
    try database.forEachRow(query, parameters) { row in
      table.append(row.text())
      table.append(row.text())
      table.append(row.optionalText())
      table.append(row.optionalInt())
      table.append(row.int())
      try table.endRow()
    }
  }

  /// The steps up, by (program_id, affiliate_id) and then in the order in which they happened.
  func writeTierUpgrades(from database: Database, to table: inout TableWriter) throws {
    let query = """
      SELECT p.program_id, a.affiliate_id, u.from_level, u.to_level, u.tier, u.order_id,
        u.referral_id, u.at
      FROM tier_upgrades u CROSS JOIN programs p ON p.no = u.program
      CROSS JOIN affiliates a ON a.no = u.affiliate \(condition("u.run"))
      ORDER BY p.program_id, a.affiliate_id, u.to_level, u.at
      """
    try database.forEachRow(query, parameters) { row in
      table.append(row.text())
      table.append(row.text())
      table.append(row.optionalInt())
      table.append(row.int())
      table.append(row.text())
      table.append(row.optionalText())
      table.append(row.optionalText())
      table.append(row.instant())
      try table.endRow()
    }
  }

  /// By referral_id.
  func writeReferrals(from database: Database, to table: inout TableWriter) throws {
    let query = """
      SELECT r.referral_id, p.program_id, c.code, a.affiliate_id, r.occurred_at, r.status,
        r.lead_name, r.lead_email, r.estimated_value, r.referred_id, r.decided_at, r.decided_by,
        r.review_notes
      FROM referrals r CROSS JOIN programs p ON p.no = r.program
      CROSS JOIN codes c ON c.no = r.code
      CROSS JOIN affiliates a ON a.no = r.affiliate \(condition("r.run"))
      ORDER BY r.referral_id
      """
    try database.forEachRow(query, parameters) { row in
      for _ in 0..<4 { table.append(row.text()) }
      table.append(row.instant())
      table.append(try row.coded(Referral.Status.self).word)
      for _ in 0..<4 { table.append(row.optionalText()) }
      table.append(row.optionalInstant())
      table.append(row.optionalText())
      table.append(row.optionalText())
      try table.endRow()
    }
  }
}
