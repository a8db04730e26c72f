// Takes a store back to a former version of its layout, with what that one would have held.
@testable import Stages

enum FormerStore {
  private static let state = ConversionMarks.rewardState

  /// From version 4: rows of orders name their payouts themselves.
  static let version3 = """
    UPDATE conversion_rows SET
      payout_no = (SELECT p.payout FROM payout_rows p WHERE p.no = conversion_rows.no),
      run = (SELECT c.run FROM conversions c WHERE c.no = conversion_rows.no),
      marks = (marks & ~\(state.mask << state.shift))
        | ((SELECT c.reward_state + 1 FROM conversions c WHERE c.no = conversion_rows.no)
          << \(state.shift)) | (1 << \(ConversionMarks.closed.shift))
      WHERE no IN (SELECT no FROM payout_rows);
    DROP VIEW conversions;
    DROP VIEW clicks_daily;
    DROP TABLE payout_rows;
    DROP INDEX totals_by_program;
    ALTER TABLE conversion_spans DROP COLUMN loose;
    ALTER TABLE conversion_spans DROP COLUMN payable_from;
    DROP INDEX conversions_pending;
    DROP INDEX conversions_limited;
    \(StoreSchema.stateIndexes)
    \(StoreSchema.firstViews)
    PRAGMA user_version = 3;
    """
}
