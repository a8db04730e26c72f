// The sums that the store keeps against the rows that they are of.
import Pipeline

extension Verification {
  /// Sales by day, totals and counts of codes, each recomputed from the rows.
  func checkSums(_ findings: inout [Finding]) throws {
    let tables = [
      (
        name: "sales_daily", keys: Int32(4), sums: Int32(4), expected: StoreSchema.salesByDay,
        stored: "SELECT * FROM sales_daily"
      ),
      (
        name: "totals", keys: 3, sums: 7, expected: StoreSchema.totalsByAffiliate,
        stored: "SELECT * FROM totals"
      ),
      (
        name: "code_totals", keys: 1, sums: 5, expected: StoreSchema.countsByCode,
        stored: "SELECT * FROM code_totals"
      ),
    ]
    for table in tables {
      let sums = table.keys..<table.keys + table.sums
      let wrong = try count(table.stored, except: table.expected, sums)
      let missing = try count(table.expected, except: table.stored, sums)
      guard wrong + missing > 0 else { continue }
      let message =
        "\(table.name): \(wrong) rows are not what their rows sum to, and \(missing) sums are missing"
      findings.append(Finding(path: Self.store, message: message))
    }
  }

  /// How many rows of one query another does not have; one whose sums are all 0 is as good as none.
  private func count(
    _ rows: String, except others: String, _ sums: Range<Int32>
  ) throws -> Int64 {
    let all = try database.prepare("SELECT * FROM (\(rows)) EXCEPT SELECT * FROM (\(others))")
    var count: Int64 = 0
    while try all.step() {
      if sums.contains(where: { all.int($0) != 0 }) { count += 1 }
    }
    return count
  }
}
