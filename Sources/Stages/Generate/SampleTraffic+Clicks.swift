// Who clicked what and when.

/// The parts of a click that an order can refer to.
struct SampleVisit: Sendable {
  /// Milliseconds since 1970 UTC.
  var instant: Int64
  var code: Int
  var program: Int
  var visitor: Int
}

extension SampleTraffic {
  /// Clicks of one address in a row, at this place of each block of so many clicks.
  static let floodBlock = 50_000
  private static let floodPlaces = 1_000..<1_130

  /// The fate that a click's number has drawn, before the row it would repeat is looked for.
  @inline(__always) private func drawnFate(ofClick row: Int, bits: UInt64) -> SampleFate {
    let part = SampleRandom.scaled(bits << 20, below: 1_000_000)
    var end = options.rejectsPerMillion
    if part < end { return .malformed(Int(bits >> 56)) }
    end += options.duplicatesPerMillion
    if part < end { return .duplicate(of: row) }
    let place = row % Self.floodBlock
    if Self.floodPlaces.contains(place) {
      return .flood(from: row - place + Self.floodPlaces.lowerBound)
    }
    end += options.latePerMillion
    if part < end { return row >= options.clicks ? .late : .plain }
    return part < end + 10_000 && row > 0 ? .tie : .plain
  }

  /// Whether a click can be repeated, and be named by an order.
  @inline(__always) func isEvidence(click row: Int) -> Bool {
    switch drawnFate(ofClick: row, bits: clickFates.number(row)) {
    case .plain, .tie, .flood: true
    case .malformed, .duplicate, .late, .amendment: false
    }
  }

  /// The first click of the flood that a click is part of.
  @inline(__always) func flood(ofClick row: Int) -> Int? {
    guard Self.floodPlaces.contains(row % Self.floodBlock),
      case .flood(let first) = drawnFate(ofClick: row, bits: clickFates.number(row))
    else { return nil }
    return first
  }

  /// The fate of a click.
  func fate(ofClick row: Int) -> SampleFate {
    let bits = clickFates.number(row)
    let drawn = drawnFate(ofClick: row, bits: bits)
    guard case .duplicate = drawn else { return drawn }
    let reach = min(row, Self.duplicateReach)
    guard reach > 0 else { return .plain }
    let back = 1 + SampleRandom.scaled(SampleRandom.mixed(bits), below: reach)
    return nearest(row - back, where: isEvidence).map { .duplicate(of: $0) } ?? .plain
  }

  /// What a click that is evidence, or would be if its fate were another, says.
  func visit(_ row: Int) -> SampleVisit {
    switch drawnFate(ofClick: row, bits: clickFates.number(row)) {
    case .flood(let first):
      var visit = ownVisit(first)
      let end = calendar.end(of: clicks.night(of: row))
      visit.instant = min(visit.instant + Int64(row - first) * 1_000, end - 1_000)
      return visit
    case .tie:
      var visit = ownVisit(row - 1)
      var random = clickNumbers.sequence(row)
      visit.code = registry.code(of: visit.program, &random)
      return visit
    case .plain, .malformed, .duplicate, .late, .amendment: return ownVisit(row)
    }
  }

  /// A visit that depends on its number alone.
  private func ownVisit(_ row: Int) -> SampleVisit {
    let night = clicks.night(of: row)
    var random = clickNumbers.sequence(row)
    let instant = scattered(
      clicks.instant(of: row, in: night), in: night, gap: clicks.gap(in: night), &random)
    // One in three is the visitor of an earlier click, with any code of the same program.
    var origin = row
    var source = random
    var returns = source.next()
    while returns & 0xFF < 90, origin > 0 {
      origin -= 1 + SampleRandom.scaled(returns, below: min(origin, 1 << 20))
      source = clickNumbers.sequence(origin)
      _ = source.next()
      _ = source.next()
      returns = source.next()
    }
    let visitor = visitors.draw(&source)
    let code = codeChoice.draw(&source)
    let program = registry.program(ofCode: code)
    let own = origin == row ? code : registry.code(of: program, &random)
    return SampleVisit(instant: instant, code: own, program: program, visitor: visitor)
  }

  /// A click that arrives a night or more after it happened: half of them shortly before an order
  /// of the night before, by its visitor, through another code.
  func lateVisit(_ row: Int) -> SampleVisit {
    let night = clicks.night(of: row)
    var random = clickDetails.sequence(row)
    let history = Int(calendar.start(of: night) - calendar.start)
    let back = 1_000 + random.below(min(history, 3 * Int(SampleCalendar.day)) - 1_000)
    var visit = ownVisit(row)
    visit.instant = (calendar.start(of: night) - Int64(back)) / 1_000 * 1_000
    let earlier = orders.rows(in: night - 1)
    guard random.next() & 1 == 0, !earlier.isEmpty else { return visit }
    let drawn = earlier.lowerBound + random.below(earlier.count)
    guard let row = nearest(drawn, where: isPlain), case let order = self.order(row),
      order.visit != nil
    else { return visit }
    visit.visitor = order.visitor
    visit.program = order.program
    visit.code = registry.code(of: order.program, &random)
    visit.instant = max(calendar.start, order.instant - Int64(1 + random.below(1_800)) * 1_000)
    return visit
  }
}
