// Who ordered what and when, and what it shows of the click before.

/// How an order can be traced to a click.
enum SampleEvidence: Equatable, Sendable {
  /// By the click's id, beside its code and visitor.
  case clickID
  /// By a coupon code alone.
  case code
  /// By the visitor alone.
  case visitor
  /// By a code that the customer never clicked.
  case codeWithoutClick
  /// By a visitor who never clicked.
  case stranger
  /// By nothing.
  case none
}

/// A customer as one order shows it.
enum SampleCustomer: Equatable, Sendable {
  case visitor(Int)
  /// Orders again and again, in this block of orders.
  case velocity(block: Int)
  /// The affiliate of the order's code.
  case affiliate(Int)
}

/// The parts of an order that stay as they are when it is amended.
struct SampleOrder: Sendable {
  let row: Int
  /// Milliseconds since 1970 UTC.
  var instant: Int64
  var program: Int
  var visitor: Int
  var evidence: SampleEvidence
  /// The click that led to it, by its number.
  var click: Int?
  var visit: SampleVisit?
  var code: Int?
  var customer: SampleCustomer
  /// The block of orders that all come from one address.
  var sharedAddress: Int?
  /// In minor units of its currency.
  var amount: Int
}

extension SampleTraffic {
  /// Orders of one customer in a row, and orders from one address, in each block of so many.
  static let burstBlock = 1_000
  private static let velocityPlaces = 100..<108
  private static let sharedAddressPlaces = 500..<512
  /// One order in 200 is an affiliate's own.
  static func isSelfReferral(order row: Int) -> Bool { row % 200 == 77 }

  @inline(__always) private func drawnFate(ofOrder row: Int, bits: UInt64) -> SampleFate {
    let part = SampleRandom.scaled(bits << 20, below: 1_000_000)
    var end = options.rejectsPerMillion
    if part < end { return .malformed(Int(bits >> 56)) }
    end += options.duplicatesPerMillion
    if part < end { return .duplicate(of: row) }
    end += options.amendmentsPerMillion
    if part < end { return .amendment(of: row) }
    end += options.latePerMillion
    return part < end && row >= options.orders ? .late : .plain
  }

  /// Whether an order is neither malformed, repeated, late nor an amendment.
  @inline(__always) func isPlain(order row: Int) -> Bool {
    drawnFate(ofOrder: row, bits: orderFates.number(row)) == .plain
  }

  /// The fate of an order.
  func fate(ofOrder row: Int) -> SampleFate {
    let bits = orderFates.number(row)
    var random = SampleRandom(state: bits)
    switch drawnFate(ofOrder: row, bits: bits) {
    case .duplicate:
      guard row > 0 else { return .plain }
      let back = 1 + random.below(min(row, Self.duplicateReach))
      return nearest(row - back, where: isPlain).map { .duplicate(of: $0) } ?? .plain
    case .amendment:
      guard row > 0 else { return .plain }
      if options.isCore { return coreAmendment(by: row) }
      // Two in three concern the night before, if there was one.
      let night = orders.night(of: row)
      let earlier = night > 0 && random.below(3) > 0
      let range =
        earlier ? orders.rows(in: night - 1) : orders.rows(in: night).lowerBound..<row
      guard !range.isEmpty else { return .plain }
      let drawn = range.lowerBound + random.below(range.count)
      return nearest(drawn, where: isPlain).map { .amendment(of: $0) } ?? .plain
    case .malformed(let way): return .malformed(way)
    case .late: return .late
    case .plain, .tie, .flood: return .plain
    }
  }

  /// In the core an order is amended once at most, about half a night after it was placed.
  private func coreAmendment(by row: Int) -> SampleFate {
    let target = row - max(1, orders.count(in: 1) / 2)
    return target >= 0 && isPlain(order: target) ? .amendment(of: target) : .plain
  }

  /// An order, as it was first placed.
  func order(_ row: Int) -> SampleOrder {
    if options.isCore { return coreOrder(row) }
    let place = row % Self.burstBlock
    if Self.velocityPlaces.contains(place) {
      var order = order(row, like: row - place + Self.velocityPlaces.lowerBound)
      order.customer = .velocity(block: row / Self.burstBlock)
      return order
    }
    if Self.sharedAddressPlaces.contains(place) {
      var order = order(row, like: row - place + Self.sharedAddressPlaces.lowerBound)
      order.sharedAddress = row / Self.burstBlock
      return order
    }
    return order(row, like: nil)
  }

