// The store's tables and views: a public interface, described for its users in docs/store.md.
// The registry's tables stand in RegistryTables.swift.
import Pipeline

/// The layout of `refbatch.sqlite`.
///
/// Instants are milliseconds since 1970 UTC, amounts are minor units, rates are basis points.
/// `program`, `affiliate` and `code` columns hold the `no` of the registry's tables.
public enum StoreSchema {
  /// "rfbt" in the header of the file says whose it is.
  static let schema = Schema(
    applicationID: 0x7266_6274,
    migrations: [
      Migration(
        version: 1, name: "the first layout",
        sql: [
          RegistryTables.schema, runs, conversions, affairs, firstViews, orderIndex,
          conversionIndexes, stateIndexes, affairIndexes,
        ].joined(separator: "\n")),
      Migration(
        version: 2, name: "emissions and approvals of payouts, sums for the endpoint",
        steps: [.layout(emissions), .layout(sums), .rows(fillSums)]),
      Migration(
        version: 3, name: "sums for reports",
        steps: [.layout(reportSums), .rows(fillReportSums)]),
      Migration(
        version: 4, name: "what payouts carry, in narrow rows",
        steps: [
          .layout(payoutRows), .rows(fillPayoutRows), .layout(payoutRowIndexes),
          .layout(leaveWideRows), .rows(narrowConversions), .layout(payableSpans),
          .layout(conversionsView), .rows(fillSpans), .layout(totalsByProgram),
        ]),
      Migration(version: 5, name: "clicks of days without their rows", sql: countsByDay),
    ])

  /// Reports add clicks up by day: the index has what they add, as the rows of a day lie far apart.
  private static let countsByDay = """
    DROP INDEX clicks_days_by_day;
    CREATE INDEX clicks_days_by_day ON clicks_days (day, program, clicks, filtered);
    """

  /// Who emitted and approved payouts.
  static let emissions = """
    -- Which file carried a payout, each time that it was emitted.
    CREATE TABLE emissions (
      payout INTEGER NOT NULL, run INTEGER NOT NULL, batch_id TEXT NOT NULL, file TEXT,
      PRIMARY KEY (payout, run)) WITHOUT ROWID;
    CREATE INDEX emissions_by_batch ON emissions (batch_id);
    CREATE TABLE approvals (
      batch_id TEXT PRIMARY KEY, run INTEGER NOT NULL, proposal_sha256 TEXT NOT NULL,
      approved_by TEXT NOT NULL, archive TEXT NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX rewards_differences ON rewards (program) WHERE sequence > 0;
    ALTER TABLE payouts ADD COLUMN made_run INTEGER NOT NULL DEFAULT 0;
    UPDATE payouts SET made_run = coalesce((SELECT r.no FROM runs r
      WHERE r.name = substr(payouts.batch_id, 1, length(payouts.batch_id) - 9)), run);
    """

  /// Runs, files and what they brought.
  static let runs = """
    CREATE TABLE runs (
      no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, as_of INTEGER NOT NULL,
      schedule TEXT NOT NULL, stages TEXT NOT NULL);
    CREATE TABLE files (
      no INTEGER PRIMARY KEY, run INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
      path TEXT NOT NULL, profile TEXT NOT NULL, digest BLOB NOT NULL, bytes INTEGER NOT NULL,
      archive TEXT NOT NULL, rows INTEGER NOT NULL, accepted INTEGER NOT NULL,
      duplicate INTEGER NOT NULL, filtered INTEGER NOT NULL, rejected INTEGER NOT NULL,
      device INTEGER NOT NULL, inode INTEGER NOT NULL, modified INTEGER NOT NULL,
      changed INTEGER NOT NULL, UNIQUE (kind, profile, digest));
    CREATE TABLE file_reasons (
      file INTEGER NOT NULL, fate TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (file, fate, reason)) WITHOUT ROWID;
    CREATE TABLE outputs (
      run INTEGER NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
      PRIMARY KEY (run, path)) WITHOUT ROWID;
    CREATE TABLE journals (
      run INTEGER PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
      postings INTEGER NOT NULL);
    CREATE TABLE segments (
      day INTEGER NOT NULL, run INTEGER NOT NULL, path TEXT NOT NULL, digest BLOB NOT NULL,
      bytes INTEGER NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (day, run)) WITHOUT ROWID;
    CREATE TABLE clicks_days (
      no INTEGER PRIMARY KEY, day INTEGER NOT NULL, program INTEGER NOT NULL,
      run INTEGER NOT NULL, clicks INTEGER NOT NULL, filtered INTEGER NOT NULL,
      codes TEXT NOT NULL);
    CREATE INDEX clicks_days_by_day ON clicks_days (day, program);
    CREATE INDEX clicks_days_by_run ON clicks_days (run);
    """

