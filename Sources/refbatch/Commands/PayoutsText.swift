// How payouts and batches are printed, for people and as JSON.
import Pipeline
import Stages

enum PayoutsText {
  /// One line a payout, in columns as wide as they need to be.
  static func write(_ payouts: [PayoutFacts], to output: any ByteSink) throws {
    guard !payouts.isEmpty else { return try output.write("no payouts\n") }
    let head = [
      "payout", "batch", "program", "affiliate", "method", "amount", "", "state", "tries",
    ]
    let rows = payouts.map { payout in
      [
        payout.payout.string, payout.batch.string, payout.program.string,
        payout.affiliate.string, payout.method, payout.amount, payout.currency, payout.state,
        String(payout.retryCount + 1),
      ].map(Log.visible)
    }
    var widths = head.map(\.count)
    for row in rows {
      for (place, cell) in row.enumerated() { widths[place] = max(widths[place], cell.count) }
    }
    for row in [head] + rows {
      let cells = row.enumerated().map { place, cell in
        let padding = String(repeating: " ", count: widths[place] - cell.count)
        return place == 5 ? padding + cell : cell + padding
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      try output.write(line + "\n")
    }
  }

  /// One payout, a fact a line.
  static func write(_ payout: PayoutFacts, to output: any ByteSink) throws {
    let amount = "\(payout.amount) \(payout.currency) in \(payout.rewards) rewards"
    var lines: [(String, String?)] = [
      ("payout", payout.payout.string), ("state", payout.state), ("amount", amount),
      ("program", payout.program.string), ("affiliate", payout.affiliate.string),
      ("name", payout.affiliateName?.string), ("method", payout.method),
      ("period", "\(payout.periodStart.printed) to \(payout.periodEnd.printed)"),
      ("made in", payout.madeIn.string), ("batch", payout.batch.string),
      ("retries", String(payout.retryCount)), ("transaction", payout.transaction?.string),
      ("processed", payout.processedAt?.printed), ("failed", payout.failedReason?.string),
    ]
    for emission in payout.emissions {
      let file = emission.file.map { "out/\(emission.run)/payouts/\($0)" } ?? "payouts.csv alone"
      lines.append(("emitted in", "\(emission.run), batch \(emission.batch): \(file)"))
    }
    try write(lines, to: output)
  }

  /// One batch: its groups of payouts, its proposal, its files.
  static func write(_ batch: BatchFacts, to output: any ByteSink) throws {
    var lines: [(String, String?)] = [
      ("batch", batch.batch.string), ("program", batch.program?.string),
      ("proposed in", batch.proposedIn?.string),
      ("proposal", batch.proposal.map { "\($0.path)" }),
      ("digest", batch.proposal.map { "\($0.sha256)" }),
      ("approved by", batch.approvedBy?.string), ("emitted in", batch.emittedIn?.string),
    ]
    for group in batch.groups {
      let amount = Money.majorUnits(group.amountMinor, group.currency)
      lines.append(
        (
          "payouts",
          "\(group.count) by \(group.method), \(amount) \(group.currency), \(group.state)"
        ))
    }
    for file in batch.files { lines.append(("file", "\(file.path)")) }
    try write(lines, to: output)
  }

  private static func write(_ lines: [(String, String?)], to output: any ByteSink) throws {
    for (name, value) in lines {
      guard let value else { continue }
      let padding = String(repeating: " ", count: max(1, 12 - name.count))
      try output.write("\(name)\(padding)\(Log.visible(value))\n")
    }
  }
}

extension PayoutsText {
  static func write(_ payouts: [PayoutFacts], to json: inout JSONWriter) {
    json.key("payouts")
    json.beginArray()
    for payout in payouts { write(payout, to: &json) }
    json.endArray()
  }

  static func write(_ payout: PayoutFacts, to json: inout JSONWriter) {
    json.beginObject()
    json.member("payout_id", payout.payout)
    json.member("batch_id", payout.batch)
    json.member("program_id", payout.program)
    json.member("affiliate_id", payout.affiliate)
    json.member("affiliate_name", payout.affiliateName)
    json.member("payment_method", payout.method)
    json.member("currency", payout.currency)
    json.member("amount", payout.amount)
    json.member("amount_minor", payout.amountMinor)
    json.member("rewards", payout.rewards)
    json.member("period_start", payout.periodStart.printed)
    json.member("period_end", payout.periodEnd.printed)
    json.member("status", payout.state)
    json.member("retry_count", payout.retryCount)
    json.member("transaction_id", payout.transaction)
    json.member("processed_at", payout.processedAt.map { Text($0.printed) })
    json.member("failed_reason", payout.failedReason)
    json.member("made_in", payout.madeIn)
    json.key("emissions")
    json.beginArray()
    for emission in payout.emissions {
      json.beginObject()
      json.member("run", emission.run)
      json.member("batch_id", emission.batch)
      json.member("file", emission.file)
      json.endObject()
    }
    json.endArray()
    json.endObject()
  }

  static func write(_ batch: BatchFacts, to json: inout JSONWriter) {
    json.beginObject()
    json.member("batch_id", batch.batch)
    json.member("program_id", batch.program)
    json.member("proposed_in", batch.proposedIn)
    json.key("proposal")
    if let proposal = batch.proposal { write(proposal, to: &json) } else { json.null() }
    json.member("approved_by", batch.approvedBy)
    json.member("emitted_in", batch.emittedIn)
    json.key("files")
    json.beginArray()
    for file in batch.files { write(file, to: &json) }
    json.endArray()
    write(batch.payouts, to: &json)
    json.endObject()
  }

  private static func write(_ file: BatchFacts.File, to json: inout JSONWriter) {
    json.beginObject()
    json.member("path", file.path)
    json.member("sha256", file.sha256)
    json.member("bytes", file.bytes)
    json.endObject()
  }
}
