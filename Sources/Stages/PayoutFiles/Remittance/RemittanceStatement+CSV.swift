// A remittance statement as a table, for a spreadsheet.
import Pipeline

extension RemittanceStatement {
  static let columns = [
    "payout_id", "affiliate_id", "currency", "entry", "occurred_at", "type", "reference",
    "order_id", "amount", "amount_minor",
  ]

  /// Rows carried…, opening, reward…, adjustment…, paid, closing, later. The amounts of carried are
  /// what the opening balance is made of; from opening to paid they add up to closing. Text that a
  /// spreadsheet would run has an apostrophe before it.
  public func csv() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(csvRow: Self.columns, quoting: .whereNeeded)
    appendRows(to: &bytes)
    return bytes
  }

  /// Several statements as one table.
  public static func csv(_ statements: [RemittanceStatement]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(csvRow: Self.columns, quoting: .whereNeeded)
    for statement in statements { statement.appendRows(to: &bytes) }
    return bytes
  }

  func appendRows(to bytes: inout [UInt8]) {
    for line in carried { append("carried", line, to: &bytes) }
    append("opening", at: periodStart, minor: openingMinor, to: &bytes)
    for line in rewards { append("reward", line, to: &bytes) }
    for line in adjustments { append("adjustment", line, to: &bytes) }
    append("paid", at: issuedAt, minor: 0 &- paidMinor, to: &bytes)
    append("closing", at: issuedAt, minor: closingMinor, to: &bytes)
    if let laterMinor { append("later", at: issuedAt, minor: laterMinor, to: &bytes) }
  }

  private func append(_ entry: String, at: Instant, minor: Int64, to bytes: inout [UInt8]) {
    append(
      entry, Line(at: at, type: "", reference: "", order: nil, amountMinor: minor), to: &bytes)
  }

  private func append(_ entry: String, _ line: Line, to bytes: inout [UInt8]) {
    let texts = [
      payoutID.string, affiliateID.string, currency.code, entry, line.at.printed, line.type,
      line.reference.string, line.order?.string ?? "",
    ]
    let amounts = [major(line.amountMinor), String(line.amountMinor)]
    bytes.append(csvRow: texts.map(SpreadsheetCell.inert) + amounts, quoting: .whereNeeded)
  }
}
