// Each rule for clicks by its name, and the order in which they are tried.
import Pipeline
import Testing

@testable import Stages

@Suite struct ClickFilterTests {
  /// The fates of clicks taken in one night.
  private func counts(_ clicks: TestClick...) throws -> FateCounts {
    try TestWorkspace().night([clicks]).counts()
  }

  @Test func `a click of a suspended or pending affiliate is affiliate_inactive`() throws {
    let counts = try counts(TestClick(id: "1", code: "ABAD"), TestClick(id: "2", code: "ANEW"))
    #expect(counts.filtered == [.affiliateInactive: 2])
  }

  @Test func `a click while its programme pauses is program_paused, from the first millisecond`()
    throws
  {
    let counts = try counts(
      TestClick(id: "1", at: "2026-03-31T19:59:59.999Z"),
      TestClick(id: "2", at: "2026-03-31T20:00:00Z"),
      TestClick(id: "3", at: "2026-03-31T20:59:59.999Z"),
      TestClick(id: "4", at: "2026-03-31T21:00:00Z"))
    #expect(counts.filtered == [.programPaused: 2])
    #expect(counts.accepted == 2)
  }

  @Test func `a click of a code that is off is code_inactive`() throws {
    #expect(try counts(TestClick(code: "AOFF")).filtered == [.codeInactive: 1])
  }

  @Test func `a click at the code's expiry is code_expired, one before it is not`() throws {
    let counts = try counts(
      TestClick(id: "1", at: "2026-03-31T09:59:59.999Z", code: "AOLD"),
      TestClick(id: "2", at: "2026-03-31T10:00:00Z", code: "AOLD"))
    #expect(counts.filtered == [.codeExpired: 1])
    #expect(counts.accepted == 1)
  }

  @Test(arguments: BotList.words)
  func `a user agent with a word of the list in any case is a bot`(word: String) throws {
    let agents = [word, "Mozilla/5.0 " + word.uppercased() + "x", "b" + word]
    let clicks = agents.enumerated().map { TestClick(id: "\($0.offset)", agent: $0.element) }
    #expect(try TestWorkspace().night([clicks]).counts().filtered == [.bot: 3])
  }

  @Test(arguments: ["", "Firefox", "bo", "ot", "curl", "Wget", "python-request", "Craw-l", "spide"])
  func `other user agents and none are no bots`(agent: String) throws {
    #expect(try counts(TestClick(agent: agent)).accepted == 1)
  }

  @Test func `an unknown code is rejected and named`() throws {
    let night = try TestWorkspace().night([[TestClick(code: "NOPE")]])
    #expect(night.counts().rejected == [.unknownCode: 1])
    let reject = try #require(night.rejects.first)
    #expect(reject.column == "code")
    #expect(reject.origin == RowOrigin(file: 0, line: 2))
    #expect(reject.message.contains("\"NOPE\""))
    #expect(reject.raw == Array(TestClick(code: "NOPE").line.utf8))
  }

  @Test func `a code is exact: neither case nor padding nor a longer one is taken for it`() throws {
    let long = String(repeating: "A", count: 90)
    let codes = ["aaa", "AAA ", "AA", "AAAA", long, "AAA\u{0}"]
    let clicks = codes.dropLast().map { TestClick(id: $0, code: $0) }
    #expect(try TestWorkspace().night([clicks]).counts().rejected == [.unknownCode: 5])
  }

  @Test func `rows without an instant or a code are missing_field, the instant first`() throws {
    let night = try TestWorkspace().night([
      [TestClick(at: "", code: ""), TestClick(at: "bad", code: ""), TestClick(code: "")]
    ])
    #expect(night.counts().rejected == [.missingField: 3])
    #expect(night.rejects.map(\.column) == ["occurred_at", "code", "code"])
  }

  @Test func `a bad instant goes before an unknown code, one after as_of before it, too`() throws {
    let workspace = try TestWorkspace()
    workspace.asOf = TestRegistry.instant("2026-03-31T10:00:00Z")
    let night = try workspace.night([
      [
        TestClick(at: "2026-03-32T10:00:00Z", code: "NOPE"),
        TestClick(at: "2026-03-31T10:00:00.001Z", code: "NOPE"),
        TestClick(at: "2026-03-31T10:00:00Z"),
      ]
    ])
    #expect(night.counts().rejected == [.badInstant: 1, .inFuture: 1])
    #expect(night.counts().accepted == 1)
  }

