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
  mutating func score() throws {
    let places = judgements.map(\.place).filter { !conversions[$0].credits.isEmpty }
    guard !places.isEmpty else { return }
    var wanted = Set<OrderSightings.Shared>()
    for place in places {
      wanted.formUnion(OrderSightings.shared(by: OrderTrace(conversions[place])))
    }
    let sightings = OrderSightings(traces + conversions.map { OrderTrace($0) }, wanted: wanted)
    let decided = Set(judgements.filter(\.wasDecided).map(\.place))
    for place in places {
      let flags = try flags(of: conversions[place], sightings)
      conversions[place].flags = flags
      conversions[place].score = flags.score
      let threshold = terms.terms(at: conversions[place].order.occurredAt).fraudReviewThreshold
      let waits = decided.contains(place) || flags.score >= threshold
      conversions[place].status = waits ? .pending : .approved
    }
  }

  private func flags(
    of conversion: Conversion, _ sightings: OrderSightings
  ) throws -> FraudFlags {
    var flags = FraudFlags()
    if conversion.credits.contains(where: { isSelf(conversion.order, $0) }) {
      flags.insert(.selfReferral)
    }
    if conversion.credits.contains(where: { isFast(conversion.order, $0) }) {
      flags.insert(.fastConversion)
    }
    flags.formUnion(countedFlags(of: conversion, sightings))
    if let ip = conversion.order.ip,
      try clicks.wasRateLimited(ip: ip, utcDay: conversion.order.occurredAt.utcDay)
    {
      flags.insert(.rateLimitedIP)
    }
    if let domain = conversion.order.emailDomain, facts.disposableDomains.contains(domain) {
      flags.insert(.disposableEmail)
    }
    return flags
  }

  private func countedFlags(
    of conversion: Conversion, _ sightings: OrderSightings
  ) -> FraudFlags {
    var flags = FraudFlags()
    let trace = OrderTrace(conversion)
    let moment = OrderSightings.Moment(instant: trace.occurredAt, order: trace.id)
    if let customer = OrderSightings.customer(of: trace),
      sightings.count(customer, upTo: moment, within: Instant.day) > Self.mostOrdersOfCustomer
    {
      flags.insert(.orderVelocity)
    }
    guard let ip = trace.ip else { return flags }
    let isShared = Set(trace.affiliates).contains { affiliate in
      let shared = OrderSightings.Shared.ip(ip, affiliate, trace.occurredAt.utcDay)
      return sightings.count(shared, upTo: moment, within: Instant.day) > Self.mostOrdersFromIP
    }
    if isShared { flags.insert(.sharedIP) }
    return flags
  }

  /// Whether the customer is the affiliate itself.
  private func isSelf(_ order: OrderFacts, _ credit: Credit) -> Bool {
    let affiliate = facts.registry[credit.affiliate]
    if let email = order.email, email == affiliate.emailKey { return true }
    guard let customer = order.customer, let user = affiliate.userKey else { return false }
    return customer == user
  }

  /// 0 ≤ gap ≤ 10,000 ms of a credited click.
  private func isFast(_ order: OrderFacts, _ credit: Credit) -> Bool {
    guard let clickAt = credit.clickAt else { return false }
    return (0...Self.fastMilliseconds).contains(order.occurredAt - clickAt)
  }
}
