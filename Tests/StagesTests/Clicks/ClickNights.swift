// Nights of clicks for tests: a small registry, rows written as CSV files, taken in, judged, and
// their segments published as a run would.
import Dispatch
import Foundation
import Synchronization

@testable import Pipeline
@testable import Stages

/// One row of a clicks file; nil and "" are absent.
struct TestClick: Hashable {
  var id = ""
  var at = "2026-03-31T10:00:00Z"
  var code = "AAA"
  var visitor = ""
  var fingerprint = ""
  var ip = ""
  var page = ""
  var agent = ""

  static let header =
    "user_agent,click_id,occurred_at,code,visitor_id,fingerprint,ip,landing_page"

  var line: String { "\(agent),\(id),\(at),\(code),\(visitor),\(fingerprint),\(ip),\(page)" }
}

/// Affiliates good and suspended, programmes `p` (cap 3), `q` (cap 100) and `r` (a cap that
/// changes), and their codes.
struct TestRegistry {
  var registry = Registry()

  init() {
    for (id, status) in [("good", Affiliate.Status.active), ("bad", .suspended), ("new", .pending)]
    {
      var affiliate = Affiliate(
        id: AffiliateID(Text(id)), ordinal: AffiliateOrdinal(registry.affiliates.count),
        email: Text(id + "@example.com"), emailKey: Digest128(high: 1, low: 1))
      affiliate.status = status
      registry.affiliates.append(affiliate)
    }
    addProgram("p", caps: [(.distantPast, 3)])
    addProgram("q", caps: [(.distantPast, 100)])
    addProgram("r", caps: [(.distantPast, 2), (Self.instant("2026-03-31T10:30:00Z"), 4)])
    for program in 0..<3 {
      let letter = ["A", "B", "C"][program]
      addCode(letter + "AA", program)
      addCode(letter + "BB", program)
      addCode(letter + "BAD", program, affiliate: 1)
      addCode(letter + "NEW", program, affiliate: 2)
      addCode(letter + "OFF", program) { $0.isActive = false }
      addCode(letter + "OLD", program) { $0.expiresAt = Self.instant("2026-03-31T10:00:00Z") }
      addCode(letter + "BADOFF", program, affiliate: 1) { $0.isActive = false }
      addCode(letter + "OFFOLD", program) {
        $0.isActive = false
        $0.expiresAt = Self.instant("2026-03-30T00:00:00Z")
      }
    }
  }

  static func instant(_ text: String) -> Instant {
    Instant(milliseconds: ByteView.withBytes(of: text) { InstantText.scan($0) } ?? 0)
  }

  private mutating func addProgram(_ id: String, caps: [(Instant, Int64)]) {
    let timeline = caps.map { from, cap in
      var terms = Terms()
      terms.maxClicksPerIPHour = cap
      return Program.DatedTerms(from: from, terms: terms)
    }
    let pause = [
      Program.DatedStatus(from: Self.instant("2026-03-31T20:00:00Z"), status: .paused),
      Program.DatedStatus(from: Self.instant("2026-03-31T21:00:00Z"), status: .active),
    ]
    registry.programs.append(
      Program(
        id: ProgramID(Text(id)), ordinal: ProgramOrdinal(registry.programs.count),
        timeline: timeline, statuses: pause))
  }

  private mutating func addCode(
    _ text: String, _ program: Int, affiliate: Int = 0,
    _ change: (inout AffiliateCode) -> Void = { _ in }
  ) {
    var code = AffiliateCode(
      code: Code(Text(text)), ordinal: CodeOrdinal(registry.codes.count),
      affiliate: AffiliateOrdinal(affiliate), program: ProgramOrdinal(program))
    change(&code)
    registry.codes.append(code)
    registry.codeOrdinals[code.code] = code.ordinal
  }
}

/// A workspace that takes night after night.
final class TestWorkspace {
  let root: String
  let registry: Registry
  private(set) var entries: [ClickSegmentEntry] = []
  private(set) var nights = 0
  var asOf = TestRegistry.instant("2026-04-03T00:00:00Z")
  var threads = 1
  var budget = 64 << 20
  var near = ClickIntake.nearBytes
  /// Whether what is spilled is read back before a bucket is judged.
  var isFetched = false
  var buckets: [[ProgramOrdinal]] = [[ProgramOrdinal(0)], [ProgramOrdinal(1), ProgramOrdinal(2)]]
  /// So small that test files are cut into ranges.
  private static let sizes = ReaderSizes(
    blockBytes: 512, chunkBytes: 4_096, recordLimit: 2_048)
  static let ipKey = ContentHash.Key(high: 7, low: 9)

