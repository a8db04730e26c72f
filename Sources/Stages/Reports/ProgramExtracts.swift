// What one programme's night adds to the run's extracts and report, made beside the merge from the
// night itself, so that nothing of it is read back out of the store.
import Pipeline

/// One programme's rows of the run's large outputs, and the sums that the report needs of them.
struct ProgramExtracts: Sendable {
  /// Rows of `extracts/conversions.csv`: the orders that the night brought or changed.
  let conversions: EncodedRows
  let conversionRows: Int64
  /// Rows of `extracts/rewards.csv`: rewards that the night made or changed, and those that stand
  /// with such an order.
  let rewards: EncodedRows
  let rewardRows: Int64
  let standings: StandingRows
  let postings: ProgramPostings
  /// Of the payouts that the night made; nil where it made none.
  let statements: ProgramStatements?
  /// The orders of `conversions`, in no particular order.
  let groups: [ConversionGroup]
  /// Orders that the night did not work with, of which it only paid or settled a reward. They are
  /// not among `conversions`: nothing that an order's row shows has changed.
  let touchedElsewhere: Int64

  /// Encodes a finished night.
  ///
  /// - Throws: ``PostingFault``, ``AmountOverflow``.
  init(_ night: ProgramNight) throws {
    try self.init((0..<ExtractPart.count).map { try ExtractPart($0, of: night) })
  }

  /// - Parameter parts: All of them, in their order.
  init(_ parts: [ExtractPart]) throws {
    guard case .postings(let postings) = parts[0], case .statements(let statements) = parts[1],
      case .conversions(let conversions, let conversionRows, let groups) = parts[2],
      case .rewards(let rewards, let rewardRows, let elsewhere) = parts[3],
      case .standings(let standings) = parts[4]
    else { preconditionFailure("the parts are made in their order") }
    self.postings = postings
    self.statements = statements
    self.conversions = conversions
    self.conversionRows = conversionRows
    self.groups = groups
    self.rewards = rewards
    self.rewardRows = rewardRows
    touchedElsewhere = elsewhere
    self.standings = standings
  }
}

/// One of the parts of a programme's extracts, none of which needs another.
enum ExtractPart: Sendable {
  case postings(ProgramPostings)
  case statements(ProgramStatements?)
  case conversions(EncodedRows, count: Int64, groups: [ConversionGroup])
  case rewards(EncodedRows, count: Int64, touchedElsewhere: Int64)
  case standings(StandingRows)

  static let count = 5

  init(_ number: Int, of night: ProgramNight) throws {
    switch number {
    case 0:
      self = .postings(
        try ProgramPostings(
          night.postings, program: night.program, run: night.facts.run,
          registry: night.facts.registry))
    case 1: self = .statements(try ProgramStatements(night))
    case 2:
      let places = NightChanges.conversions(night)
      var orders = ConversionRows(night, count: places.count)
      // An array's element would be copied to be lent.
      let lent = night.conversions.span
      for place in places { try orders.append(lent[place]) }
      let count = orders.count
      let groups = orders.groups.all
      self = .conversions(orders.finish(), count: count, groups: groups)
    case 3:
      let places = NightChanges.rewards(night)
      var rows = RewardRows(night, count: places.count)
      for place in places { rows.append(place, of: night) }
      self = .rewards(
        rows.finish(), count: Int64(places.count),
        touchedElsewhere: NightChanges.touchedElsewhere(night))
    default: self = .standings(StandingRows(night))
    }
  }
}

/// What of a night belongs into the extracts, in the order of their rows.
private enum NightChanges {
  /// A reward in the order of the extract: by affiliate_id, then by reward_id.
  struct RewardPlace {
    var affiliate: Int32
    var id: Digest128
    var place: Int32
  }

  /// Places of the orders, by order_id.
  static func conversions(_ night: ProgramNight) -> [Int] {
    sorted(night.conversions.indices.filter { night.conversions[$0].tonight.isChanged }, night)
  }

  /// Those that the night made or changed, in their order.
  static func rewards(_ night: ProgramNight) -> [RewardPlace] {
    var rewards: [RewardPlace] = []
    for index in night.rewards.indices where night.rewards[index].isChanged {
      rewards.append(
        RewardPlace(
          affiliate: night.rewards[index].affiliate.index, id: night.rewards[index].id,
          place: Int32(index)))
    }
    return sorted(rewards, night.facts.registry)
  }

  private static func sorted(
    _ unsorted: consuming [RewardPlace], _ registry: Registry
  ) -> [RewardPlace] {
    var rewards = unsorted
    rewards.sort { left, right in
      left.affiliate != right.affiliate ? left.affiliate < right.affiliate : left.id < right.id
    }
    // Those of one affiliate are neighbours now: only whole affiliates are left to be moved.
    var starts = rewards.indices.filter { place in
      place == 0 || rewards[place - 1].affiliate != rewards[place].affiliate
    }
    starts.sort { left, right in
      registry.affiliates[Int(rewards[left].affiliate)].id
        < registry.affiliates[Int(rewards[right].affiliate)].id
    }
    var sorted: [RewardPlace] = []
    sorted.reserveCapacity(rewards.count)
    for start in starts {
      var end = start
      while end < rewards.count, rewards[end].affiliate == rewards[start].affiliate { end += 1 }
      sorted.append(contentsOf: rewards[start..<end])
    }
    return sorted
  }

