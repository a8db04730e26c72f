// Which clicks are the same: contents, identities, and ties that only contents can settle.
import Pipeline
import Testing

@testable import Stages

@Suite struct ClickIdentityTests {
  @Test func `a click id is taken within its programme and UTC day, in any run`() throws {
    let workspace = try TestWorkspace()
    try workspace.night([[TestClick(id: "x", at: "2026-03-31T10:00:00Z")]])
    let night = try workspace.night([
      [
        TestClick(id: "x", at: "2026-03-31T23:00:00Z"),
        TestClick(id: "x", at: "2026-04-01T00:00:00Z"),
        TestClick(id: "x", at: "2026-03-30T23:59:59Z"),
        TestClick(id: "x", at: "2026-03-31T11:00:00Z", code: "BAA"),
        TestClick(id: "x", at: "2026-03-31T11:00:00Z", code: "ABB"),
      ]
    ])
    #expect(night.counts().duplicate == 2)
    #expect(night.counts().accepted == 3)
  }

  @Test func `of clicks of one id the earliest is accepted`() throws {
    let night = try TestWorkspace().night([
      [
        TestClick(id: "x", at: "2026-03-31T11:00:00Z", visitor: "late"),
        TestClick(id: "x", at: "2026-03-31T10:00:00Z", visitor: "early"),
      ]
    ])
    #expect(night.counts().duplicate == 1)
    let accepted = try night.accepted(0, codes: 24)
    #expect(accepted.map(\.origin.line) == [3])
  }

  @Test func `a rate-limited click takes its id, a filtered one does not`() throws {
    let workspace = try TestWorkspace()
    let clicks = (0..<4).map {
      TestClick(id: "\($0)", at: "2026-03-31T10:00:0\($0)Z", ip: "1.1.1.1")
    }
    try workspace.night([clicks + [TestClick(id: "b", agent: "bot")]])
    let night = try workspace.night([
      [
        TestClick(id: "3", at: "2026-03-31T12:00:00Z"),
        TestClick(id: "b", at: "2026-03-31T12:00:00Z"),
      ]
    ])
    #expect(night.counts().duplicate == 1)
    #expect(night.counts().accepted == 1)
  }

  @Test func `without an id, code, visitor, IP and instant are the click`() throws {
    let workspace = try TestWorkspace()
    let base = TestClick(visitor: "v", ip: "1", page: "/a")
    var other = base
    other.page = "/b"
    var nights = [[base]]
    var variants = [other]
    for change in 0..<4 {
      var variant = base
      switch change {
      case 0: variant.code = "ABB"
      case 1: variant.visitor = "w"
      case 2: variant.ip = ""
      default: variant.at = "2026-03-31T10:00:00.001Z"
      }
      variants.append(variant)
    }
    nights.append(variants)
    try workspace.night([nights[0]])
    let night = try workspace.night([nights[1]])
    #expect(night.counts().duplicate == 1)
    #expect(night.counts().accepted + night.counts().filteredTotal == 4)
  }

  @Test func `a fingerprint stands for a missing visitor_id`() throws {
    let night = try TestWorkspace().night([
      [
        TestClick(visitor: "v"), TestClick(fingerprint: "v"),
        TestClick(visitor: "v", fingerprint: "f"),
      ]
    ])
    #expect(night.counts().duplicate == 2)
    #expect(night.counts().accepted == 1)
  }

  @Test func `ids that are canonically equal but not bytewise are two`() throws {
    let night = try TestWorkspace().night([
      [TestClick(id: "caf\u{E9}"), TestClick(id: "cafe\u{301}"), TestClick(id: "cafe\u{301}")]
    ])
    #expect(night.counts().accepted == 2)
    #expect(night.counts().duplicate == 1)
  }

  @Test func `a row that was filtered before is a duplicate, whatever holds now`() throws {
    let bot = TestClick(id: "b", agent: "Googlebot")
    let off = TestClick(id: "o", code: "AOFF")
    let workspace = try TestWorkspace()
    let first = try workspace.night([[bot, off, bot]])
    #expect(first.counts().filtered == [.bot: 1, .codeInactive: 1])
    #expect(first.counts().duplicate == 1)
    let second = try workspace.night([[bot], [off]])
    #expect(second.counts(0).duplicate == 1)
    #expect(second.counts(1).duplicate == 1)
    #expect(second.segments.isEmpty)
  }

  @Test func `a rejected row may come again and is judged anew`() throws {
    let workspace = try TestWorkspace()
    try workspace.night([[TestClick(code: "NOPE")]])
    #expect(try workspace.night([[TestClick(code: "NOPE")]]).counts().rejected == [.unknownCode: 1])
  }

  @Test func `equal values written differently are the same content`() throws {
    let night = try TestWorkspace().night([
      [
        TestClick(id: "b", at: "2026-03-31T10:00:00Z", agent: "bot"),
        TestClick(id: "b", at: "2026-03-31T12:00:00+02:00", agent: "bot"),
        TestClick(id: "b", at: "2026-03-31T10:00:00.000999Z", agent: "bot"),
      ]
    ])
    #expect(night.counts().filtered == [.bot: 1])
    #expect(night.counts().duplicate == 2)
  }

