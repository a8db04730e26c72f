// The clicks that orders may win by, against a plain search through all clicks.
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite struct CandidateClicksTests {
  private static func key(_ text: String) -> Digest128 {
    ByteView.withBytes(of: text) { ContentHash.digest(of: $0) }
  }

  private static func clicks(_ random: inout SplitMix64) -> [TestClick] {
    (0..<150).map { number in
      let hour = Int.random(in: 10...12, using: &random)
      let second = Int.random(in: 0...9, using: &random)
      return TestClick(
        id: Int.random(in: 0...3, using: &random) == 0 ? "" : "c\(number % 40)",
        at: "2026-03-\(Int.random(in: 29...31, using: &random))T\(hour):00:0\(second)Z",
        code: Bool.random(using: &random) ? "BAA" : "BBB",
        visitor: ["", "v", "w", "x"].randomElement(using: &random) ?? "")
    }
  }

  /// Which parts of clicks are wished for: each way of looking through a block, and by how many
  /// threads, several of which look only where no code is wished for.
  enum Wished: CaseIterable {
    case all, visitorsAndIDs, visitors, visitorsAndIDsByThree, visitorsByThree

    var codes: Bool { self == .all }
    var ids: Bool { self != .visitors && self != .visitorsByThree }
    var threads: Int { self == .visitorsAndIDsByThree || self == .visitorsByThree ? 3 : 1 }
  }

  @Test(arguments: UInt64(0)..<6, Wished.allCases)
  func `visitors, ids and codes find what a plain search finds`(
    seed: UInt64, wished: Wished
  ) throws {
    var random = SplitMix64(seed: seed)
    let workspace = try TestWorkspace()
    // Of two nights: each day has blocks of two runs.
    try workspace.night([Self.clicks(&random)])
    let night = try workspace.night([Self.clicks(&random)])
    let program = ProgramOrdinal(1)
    let clicks = try #require(night.programs[program])
    var wish = ClickWish(
      program: program, from: TestRegistry.instant("2026-03-29T11:00:00Z"),
      until: TestRegistry.instant("2026-03-31T12:00:05Z"))
    let codes = workspace.registry.codes.filter { $0.program == program }.map(\.ordinal)
    wish.codes = Set(codes)
    wish.visitors = [Self.key("v"), Self.key("w"), Self.key("v"), Self.key("nobody")]
    wish.clickIDs = ["c1", "c2", "c1", "none", "c30"]
    let all = try clicks.explainedClicks(wish).map(\.touch)
    if !wished.codes { wish.codes = [] }
    if !wished.ids { wish.clickIDs = [] }
    let instants = (0..<20).map { _ in
      wish.from + Int64.random(in: 0...200_000_000, using: &random) / 1_000 * 1_000
    }.filter { $0 <= wish.until }
    let candidates = try CandidateClicks(
      wish, codeInstants: Dictionary(uniqueKeysWithValues: codes.map { ($0, instants) }),
      from: clicks, registry: workspace.registry, threads: wished.threads)
    for until in instants {
      let window = until + -90_000_000...until
      let inside = all.filter { window.contains($0.instant) }
      for visitor in wish.visitors.elements + [Self.key("x")] {
        let isWished = wish.visitors.elements.contains(visitor)
        let expected = inside.filter { isWished && $0.visitor == visitor }
        let places = candidates.places(ofVisitor: visitor, within: window)
        #expect(places.map { candidates.touch(ofVisitorAt: $0) } == expected)
        #expect(Array(candidates.codesByVisitor)[places] == expected.map(\.code)[...])
        for model in AttributionModel.allCases {
          let winners = candidates.winners(ofVisitor: visitor, within: window, by: model)
          #expect(Array(winners) == Array(model.winners(of: expected[...])))
        }
      }
      for id in wish.clickIDs.elements + ["c9"] {
        let expected = inside.filter { id != "c9" && $0.clickID == id }
        let places = candidates.places(withID: id, within: window)
        #expect(places.map { candidates.touch(withIDAt: $0) } == expected)
        #expect(Array(candidates.codesByID)[places] == expected.map(\.code)[...])
      }
      for code in wish.codes.sorted() {
        // Clicks without id may be of one instant and code; any of them is the latest.
        let expected = inside.last { $0.code == code }
        let latest = candidates.latestTouch(of: code, within: window)
        #expect(latest?.instant == expected?.instant)
        #expect(latest?.clickID == expected?.clickID)
        #expect(latest?.code == expected?.code)
      }
    }
  }
}

@Suite struct ClickWishTests {
  @Test(arguments: [1, 2, 4, 5, 6])
  func `stretches of a wish are whole days, and all of it, the latest first`(count: Int) throws {
    let wish = ClickWish(
      program: ProgramOrdinal(0), from: TestRegistry.instant("2026-03-27T11:00:00Z"),
      until: TestRegistry.instant("2026-03-31T12:00:05Z"))
    let stretches = wish.stretches(count)
    #expect(stretches.count == (count > 5 ? 1 : count))
    #expect(stretches.first?.until == wish.until)
    #expect(stretches.last?.from == wish.from)
    for (later, earlier) in zip(stretches, stretches.dropFirst()) {
      #expect(earlier.until + 1 == later.from)
      #expect(later.from.utcDay == earlier.until.utcDay + 1)
    }
  }
}
