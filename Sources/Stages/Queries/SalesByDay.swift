// Clicks and sales of a span of UTC days, from the sums that the run keeps by day.
import Pipeline

/// What one day, one programme or one affiliate comes to. Money is in the currency asked for,
/// counts are of all currencies.
public struct Sales: Hashable, Sendable {
  /// Accepted clicks.
  public var clicks: Int64 = 0
  /// Attributed orders.
  public var conversions: Int64 = 0
  /// Gross less refunds of pending and approved orders, in minor units.
  public var revenueMinor: Int64 = 0
  /// Rewards neither reversed nor rejected: how many in that currency, and what they come to.
  public var rewards: Int64 = 0
  public var earnedMinor: Int64 = 0

  public init() {}
}

/// The N whole UTC days before as_of (ENDPOINT G.2), by their number since 1970-01-01.
public struct Period: Hashable, Sendable {
  public let first: Int64
  public let end: Int64

  public init(days: Int64, before asOf: Instant) {
    end = Int64(asOf.utcDay)
    first = end - days
  }

  public var days: Range<Int64> { first..<end }
  /// The first millisecond, and the one after the last.
  public var instants: Range<Int64> { first * Instant.day..<end * Instant.day }
}

extension StoreReading {
  /// A programme's days, those without anything left out.
  ///
  /// - Throws: ``DatabaseFault``.
  public func salesByDay(
    ofProgram program: Int64, in currency: Currency, _ period: Period
  ) throws -> [Int64: Sales] {
    var days: [Int64: Sales] = [:]
    try forEachClickDay(program, period) { day, clicks, _ in
      days[day, default: Sales()].clicks += clicks
    }
    let code = Text(currency.code)
    try forEachSalesDay(program, period) { row in
      var sales = days[row.int(0)] ?? Sales()
      sales.conversions += row.int(2)
      if row.text(1) == code {
        sales.revenueMinor &+= row.int(3)
        sales.rewards += row.int(4)
        sales.earnedMinor &+= row.int(5)
      }
      days[row.int(0)] = sales
    }
    return days
  }

  /// A programme's affiliates, by number; those without anything left out.
  ///
  /// - Throws: ``DatabaseFault``.
  public func salesByAffiliate(
    ofProgram program: Int64, in currency: Currency, _ period: Period
  ) throws -> [Int64: Sales] {
    var affiliates: [Int64: Sales] = [:]
    var clicksOfCodes: [Int64: Int64] = [:]
    try forEachClickDay(program, period) { _, _, codes in
      codes { code, clicks, _ in clicksOfCodes[code, default: 0] += clicks }
    }
    for (code, clicks) in clicksOfCodes where clicks != 0 {
      guard let affiliate = try affiliate(ofCode: code) else { continue }
      affiliates[affiliate, default: Sales()].clicks += clicks
    }
    let code = Text(currency.code)
    try forEachSalesDay(program, period) { row in
      let counts = row.text(1) == code
      unsafe row.withBlob(6) { json in
        unsafe SalesEntries.forEach(json) { affiliate, sales in
          affiliates[affiliate, default: Sales()].add(sales, withMoney: counts)
        }
      }
    }
    return affiliates
  }

  /// One affiliate's days in a programme.
  ///
  /// - Parameter codes: The affiliate's codes in it, by number.
  /// - Throws: ``DatabaseFault``.
  public func salesByDay(
    ofAffiliate affiliate: Int64, codes: Set<Int64>, ofProgram program: Int64,
    in currency: Currency?, _ period: Period
  ) throws -> [Int64: Sales] {
    var days: [Int64: Sales] = [:]
    let ownCodes = codes.map(PackedEntry.init(number:))
    try forEachRow(clicksOfDays, program, period) { row in
      unsafe row.withBlob(2) { json in
        for entry in ownCodes {
          let clicks = unsafe entry.numbers(in: json)?.0 ?? 0
          if clicks != 0 { days[row.int(0), default: Sales()].clicks += clicks }
        }
      }
    }
    let code = Text(currency?.code ?? "")
    let own = PackedEntry(number: affiliate)
    try forEachSalesDay(program, period) { row in
      let day = row.int(0)
      let counts = row.text(1) == code
      unsafe row.withBlob(6) { json in
        guard let found = unsafe own.numbers(in: json) else { return }
        let sales = DaySales(
          orders: found.0, revenueMinor: found.1, rewards: found.2, earnedMinor: found.3)
        days[day, default: Sales()].add(sales, withMoney: counts)
      }
    }
    return days
  }

