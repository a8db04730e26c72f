// `finance.csv`: the figures of the finance page, one a row.
import Pipeline

extension FinanceFacts {
  static let columns = [
    "section", "program_id", "currency", "item", "count", "amount", "amount_minor", "files",
  ]
  /// The words of the ages of what is payable, in days.
  static let ageWords = ["0-30", "31-60", "61-90", "over_90"]

  /// Writes the table: for each programme and currency what is owed, its age, what was paid and what
  /// is taken back; then what this run carries over and pays, and what accounts have to hold.
  ///
  /// - Returns: How many rows it has.
  /// - Throws: What the sink throws.
  func writeCSV(to sink: any ByteSink) throws -> Int64 {
    var table = try TableWriter(Self.columns, .csv, to: sink)
    for account in accounts {
      for (section, item, amount) in try account.items() {
        try Self.append(section, account.program, account.currency, item, amount, to: &table)
      }
    }
    for group in carriedOver {
      let amount = CountedAmount(count: group.count, minor: group.totalMinor)
      try Self.append(
        "carried_over", group.program, group.currency, group.reason.string, amount, to: &table)
    }
    for group in payouts {
      let amount = CountedAmount(count: group.count, minor: group.totalMinor)
      try Self.append(
        "paid_now", group.program, group.currency, group.method.word, amount, to: &table)
    }
    for funding in funding {
      try Self.append(
        funding.awaitsApproval ? "fund_on_approval" : "fund", nil, Text(funding.currency.code),
        funding.method.word, funding.amount, files: funding.files, to: &table)
    }
    try table.finish()
    return table.rows
  }

  private static func append(
    _ section: String, _ program: Text?, _ currency: Text, _ item: String, _ amount: CountedAmount,
    files: Int64? = nil, to table: inout TableWriter
  ) throws {
    table.append(section)
    table.append(program.map { Text(SpreadsheetCell.inert($0.string)) })
    table.append(currency)
    table.append(item)
    table.append(amount.count)
    table.append(Money.majorUnits(amount.minor, currency.string))
    table.append(amount.minor)
    table.append(files)
    try table.endRow()
  }
}

extension FinanceFacts.Account {
  /// The figures with their sections and words, in the order of the file; those of nothing left out.
  fileprivate func items() throws -> [(section: String, item: String, amount: CountedAmount)] {
    var items = [
      ("liability", "pending_decision", pending), ("liability", "not_yet_payable", notYetPayable),
      ("liability", "payable", try payable()), ("liability", "proposed", proposed),
      ("liability", "under_way", underWay), ("liability", "failed_again_next_run", failed),
    ]
    for (word, amount) in zip(FinanceFacts.ageWords, ageing) {
      items.append(("payable_for_days", word, amount))
    }
    items += [
      ("clawed_back", "open", clawBackOpen), ("clawed_back", "taken_out_now", clawBackNow),
      ("clawed_back", "taken_out_before", clawBackBefore), ("settled", "completed", completed),
      ("settled", "returned", returned), ("settled", "cancelled_or_given_up", givenUp),
    ]
    return items.filter { $0.2.count != 0 }
  }

  /// All ages together.
  func payable() throws(AmountOverflow) -> CountedAmount { try .sum(ageing) }

  /// What is owed in all: everything but what waits for a decision.
  func owed() throws(AmountOverflow) -> CountedAmount {
    try .sum([notYetPayable, proposed, underWay, failed] + ageing)
  }
}
