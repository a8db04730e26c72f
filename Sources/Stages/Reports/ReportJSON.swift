// `report.json`: the figures of a run as one JSON object, its members in a fixed order.
import Pipeline

extension ReportFacts {
  /// Changes when a member is renamed, removed or means something else.
  static let schemaVersion: Int64 = 1

  /// Writes the object.
  ///
  /// - Throws: ``AmountOverflow``, what the sink throws.
  func write(to sink: any ByteSink) throws {
    var json = JSONWriter(to: sink, layout: .indented)
    json.beginObject()
    json.member("schema_version", Self.schemaVersion)
    json.member("run", run.description)
    json.member("as_of", asOf.printed)
    json.member("business_date", run.businessDate)
    json.key("rows")
    json.write(fates)
    writeFiles(to: &json)
    writeClicks(to: &json)
    try writeConversions(to: &json)
    json.array("tier_upgrades", tierUpgrades) { upgrade, json in
      json.member("program_id", upgrade.program)
      json.member("level", upgrade.level)
      json.member("tier", upgrade.tier)
      json.member("count", upgrade.count)
    }
    try writePeriod(to: &json)
    writeMoney(to: &json)
    json.array("rejects", reasons("rejected")) { count, json in
      json.member("reason", count.reason)
      json.member("rows", count.count)
    }
    writeReconciliation(to: &json)
    json.endObject()
    try json.endLine()
    try json.finish()
  }

  private func writeFiles(to json: inout JSONWriter) {
    json.array("files", files) { file, json in
      json.member("kind", file.kind)
      json.member("file", file.name)
      json.key("rows")
      json.write(file.fates)
      json.array("reasons", file.reasons) { count, json in
        json.member("fate", count.fate)
        json.member("reason", count.reason)
        json.member("rows", count.count)
      }
    }
  }

  private func writeClicks(to json: inout JSONWriter) {
    let clicks = files.filter { $0.kind == Text(InputKind.clicks.rawValue) }
    json.key("clicks")
    json.beginObject()
    json.key("rows")
    json.write(clicks.reduce(into: RowFates()) { $0.add($1.fates) })
    json.array("filtered", reasons("filtered", of: .clicks)) { count, json in
      json.member("reason", count.reason)
      json.member("rows", count.count)
    }
    json.endObject()
  }

  private func writeConversions(to json: inout JSONWriter) throws {
    json.key("conversions")
    json.beginObject()
    json.member("orders", conversions.reduce(0) { $0 + $1.count })
    json.member("changed", changedConversions)
    write("by_status", counts { [$0.status.word] }, to: &json)
    write("by_reason", counts { $0.reason.map { [$0.word] } ?? [] }, to: &json)
    write("by_evidence", counts { $0.evidence.map { [$0.word] } ?? [] }, to: &json)
    write("by_model", counts { $0.model.map { [$0.word] } ?? [] }, to: &json)
    json.endObject()
    json.array("revenue", try totalsByCurrency()) { total, json in json.members(total) }
    json.key("fraud")
    json.beginObject()
    let flagged = conversions.filter { !$0.flags.isEmpty }
    json.member("flagged", flagged.reduce(0) { $0 + $1.count })
    write("by_flag", counts(Self.flagWords), to: &json)
    json.endObject()
  }

  private static func flagWords(_ group: ConversionGroup) -> [String] {
    FraudFlags.words.enumerated().filter { group.flags.rawValue >> $0.offset & 1 == 1 }
      .map(\.element)
  }

  private func write(
    _ name: String, _ counts: [(word: Text, count: Int64)], to json: inout JSONWriter
  ) {
    json.key(name)
    json.beginObject()
    for (word, count) in counts { json.member(word.string, count) }
    json.endObject()
  }