  /// The programmes in which an affiliate has sold or earned anything, by number.
  ///
  /// - Throws: ``DatabaseFault``.
  public func programs(withSalesOf affiliate: Int64) throws -> [Int64] {
    try statements.with(
      "SELECT DISTINCT program FROM totals WHERE affiliate = ?1 ORDER BY program"
    ) { row in
      try row.bind(int: affiliate, at: 1)
      var programs: [Int64] = []
      while try row.step() { programs.append(row.int(0)) }
      return programs
    }
  }

  private func affiliate(ofCode code: Int64) throws -> Int64? {
    try statements.with("SELECT affiliate_no FROM codes WHERE no = ?1") { row in
      try row.bind(int: code, at: 1)
      return try row.step() ? row.int(0) : nil
    }
  }

  /// day, currency, orders, revenue, rewards, earned, affiliates.
  private func forEachSalesDay(
    _ program: Int64, _ period: Period, _ body: (Statement) throws -> Void
  ) throws {
    let sql = """
      SELECT day, currency, orders, revenue_minor, rewards, earned_minor, affiliates
      FROM sales_days WHERE program = ?1 AND day >= ?2 AND day < ?3
      """
    try forEachRow(sql, program, period, body)
  }

  /// Calls `body` with a day, its accepted clicks, and a way to go through them by code.
  private func forEachClickDay(
    _ program: Int64, _ period: Period,
    _ body: (Int64, Int64, ((Int64, Int64, Int64) -> Void) -> Void) -> Void
  ) throws {
    try forEachRow(clicksOfDays, program, period) { row in
      body(row.int(0), row.int(1)) { each in
        _ = unsafe row.withBlob(2) { unsafe DailyCodes.forEach($0, each) }
      }
    }
  }

  private var clicksOfDays: String {
    """
    SELECT day, clicks, codes FROM clicks_days WHERE program = ?1 AND day >= ?2 AND day < ?3
    """
  }

  private func forEachRow(
    _ sql: String, _ program: Int64, _ period: Period, _ body: (Statement) throws -> Void
  ) throws {
    try statements.with(sql) { row in
      try row.bind(int: program, at: 1)
      try row.bind(int: period.first, at: 2)
      try row.bind(int: period.end, at: 3)
      while try row.step() { try body(row) }
    }
  }
}

extension Sales {
  fileprivate mutating func add(_ other: DaySales, withMoney: Bool) {
    conversions += other.orders
    guard withMoney else { return }
    revenueMinor &+= other.revenueMinor
    rewards += other.rewards
    earnedMinor &+= other.earnedMinor
  }
}

/// Reading of `sales_days.affiliates`.
enum SalesEntries {
  /// Calls `body` with each affiliate's number and what it sold.
  static func forEach(_ json: UnsafeRawBufferPointer, _ body: (Int64, DaySales) -> Void) {
    // All that is neither digit nor sign separates; a bracket ends an entry. Credits and their
    // payouts stand there only where they are not the orders and what was earned.
    var affiliate: Int64 = 0
    var sales = DaySales()
    var count = 0
    var magnitude: UInt64 = 0
    var hasDigits = false
    var isNegative = false
    for place in json.indices {
      let byte = unsafe json[place]
      if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        magnitude = magnitude &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
        hasDigits = true
        continue
      }
      if byte == UInt8(ascii: "-") { isNegative = true }
      guard hasDigits else { continue }
      let number = Int64(bitPattern: isNegative ? 0 &- magnitude : magnitude)
      switch count {
      case 0: affiliate = number
      case 1: (sales.orders, sales.credits) = (number, number)
      case 2: sales.revenueMinor = number
      case 3: sales.rewards = number
      case 4: (sales.earnedMinor, sales.payoutMinor) = (number, number)
      case 5: sales.credits = number
      default: sales.payoutMinor = number
      }
      count += 1
      (magnitude, hasDigits, isNegative) = (0, false, false)
      if byte == UInt8(ascii: "]") {
        body(affiliate, sales)
        count = 0
      }
    }
  }
}
