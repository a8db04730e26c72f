// A night that nobody had: a registry, a file of orders and a file of clicks, made up from a seed.
import Foundation
import Pipeline
import Stages

/// The registry and the files of one made-up night.
struct MadeUpNight {
  let facts: NightFacts
  private let programs: Int
  private let orders: Int
  private let seed: UInt64

  static let codesOfProgram = 20
  private static let clicksOfOrder = 10
  private static let key = ContentHash.Key(high: 1, low: 2)

  init(programs: Int, orders: Int, seed: UInt64) {
    self.programs = programs
    self.orders = orders
    self.seed = seed
    facts = NightFacts(
      run: "2026-03-31.1", asOf: Self.instant(day: 90, 0), settings: Settings(),
      registry: Self.registry(programs), disposableDomains: [Keys.key(of: "mailinator.com")],
      storedFiles: [1, 2])
  }

  /// The instant some milliseconds into a day of 2026.
  private static func instant(day: Int, _ milliseconds: Int64) -> Instant {
    Instant(milliseconds: 1_767_225_600_000 + Int64(day) * Instant.day + milliseconds)
  }

  private static func program(_ number: Int) -> Program {
    let models = AttributionModel.allCases
    var terms = Terms()
    terms.model = models[number % models.count]
    for level in 1...3 {
      let rate = BasisPoints(Int32(1_000 + 100 * level))
      terms.tiers.append(
        Tier(
          name: Text("tier \(level)"), level: Int64(level), minimumReferrals: Int64(level * 20),
          commissionRate: rate, bonusMinor: 500))
    }
    return Program(
      id: ProgramID(Text("prog_\(1_000 + number)")), ordinal: ProgramOrdinal(number),
      timeline: [Program.DatedTerms(from: .distantPast, terms: terms)], statuses: [])
  }

  private static func registry(_ count: Int) -> Registry {
    let programs = (0..<count).map { program($0) }
    var affiliates: [Affiliate] = []
    var codes: [AffiliateCode] = []
    for number in 0..<count * codesOfProgram {
      let email = Text("partner\(number)@example.com")
      var affiliate = Affiliate(
        id: AffiliateID(Text("aff_\(100_000 + number)")), ordinal: AffiliateOrdinal(number),
        email: email, emailKey: Keys.email(email))
      affiliate.paymentMethod = .manual
      affiliates.append(affiliate)
      codes.append(
        AffiliateCode(
          code: Code(Text("CODE\(100_000 + number)")), ordinal: CodeOrdinal(number),
          affiliate: AffiliateOrdinal(number),
          program: ProgramOrdinal(number / codesOfProgram)))
    }
    return Registry(programs: programs, affiliates: affiliates, codes: codes)
  }
}

extension MadeUpNight {
  /// Writes `orders.csv` and `clicks.csv` into a new folder.
  func write() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "program-benchmarks-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var random = SplitMix64(seed: seed)
    var clicks = "click_id,occurred_at,code,visitor_id,ip\n"
    var lines =
      "order_id,occurred_at,program_id,code,click_id,visitor_id,customer_id,customer_email,ip,"
      + "amount,currency,status,sku,category,updated_at\n"
    let number = programs * orders
    for order in 0..<number {
      let program = Int(random.next() % UInt64(programs))
      let code = program * Self.codesOfProgram + Int(random.next() % UInt64(Self.codesOfProgram))
      let visitor = random.next() % UInt64(4 * number)
      let at = Self.instant(day: 1 + order * 88 / number, Int64(random.next() % 80_000_000))
      for click in 0..<Self.clicksOfOrder {
        // Every third belongs to the order's visitor; none is after the order.
        let own = click % 3 == 0 ? visitor : random.next() % UInt64(4 * number)
        let before = Int64(random.next() % UInt64(20 * Instant.day))
        clicks += "c\(order)_\(click),\(Self.text(at + -before)),CODE\(100_000 + code),v\(own),"
        clicks += "10.\(random.next() % 256).\(random.next() % 256).\(click)\n"
      }
      let named = random.next() % 3 == 0 ? "c\(order)_0" : ""
      lines += "o_\(1_000_000 + order),\(Self.text(at)),prog_\(1_000 + program),"
      lines += "CODE\(100_000 + code),\(named),v\(visitor),cust\(random.next() % 90_000),"
      lines += "user\(order)@mail.example.net,10.0.\(random.next() % 256).\(random.next() % 256),"
      lines += "\(10 + random.next() % 90).\(10 + random.next() % 90),USD,paid,"
      lines += "SKU-\(random.next() % 999),toys,\(Self.text(at))\n"
    }
    try Data(lines.utf8).write(to: folder.appending(path: "orders.csv"))
    try Data(clicks.utf8).write(to: folder.appending(path: "clicks.csv"))
    return folder
  }

  private static func text(_ instant: Instant) -> String {
    InstantText.text(milliseconds: instant.milliseconds)
  }

  /// The orders' rows by programme.
  func readOrders(_ folder: URL) throws -> [ProgramOrdinal: ProgramRows] {
    let source = try RecordSource(
      path: folder.path + "/orders.csv", displayName: "orders.csv", format: nil,
      columns: OrderDecoder.layout.request, threads: 1)
    let decoder = OrderDecoder(registry: facts.registry, asOf: facts.asOf, ipKey: Self.key)
    var programs: [ProgramOrdinal: ProgramRows] = [:]
    for range in source.ranges(1) {
      try source.read(range) { batch in
        for row in 0..<batch.count {
          let origin = RowOrigin(file: 0, line: Int32(clamping: batch.line(row)))
          guard let order = decoder.decode(batch, row, origin).row else { continue }
          programs[order.program, default: ProgramRows()].orders.append(order)
        }
      }
    }
    return programs
  }

  /// The clicks by programme.
  func judgeClicks(_ folder: URL) throws -> [ProgramOrdinal: ProgramClicks] {
    var intake = ClickIntake(
      facts: facts, ipKey: Self.key, buckets: [facts.registry.programsInOrder],
      memoryBudget: 1 << 30, spillDirectory: folder.path)
    let source = try RecordSource(
      path: folder.path + "/clicks.csv", displayName: "clicks.csv", format: nil,
      columns: ClickColumn.request, threads: 1)
    try intake.read(source, file: 1, threads: 1)
    return try intake.judge(bucket: 0, history: .empty, contents: NoTies())
  }
}

/// Made-up clicks have ids of their own, so that no two of them tie.
private struct NoTies: ClickContents {
  func contents(of origins: [RowOrigin]) -> [RowOrigin: [UInt8]] { [:] }
}

/// Steele, Lea and Flood's SplitMix64: the same seed gives the same numbers everywhere.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