  /// Sorts places of orders by the bytes of their ids, of which the first 16 mostly decide.
  private static func sorted(_ places: [Int], _ night: ProgramNight) -> [Int] {
    var keyed: [(first: UInt64, second: UInt64, place: Int)] = []
    keyed.reserveCapacity(places.count)
    for place in places {
      let (first, second) = night.conversions[place].order.id.text.leadingWords
      keyed.append((first, second, place))
    }
    let conversions = night.conversions
    keyed.sort { left, right in
      if left.first != right.first { return left.first < right.first }
      if left.second != right.second { return left.second < right.second }
      return conversions[left.place].order.id < conversions[right.place].order.id
    }
    return keyed.map(\.place)
  }

  /// Orders that the night did not work with, of which it only paid or settled a reward.
  static func touchedElsewhere(_ night: ProgramNight) -> Int64 {
    // Mostly first commissions that were loaded without their orders, each of another order.
    var alone: [Int] = []
    var others: Set<OrderID> = []
    func note(_ place: Int) {
      let conversion = Int(night.rewards[place].conversionPlace)
      guard conversion < 0 || !night.conversions[conversion].tonight.isChanged else { return }
      if night.rewards[place].foldedInto != nil, night.rewards[place].credit == 0 {
        alone.append(place)
      } else if let order = night.rewards[place].order {
        others.insert(order)
      }
    }
    var isCarried = [Bool](repeating: false, count: night.rewards.count)
    for place in night.carriedRewards {
      isCarried[Int(place)] = true
      note(Int(place))
    }
    for place in night.rewards.indices where night.rewards[place].isChanged && !isCarried[place] {
      guard night.rewards[place].type == .commission, night.rewards[place].sequence == 0,
        night.rewards[place].credit == 0
      else { continue }
      note(place)
    }
    if !others.isEmpty {
      alone.removeAll { place in
        night.rewards[place].order.map { others.contains($0) } ?? false
      }
    }
    return Int64(alone.count + others.count)
  }
}

extension Text {
  /// The first 16 bytes as two big-endian words; bytes that are not there are 0.
  fileprivate var leadingWords: (UInt64, UInt64) {
    var words: (UInt64, UInt64) = (0, 0)
    var place: UInt64 = 0
    for byte in utf8 {
      guard place < 16 else { break }
      if place < 8 {
        words.0 |= UInt64(byte) &<< (56 &- 8 &* place)
      } else {
        words.1 |= UInt64(byte) &<< (56 &- 8 &* (place &- 8))
      }
      place &+= 1
    }
    return words
  }
}

/// The rows of rewards in progress.
private struct RewardRows: ~Copyable {
  private var rows: RowEncoder
  private let asOf: Instant
  /// `,<program_id>,`.
  private let program: [UInt8]
  private static let types = (0...3).map { raw in
    ShortField("," + (RewardType(rawValue: raw)?.word ?? ""))
  }
  private static let states = (0...5).map { raw in
    ShortField("," + (Reward.State(rawValue: raw)?.word ?? "") + ",")
  }
  private static let payable = ShortField(",payable,")

  init(_ night: ProgramNight, count: Int) {
    rows = RowEncoder(capacity: count * 192)
    asOf = night.facts.asOf
    var name = RowEncoder(capacity: 64)
    name.append(0x2C)
    name.append(field: night.terms.id.text)
    name.append(0x2C)
    program = name.withBytes(from: 0) { $0.copied() }
  }

  consuming func finish() -> EncodedRows { rows.finish() }

  mutating func append(_ place: NightChanges.RewardPlace, of night: ProgramNight) {
    let index = Int(place.place)
    rows.append(reward: place.id)
    rows.append(Self.types[Int(night.rewards[index].type.rawValue)])
    rows.append(raw: program)
    rows.append(
      field: night.facts.registry.affiliates[night.rewards[index].affiliate.position].id.text)
    rows.append(0x2C)
    if let order = night.rewards[index].order { rows.append(field: order.text) }
    rows.append(0x2C)
    if let referral = night.rewards[index].referral { rows.append(field: referral.text) }
    rows.append(0x2C)
    rows.append(night.rewards[index].currency)
    rows.append(0x2C)
    rows.append(decimal: night.rewards[index].amountMinor)
    let state = night.rewards[index].state
    let payableAt = night.rewards[index].payableAt
    let isPayable = state == .approved && payableAt <= asOf
    rows.append(isPayable ? Self.payable : Self.states[Int(state.rawValue)])
    rows.append(instant: night.rewards[index].occurredAt.milliseconds)
    rows.append(0x2C)
    rows.append(instant: payableAt.milliseconds)
    rows.append(0x2C)
    if let payout = night.rewards[index].payout { rows.append(field: payout) }
    rows.append(0x0A)
  }
}