  init(_ registry: Registry = TestRegistry().registry) throws {
    self.registry = registry
    root = NSTemporaryDirectory() + "clicks-test-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: root + "/clicks", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  var catalog: SegmentCatalog { SegmentCatalog(root: root, entries: entries) }

  /// What a night came to.
  struct Night {
    var programs: [ProgramOrdinal: ProgramClicks]
    /// Reading's and judging's together.
    var fates: FateTally
    var rejects: [RejectedRow]
    var segments: [ClickSegmentEntry]
  }

  func source(_ clicks: [TestClick], name: String) throws -> RecordSource {
    let text = ([TestClick.header] + clicks.map(\.line)).joined(separator: "\n") + "\n"
    return try source(Array(text.utf8), name: name + ".csv")
  }

  /// A file of these bytes; its name says how they are to be read.
  func source(_ bytes: [UInt8], name: String) throws -> RecordSource {
    let path = "\(root)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try RecordSource(
      path: path, displayName: name, format: nil,
      columns: ClickColumn.request, threads: threads, sizes: Self.sizes)
  }

  /// Takes files in as one run and publishes its segments.
  @discardableResult
  func night(_ files: [[TestClick]]) throws -> Night {
    try night(
      files.enumerated().map { number, clicks in
        try source(clicks, name: "night\(nights + 1)-\(number)")
      })
  }

  /// Takes open files in as one run and publishes its segments.
  @discardableResult
  func night(_ files: [RecordSource]) throws -> Night {
    nights += 1
    let facts = NightFacts(
      run: "2026-04-02.\(nights)", asOf: asOf, settings: Settings(), registry: registry,
      disposableDomains: [], storedFiles: files.indices.map { Int64(nights * 100 + $0) })
    var intake = ClickIntake(
      facts: facts, ipKey: Self.ipKey, buckets: buckets, memoryBudget: budget, nearBytes: near,
      spillDirectory: root)
    var sources: [Int32: RecordSource] = [:]
    for (number, source) in files.enumerated() {
      sources[Int32(number)] = source
      try intake.read(source, file: Int32(number), threads: threads)
    }
    return try judge(intake, run: facts.run, sources)
  }

  /// Judges the buckets on as many threads as read.
  private func judgeAll(
    _ intake: ClickIntake, _ sources: [Int32: RecordSource]
  ) throws -> [ProgramOrdinal: ProgramClicks] {
    let contents = FileClickContents(sources: sources)
    let history = catalog
    let found = Mutex<[Result<[ProgramOrdinal: ProgramClicks], any Error>]>([])
    let buckets = buckets
    let threads = threads
    let isFetched = isFetched
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      for bucket in buckets.indices where bucket % threads == thread {
        let result = Result {
          try intake.judge(
            bucket: bucket, fetched: isFetched ? intake.fetch(bucket: bucket) : nil,
            history: history, contents: contents)
        }
        found.withLock { $0.append(result) }
      }
    }
    var judged: [ProgramOrdinal: ProgramClicks] = [:]
    for result in found.withLock({ $0 }) {
      judged.merge(try result.get()) { first, _ in first }
    }
    return judged
  }

  private func judge(
    _ intake: ClickIntake, run: String, _ sources: [Int32: RecordSource]
  ) throws -> Night {
    var night = Night(
      programs: [:], fates: intake.fates, rejects: intake.rejects, segments: [])
    var writer = ClickSegmentWriter(directory: root + "/clicks", run: run)
    let judged = try judgeAll(intake, sources)
    for bucket in buckets.indices {
      for program in buckets[bucket] {
        guard let clicks = judged[program] else { continue }
        night.fates.add(clicks.fates)
        try writer.write(clicks)
        night.programs[program] = clicks
      }
    }
    night.segments = try writer.finish().map {
      var entry = $0
      entry.path = "clicks/" + entry.path
      return entry
    }
    entries += night.segments
    return night
  }
}

extension TestWorkspace.Night {
  /// The counts of one file.
  func counts(_ file: Int32 = 0) -> FateCounts { fates.files[file] ?? FateCounts() }

  /// Every accepted click of a programme, of this night and earlier ones, with its origin.
  func accepted(_ program: Int, codes: Int) throws -> [ExplainedClick] {
    var wish = ClickWish(
      program: ProgramOrdinal(program), from: .distantPast, until: .distantFuture)
    wish.codes = Set((0..<codes).map { CodeOrdinal($0) })
    return try programs[ProgramOrdinal(program)]?.explainedClicks(wish) ?? []
  }

  /// The same without origins, as a multiset.
  func touches(_ program: Int) throws -> [Touch: Int] {
    var wish = ClickWish(
      program: ProgramOrdinal(program), from: .distantPast, until: .distantFuture)
    wish.codes = Set((0..<24).map { CodeOrdinal($0) })
    var found: [Touch: Int] = [:]
    try programs[ProgramOrdinal(program)]?.forEachTouch(wish) { found[$0, default: 0] += 1 }
    return found
  }
}

extension ProgramClicks {
  /// Every accepted click that the wish names.
  func forEachTouch(_ wish: ClickWish, _ body: (Touch) -> Void) throws {
    for explained in try explainedClicks(wish) { body(explained.touch) }
  }
}
