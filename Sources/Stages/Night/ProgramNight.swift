// One programme in one night: what the stages from attribution to payout work on. A pure value:
// what comes in is the snapshot and the night's rows, what goes out is what the merge writes.
public import Pipeline

/// An order of an earlier night that is only counted, for the fraud flags.
public struct OrderTrace: Sendable {
  public var id: OrderID
  public var occurredAt: Instant
  public var customer: Digest128?
  public var email: Digest128?
  public var ip: Digest128?
  /// Whom it is credited to.
  public var affiliates: [AffiliateOrdinal]

  public init(
    id: OrderID, occurredAt: Instant, customer: Digest128?, email: Digest128?, ip: Digest128?,
    affiliates: [AffiliateOrdinal]
  ) {
    self.id = id
    self.occurredAt = occurredAt
    self.customer = customer
    self.email = email
    self.ip = ip
    self.affiliates = affiliates
  }
}

/// One use of a code that has a limit (SPEC 9, Attribution).
public struct CodeUse: Hashable, Sendable {
  public var code: CodeOrdinal
  public var at: Instant
  /// nil for a referral, which goes first at the same instant.
  public var order: OrderID?

  public init(code: CodeOrdinal, at: Instant, order: OrderID?) {
    self.code = code
    self.at = at
    self.order = order
  }
}

/// Approved rewards in no payout of which a night can only tell the sum, in minor units.
struct OwedElsewhere: Sendable {
  var affiliate: AffiliateOrdinal
  var currency: Currency
  var minor: Int128
}

/// What the store knows of a programme, as of the plan, as far as the night needs it.
public struct ProgramSnapshot: Sendable {
  public var program: ProgramOrdinal
  /// Those that are open, and those that the night's rows name.
  public var conversions: [Conversion] = []
  /// Contents of superseded or stale rows of the orders above.
  public var formerContents: [OrderID: Set<Digest128>] = [:]
  /// Closed orders near the night's orders in time.
  public var traces: [OrderTrace] = []
  /// Uses by closed conversions and by referrals, of codes that have a limit.
  public var uses: [CodeUse] = []
  /// Those in no payout and not ended, those of the conversions above and of unsettled payouts. Of
  /// first commissions of other conversions only those that are payable.
  public var rewards: [Reward] = []
  /// What affiliates of these rewards are owed besides, where payouts may be made.
  var owedElsewhere: [OwedElsewhere] = []
  /// Those that are pending or that the night's decisions name.
  public var referrals: [Referral] = []
  public var standings: [AffiliateOrdinal: Standing] = [:]
  /// Those that are not at their end, and those that the night's settlements name.
  public var payouts: [Payout] = []
  /// The end of the last period that was closed.
  public var lastClosed: Instant?

  public init(program: ProgramOrdinal) { self.program = program }
}

/// What all programmes of a night share; read-only.
public struct NightFacts: Sendable {
  /// Such as `2026-03-31.1`.
  public var run: String
  public var asOf: Instant
  public var settings: Settings
  public var registry: Registry
  /// Domains whose e-mails are thrown away, by key.
  public var disposableDomains: Set<Digest128>
  /// Per file number in this run: its number in the store.
  public var storedFiles: [Int64]
  /// Whether the schedule has the payout stage.
  public var paysOut = true
  /// The registry's codes by their bytes.
  let codes: CodeIndex

  public init(
    run: String, asOf: Instant, settings: Settings, registry: Registry,
    disposableDomains: Set<Digest128>, storedFiles: [Int64]
  ) {
    self.run = run
    self.asOf = asOf
    self.settings = settings
    self.registry = registry
    self.disposableDomains = disposableDomains
    self.storedFiles = storedFiles
    codes = CodeIndex(registry)
  }

  /// How long a conversion stays open, in milliseconds.
  public var openMilliseconds: Int64 { settings.openDays * Instant.day }
}

/// A change of who earned a conversion, with what it was before.
public struct Judgement: Sendable {
  /// In the night's `conversions`.
  public var place: Int
  public var formerStatus: Conversion.Status
  public var formerCredits: [Credit]
  public var formerGeneration: Int32
  public var wasDecided: Bool
}

/// A row of an order that is not its latest accepted one.
public struct FormerRow: Hashable, Sendable {
  public var order: OrderID
  public var content: Digest128
  public var origin: StoredOrigin
}

/// An accepted row of a kind whose contents are remembered as such.
public struct AcceptedRow: Hashable, Sendable {
  public var kind: InputKind
  public var content: Digest128
  public var origin: RowOrigin
}

/// The rows that a night brings for one programme.
public struct ProgramRows: Sendable {
  public var orders = OrderRows()
  /// Accepted ones of this night.
  public var referrals: [Referral] = []
  public var decisions: [Decision] = []
  public var requests: [PayoutRequest] = []
  public var settlements: [Settlement] = []

  public init() {}
}

/// The places of orders, looked up as in a dictionary.
struct OrderPlaces {
  let table: TextTable
  let conversions: [Conversion]

  subscript(order: OrderID) -> Int? {
    table.place(of: order.text) { conversions[$0].order.id == order }
  }
}

