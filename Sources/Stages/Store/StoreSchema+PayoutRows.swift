// What payouts carry: a narrow row for each first commission, so that a payday writes little; and
// what they may carry next, in the spans.
import Pipeline

extension StoreSchema {
  /// The payout that carries the first commission of a row of `conversion_rows`.
  static let payoutRows = """
    CREATE TABLE payout_rows (no INTEGER PRIMARY KEY, payout INTEGER NOT NULL);
    """

  static let fillPayoutRows = """
    INSERT INTO payout_rows SELECT no, payout_no FROM conversion_rows
      WHERE payout_no IS NOT NULL ORDER BY no;
    """

  static let payoutRowIndexes = """
    CREATE INDEX payout_rows_by_payout ON payout_rows (payout);
    """

  /// What is owed in a programme is asked for on its paydays.
  static let totalsByProgram = """
    CREATE INDEX totals_by_program ON totals (program);
    """

  /// What rests on rows of orders that say what carries them.
  static let leaveWideRows = """
    DROP VIEW conversions;
    DROP INDEX conversions_loose;
    DROP INDEX conversions_by_payout;
    """

  /// Rows of orders say no more what carries them; the state of a commission in a payout is that of
  /// before. Nothing of it can fail alone, so that SQLite need not keep what it changes.
  static let narrowConversions = """
    UPDATE OR ROLLBACK conversion_rows SET payout_no = NULL, marks = \(ConversionMarks.rewardState.settingSQL(
      "marks", to: Int64(Reward.State.approved.rawValue) + 1))
      WHERE payout_no IS NOT NULL;
    """

  /// What spans say of what may be paid next.
  static let payableSpans = """
    -- By row, from `first`: whether its first commission is approved and in no payout ('1' or '0';
    -- what is missing at the end is '0'; NULL for none). None of them is payable before payable_from.
    ALTER TABLE conversion_spans ADD COLUMN loose TEXT;
    ALTER TABLE conversion_spans ADD COLUMN payable_from INTEGER;
    """

  static let fillSpans = """
    UPDATE OR ROLLBACK conversion_spans SET (loose, payable_from) = (
      SELECT nullif(rtrim(group_concat(reward_state IS \(Reward.State.approved.rawValue), ''), '0'),
          ''),
        min(CASE reward_state WHEN \(Reward.State.approved.rawValue) THEN payable_at END)
      FROM (SELECT c.reward_state, c.payable_at FROM conversions c
        WHERE c.no BETWEEN conversion_spans.first AND conversion_spans.last ORDER BY c.no));
    """
}