  /// Orders with their first credit and its commission's reward in one row; further credits and
  /// other rewards in tables of their own.
  static let conversions = """
    CREATE TABLE conversion_rows (
      no INTEGER PRIMARY KEY, program INTEGER NOT NULL, order_id TEXT NOT NULL,
      run INTEGER NOT NULL, occurred_at INTEGER NOT NULL, origin INTEGER NOT NULL,
      keys BLOB NOT NULL, code TEXT, click_id TEXT, currency INTEGER NOT NULL,
      amount_minor INTEGER NOT NULL, sku TEXT, category TEXT, marks INTEGER NOT NULL,
      fraud INTEGER NOT NULL, generation INTEGER NOT NULL, credit_code INTEGER,
      credit_affiliate INTEGER, credit_click_id TEXT, click_before INTEGER, terms INTEGER,
      tier TEXT, commission_minor INTEGER, payout_minor INTEGER, payout_no INTEGER, rest TEXT);
    -- Neighbouring rows of a programme and the time in which their orders lie.
    CREATE TABLE conversion_spans (
      program INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
      earliest INTEGER NOT NULL, latest INTEGER NOT NULL,
      PRIMARY KEY (program, first)) WITHOUT ROWID;
    CREATE TABLE credits (
      conversion INTEGER NOT NULL, place INTEGER NOT NULL, program INTEGER NOT NULL,
      credit_code INTEGER, credit_affiliate INTEGER, credit_click_id TEXT, credit_click_at INTEGER,
      weight INTEGER, rate_bps INTEGER, flat_minor INTEGER, rate_rule INTEGER, tier TEXT,
      share_bps INTEGER, inviter INTEGER, fee_bps INTEGER, commission_minor INTEGER,
      payout_minor INTEGER, override_minor INTEGER,
      reward_state INTEGER, reward_minor INTEGER, payable_at INTEGER, payout TEXT,
      PRIMARY KEY (conversion, place)) WITHOUT ROWID;
    CREATE TABLE order_rows (
      program INTEGER NOT NULL, order_id TEXT NOT NULL, content BLOB NOT NULL,
      file INTEGER NOT NULL, line INTEGER NOT NULL,
      PRIMARY KEY (program, order_id, content)) WITHOUT ROWID;
    CREATE TABLE rewards (
      no INTEGER PRIMARY KEY, id BLOB NOT NULL, run INTEGER NOT NULL,
      type INTEGER NOT NULL, program INTEGER NOT NULL, affiliate INTEGER NOT NULL, order_id TEXT,
      referral_id TEXT, credit INTEGER NOT NULL, generation INTEGER NOT NULL,
      sequence INTEGER NOT NULL, currency TEXT NOT NULL, amount_minor INTEGER NOT NULL,
      state INTEGER NOT NULL, occurred_at INTEGER NOT NULL, payable_at INTEGER NOT NULL,
      payout TEXT);
    """