/// The context of the stages from `attribute` to `payout`.
public struct ProgramNight: Sendable {
  public let facts: NightFacts
  public let program: ProgramOrdinal
  /// With `program`, the registry entry at hand.
  public let terms: Program
  public var rows: ProgramRows
  public var clicks: any ClickSource
  /// How many threads may work on it; no outcome depends on it.
  var threads = 1
  /// Whether the night's orders are among `conversions`.
  var ordersAreAdmitted = false

  /// In the order of (occurred_at, order_id): the order of processing.
  public var conversions: [Conversion] = []
  /// Where each order stands in `conversions`; see ``place(of:)``.
  var orderTable = TextTable()
  /// What this run attributes, in the order of processing, for score and commission.
  public var judgements: [Judgement] = []
  public var formerContents: [OrderID: Set<Digest128>] = [:]
  /// Rows of orders to remember besides the conversions' own latest ones.
  public var contentsToKeep: [FormerRow] = []
  public var traces: [OrderTrace] = []
  public var uses: [CodeUse] = []
  public var rewards: [Reward] = []
  /// What affiliates of stored rewards are owed by rewards that are not among `rewards`.
  var owedElsewhere: [OwedElsewhere] = []
  /// By conversion: where its latest reward stands in `rewards`, −1 for none.
  var latestRewards: [Int32] = []
  /// By reward: where the one before it of the same conversion stands, −1 for none.
  var formerRewards: [Int32] = []
  public var referrals: [Referral] = []
  public var changedReferrals: Set<Int> = []
  public var standings: [AffiliateOrdinal: Standing] = [:]
  public var changedStandings: Set<AffiliateOrdinal> = []
  public var upgrades: [TierUpgrade] = []
  public var payouts: [Payout] = []
  /// Those that fail in this run: they are emitted again in the next one.
  var failedTonight: Set<Text> = []
  public var held: [HeldAmount] = []
  public var lastClosed: Instant?
  public var closedPeriod = false
  public var postings: [LedgerTransaction] = []
  public var fates = FateTally()
  public var rejects: [RejectedRow] = []
  /// By request row that named no programme: whether a payout came of it here.
  public var fannedOutResults: [RowOrigin: Bool] = [:]
  /// The payouts that this run makes: their places in `payouts`, and those of their rewards.
  var newPayouts: [(payout: Int, rewards: ArraySlice<Int32>)] = []
  /// Where the rewards stand in `rewards` that a payout carries, and so closes their orders.
  var carriedRewards: [Int32] = []

  public init(
    facts: NightFacts, snapshot: consuming ProgramSnapshot, rows: consuming ProgramRows,
    clicks: any ClickSource
  ) {
    self.facts = facts
    program = snapshot.program
    terms = facts.registry[snapshot.program]
    self.rows = rows
    self.clicks = clicks
    conversions = snapshot.conversions
    formerContents = snapshot.formerContents
    traces = snapshot.traces
    uses = snapshot.uses
    rewards = snapshot.rewards
    owedElsewhere = snapshot.owedElsewhere
    referrals = snapshot.referrals
    standings = snapshot.standings
    payouts = snapshot.payouts
    lastClosed = snapshot.lastClosed
    takeReferrals()
  }

  /// Where an order stands in `conversions`.
  public func place(of order: OrderID) -> Int? {
    orderTable.place(of: order.text) { conversions[$0].order.id == order }
  }

  /// Where each order stands in `conversions`.
  var places: OrderPlaces { OrderPlaces(table: orderTable, conversions: conversions) }

  /// The orders that it works with, those of its rows included.
  var orderCount: Int { conversions.count + rows.orders.count }

  /// Takes the night's leads in; each is a use of its code.
  private mutating func takeReferrals() {
    for referral in rows.referrals {
      changedReferrals.insert(referrals.count)
      referrals.append(referral)
      guard facts.registry[referral.code].maxUses != nil else { continue }
      uses.append(CodeUse(code: referral.code, at: referral.occurredAt, order: nil))
    }
    rows.referrals = []
  }

  /// Frees what only the stages and the extracts needed, before the night waits to be merged.
  mutating func forgetWork() {
    rows = ProgramRows()
    judgements = []
    formerContents = [:]
    traces = []
    uses = []
    latestRewards = []
    formerRewards = []
    postings = []
  }

  /// Counts a row's fate.
  public mutating func settle(_ origin: RowOrigin, as fate: Fate) {
    fates.count(fate, file: origin.file)
  }

  /// Rejects a row and keeps the reason for its rejects file.
  public mutating func reject(
    _ origin: RowOrigin, _ reason: RejectReason, column: String?, _ message: String
  ) {
    fates.count(.rejected(reason), file: origin.file)
    rejects.append(
      RejectedRow(origin: origin, column: column, reason: reason, message: message))
  }

  /// Where a row of this run stands for good.
  public func stored(_ origin: RowOrigin) -> StoredOrigin {
    StoredOrigin(file: facts.storedFiles[Int(origin.file)], line: origin.line)
  }
}
