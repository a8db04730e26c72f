// The clicks of one programme: this night's, judged, and those of earlier runs. What attribution,
// the fraud flags and explain ask.
public import Pipeline

/// A click with the row that brought it.
public struct ExplainedClick: Hashable, Sendable {
  public var touch: Touch
  public var origin: StoredOrigin
}

/// One programme's clicks in one night.
public struct ProgramClicks: Sendable {
  public let program: ProgramOrdinal
  /// Of this night's rows; the rows read are counted by the intake.
  public let fates: FateTally
  /// Of this night's rows, by day and code.
  public let daily: [DailyClicks]
  /// This night's stored clicks: accepted, rate-limited and filtered ones, by day.
  let blocks: [StoredClickBlock]
  /// Of this night's accepted clicks, by day.
  let traffic: [TrafficDay]
  private let history: SegmentCatalog
  private let limited: Set<LimitedIP>
  private let limitedEarlier = LimitedEarlier()

  init(_ judged: JudgedProgram, history: SegmentCatalog) {
    program = judged.program
    fates = judged.fates
    daily = judged.daily
    blocks = judged.blocks
    traffic = judged.traffic
    limited = judged.limited
    self.history = history
  }

  /// A programme without new clicks.
  public static func historyOnly(
    program: ProgramOrdinal, history: SegmentCatalog
  ) -> ProgramClicks {
    ProgramClicks(JudgedProgram(program: program), history: history)
  }

  /// How many of this night's clicks are stored: accepted, rate-limited and filtered ones.
  public var storedRows: Int { blocks.reduce(0) { $0 + $1.rows } }

  /// The instant of the earliest accepted one of this night's clicks; nil where there is none.
  ///
  /// - Throws: ``ClickFault`` for a spilled block that cannot be read back.
  var firstTonight: Instant? {
    get throws {
      // Blocks are by day, and rows by instant.
      for block in blocks where block.accepted > 0 {
        let first: Instant? = try block.matches().withColumns { columns in
          for row in 0..<columns.layout.rows
          where columns.state(row) & ClickMatches.stateBits == ClickState.accepted.rawValue {
            return Instant(milliseconds: columns.instant(row))
          }
          return nil
        }
        if let first { return first }
      }
      return nil
    }
  }

  /// Lends this night's clicks, a day at a time, up to a UTC day.
  ///
  /// - Throws: ``ClickFault`` for a spilled block that cannot be read back.
  func forEachBlockTonight(untilDay last: Int32, _ body: (ClickMatches) -> Void) throws {
    for block in blocks where block.accepted > 0 && block.day <= last {
      body(try block.matches())
    }
  }

  /// IPs that were rate-limited this night, with the UTC day, in order.
  public var rateLimitedTonight: [(ip: Digest128, day: Int32)] {
    limited.map { (ip: $0.ip.widened, day: $0.day) }
      .sorted { $0.day != $1.day ? $0.day < $1.day : $0.ip < $1.ip }
  }

  private static func days(_ wish: ClickWish) -> ClosedRange<Int32>? {
    let least = Instant(milliseconds: max(wish.from.milliseconds, -100_000_000 * Instant.day))
    let greatest = Instant(milliseconds: min(wish.until.milliseconds, 100_000_000 * Instant.day))
    return least <= greatest ? least.utcDay...greatest.utcDay : nil
  }
}

extension ProgramClicks: ClickSource {
  /// - Throws: ``ClickFault`` for a segment that cannot be read.
  public func forEachDay(_ wish: ClickWish, _ body: (ClickMatches) -> Void) throws {
    guard wish.program == program, let days = Self.days(wish) else { return }
    // Both lists are by day, and gone through from their ends.
    var left = blocks.count
    func lendTonight(from day: Int32) throws(ClickFault) {
      while left > 0, blocks[left - 1].day >= day {
        left -= 1
        let block = blocks[left]
        if days.contains(block.day), block.accepted > 0 { body(try block.matches()) }
      }
    }
    for listed in try history.listed(program: program, days: days).reversed()
    where listed.entry.accepted > 0 {
      try lendTonight(from: listed.day)
      body(try listed.directory.matches(listed.entry))
    }
    try lendTonight(from: .min)
  }

  public func wasRateLimited(ip: Digest128, utcDay: Int32) throws -> Bool {
    let key = Key96(ip)
    if limited.contains(LimitedIP(ip: key, day: utcDay)) { return true }
    return try limitedEarlier.ips(program, utcDay, history).contains(key)
  }

  /// Every accepted click that the wish names, with the file and line that brought it, in the
  /// order of (instant, click id, code, origin): what `explain` lists.
  ///
  /// The visitor of a click is the wished one's digest; of a click that is named by other parts
  /// of the wish alone, the first 96 bits of its visitor's.
  ///
  /// - Throws: ``ClickFault`` for a segment that cannot be read.
  public func explainedClicks(_ wish: ClickWish) throws -> [ExplainedClick] {
    let probe = WishProbe(wish)
    guard wish.program == program, !probe.isEmpty, let days = Self.days(wish) else { return [] }
    var found: [ExplainedClick] = []
    func scan(_ block: ClickBlock) {
      probe.scan(block.matches) { click in
        let touch = Touch(
          instant: Instant(milliseconds: click.instant), code: CodeOrdinal(Int(click.code)),
          clickID: click.id.text, visitor: click.visitor.map(probe.visitors.digest))
        found.append(ExplainedClick(touch: touch, origin: block.audit.origin(click.row)))
      }
    }
    for listed in try history.listed(program: program, days: days)
    where listed.entry.accepted > 0 {
      scan(try listed.directory.block(listed.entry))
    }
    for block in blocks where days.contains(block.day) { scan(try block.block()) }
    return found.sorted {
      ($0.touch.instant, $0.touch.clickID, $0.touch.code, $0.origin.file, $0.origin.line)
        < ($1.touch.instant, $1.touch.clickID, $1.touch.code, $1.origin.file, $1.origin.line)
    }
  }
}

/// Rate-limited IPs of earlier runs, by day, once they have been asked for.
private final class LimitedEarlier: Sendable {
  private let known = Guarded<[Int32: Set<Key96>]>([:])

  func ips(
    _ program: ProgramOrdinal, _ day: Int32, _ history: SegmentCatalog
  ) throws(ClickFault) -> Set<Key96> {
    if let ips = known.withLock({ $0[day] }) { return ips }
    var ips: Set<Key96> = []
    for listed in try history.listed(program: program, day: day)
    where listed.entry.rateLimited > 0 {
      let block = try listed.directory.block(listed.entry)
      block.matches.withColumns { columns in
        for row in 0..<block.rows
        where columns.state(row) & ClickMatches.stateBits == ClickState.rateLimited.rawValue {
          ips.insert(block.audit.ip(row))
        }
      }
    }
    known.withLock { $0[day] = ips }
    return ips
  }
}