  /// An order of the core: by a guest, who orders once.
  private func coreOrder(_ row: Int) -> SampleOrder {
    var order = order(row, like: nil)
    order.customer = .visitor(row)
    return order
  }

  /// An order with the time and amount of its own number, and the origin of another's or its own.
  private func order(_ row: Int, like model: Int?) -> SampleOrder {
    let night = orders.night(of: row)
    var random = orderNumbers.sequence(row)
    let nominal = orders.instant(of: row, in: night)
    var order = SampleOrder(
      row: row,
      instant: scattered(nominal, in: night, gap: orders.gap(in: night), &random),
      program: 0, visitor: 0, evidence: .none, click: nil, visit: nil, code: nil,
      customer: .visitor(0), sharedAddress: nil, amount: Self.amount(&random))
    if isLate(order: row) {
      let back = 1_000 + random.below(Int(SampleCalendar.day) - 1_000)
      order.instant = (calendar.start(of: night) - Int64(back)) / 1_000 * 1_000
    }
    if let model {
      let instant = orders.instant(of: model, in: orders.night(of: model))
      var origin = orderNumbers.sequence(model)
      trace(&order, from: instant, &origin)
    } else {
      trace(&order, from: order.instant, &random)
    }
    if Self.isSelfReferral(order: row), let code = order.code ?? order.visit?.code {
      order.customer = .affiliate(registry.affiliate(ofCode: code))
    }
    return order
  }

  private func isLate(order row: Int) -> Bool {
    drawnFate(ofOrder: row, bits: orderFates.number(row)) == .late
  }

  /// Gives an order its visitor, its program and its evidence.
  private func trace(
    _ order: inout SampleOrder, from instant: Int64, _ random: inout SampleRandom
  ) {
    let kind = random.below(100)
    let quick = random.below(100) == 0
    if kind < 85, let (row, visit) = click(before: instant, quick: quick, &random) {
      order.click = row
      order.visit = visit
      order.program = visit.program
      order.visitor = visit.visitor
      order.evidence =
        kind < 45 ? .clickID : kind < 60 && !options.isCore ? .code : .visitor
      order.code = order.evidence == .visitor ? nil : visit.code
      order.instant = later(order.instant, than: visit, quick: quick, of: order.row, &random)
    } else if kind < 93 {
      let code = codeChoice.draw(&random)
      order.code = code
      order.program = registry.program(ofCode: code)
      order.visitor = visitorCount + random.below(visitorCount)
      order.evidence = options.isCore ? .stranger : .codeWithoutClick
    } else {
      order.program = programChoice.draw(&random)
      order.visitor = visitorCount + random.below(visitorCount)
      order.evidence = kind < 97 ? .stranger : .none
    }
    order.customer = .visitor(order.visitor)
  }

  /// A click some time before an instant: minutes before it for two in five, else days.
  private func click(
    before instant: Int64, quick: Bool, _ random: inout SampleRandom
  ) -> (Int, SampleVisit)? {
    guard options.clicks > 0 else { return nil }
    let history = max(1, Int(instant - calendar.start))
    let isSoon = random.below(5) < 2
    let days = min(3 * Int(SampleCalendar.day), history / 4)
    let delay = quick ? 0 : random.exponential(mean: isSoon ? min(600_000, days) : days)
    let target = clicks.row(at: instant - Int64(delay % history))
    return nearest(target) { isEvidence(click: $0) && hasIdentifier(click: $0) }
      .map { ($0, visit($0)) }
  }

  /// The order's instant, or one a little after its click where that would be later; within
  /// seconds of it for a quick one. Never beyond the order's night.
  private func later(
    _ instant: Int64, than visit: SampleVisit, quick: Bool, of row: Int,
    _ random: inout SampleRandom
  ) -> Int64 {
    let end = calendar.end(of: orders.night(of: row)) - 1_000
    if quick { return min(visit.instant + Int64(2 + random.below(7)) * 1_000, end) }
    guard instant <= visit.instant else { return instant }
    return min(visit.instant + Int64(11 + random.below(600)) * 1_000, end)
  }

  /// Minor units, the same share for every power of two; three in ten end in 99.
  private static func amount(_ random: inout SampleRandom) -> Int {
    let size = 1 << (9 + random.below(7))
    let amount = size + random.below(size)
    return random.below(10) < 3 ? amount / 100 * 100 + 99 : amount
  }
}