  @Test func `the filters are tried in their order`() throws {
    let paused = "2026-03-31T20:30:00Z"
    let counts = try counts(
      TestClick(id: "1", at: paused, code: "ABADOFF", agent: "bot"),
      TestClick(id: "2", at: paused, code: "AOFFOLD", agent: "bot"),
      TestClick(id: "3", code: "AOFFOLD", agent: "bot"),
      TestClick(id: "4", at: "2026-03-31T11:00:00Z", code: "AOLD", agent: "bot"),
      TestClick(id: "5"), TestClick(id: "5", at: "2026-03-31T11:00:00Z", agent: "bot"))
    #expect(
      counts.filtered == [
        .affiliateInactive: 1, .programPaused: 1, .codeInactive: 1, .codeExpired: 1, .bot: 1,
      ])
    #expect(counts.accepted == 1)
    #expect(counts.duplicate == 0)
  }

  @Test func `clicks of an IP beyond the cap of their hour are rate_limited, in order of instant`()
    throws
  {
    let clicks = (0..<5).reversed().map {
      TestClick(id: "\($0)", at: "2026-03-31T10:00:0\($0)Z", ip: "1.1.1.1")
    }
    let night = try TestWorkspace().night([clicks])
    #expect(night.counts().filtered == [.rateLimited: 2])
    #expect(try night.accepted(0, codes: 24).map(\.touch.clickID) == ["0", "1", "2"])
  }

  @Test func `the cap is per programme, IP and UTC hour, and a click without IP has none`() throws {
    var clicks: [TestClick] = []
    for number in 0..<3 {
      clicks.append(TestClick(id: "a\(number)", ip: "1.1.1.1"))
      clicks.append(TestClick(id: "b\(number)", ip: "2.2.2.2"))
      clicks.append(TestClick(id: "c\(number)", at: "2026-03-31T11:00:00Z", ip: "1.1.1.1"))
      clicks.append(TestClick(id: "d\(number)", code: "BAA", ip: "1.1.1.1"))
      clicks.append(TestClick(id: "e\(number)"))
      clicks.append(TestClick(id: "f\(number)"))
    }
    #expect(try TestWorkspace().night([clicks]).counts().accepted == 18)
  }

  @Test func `at one instant the lesser click id goes first, and none goes before all`() throws {
    let clicks = ["b", "a", "", "B", "c"].map { TestClick(id: $0, ip: "1.1.1.1") }
    let night = try TestWorkspace().night([clicks])
    #expect(try night.accepted(0, codes: 24).map(\.touch.clickID) == ["", "B", "a"])
  }

  @Test func `the cap is that of the terms at the click's instant`() throws {
    let clicks = (0..<6).map {
      TestClick(
        id: "\($0)", at: "2026-03-31T10:\($0 < 3 ? "00" : "3\($0)"):00Z", code: "CAA", ip: "9")
    }
    let night = try TestWorkspace().night([clicks])
    #expect(night.counts().filtered == [.rateLimited: 2])
    #expect(try night.accepted(2, codes: 24).map(\.touch.clickID) == ["0", "1", "3", "4"])
  }

  @Test func `clicks that earlier runs accepted count first, those they limited do not`() throws {
    let workspace = try TestWorkspace()
    func click(_ second: Int) -> TestClick {
      TestClick(id: "c\(second)", at: "2026-03-31T10:00:0\(second)Z", ip: "1.1.1.1")
    }
    let first = try workspace.night([[click(5), click(6)]])
    #expect(first.counts().accepted == 2)
    let second = try workspace.night([[click(1), click(2)]])
    #expect(second.counts().accepted == 1)
    #expect(second.counts().filtered == [.rateLimited: 1])
    #expect(try second.accepted(0, codes: 24).map(\.touch.clickID) == ["c1", "c5", "c6"])
    let third = try workspace.night([[click(0)]])
    #expect(third.counts().filtered == [.rateLimited: 1])
  }
}
