// The sums that the store keeps against the rows that they are of.
import Pipeline

extension Verification {
  /// Sales and orders by day, totals, counts of codes and what is owed, each recomputed from the
  /// rows.
  func checkSums(_ findings: inout [Finding]) throws {
    let tables = [
      (
        name: "sales_daily", rows: StoreSchema.salesByDay,
        keys: ["day", "program", "currency", "affiliate"],
        sums: [
          "orders", "revenue_minor", "rewards", "earned_minor", "credits", "payout_minor",
        ]
      ),
      (
        name: "totals", rows: StoreSchema.totalsByAffiliate,
        keys: ["affiliate", "program", "currency"],
        sums: [
          "orders", "revenue_minor", "commissions", "pending_minor", "owed_minor",
          "in_payout_minor", "paid_minor",
        ]
      ),
      (
        name: "code_totals", rows: StoreSchema.countsByCode, keys: ["code"],
        sums: ["clicks", "orders", "leads_pending", "leads_approved", "leads_rejected"]
      ),
      (
        name: "order_days", rows: StoreSchema.ordersByDay, keys: ["day", "currency"],
        sums: [
          "orders", "credited", "attributed", "approved", "in_payout", "paid", "gross_minor",
          "returned_minor", "commission_minor", "payout_minor",
        ]
      ),
      (
        name: "open_rewards", rows: StoreSchema.openRewards,
        keys: ["program", "currency", "state", "payable_day"], sums: ["rewards", "amount_minor"]
      ),
    ]
    for table in tables {
      // What the rows come to, less what is kept, is nothing.
      let keys = table.keys.joined(separator: ", ")
      let names = keys + ", " + table.sums.joined(separator: ", ")
      let less = table.sums.map { "-\($0)" }.joined(separator: ", ")
      let isWrong = table.sums.map { "sum(\($0)) <> 0" }.joined(separator: " OR ")
      let wrong = try database.integer(
        """
        WITH expected (\(names)) AS (\(table.rows))
        SELECT count(*) FROM (
          SELECT 1 FROM (
            SELECT \(names) FROM expected
            UNION ALL SELECT \(keys), \(less) FROM \(table.name))
          GROUP BY \(keys) HAVING \(isWrong))
        """)
      guard wrong > 0 else { continue }
      findings.append(
        Finding(
          path: Self.store, message: "\(table.name): \(wrong) sums are not what their rows come to")
      )
    }
  }
}