  @Test func `of equal rows the least file and line is the accepted one`() throws {
    let row = TestClick(id: "x")
    let night = try TestWorkspace().night([
      [TestClick(id: "y")], [TestClick(id: "z"), row], [row, row],
    ])
    #expect(night.counts(1).accepted == 2)
    #expect(night.counts(2).duplicate == 2)
  }

  @Test func `one instant and id with other contents: the lesser content wins`() throws {
    for reversed in [false, true] {
      var rows = ["/c", "/a", "/b"].map { TestClick(id: "x", visitor: "v" + $0, page: $0) }
      if reversed { rows.reverse() }
      let night = try TestWorkspace().night([rows])
      #expect(night.counts().duplicate == 2)
      let line = (rows.firstIndex { $0.page == "/a" } ?? 0) + 2
      #expect(try night.accepted(0, codes: 24).map(\.origin.line) == [Int32(line)])
    }
  }

  @Test func `a filtered click does not win a tie, however small its content`() throws {
    let night = try TestWorkspace().night([
      [TestClick(id: "x", page: "/a", agent: "bot"), TestClick(id: "x", page: "/b")]
    ])
    #expect(night.counts().accepted == 1)
    #expect(night.counts().filtered == [.bot: 1])
  }

  /// Notes what it is asked, and answers from a list.
  private final class Recording: ClickContents, @unchecked Sendable {
    var asked: [RowOrigin] = []
    let answers: [RowOrigin: [UInt8]]
    init(_ answers: [RowOrigin: [UInt8]]) { self.answers = answers }
    func contents(of origins: [RowOrigin]) throws -> [RowOrigin: [UInt8]] {
      asked += origins
      return answers
    }
  }

  private func judge(_ clicks: [TestClick], _ contents: Recording) throws -> ProgramClicks? {
    let workspace = try TestWorkspace()
    let facts = NightFacts(
      run: "1", asOf: workspace.asOf, settings: Settings(), registry: workspace.registry,
      disposableDomains: [], storedFiles: [1])
    var intake = ClickIntake(
      facts: facts, ipKey: TestWorkspace.ipKey, buckets: [[ProgramOrdinal(0)]],
      memoryBudget: 1 << 20, spillDirectory: workspace.root)
    try intake.read(try workspace.source(clicks, name: "ties"), file: 0, threads: 1)
    return try intake.judge(bucket: 0, history: .empty, contents: contents)[ProgramOrdinal(0)]
  }

  @Test func `only rows whose order matters are asked for`() throws {
    let contents = Recording([
      RowOrigin(file: 0, line: 2): [2], RowOrigin(file: 0, line: 3): [1],
    ])
    let clicks = [
      TestClick(id: "x", page: "/a"), TestClick(id: "x", page: "/b"),
      TestClick(id: "x", page: "/c", agent: "bot"), TestClick(id: "y"),
      TestClick(visitor: "1", ip: "1"), TestClick(visitor: "2", ip: "2"),
      TestClick(visitor: "3", ip: "3"), TestClick(id: "z", at: "2026-03-31T11:00:00Z"),
    ]
    let judged = try #require(try judge(clicks, contents))
    #expect(contents.asked == [RowOrigin(file: 0, line: 2), RowOrigin(file: 0, line: 3)])
    var wish = ClickWish(program: ProgramOrdinal(0), from: .distantPast, until: .distantFuture)
    wish.clickIDs = ["x"]
    #expect(try judged.explainedClicks(wish).map(\.origin.line) == [3])
  }

  @Test func `clicks without id that share an IP are asked for where the cap could be reached`()
    throws
  {
    let answers = Dictionary(
      uniqueKeysWithValues: (2...5).map { (RowOrigin(file: 0, line: $0), [UInt8(9 - $0)]) })
    let contents = Recording(answers)
    let clicks = (0..<4).map { TestClick(visitor: "\($0)", ip: "1") }
    let judged = try #require(try judge(clicks, contents))
    #expect(contents.asked.count == 4)
    var wish = ClickWish(program: ProgramOrdinal(0), from: .distantPast, until: .distantFuture)
    wish.codes = [CodeOrdinal(0)]
    #expect(Set(try judged.explainedClicks(wish).map(\.origin.line)) == [5, 4, 3])
    let few = Recording([:])
    _ = try judge(Array(clicks.prefix(3)), few)
    #expect(few.asked.isEmpty)
  }

  @Test func `a row that is gone when it is asked for is a fault`() throws {
    let clicks = [TestClick(id: "x", page: "/a"), TestClick(id: "x", page: "/b")]
    #expect(throws: ClickFault.contentMissing(RowOrigin(file: 0, line: 2))) {
      _ = try judge(clicks, Recording([:]))
    }
  }
}
