// The remittance statements of the payouts that one programme's night makes, straight from the night:
// the rows of `statements/<batch>.csv`, the same bytes as ``RemittanceStatement/csv()`` makes.
import Pipeline

/// One programme's statements.
struct ProgramStatements: Sendable {
  let batch: Text
  let rows: EncodedRows
  let count: Int64

  /// - Returns: nil for a night that makes no payout.
  /// - Throws: ``AmountOverflow``.
  init?(_ night: ProgramNight) throws {
    guard !night.newPayouts.isEmpty else { return nil }
    batch = night.batchID
    var rows = StatementRows(night)
    for (payout, rewards) in night.newPayouts { try rows.append(payout, rewards, of: night) }
    count = rows.count
    self.rows = rows.finish()
  }
}

/// The rows of statements in progress.
private struct StatementRows: ~Copyable {
  private var rows: RowEncoder
  private(set) var count: Int64 = 0
  private let later: LaterSums

  private static let types = (0...3).map { raw in
    ShortField("," + (RewardType(rawValue: raw)?.word ?? "") + ",")
  }

  init(_ night: ProgramNight) {
    let lines = night.newPayouts.reduce(0) { $0 + $1.rewards.count + 4 }
    rows = RowEncoder(capacity: lines * 160)
    later = LaterSums(night)
  }

  consuming func finish() -> EncodedRows { rows.finish() }

  /// Appends the statement of one payout.
  mutating func append(_ place: Int, _ rewards: ArraySlice<Int32>, of night: ProgramNight) throws {
    let payout = night.payouts[place]
    let head = Self.head(payout, night)
    let lines = Lines(rewards, payout, night)
    var opening: Int64 = 0
    for line in lines.carried {
      opening = try sum(opening, night.rewards[line].amountMinor)
      append(head, "carried", line, night)
    }
    append(head, "opening", at: payout.periodStart, opening, payout.currency)
    for line in lines.rewards { append(head, "reward", line, night) }
    for line in lines.adjustments { append(head, "adjustment", line, night) }
    append(head, "paid", at: night.facts.asOf, 0 &- payout.amountMinor, payout.currency)
    append(head, "closing", at: night.facts.asOf, 0, payout.currency)
    let later = try later.sum(payout.affiliate, payout.currency)
    append(head, "later", at: night.facts.asOf, later, payout.currency)
  }

  /// `<payout_id>,<affiliate_id>,<currency>,`
  private static func head(_ payout: Payout, _ night: ProgramNight) -> [UInt8] {
    var head = RowEncoder(capacity: 96)
    head.append(field: payout.id)
    head.append(0x2C)
    head.append(inert: night.facts.registry[payout.affiliate].id.text)
    head.append(0x2C)
    head.append(payout.currency)
    head.append(0x2C)
    return head.withBytes(from: 0) { $0.copied() }
  }

  private mutating func append(
    _ head: [UInt8], _ entry: StaticString, _ reward: Int, _ night: ProgramNight
  ) {
    rows.append(raw: head)
    append(entry)
    rows.append(0x2C)
    rows.append(instant: Lines.instant(reward, night).milliseconds)
    rows.append(Self.types[Int(night.rewards[reward].type.rawValue)])
    rows.append(reward: night.rewards[reward].id)
    rows.append(0x2C)
    if let order = night.rewards[reward].order { rows.append(inert: order.text) }
    append(night.rewards[reward].amountMinor, night.rewards[reward].currency)
  }

  private mutating func append(
    _ head: [UInt8], _ entry: StaticString, at instant: Instant, _ minor: Int64,
    _ currency: Currency
  ) {
    rows.append(raw: head)
    append(entry)
    rows.append(0x2C)
    rows.append(instant: instant.milliseconds)
    for _ in 0..<3 { rows.append(0x2C) }
    append(minor, currency)
  }

  private mutating func append(_ word: StaticString) {
    word.withUTF8Buffer { unsafe rows.append(raw: $0) }
  }

  private mutating func append(_ minor: Int64, _ currency: Currency) {
    rows.append(0x2C)
    rows.append(major: minor, exponent: currency.exponent)
    rows.append(0x2C)
    rows.append(decimal: minor)
    rows.append(0x0A)
    count += 1
  }
}

