// In which order the endpoint's lists stand: newest first by created instant, then by id bytewise
// (ENDPOINT G.7). An index of every order by affiliate and time would cost each night more than it
// may; whoever serves reads the rows once after a run instead, and keeps four to eight bytes each.
import Pipeline

/// The orders of all lists, as of one committed run.
public final class ListOrders: Sendable {
  /// By affiliate: rewards, see ``ListedReward``.
  let rewards: GroupedList
  /// For each of `rewards.rows` its programme.
  let rewardPrograms: [UInt32]
  /// Credits behind the first one: `conversion`, `place`.
  let furtherCredits: [(conversion: Int64, place: Int64)]
  /// By programme: attributed orders, `no << 2 | status`.
  let conversions: GroupedList
  /// By programme: how many are pending, approved, rejected.
  let statusCounts: [Int64: ConversionCounts]
  /// By affiliate: transactions of overrides, `no << 1`, with 1 added for a reversal.
  let overrides: GroupedList
  /// By affiliate, and of all: `referrals.no`.
  let leads: GroupedList
  let allLeads: [UInt32]
  /// By affiliate, and of all: `payouts.no`.
  let payouts: GroupedList
  let allPayouts: [UInt32]
  /// `affiliates.no`.
  let affiliates: [UInt32]

  init(_ reading: StoreReading) throws {
    var builder = try ListOrdersBuilder(reading)
    (conversions, statusCounts) = try builder.conversions()
    (rewards, rewardPrograms) = try builder.rewards()
    furtherCredits = builder.furtherCredits
    overrides = try builder.overrides()
    (leads, allLeads) = try builder.leads()
    (payouts, allPayouts) = try builder.payouts()
    affiliates = try builder.affiliates()
  }

  /// Conversions of a programme by status.
  public struct ConversionCounts: Hashable, Sendable {
    public internal(set) var pending: Int64 = 0
    public internal(set) var approved: Int64 = 0
    public internal(set) var rejected: Int64 = 0

    public var all: Int64 { pending + approved + rejected }
  }
}

/// The lists of a run that has just committed are being put in order by somebody else; whoever
/// asked is to ask again in some milliseconds.
public struct ListsInTheMaking: Error {}

extension ListOrders {
  /// What makes two readings see the same rows.
  private struct Key: Hashable {
    var path: String
    /// A workspace that is made anew may have a run of the same name.
    var file: [UInt64]
    var run: StoreReading.Run
  }

  /// Orders that somebody else keeps alive.
  private final class Lent {
    weak var orders: ListOrders?

    init(_ orders: ListOrders) { self.orders = orders }
  }

  /// The last ones made of each store, which all connections of the process share.
  private static let shared = Guarded<[String: (key: Key, orders: ListOrders)]>([:])
  /// Held while some are made, so that none are made twice.
  private static let making = Guarded<Void>(())

  /// Those of the run that a reading sees; made when first asked for after a run.
  ///
  /// - Throws: ``ListsInTheMaking`` where the reading leaves the making to others.
  static func of(_ reading: StoreReading) throws -> ListOrders {
    guard let run = reading.run, reading.database.path != ":memory:" else {
      return try reading.derived("own list orders") { try ListOrders(reading) }
    }
    // A reading that nobody uses must not keep those of a former run alive.
    let key = Key(path: reading.database.path, file: reading.file, run: run)
    let lent = try reading.derived("list orders") { Lent(try made(key, reading)) }
    if let orders = lent.orders { return orders }
    return try made(key, reading)
  }

  private static func made(_ key: Key, _ reading: StoreReading) throws -> ListOrders {
    if let known = known(key) { return known }
    if reading.leavesListsToOthers { throw ListsInTheMaking() }
    return try making.withLock { _ in
      if let known = known(key) { return known }
      // Not both at once: the former ones go first, unless somebody still reads by them.
      shared.withLock { $0[key.path] = nil }
      let orders = try ListOrders(reading)
      shared.withLock { $0[key.path] = (key, orders) }
      return orders
    }
  }

  private static func known(_ key: Key) -> ListOrders? {
    shared.withLock { made in
      guard let known = made[key.path], known.key == key else { return nil }
      return known.orders
    }
  }
}

extension StoreReading {
  /// Makes ready what lists need, so that no request waits for it: for whoever notices a run.
  ///
  /// - Throws: ``DatabaseFault``.
  public func prepareLists() throws { _ = try ListOrders.of(self) }
}