  private func writePeriod(to json: inout JSONWriter) throws {
    let weekdays = try period.byWeekday()
    json.key("period")
    json.beginObject()
    json.member("from", CivilDate(dayNumber: Int64(period.days.lowerBound)).text)
    json.member("to", CivilDate(dayNumber: Int64(period.days.upperBound)).text)
    json.array("daily", period.daily) { day, json in
      json.member("day", CivilDate(dayNumber: Int64(day.day)).text)
      json.member("clicks", day.clicks)
      json.member("filtered_clicks", day.filtered)
      json.array("revenue", day.totals) { total, json in json.members(total) }
    }
    json.array("weekdays", weekdays) { weekday, json in
      json.member("weekday", weekday.weekday)
      json.array("revenue", weekday.totals) { total, json in json.members(total) }
    }
    json.array("top_affiliates", period.top) { total, json in
      json.member("currency", total.currency)
      json.member("program_id", total.program)
      json.member("affiliate_id", total.affiliate)
      json.member("name", total.name)
      json.member("conversions", total.conversions)
      json.member("affiliate_payout_minor", total.payoutMinor)
    }
    json.key("funnel")
    json.write(period.funnel)
    json.endObject()
  }

  private func writeMoney(to json: inout JSONWriter) {
    json.array("payouts", payouts) { group, json in
      json.member("program_id", group.program)
      json.member("currency", group.currency)
      json.member("payment_method", group.method.word)
      json.member("payouts", group.count)
      json.member("amount_minor", group.totalMinor)
    }
    json.array("proposed", proposed) { total, json in
      json.member("batch_id", total.batch)
      json.member("program_id", total.program)
      json.member("currency", total.currency.code)
      json.member("payouts", total.count)
      json.member("amount_minor", total.totalMinor)
    }
    json.array("payouts_without_file", withoutFile) { payouts, json in
      json.member("payment_method", payouts.method.word)
      json.member("payouts", payouts.count)
      json.member("missing_setting", payouts.setting)
    }
    json.array("held", held) { group, json in
      json.member("program_id", group.program)
      json.member("currency", group.currency)
      json.member("reason", group.reason)
      json.member("affiliates", group.count)
      json.member("amount_minor", group.totalMinor)
    }
    json.array("balances", balances) { total, json in
      json.member("account", total.account.word)
      json.member("currency", total.currency)
      json.member("amount_minor", total.amountMinor)
    }
    json.array("liability", liability) { total, json in
      json.member("currency", total.currency)
      json.member("approved_minor", total.approvedMinor)
      json.member("payable_minor", total.payableMinor)
      json.member("in_payout_minor", total.inPayoutMinor)
    }
  }

  private func writeReconciliation(to json: inout JSONWriter) {
    json.key("reconciliation")
    json.beginObject()
    json.member("ok", reconciliation.isGood)
    json.array("batches", reconciliation.batches) { batch, json in
      json.member("batch_id", batch.emitted.batch)
      json.member("program_id", batch.emitted.program)
      json.member("currency", batch.emitted.currency.code)
      json.member("file_rows", batch.emitted.count)
      json.member("file_minor", batch.emitted.totalMinor)
      json.member("posted_rows", batch.postedCount)
      json.member("posted_minor", batch.postedMinor)
      json.member("posted_earlier_rows", batch.emitted.repeatedCount)
      json.member("posted_earlier_minor", batch.emitted.repeatedMinor)
      json.member("ok", batch.isGood)
    }
    json.array("checks", reconciliation.checks) { check, json in
      json.member("check", check.name)
      json.member("meaning", check.meaning)
      json.member("compared", Int64(check.compared))
      json.member("ok", check.isGood)
    }
    json.endObject()
  }
}

extension JSONWriter {
  /// Writes a named array of objects.
  mutating func array<Element>(
    _ name: String, _ elements: [Element], _ body: (Element, inout JSONWriter) -> Void
  ) {
    key(name)
    beginArray()
    for element in elements {
      beginObject()
      body(element, &self)
      endObject()
    }
    endArray()
  }

  fileprivate mutating func members(_ total: CurrencyTotal) {
    member("currency", total.currency)
    member("orders", total.orders)
    member("conversions", total.conversions)
    member("gross_minor", total.grossMinor)
    member("refunded_minor", total.refundedMinor)
    member("net_minor", total.netMinor)
    member("commission_minor", total.commissionMinor)
    member("affiliate_payout_minor", total.payoutMinor)
    member("platform_fee_minor", total.platformFeeMinor)
  }

  fileprivate mutating func write(_ funnel: PeriodFacts.Funnel) {
    beginObject()
    member("clicks", funnel.clicks)
    member("filtered_clicks", funnel.filtered)
    member("orders", funnel.orders)
    member("attributed", funnel.attributed)
    member("approved", funnel.approved)
    member("in_payout", funnel.inPayout)
    member("paid", funnel.paid)
    endObject()
  }
}
