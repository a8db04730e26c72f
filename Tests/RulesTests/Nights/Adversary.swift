// A seeded maker of small, unkind histories: ties, edges of windows and periods, look-alike ids,
// the same row in other spellings, late rows, amendments, refunds and changes of the registry.

import TestSupport

/// How large a history may become.
struct HistorySize: Sendable {
  var nights = 4
  var programs = 4
  var affiliates = 6
  var codes = 8
  var clicks = 40
  var orders = 25

  /// Ever smaller sizes, the smallest first.
  static let shrunken: [HistorySize] = [
    HistorySize(nights: 1, programs: 1, affiliates: 1, codes: 1, clicks: 2, orders: 1),
    HistorySize(nights: 1, programs: 1, affiliates: 1, codes: 2, clicks: 4, orders: 2),
    HistorySize(nights: 2, programs: 1, affiliates: 1, codes: 2, clicks: 4, orders: 2),
    HistorySize(nights: 2, programs: 1, affiliates: 2, codes: 3, clicks: 6, orders: 4),
    HistorySize(nights: 3, programs: 1, affiliates: 2, codes: 3, clicks: 10, orders: 6),
    HistorySize(nights: 3, programs: 2, affiliates: 3, codes: 4, clicks: 16, orders: 10),
    HistorySize(nights: 4, programs: 3, affiliates: 4, codes: 6, clicks: 24, orders: 16),
  ]
}

/// Makes one history.
struct Adversary {
  var random: SplitMix64
  let size: HistorySize
  var settings = Settings()

  var programs: [String] = []
  var affiliates: [String] = []
  var codes: [(code: String, affiliate: String, program: String)] = []
  var referralIDs: [String] = []
  var orderRows: [Draft] = []
  var clickInstants: [Int64] = []
  /// Every row of earlier nights, to be sent again.
  var sent: [Draft] = []
  /// Rows of the night in the making.
  var drafts: [Draft] = []
  var asOf: Int64 = 0
  var nightNumber = 0
  var updates: Int64 = 0

  init(seed: UInt64, size: HistorySize) {
    random = SplitMix64(seed: seed)
    self.size = size
  }

  /// All nights of the history.
  static func history(seed: UInt64, size: HistorySize) -> [Night] {
    var adversary = Adversary(seed: seed, size: size)
    return adversary.history()
  }

  private mutating func history() -> [Night] {
    settings.openDays = random.pick([90, 90, 90, 30, 7, 1])
    settings.defaultFee = random.pick([0, 0, 250, 1000])
    // A Sunday's midnight, a Monday's, or a first of the month.
    asOf =
      parsedInstant(
        random.pick(["2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z", "2026-04-01T00:00:00Z"])) ?? 0
    let count = 1 + max(random.below(size.nights), random.below(size.nights))
    return (0..<count).map { number in
      nightNumber = number
      if number > 0 { advance() }
      return night()
    }
  }

  private mutating func advance() {
    let day = dayMilliseconds
    asOf += random.pick([
      0, 1, 3_600_000, day, day, 2 * day, 7 * day, 7 * day, 14 * day, 31 * day, 31 * day,
      100 * day,
    ])
  }

  private mutating func night() -> Night {
    drafts = []
    if nightNumber > 0, random.chance(7) {
      return Night(asOf: asOf, files: [], settings: settings)
    }
    if nightNumber == 0 { foundRegistry() } else { changeRegistry() }
    let share = nightNumber == 0 ? 1 : 2
    for _ in 0..<random.below(size.clicks / share + 1) { addClick() }
    for _ in 0..<random.below(size.orders / share + 1) { addOrder() }
    if size.orders >= 10, random.chance(15) { addBurst() }
    for _ in 0..<random.below(8) where !orderRows.isEmpty { addAmendment() }
    for _ in 0..<random.below(4) { addReferral() }
    for _ in 0..<random.below(9) { addDecision() }
    for _ in 0..<random.below(3) { addRequest() }
    for _ in 0..<(nightNumber == 0 ? 0 : random.below(8)) { addSettlement() }
    let made = drafts
    repeatRows(made)
    sent += made
    return Night(asOf: asOf, files: files(), settings: settings)
  }

  /// Sends rows of this and earlier nights once more.
  private mutating func repeatRows(_ made: [Draft]) {
    for draft in made where random.chance(8) { drafts.append(draft) }
    for draft in sent where random.chance(6) { drafts.append(draft) }
  }

  // MARK: Instants

  /// An instant near the night's own, on one of a few beaten tracks.
  mutating func eventInstant() -> Int64 {
    let day = dayMilliseconds
    if !clickInstants.isEmpty, random.chance(45) {
      let gaps: [Int64] = [0, 1, 10_000, 10_001, 3_600_000, day, 7 * day, 14 * day, 30 * day]
      return random.pick(clickInstants) + random.pick(gaps) + random.pick([-1, 0, 0, 1])
    }
    let back: [Int64] = [
      0, 1, 1000, 3_600_000, day, day + 1, 2 * day, 7 * day, 14 * day, 29 * day, 30 * day, 91 * day,
    ]
    return asOf - random.pick(back) - random.pick([0, 0, 0, 1800_000, 3_599_999])
  }

  /// An updated_at that is newer than all before, or one of a few old ones.
  mutating func updateInstant() -> Int64 {
    updates += 1
    let base = asOf - 40 * dayMilliseconds
    return random.chance(80) ? base + updates * 1000 : base + Int64(random.below(3)) * 1000
  }
}
