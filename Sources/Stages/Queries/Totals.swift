// What there is in all, from the totals that the run keeps.
import Pipeline

/// Sums of an affiliate, or of everything, in one currency; minor units.
public struct Earnings: Hashable, Sendable {
  /// Gross less refunds of pending and approved orders.
  public internal(set) var revenueMinor: Int64 = 0
  /// Commission rewards, whatever their state.
  public internal(set) var commissions: Int64 = 0
  public internal(set) var pendingMinor: Int64 = 0
  /// Approved or payable, in no payout, what a refund took back subtracted: what could still be
  /// paid.
  public internal(set) var owedMinor: Int64 = 0
  public internal(set) var inPayoutMinor: Int64 = 0
  public internal(set) var paidMinor: Int64 = 0

  public init() {}

  /// Approved, payable, in a payout or paid (ENDPOINT S0.7).
  public var earnedMinor: Int64 { owedMinor &+ inPayoutMinor &+ paidMinor }
}

/// Counts of leads by status.
public struct LeadCounts: Hashable, Sendable {
  public internal(set) var pending: Int64 = 0
  public internal(set) var approved: Int64 = 0
  public internal(set) var rejected: Int64 = 0

  public var all: Int64 { pending + approved + rejected }
}

/// What codes brought, of all time.
public struct CodeSums: Hashable, Sendable {
  /// Accepted clicks.
  public internal(set) var clicks: Int64 = 0
  public internal(set) var leads = LeadCounts()
}

extension StoreReading {
  /// What an affiliate has earned in one currency.
  ///
  /// - Parameter program: One programme's part alone.
  /// - Throws: ``DatabaseFault``.
  public func earnings(
    ofAffiliate affiliate: Int64, in currency: Currency?, program: Int64? = nil
  ) throws -> Earnings {
    let condition = program == nil ? "" : "AND program = ?3"
    return try statements.with(
      "\(Self.earningsQuery) WHERE affiliate = ?1 AND currency = ?2 \(condition)"
    ) { row in
      try row.bind(int: affiliate, at: 1)
      try row.bind(text: Text(currency?.code ?? ""), at: 2)
      if let program { try row.bind(int: program, at: 3) }
      return try Self.earnings(row)
    }
  }

  /// What all programmes come to in one currency.
  ///
  /// - Throws: ``DatabaseFault``.
  public func earnings(in currency: Currency?) throws -> Earnings {
    try earnings(ofAffiliate: -1, in: currency)
  }

  private static let earningsQuery = """
    SELECT coalesce(sum(revenue_minor), 0), coalesce(sum(commissions), 0),
      coalesce(sum(pending_minor), 0), coalesce(sum(owed_minor), 0),
      coalesce(sum(in_payout_minor), 0), coalesce(sum(paid_minor), 0) FROM totals
    """

  private static func earnings(_ row: Statement) throws -> Earnings {
    guard try row.step() else { return Earnings() }
    var earnings = Earnings()
    earnings.revenueMinor = row.int(0)
    earnings.commissions = row.int(1)
    earnings.pendingMinor = row.int(2)
    earnings.owedMinor = row.int(3)
    earnings.inPayoutMinor = row.int(4)
    earnings.paidMinor = row.int(5)
    return earnings
  }

  /// Attributed orders of all time and currencies credited to an affiliate; nil for everyone's,
  /// each order once.
  ///
  /// - Throws: ``DatabaseFault``.
  public func conversions(ofAffiliate affiliate: Int64?) throws -> Int64 {
    try statements.with(
      "SELECT coalesce(sum(orders), 0) FROM totals WHERE affiliate = ?1"
    ) { row in
      try row.bind(int: affiliate ?? -1, at: 1)
      return try row.step() ? row.int(0) : 0
    }
  }

  /// Commission rewards of an affiliate in all currencies, whatever their state.
  ///
  /// - Throws: ``DatabaseFault``.
  public func commissions(ofAffiliate affiliate: Int64) throws -> Int64 {
    try statements.with(
      "SELECT coalesce(sum(commissions), 0) FROM totals WHERE affiliate = ?1"
    ) { row in
      try row.bind(int: affiliate, at: 1)
      return try row.step() ? row.int(0) : 0
    }
  }

  /// What an affiliate's codes brought.
  ///
  /// - Parameter program: Of one programme alone.
  /// - Throws: ``DatabaseFault``.
  public func sums(ofAffiliate affiliate: Int64, program: Int64? = nil) throws -> CodeSums {
    let condition = program == nil ? "" : "AND c.program_no = ?2"
    return try statements.with(
      """
      SELECT \(Self.codeSums) FROM codes c JOIN code_totals t ON t.code = c.no
      WHERE c.affiliate_no = ?1 \(condition)
      """
    ) { row in
      try row.bind(int: affiliate, at: 1)
      if let program { try row.bind(int: program, at: 2) }
      return try Self.sums(row)
    }
  }

  /// What all codes brought.
  ///
  /// - Throws: ``DatabaseFault``.
  public func sums() throws -> CodeSums {
    try derived("sums of codes") {
      try statements.with("SELECT \(Self.codeSums) FROM code_totals t") { try Self.sums($0) }
    }
  }

  private static let codeSums = """
    coalesce(sum(t.clicks), 0), coalesce(sum(t.leads_pending), 0), \
    coalesce(sum(t.leads_approved), 0), coalesce(sum(t.leads_rejected), 0)
    """

  private static func sums(_ row: Statement) throws -> CodeSums {
    guard try row.step() else { return CodeSums() }
    return CodeSums(
      clicks: row.int(0),
      leads: LeadCounts(pending: row.int(1), approved: row.int(2), rejected: row.int(3)))
  }
}

/// Where an affiliate stands in a programme's tiers, and what comes next.
public struct TierFacts: Sendable {
  /// Approved conversions and verified leads.
  public let count: Int64
  /// nil below the first tier, and without tiers.
  public let held: Tier?
  /// nil at the top, and without tiers.
  public let next: Tier?

  init(_ terms: Terms, _ standing: Standing) {
    count = standing.count
    let level = terms.levelHeld(standing)
    let held = terms.tier(atLevel: level)
    self.held = held
    next = terms.tiers.filter { tier in held.map { tier.level > $0.level } ?? true }
      .min { $0.level < $1.level }
  }
}

extension StoreReading {
  /// An affiliate's tier in a programme, by the terms at as_of.
  ///
  /// - Throws: ``DatabaseFault``.
  public func tier(ofAffiliate affiliate: Int64, in program: ProgramFacts) throws -> TierFacts {
    let standing = try statements.with(
      "SELECT count, level FROM standings WHERE program = ?1 AND affiliate = ?2"
    ) { row in
      try row.bind(int: program.number, at: 1)
      try row.bind(int: affiliate, at: 2)
      return try row.step()
        ? Standing(count: row.int(0), level: row.optionalInt(1)) : Standing()
    }
    return TierFacts(program.terms, standing)
  }
}
