// The stage `score`: flags of fraud on what this run attributed, and whether it must wait for a
// decision (SPEC 4 and 9, Fraud).
import Pipeline

extension FraudFlags {
  /// The weights, in hundredths of a percent, and the words in files.
  static let all: [(flag: FraudFlags, weight: Int32, word: String)] = [
    (.selfReferral, 10_000, "self_referral"), (.fastConversion, 4_000, "fast_conversion"),
    (.orderVelocity, 4_000, "order_velocity"), (.sharedIP, 4_000, "shared_ip"),
    (.rateLimitedIP, 3_000, "rate_limited_ip"), (.disposableEmail, 3_000, "disposable_email"),
  ]

  /// The sum of the weights, at most 1.00.
  var score: BasisPoints {
    guard !isEmpty else { return BasisPoints(0) }
    let sum = Self.all.reduce(Int32(0)) { contains($1.flag) ? $0 + $1.weight : $0 }
    return BasisPoints(min(sum, 10_000))
  }
}

extension ProgramNight {
  /// Most orders of one customer within 24 hours.
  private static let mostOrdersOfCustomer = 5
  /// Most orders from one IP for one affiliate in a UTC day.
  private static let mostOrdersFromIP = 10
  /// A conversion within this of its click is fast, in milliseconds.
  private static let fastMilliseconds: Int64 = 10_000

  /// Scores what this run attributed. Unattributed orders are not scored.
  ///
  /// - Throws: What the clicks throw.
  public mutating func score() throws {
    let scored = judgements.indices.filter { number in
      !conversions[judgements[number].place].credits.isEmpty
    }
    guard !scored.isEmpty else { return }
    let counted = countedFlags()
    let disposable = facts.disposableDomains.sorted()
    var inForce = TermsInForce(terms)
    for number in scored {
      let place = judgements[number].place
      let flags = try flags(of: place, disposable).union(counted[place])
      let score = flags.score
      inForce.move(to: conversions[place].order.occurredAt)
      let waits =
        judgements[number].wasDecided || score >= inForce.terms.fraudReviewThreshold
      conversions[place].flags = flags
      conversions[place].score = score
      conversions[place].status = waits ? .pending : .approved
    }
  }

  /// The flags that hold by the order alone, its credits and the clicks.
  private func flags(of place: Int, _ disposable: [Digest128]) throws -> FraudFlags {
    var flags = FraudFlags()
    let occurredAt = conversions[place].order.occurredAt
    for index in conversions[place].credits.indices {
      if isSelf(place, conversions[place].credits[index].affiliate) { flags.insert(.selfReferral) }
      if let clickAt = conversions[place].credits[index].clickAt,
        (0...Self.fastMilliseconds).contains(occurredAt - clickAt)
      {
        flags.insert(.fastConversion)
      }
    }
    if let ip = conversions[place].order.ip,
      try clicks.wasRateLimited(ip: ip, utcDay: occurredAt.utcDay)
    {
      flags.insert(.rateLimitedIP)
    }
    if let domain = conversions[place].order.emailDomain, disposable.contains(domain) {
      flags.insert(.disposableEmail)
    }
    return flags
  }

  /// By conversion: the flags that depend on how many orders share its customer or its IP.
  private func countedFlags() -> [FraudFlags] {
    var flags = [FraudFlags](repeating: [], count: conversions.count)
    var ofCustomer = OrderSightings(room: conversions.count + traces.count)
    var fromIP = OrderSightings(room: conversions.count + traces.count)
    note(&ofCustomer, &fromIP)
    let id = { (place: Int32) in
      place >= 0 ? conversions[Int(place)].order.id : traces[-1 - Int(place)].id
    }
    ofCustomer.forEach(above: Self.mostOrdersOfCustomer, id: id) { place in
      flags[place].insert(.orderVelocity)
    }
    fromIP.forEach(above: Self.mostOrdersFromIP, id: id) { place in
      flags[place].insert(.sharedIP)
    }
    return flags
  }

  /// Notes what each order, credited or not, may share with others.
  private func note(_ ofCustomer: inout OrderSightings, _ fromIP: inout OrderSightings) {
    typealias Shared = OrderSighting.Shared
    for place in conversions.indices {
      let number = Int32(truncatingIfNeeded: place)
      let instant = conversions[place].order.occurredAt
      if let customer = Shared.customer(
        conversions[place].order.customer, conversions[place].order.email)
      {
        ofCustomer.append(customer, instant, number)
      }
      guard let ip = conversions[place].order.ip else { continue }
      for index in conversions[place].credits.indices
      where isFirst(index, in: conversions[place].credits) {
        let affiliate = conversions[place].credits[index].affiliate
        fromIP.append(.ip(ip, affiliate, instant.utcDay), instant, number)
      }
    }
    for (place, trace) in traces.enumerated() {
      let number = Int32(truncatingIfNeeded: -1 - place)
      if let customer = Shared.customer(trace.customer, trace.email) {
        ofCustomer.append(customer, trace.occurredAt, number)
      }
      guard let ip = trace.ip else { continue }
      // Mostly there is one, and nothing to make a set of.
      let affiliates = trace.affiliates.count > 1 ? Array(Set(trace.affiliates)) : trace.affiliates
      for affiliate in affiliates {
        fromIP.append(.ip(ip, affiliate, trace.occurredAt.utcDay), trace.occurredAt, number)
      }
    }
  }

  /// Whether the customer is the affiliate itself.
  private func isSelf(_ place: Int, _ affiliate: AffiliateOrdinal) -> Bool {
    let position = affiliate.position
    if let email = conversions[place].order.email,
      email == facts.registry.affiliates[position].emailKey
    {
      return true
    }
    guard let customer = conversions[place].order.customer,
      let user = facts.registry.affiliates[position].userKey
    else { return false }
    return customer == user
  }
}
