// How many orders of one customer, or from one IP for one affiliate, stand before an order.
import Pipeline

/// Orders by what they share, in the order of processing, so that a count is two binary searches.
struct OrderSightings {
  /// What orders have in common.
  enum Shared: Hashable {
    case customer(Digest128)
    case email(Digest128)
    /// One IP, one affiliate, one UTC day.
    case ip(Digest128, AffiliateOrdinal, Int32)
  }

  /// An order's place in the order of processing.
  struct Moment: Comparable {
    var instant: Instant
    var order: OrderID

    static func < (left: Moment, right: Moment) -> Bool {
      left.instant != right.instant ? left.instant < right.instant : left.order < right.order
    }
  }

  private var moments: [Shared: [Moment]] = [:]

  /// Notes the orders that share something with one of `wanted`.
  init(_ traces: [OrderTrace], wanted: Set<Shared>) {
    for trace in traces {
      for shared in Self.shared(by: trace) where wanted.contains(shared) {
        moments[shared, default: []].append(Moment(instant: trace.occurredAt, order: trace.id))
      }
    }
    moments = moments.mapValues { $0.sorted() }
  }

  /// How many orders share it, at or before `moment` and at most `milliseconds` before it.
  func count(_ shared: Shared, upTo moment: Moment, within milliseconds: Int64) -> Int {
    guard let all = moments[shared] else { return 0 }
    let start = all.partitionPoint { $0.instant >= moment.instant + -milliseconds }
    let end = all.partitionPoint { $0 > moment }
    return max(0, end - start)
  }

  /// Everything that an order may share with others.
  static func shared(by trace: OrderTrace) -> [Shared] {
    var all: [Shared] = []
    if let customer = customer(of: trace) { all.append(customer) }
    if let ip = trace.ip {
      for affiliate in Set(trace.affiliates) {
        all.append(.ip(ip, affiliate, trace.occurredAt.utcDay))
      }
    }
    return all
  }

  /// The customer_id, else the e-mail (SPEC 9, Fraud).
  static func customer(of trace: OrderTrace) -> Shared? {
    if let customer = trace.customer { return .customer(customer) }
    return trace.email.map { .email($0) }
  }
}

extension OrderTrace {
  /// What counts of a conversion.
  init(_ conversion: Conversion) {
    self.init(
      id: conversion.order.id, occurredAt: conversion.order.occurredAt,
      customer: conversion.order.customer, email: conversion.order.email, ip: conversion.order.ip,
      affiliates: conversion.credits.map(\.affiliate))
  }
}