/// The rewards of one payout, by what they are on its statement, each in order of (occurred_at, id).
private struct Lines {
  private(set) var carried: [Int] = []
  private(set) var rewards: [Int] = []
  private(set) var adjustments: [Int] = []

  init(_ places: ArraySlice<Int32>, _ payout: Payout, _ night: ProgramNight) {
    let sorted = places.map { Int($0) }.sorted { left, right in
      let (one, other) = (Self.instant(left, night), Self.instant(right, night))
      return one != other ? one < other : night.rewards[left].id < night.rewards[right].id
    }
    for place in sorted {
      if night.rewards[place].sequence > 0 {
        adjustments.append(place)
      } else if night.rewards[place].payableAt <= payout.periodStart {
        carried.append(place)
      } else {
        rewards.append(place)
      }
    }
  }

  /// When it was earned: for a reward of an order that the night works with, the order's instant.
  static func instant(_ reward: Int, _ night: ProgramNight) -> Instant {
    let conversion = Int(night.rewards[reward].conversionPlace)
    return conversion < 0
      ? night.rewards[reward].occurredAt : night.conversions[conversion].order.occurredAt
  }
}

/// What affiliates that are paid tonight have earned besides, and is payable later.
private struct LaterSums {
  private struct Sum {
    var affiliate: AffiliateOrdinal
    var currency: Currency
    var minor: Int128 = 0
  }

  private var sums: [Sum] = []
  /// By affiliate: where its sums begin; −1 for one that is not paid.
  private var first: [Int32]

  init(_ night: ProgramNight) {
    first = [Int32](repeating: -1, count: night.facts.registry.affiliates.count)
    for (place, _) in night.newPayouts {
      sums.append(
        Sum(affiliate: night.payouts[place].affiliate, currency: night.payouts[place].currency))
    }
    sums.sort { left, right in
      left.affiliate != right.affiliate
        ? left.affiliate < right.affiliate : left.currency < right.currency
    }
    for (index, sum) in sums.enumerated() where first[sum.affiliate.position] < 0 {
      first[sum.affiliate.position] = Int32(index)
    }
    for place in night.rewards.indices
    where night.rewards[place].state == .approved && night.rewards[place].payout == nil {
      add(
        Int128(night.rewards[place].amountMinor), night.rewards[place].affiliate,
        night.rewards[place].currency)
    }
    for owed in night.owedElsewhere { add(owed.minor, owed.affiliate, owed.currency) }
  }

  private mutating func add(
    _ minor: Int128, _ affiliate: AffiliateOrdinal, _ currency: Currency
  ) {
    var index = Int(first[affiliate.position])
    guard index >= 0 else { return }
    while index < sums.count, sums[index].affiliate == affiliate {
      if sums[index].currency == currency { sums[index].minor += minor }
      index += 1
    }
  }

  func sum(_ affiliate: AffiliateOrdinal, _ currency: Currency) throws(AmountOverflow) -> Int64 {
    let start = Int(first[affiliate.position])
    guard start >= 0,
      let found = sums[start...].first(where: { $0.currency == currency })
    else { return 0 }
    guard let minor = Int64(exactly: found.minor) else {
      throw AmountOverflow("what an affiliate has earned besides a payout")
    }
    return minor
  }
}

extension RowEncoder {
  /// Appends a text as a field of CSV that no spreadsheet runs.
  fileprivate mutating func append(inert text: Text) {
    switch text.utf8.first {
    case 0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D: append(field: Text(SpreadsheetCell.inert(text.string)))
    default: append(field: text)
    }
  }

  /// Appends an amount in major units, with exactly the digits that its currency has.
  fileprivate mutating func append(major minor: Int64, exponent: Int) {
    guard exponent > 0 else { return append(decimal: minor) }
    if minor < 0 { append(0x2D) }
    let unit = (0..<exponent).reduce(UInt64(1)) { product, _ in product &* 10 }
    append(decimal: Int64(minor.magnitude / unit))
    append(0x2E)
    var rest = minor.magnitude % unit
    var place = unit / 10
    while place > 0 {
      append(0x30 + UInt8(truncatingIfNeeded: rest / place))
      rest %= place
      place /= 10
    }
  }
}
