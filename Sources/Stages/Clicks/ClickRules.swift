// What the registry says of clicks, in flat arrays: one lookup a click, no reference counting.
import Pipeline

/// A code as the filters see it.
struct CodeRule: Sendable {
  /// Its programme's place within its bucket; −1 where it is in none.
  var programPlace: Int32
  /// Its place among its programme's codes.
  var place: Int32
  var affiliateIsActive: Bool
  var isActive: Bool
  /// Clicks at or after it are expired, in milliseconds.
  var expiresAt: Int64
}

/// A programme as the filters see it.
struct ClickProgramRule: Sendable {
  /// Ascending instants and the cap from each on; the first holds from the beginning of time.
  var caps: [(from: Int64, cap: Int64)]
  /// Ascending instants and whether it is paused from each on; active before the first.
  var pauses: [(from: Int64, isPaused: Bool)]
  /// The least of its caps.
  var leastCap: Int64
  /// Its place within its bucket; −1 where it is in none.
  var place: Int32 = -1
  /// Ordinals of its codes, by place.
  var codes: [Int32] = []

  func cap(at instant: Int64) -> Int64 {
    var found = caps[0].cap
    for dated in caps.dropFirst() where dated.from <= instant { found = dated.cap }
    return found
  }

  func isPaused(at instant: Int64) -> Bool {
    var paused = false
    for dated in pauses where dated.from <= instant { paused = dated.isPaused }
    return paused
  }
}

/// The registry as of the run that takes the clicks in (SPEC 9, Registry).
struct ClickRules: Sendable {
  let table: CodeTable
  private(set) var codes: [CodeRule]
  private(set) var programs: [ClickProgramRule]
  let buckets: [[ProgramOrdinal]]
  /// Rows after it are in the future, in milliseconds.
  let asOf: Int64
  /// Numbers in the store, by file number in the run.
  let storedFiles: [Int64]
  let ipKey: ContentHash.Key
  /// Keeps whoever chooses click ids from choosing where they land in a table.
  let tableSeed: UInt64

  init(_ facts: NightFacts, ipKey: ContentHash.Key, buckets: [[ProgramOrdinal]]) {
    let registry = facts.registry
    programs = registry.programs.map(Self.rule)
    codes = []
    precondition(buckets.count <= Int(Int16.max), "more buckets than a code's slot can name")
    precondition(registry.codes.count <= ClickRecord.mostCodes, "more codes than a record can name")
    self.buckets = buckets
    asOf = facts.asOf.milliseconds
    storedFiles = facts.storedFiles
    self.ipKey = ipKey
    tableSeed =
      ByteView.withBytes(of: Array("click ids".utf8)) {
        ContentHash.digest(of: $0, key: ipKey)
      }.high
    var bucketOfProgram = [Int32](repeating: -1, count: programs.count)
    for (bucket, members) in buckets.enumerated() {
      for (place, program) in members.enumerated() {
        bucketOfProgram[program.position] = Int32(bucket)
        programs[program.position].place = Int32(place)
      }
    }
    table = CodeTable(registry.codes, bucketOfProgram: bucketOfProgram)
    for code in registry.codes {
      let program = code.program.position
      codes.append(
        CodeRule(
          programPlace: programs[program].place,
          place: Int32(programs[program].codes.count),
          affiliateIsActive: registry.affiliates[code.affiliate.position].status == .active,
          isActive: code.isActive, expiresAt: code.expiresAt?.milliseconds ?? .max))
      programs[program].codes.append(code.ordinal.index)
    }
  }

  private static func rule(of program: Program) -> ClickProgramRule {
    var caps = program.timeline.map {
      (from: $0.from.milliseconds, cap: $0.terms.maxClicksPerIPHour)
    }
    if caps.isEmpty { caps = [(Instant.distantPast.milliseconds, Terms().maxClicksPerIPHour)] }
    return ClickProgramRule(
      caps: caps,
      pauses: program.statuses.map { ($0.from.milliseconds, $0.status == .paused) },
      leastCap: caps.map(\.cap).min() ?? 0)
  }
}
