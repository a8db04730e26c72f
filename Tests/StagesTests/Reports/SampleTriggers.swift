// Lets tests put rows into the store's views by their plain columns.
@testable import Stages

/// Statements for a connection that is to write through the views.
enum SampleTriggers {
  private static func bits(_ field: ConversionMarks.Field, _ value: String) -> String {
    "(coalesce(\(value), 0) << \(field.shift))"
  }

  /// A coded value of which 0 in the marks means that there is none.
  private static func coded(_ field: ConversionMarks.Field, _ column: String) -> String {
    bits(field, "NEW.\(column) + 1")
  }

  private static let marks = [
    "NEW.status", coded(ConversionMarks.reason, "reason"),
    coded(ConversionMarks.evidence, "evidence"), coded(ConversionMarks.model, "model"),
    bits(ConversionMarks.orderStatus, "NEW.order_status"),
    coded(ConversionMarks.rewardState, "reward_state"),
    bits(ConversionMarks.rule, "NEW.rate_rule"),
    bits(ConversionMarks.codeCounts, "NEW.code_counts"),
    bits(ConversionMarks.decided, "NEW.decided"), bits(ConversionMarks.closed, "NEW.closed"),
    bits(ConversionMarks.isFlat, "NEW.flat_minor IS NOT NULL"),
  ].joined(separator: " | ")

  private static let rest = """
    nullif(json_patch('{}', json_object(
      'refunded', coalesce(NEW.refunded_minor, nullif(NEW.returned_minor, 0)),
      'credits', CASE WHEN NEW.credits > 1 THEN NEW.credits END, 'flat', NEW.flat_minor,
      'weight', nullif(NEW.weight, 1), 'fee', nullif(NEW.fee_bps, 0), 'inviter', NEW.inviter,
      'override', nullif(NEW.override_minor, 0),
      'reward', nullif(NEW.reward_minor, NEW.payout_minor),
      'payable', NEW.payable_at - NEW.occurred_at)), '{}')
    """

  private static let conversion = """
    INSERT OR REPLACE INTO conversion_rows (\(PackedConversion.columns)) VALUES (
      NEW.no, NEW.program, NEW.order_id, NEW.run, NEW.occurred_at, NEW.file << 32 | NEW.line,
      substr(NEW.content, 1, 8), NEW.code, NEW.click_id,
      (unicode(NEW.currency) << 16) | (unicode(substr(NEW.currency, 2)) << 8)
        | unicode(substr(NEW.currency, 3)),
      NEW.amount_minor, NEW.sku, NEW.category, \(marks), NEW.score_bps << 6 | NEW.flags,
      NEW.generation, NEW.credit_code, NEW.credit_affiliate, NEW.credit_click_id,
      NEW.occurred_at - NEW.credit_click_at, NEW.share_bps << 14 | coalesce(NEW.rate_bps, 0),
      NEW.tier, NEW.commission_minor, NEW.payout_minor, \(rest));
    INSERT OR REPLACE INTO conversion_spans
    VALUES (NEW.program, NEW.no, NEW.no, NEW.occurred_at, NEW.occurred_at,
      CASE WHEN NEW.reward_state = 1 THEN '1' END,
      CASE WHEN NEW.reward_state = 1 THEN NEW.payable_at END);
    DELETE FROM payout_rows WHERE no = NEW.no;
    INSERT INTO payout_rows SELECT NEW.no, no FROM payouts WHERE payout_id = NEW.payout;
    """

  static let sql = """
    CREATE TEMP TRIGGER conversion_added INSTEAD OF INSERT ON main.conversions
    BEGIN \(conversion) END;
    CREATE TEMP TRIGGER conversion_changed INSTEAD OF UPDATE ON main.conversions
    BEGIN \(conversion) END;
    CREATE TEMP TRIGGER clicks_added INSTEAD OF INSERT ON main.clicks_daily
    BEGIN
      INSERT INTO clicks_days (day, program, run, clicks, filtered, codes)
      VALUES (NEW.day, NEW.program, NEW.run, NEW.clicks, NEW.filtered,
        json_object(CAST(NEW.code AS TEXT), CASE NEW.filtered WHEN 0 THEN NEW.clicks
          ELSE json_array(NEW.clicks, NEW.filtered) END));
    END;
    """
}
