// Segments: what is written is read back, and nothing that is damaged is.
import Foundation
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite struct ClickSegmentTests {
  private func sampleNight(_ workspace: TestWorkspace) throws -> TestWorkspace.Night {
    try workspace.night([
      [
        TestClick(id: "a", visitor: "v1", ip: "1"), TestClick(id: "b", code: "ABB", ip: "1"),
        TestClick(at: "2026-03-31T10:00:00.001Z", fingerprint: "v2", ip: "2"),
        TestClick(id: "c", at: "2026-03-31T10:00:01Z", ip: "1"),
        TestClick(id: "d", at: "2026-03-31T10:00:02Z", ip: "1"),
        TestClick(id: String(repeating: "long", count: 100), code: "BAA"),
        TestClick(id: "bot", agent: "bot"), TestClick(id: "x", at: "2026-03-30T10:00:00Z"),
      ],
      [TestClick(id: "e", at: "2026-03-31T10:00:03Z", ip: "2")],
    ])
  }

  @Test func `a night's segments give back every accepted click with its origin`() throws {
    let workspace = try TestWorkspace()
    let night = try sampleNight(workspace)
    #expect(night.segments.map(\.rows) == [1, 8])
    #expect(
      night.segments.map(\.path) == [
        "clicks/2026-03-30/2026-04-02.1.seg", "clicks/2026-03-31/2026-04-02.1.seg",
      ])
    for program in 0..<3 {
      let ordinal = ProgramOrdinal(program)
      let later = ProgramClicks.historyOnly(program: ordinal, history: workspace.catalog)
      var wish = ClickWish(program: ordinal, from: .distantPast, until: .distantFuture)
      wish.codes = Set((0..<24).map { CodeOrdinal($0) })
      #expect(try later.explainedClicks(wish) == night.accepted(program, codes: 24))
    }
    let files = try night.accepted(0, codes: 24).map(\.origin.file)
    #expect(files == [100, 100, 100, 100, 100, 101])
    try workspace.catalog.verify()
  }

  @Test func `the wish's parts, bounds and programme are kept`() throws {
    let workspace = try TestWorkspace()
    let night = try sampleNight(workspace)
    for clicks in [
      try #require(night.programs[ProgramOrdinal(0)]),
      ProgramClicks.historyOnly(program: ProgramOrdinal(0), history: workspace.catalog),
    ] {
      func found(_ change: (inout ClickWish) -> Void) throws -> [String] {
        var wish = ClickWish(
          program: ProgramOrdinal(0), from: TestRegistry.instant("2026-03-31T10:00:00Z"),
          until: TestRegistry.instant("2026-03-31T10:00:03Z"))
        change(&wish)
        var ids: [String] = []
        try clicks.forEachTouch(wish) { ids.append($0.clickID.string) }
        return ids.sorted()
      }
      let v1 = ByteView.withBytes(of: "v1") { ContentHash.digest(of: $0) }
      let v2 = ByteView.withBytes(of: "v2") { ContentHash.digest(of: $0) }
      #expect(try found { _ in } == [])
      #expect(try found { $0.clickIDs = ["a", "bot", "d", "nope"] } == ["a"])
      #expect(try found { $0.codes = [CodeOrdinal(1)] } == ["b"])
      #expect(try found { $0.visitors = [v1, v2] } == ["", "a"])
      #expect(
        try found {
          $0.clickIDs = ["a"]
          $0.visitors = [v1]
          $0.codes = [CodeOrdinal(0)]
        } == ["", "a", "c", "e"])
      #expect(
        try found {
          $0.codes = [CodeOrdinal(0)]
          $0.from = $0.from + 1
          $0.until = $0.until + -1
        } == ["", "c"])
      #expect(
        try found {
          $0.codes = [CodeOrdinal(0)]
          $0.program = ProgramOrdinal(1)
        } == [])
      var wish = ClickWish(program: ProgramOrdinal(0), from: .distantPast, until: .distantFuture)
      wish.visitors = [v1]
      var visitors: [Digest128?] = []
      try clicks.forEachTouch(wish) { visitors.append($0.visitor) }
      #expect(visitors == [v1])
    }
  }

  @Test func `rate-limited IPs are known in their night and later, by programme and day`() throws {
    let workspace = try TestWorkspace()
    let night = try sampleNight(workspace)
    let ip = ByteView.withBytes(of: "1") { ContentHash.digest(of: $0, key: TestWorkspace.ipKey) }
    let other = ByteView.withBytes(of: "2") { ContentHash.digest(of: $0, key: TestWorkspace.ipKey) }
    for program in 0..<2 {
      let ordinal = ProgramOrdinal(program)
      for clicks in [
        try #require(night.programs[ordinal]),
        ProgramClicks.historyOnly(program: ordinal, history: workspace.catalog),
      ] {
        #expect(try clicks.wasRateLimited(ip: ip, utcDay: 20_543) == (program == 0))
        #expect(try !clicks.wasRateLimited(ip: ip, utcDay: 20_542))
        #expect(try !clicks.wasRateLimited(ip: other, utcDay: 20_543))
      }
    }
  }

  @Test func `a segment with any bit changed is refused, and named`() throws {
    let workspace = try TestWorkspace()
    _ = try sampleNight(workspace)
    let entry = try #require(workspace.entries.last)
    let path = workspace.root + "/" + entry.path
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(Int64(bytes.count) == entry.byteCount)
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 1 << UInt8(place % 8)
      try Data(damaged).write(to: URL(fileURLWithPath: path))
      let fault = #expect(throws: ClickFault.self) { try workspace.catalog.verify() }
      guard case .segment(let named, _) = fault else {
        Issue.record("byte \(place): \(String(describing: fault))")
        return
      }
      #expect(named == path)
    }
  }

  @Test func `a segment that is cut, longer, empty or missing is refused`() throws {
    let workspace = try TestWorkspace()
    _ = try sampleNight(workspace)
    let entry = try #require(workspace.entries.last)
    let url = URL(fileURLWithPath: workspace.root + "/" + entry.path)
    let bytes = try Data(contentsOf: url)
    for damaged in [bytes.dropLast(), bytes + [0], Data(), bytes.prefix(80)] {
      try damaged.write(to: url)
      #expect(throws: ClickFault.self) { try workspace.catalog.verify() }
      let clicks = ProgramClicks.historyOnly(
        program: ProgramOrdinal(0), history: workspace.catalog)
      #expect(throws: ClickFault.self) {
        _ = try clicks.wasRateLimited(ip: Digest128(high: 1, low: 1), utcDay: 20_543)
      }
    }
    try FileManager.default.removeItem(at: url)
    #expect(
      throws: ClickFault.segment(path: url.path, problem: "the click segment is missing")
    ) { try workspace.catalog.verify() }
  }

  @Test func `a night without stored clicks writes no segment`() throws {
    let workspace = try TestWorkspace()
    let night = try workspace.night([[TestClick(code: "NOPE")], []])
    #expect(night.segments.isEmpty)
    #expect(night.programs.count == 3)
  }

  @Test func `rows of another shard are neither kept nor counted`() throws {
    let workspace = try TestWorkspace()
    let facts = NightFacts(
      run: "1", asOf: workspace.asOf, settings: Settings(), registry: workspace.registry,
      disposableDomains: [], storedFiles: [1])
    let rows = [TestClick(id: "a"), TestClick(id: "b", code: "BAA"), TestClick(code: "NOPE")]
    var total = FateTally()
    for (shard, program) in [ProgramOrdinal(0), ProgramOrdinal(1)].enumerated() {
      var intake = ClickIntake(
        facts: facts, ipKey: TestWorkspace.ipKey, buckets: [[program]],
        takesUnplaced: shard == 0, memoryBudget: 1 << 20, spillDirectory: workspace.root)
      try intake.read(try workspace.source(rows, name: "shard"), file: 0, threads: 1)
      total.add(intake.fates)
      let judged = try intake.judge(
        bucket: 0, history: .empty, contents: FileClickContents(sources: [:]))
      #expect(judged.count == 1)
      total.add(try #require(judged[program]).fates)
    }
    var expected = FateCounts()
    expected.rows = 3
    expected.accepted = 2
    expected.rejected = [.unknownCode: 1]
    #expect(total.files == [0: expected])
  }

  @Test func `what does not fit the budget is spilled, and nothing stays behind`() throws {
    let workspace = try TestWorkspace()
    workspace.budget = 8_192
    let clicks = (0..<2_000).map { TestClick(id: "click-\($0)", code: $0 % 2 == 0 ? "AAA" : "BAA") }
    let night = try workspace.night([clicks])
    #expect(night.counts().accepted == 2_000)
    let files = try FileManager.default.contentsOfDirectory(atPath: workspace.root)
    #expect(files.sorted() == ["clicks", "night1-0.csv"])
  }

  @Test func `a spill directory that is not there is a fault that names it`() throws {
    let workspace = try TestWorkspace()
    let facts = NightFacts(
      run: "1", asOf: workspace.asOf, settings: Settings(), registry: workspace.registry,
      disposableDomains: [], storedFiles: [1])
    var intake = ClickIntake(
      facts: facts, ipKey: TestWorkspace.ipKey, buckets: workspace.buckets, memoryBudget: 4_096,
      spillDirectory: workspace.root + "/none")
    let source = try workspace.source(
      (0..<500).map { TestClick(id: "\($0)", code: "BAA") }, name: "many")
    #expect(
      throws: ClickFault.system(
        operation: "making a spill file", path: workspace.root + "/none", code: 2)
    ) { try intake.read(source, file: 0, threads: 1) }
  }
}
