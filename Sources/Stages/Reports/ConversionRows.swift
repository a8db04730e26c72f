// The rows of `extracts/conversions.csv` of one programme, straight from its night: the same bytes
// as ``Export`` makes of the store.
import Pipeline

/// The rows of conversions in progress, and the groups that the report counts them by.
struct ConversionRows: ~Copyable {
  /// How many rows there are.
  private(set) var count: Int64 = 0
  private(set) var groups: ConversionGroups

  private var rows: RowEncoder
  private let registry: Registry
  /// `,<program_id>,`.
  private let program: [UInt8]
  /// The bytes that a conversion's id is the digest of, up to the order's id.
  private var identity: RowEncoder
  private let identityStart: Int

  init(_ night: ProgramNight, count: Int) {
    rows = RowEncoder(capacity: count * 280)
    registry = night.facts.registry
    groups = ConversionGroups(firstFile: night.facts.storedFiles.first)
    identity = RowEncoder(capacity: 256)
    identity.append(raw: Array(night.terms.id.text.utf8))
    identity.append(0x1F)
    identityStart = identity.count
    var name = RowEncoder(capacity: 64)
    name.append(0x2C)
    name.append(field: night.terms.id.text)
    name.append(0x2C)
    program = name.withBytes(from: 0) { $0.copied() }
  }

  consuming func finish() -> EncodedRows { rows.finish() }

  /// Appends the rows of one order.
  ///
  /// - Throws: ``AmountOverflow``.
  mutating func append(_ conversion: borrowing Conversion) throws {
    try groups.add(conversion)
    let isAttributed = conversion.status != .unattributed
    guard isAttributed, conversion.credits.count > 0 else { return append(conversion, nil) }
    guard conversion.credits.count > 1 else { return append(conversion, 0) }
    for place in sorted(conversion.credits) { append(conversion, place) }
  }

  /// Places of credits by (code, click_at, click_id).
  private func sorted(_ credits: [Credit]) -> [Int] {
    credits.indices.sorted { left, right in
      let (left, right) = (credits[left], credits[right])
      return (registry.text(of: left.code), left.clickAt ?? .distantPast, left.clickID)
        < (registry.text(of: right.code), right.clickAt ?? .distantPast, right.clickID)
    }
  }

  private mutating func append(_ conversion: borrowing Conversion, _ credit: Int?) {
    let isAttributed = conversion.status != .unattributed
    appendIdentity(conversion.order)
    rows.append(Words.statuses[Int(conversion.status.rawValue)])
    if !isAttributed, let reason = conversion.reason {
      rows.append(Words.reasons[Int(reason.rawValue)])
    }
    rows.append(0x2C)
    if isAttributed, let evidence = conversion.evidence {
      rows.append(Words.evidences[Int(evidence.rawValue)])
    }
    rows.append(0x2C)
    if isAttributed, let model = conversion.model {
      rows.append(Words.models[Int(model.rawValue)])
    }
    rows.append(0x2C)
    if let credit {
      appendWinner(conversion.credits[credit])
    } else {
      rows.append(Words.fourAbsent)
    }
    appendAmounts(conversion.order)
    if let credit {
      appendMoney(conversion.credits[credit])
    } else {
      rows.append(Words.sixAbsent)
    }
    if isAttributed {
      rows.append(score: conversion.score)
      rows.append(0x2C)
      rows.append(field: conversion.flags.text)
    } else {
      rows.append(0x2C)
    }
    rows.append(0x0A)
    count += 1
  }

  /// conversion_id, program_id, order_id, occurred_at.
  private mutating func appendIdentity(_ order: borrowing OrderFacts) {
    identity.truncate(to: identityStart)
    _ = identity.appendIfPlain(order.id.text)
    rows.append(Words.conversion)
    rows.append(hexadecimal: identity.withBytes(from: 0) { ContentHash.digest(of: $0) })
    rows.append(raw: program)
    rows.append(field: order.id.text)
    rows.append(0x2C)
    rows.append(instant: order.occurredAt.milliseconds)
  }

  /// affiliate_id, code, click_id, click_at, and the comma behind them.
  private mutating func appendWinner(_ credit: borrowing Credit) {
    rows.append(field: registry.affiliates[credit.affiliate.position].id.text)
    rows.append(0x2C)
    rows.append(field: registry.codes[credit.code.position].code.text)
    rows.append(0x2C)
    rows.append(field: credit.clickID)
    rows.append(0x2C)
    if let clickAt = credit.clickAt { rows.append(instant: clickAt.milliseconds) }
    rows.append(0x2C)
  }