  /// Leads, tiers, payouts and balances.
  static let affairs = """
    CREATE TABLE referrals (
      no INTEGER PRIMARY KEY, referral_id TEXT NOT NULL, run INTEGER NOT NULL,
      program INTEGER NOT NULL, code INTEGER NOT NULL, affiliate INTEGER NOT NULL,
      occurred_at INTEGER NOT NULL, status INTEGER NOT NULL, lead_name TEXT, lead_email TEXT,
      lead_key BLOB, estimated_value TEXT, referred_id TEXT, metadata TEXT, content BLOB NOT NULL,
      file INTEGER NOT NULL, line INTEGER NOT NULL, decided_at INTEGER, decided_by TEXT,
      review_notes TEXT);
    CREATE TABLE standings (
      program INTEGER NOT NULL, affiliate INTEGER NOT NULL, count INTEGER NOT NULL,
      level INTEGER, held_level INTEGER, tier TEXT, run INTEGER NOT NULL,
      PRIMARY KEY (program, affiliate)) WITHOUT ROWID;
    CREATE TABLE tier_upgrades (
      no INTEGER PRIMARY KEY, run INTEGER NOT NULL, program INTEGER NOT NULL,
      affiliate INTEGER NOT NULL, from_level INTEGER, to_level INTEGER NOT NULL, tier TEXT NOT NULL,
      order_id TEXT, referral_id TEXT, at INTEGER NOT NULL);
    CREATE TABLE payouts (
      no INTEGER PRIMARY KEY, payout_id TEXT NOT NULL UNIQUE, batch_id TEXT NOT NULL,
      run INTEGER NOT NULL, program INTEGER NOT NULL, affiliate INTEGER NOT NULL,
      affiliate_name TEXT, email TEXT NOT NULL, method INTEGER NOT NULL, currency TEXT NOT NULL,
      amount_minor INTEGER NOT NULL, rewards INTEGER NOT NULL, period_start INTEGER NOT NULL,
      period_end INTEGER NOT NULL, status INTEGER NOT NULL, retry_count INTEGER NOT NULL,
      awaits_retry INTEGER NOT NULL, transaction_id TEXT, transaction_hash TEXT,
      processed_at INTEGER, failed_reason TEXT, emitted_run INTEGER NOT NULL);
    CREATE INDEX payouts_by_program ON payouts (program, status);
    -- What the verdicts on a programme's orders rested on when it was last worked on.
    CREATE TABLE judging (program INTEGER PRIMARY KEY, basis BLOB NOT NULL);
    CREATE TABLE periods (program INTEGER PRIMARY KEY, last_closed INTEGER NOT NULL);
    CREATE TABLE held (
      run INTEGER NOT NULL, program INTEGER NOT NULL, affiliate INTEGER NOT NULL,
      currency TEXT NOT NULL, amount_minor INTEGER NOT NULL, reason TEXT NOT NULL);
    CREATE INDEX held_by_run ON held (run, program);
    CREATE TABLE balances (
      program INTEGER NOT NULL, account INTEGER NOT NULL, affiliate INTEGER NOT NULL,
      currency TEXT NOT NULL, amount_minor INTEGER NOT NULL,
      PRIMARY KEY (program, account, affiliate, currency)) WITHOUT ROWID;
    """

  /// The index of conversions by order. Programmes come in order, so that its entries go to a small
  /// part of it, unless a programme is very large: the first night then makes it at its end.
  static let orderIndex = """
    CREATE UNIQUE INDEX conversions_by_order ON conversion_rows (program, order_id);
    """
  /// Bytes that an entry of ``orderIndex`` takes, as a rule.
  static let orderEntryBytes = 48

  /// Indexes of further credits and rewards, whose entries come in no order. The first night makes
  /// them when its rows are there: each takes a scan and a sort, which its one thread does while no
  /// other has anything to do.
  static let conversionIndexes = """
    CREATE INDEX credits_loose ON credits (program) WHERE reward_state = 1 AND payout IS NULL;
    CREATE INDEX credits_by_payout ON credits (payout) WHERE payout IS NOT NULL;
    CREATE INDEX credits_by_code ON credits (credit_code);
    CREATE UNIQUE INDEX rewards_by_id ON rewards (id);
    CREATE INDEX rewards_by_order ON rewards (program, order_id);
    CREATE INDEX rewards_loose ON rewards (program, state) WHERE state <= 1;
    CREATE INDEX rewards_by_payout ON rewards (payout) WHERE payout IS NOT NULL;
    """

  /// Indexes of how conversions stand. Most rows are in none or in one of them, and their keys come
  /// in their order, so that it costs less to keep them than to scan for them.
  static let stateIndexes = """
    CREATE INDEX conversions_loose ON conversion_rows (program)
      WHERE \(ConversionMarks.rewardState.optionalSQL("marks")) = 1 AND payout_no IS NULL;
    CREATE INDEX conversions_pending ON conversion_rows (program) WHERE \(pendingCondition);
    CREATE INDEX conversions_limited ON conversion_rows (program) WHERE \(limitedCondition);
    CREATE INDEX conversions_by_payout ON conversion_rows (payout_no)
      WHERE payout_no IS NOT NULL;
    """

  /// Indexes of leads.
  static let affairIndexes = """
    CREATE UNIQUE INDEX referrals_by_id ON referrals (referral_id);
    CREATE INDEX referrals_by_lead ON referrals (program, lead_key);
    """

  /// The names of the indexes that some statements make.
  static func indexNames(_ statements: String) -> [String] {
    statements.split(separator: "INDEX ").dropFirst().compactMap { $0.split(separator: " ").first }
      .map(String.init)
  }

  /// Whether a row of `conversion_rows` waits for a decision. The conditions are written as the view
  /// writes its columns, so that queries of it use the indexes.
  static let pendingCondition = """
    \(ConversionMarks.status.sql("marks")) = \(Conversion.Status.pending.rawValue)
    """
  /// Whether the last judgement of a row of `conversion_rows` met a code that has a limit.
  static let limitedCondition = "\(ConversionMarks.meetsLimit.sql("marks")) = 1"
}