  /// currency, amount_minor, refunded_minor, net_minor, and the comma behind them.
  private mutating func appendAmounts(_ order: borrowing OrderFacts) {
    let returned = order.returnedMinor
    rows.append(order.currency)
    rows.append(0x2C)
    rows.append(decimal: order.amountMinor)
    rows.append(0x2C)
    rows.append(decimal: returned)
    rows.append(0x2C)
    rows.append(decimal: order.amountMinor - returned)
    rows.append(0x2C)
  }

  /// rate_bps to platform_fee_minor, and the comma behind them.
  private mutating func appendMoney(_ credit: borrowing Credit) {
    if case .rate(let rate) = credit.earning { rows.append(decimal: Int64(rate.value)) }
    rows.append(Words.rules[Int(credit.rule.rawValue)])
    if let tier = credit.tier { rows.append(field: tier) }
    rows.append(0x2C)
    rows.append(decimal: credit.commissionMinor)
    rows.append(0x2C)
    rows.append(decimal: credit.payoutMinor)
    rows.append(0x2C)
    rows.append(decimal: credit.platformFeeMinor)
    rows.append(0x2C)
  }
}

/// The words of conversions, made ready with the commas beside them.
private enum Words {
  static let conversion = ShortField("conv_")
  static let fourAbsent = ShortField(",,,,")
  static let sixAbsent = ShortField(",,,,,,")
  /// `,<status>,`.
  static let statuses = (0...3).map { raw in
    ShortField("," + (Conversion.Status(rawValue: raw)?.word ?? "") + ",")
  }
  static let reasons = (0...3).map { raw in
    ShortField(UnattributedReason(rawValue: raw)?.word ?? "")
  }
  static let evidences = (0...2).map { raw in ShortField(Evidence(rawValue: raw)?.word ?? "") }
  static let models = (0...4).map { raw in ShortField(AttributionModel(rawValue: raw)?.word ?? "") }
  /// `,<rate_rule>,`.
  static let rules = (0...4).map { raw in
    ShortField("," + (RateRule(rawValue: raw)?.word ?? "") + ",")
  }
}

/// Orders in groups as they come.
struct ConversionGroups {
  /// In the order in which they were first met.
  private(set) var all: [ConversionGroup] = []
  private var places: [UInt64: Int] = [:]
  /// The run's first file in the store.
  private let firstFile: Int64

  init(firstFile: Int64?) { self.firstFile = firstFile ?? .max }

  /// Counts an order.
  ///
  /// - Throws: ``AmountOverflow``.
  mutating func add(_ conversion: borrowing Conversion) throws(AmountOverflow) {
    var commission: Int64 = 0
    var payout: Int64 = 0
    for place in conversion.credits.indices {
      commission = try sum(commission, conversion.credits[place].commissionMinor)
      payout = try sum(payout, conversion.credits[place].payoutMinor)
    }
    let place = place(of: conversion, isBrought: conversion.origin.file >= firstFile)
    all[place].count += 1
    all[place].grossMinor = try sum(all[place].grossMinor, conversion.order.amountMinor)
    all[place].refundedMinor = try sum(all[place].refundedMinor, conversion.order.returnedMinor)
    all[place].commissionMinor = try sum(all[place].commissionMinor, commission)
    all[place].payoutMinor = try sum(all[place].payoutMinor, payout)
  }

  private mutating func place(of conversion: borrowing Conversion, isBrought: Bool) -> Int {
    func coded(_ value: UInt8?) -> UInt64 { value.map { UInt64($0) + 1 } ?? 0 }
    let words =
      UInt64(conversion.status.rawValue) << 16 | coded(conversion.reason?.rawValue) << 12
      | coded(conversion.evidence?.rawValue) << 8 | coded(conversion.model?.rawValue) << 4
      | (isBrought ? 1 : 0)
    let key =
      words << 40 | UInt64(conversion.flags.rawValue) << 32
      | UInt64(conversion.order.currency.packed)
    if let place = places[key] { return place }
    places[key] = all.count
    all.append(
      ConversionGroup(
        status: conversion.status, reason: conversion.reason, evidence: conversion.evidence,
        model: conversion.model, flags: conversion.flags,
        currency: Text(conversion.order.currency.code), count: 0, grossMinor: 0, refundedMinor: 0,
        commissionMinor: 0, payoutMinor: 0, isBrought: isBrought))
    return all.count - 1
  }
}
