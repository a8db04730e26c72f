// Random clicks against the plain model: threads, files, order, spilling and nights.
import Pipeline
import TestSupport
import Testing

@testable import Stages

/// Clicks that collide as often as they can.
private func randomClicks(
  _ count: Int, days: [String] = ["30", "31", "31", "31"], _ random: inout SplitMix64
) -> [TestClick] {
  let codes = [
    "AAA", "AAA", "ABB", "AAA", "BAA", "BBB", "CAA", "CBB", "ABAD", "ANEW", "AOFF", "AOLD",
    "COLD", "NOSUCH", "", "AOFFOLD",
  ]
  let agents = ["", "", "Firefox", "Googlebot/2.1", "curl/8.0"]
  var clicks: [TestClick] = []
  for _ in 0..<count {
    if let copied = clicks.randomElement(using: &random), Int.random(in: 0..<8, using: &random) == 0
    {
      clicks.append(copied)
      continue
    }
    var click = TestClick()
    let number = Int.random(in: 0..<12, using: &random)
    click.id =
      number < 4 ? "" : number == 4 ? "caf\u{E9}" : number == 5 ? "cafe\u{301}" : "c\(number)"
    if Int.random(in: 0..<3, using: &random) == 0 {
      click.id += "-\(Int.random(in: 0..<40, using: &random))"
    }
    let day = days.randomElement(using: &random) ?? "31"
    let hour = ["09", "10", "10", "20"].randomElement(using: &random) ?? "10"
    let minute = ["00", "29", "30"].randomElement(using: &random) ?? "00"
    click.at = "2026-03-\(day)T\(hour):\(minute):0\(Int.random(in: 0..<3, using: &random))Z"
    if Int.random(in: 0..<40, using: &random) == 0 { click.at = "2026-05-01T00:00:00Z" }
    if Int.random(in: 0..<40, using: &random) == 0 { click.at = "yesterday" }
    if Int.random(in: 0..<40, using: &random) == 0 { click.at = "" }
    click.code = codes.randomElement(using: &random) ?? "AAA"
    click.visitor = ["", "v1", "v2"].randomElement(using: &random) ?? ""
    click.fingerprint = ["", "", "v1"].randomElement(using: &random) ?? ""
    click.ip = ["", "1.1.1.1", "1.1.1.1", "2.2.2.2"].randomElement(using: &random) ?? ""
    click.page = ["", "", "", "/b", "/a"].randomElement(using: &random) ?? ""
    click.agent = agents.randomElement(using: &random) ?? ""
    clicks.append(click)
  }
  return clicks
}

/// Compares a night of the product with one of the model.
private func compare(
  _ night: TestWorkspace.Night, _ expected: ClickModel.Night, _ model: ClickModel,
  _ comment: Comment
) throws {
  #expect(night.fates.files == expected.fates.files, comment)
  let addUp = night.fates.files.values.allSatisfy { $0.addUp }
  #expect(addUp, comment)
  for program in 0..<3 {
    let clicks = try #require(night.programs[ProgramOrdinal(program)])
    #expect(clicks.daily == ClickModel.daily(expected.stored, program: program), comment)
    let accepted = try night.accepted(program, codes: model.registry.codes.count)
    #expect(accepted == model.accepted(program), comment)
    let stored = expected.stored.filter { $0.program.position == program }
    #expect(clicks.storedRows == stored.count, comment)
  }
}

@Suite struct ClickModelThreadsTests {
  @Test(arguments: [1, 2, 8], [64 << 20, 20_000])
  func `random clicks of one night are judged as the model judges them`(
    threads: Int, budget: Int
  ) throws {
    for seed in 0..<6 {
      var random = SplitMix64(seed: UInt64(seed))
      let clicks = randomClicks(400, &random)
      let workspace = try TestWorkspace()
      workspace.threads = threads
      workspace.budget = budget
      var model = ClickModel(workspace.registry, asOf: workspace.asOf)
      let expected = model.night([clicks])
      try compare(try workspace.night([clicks]), expected, model, "seed \(seed)")
    }
  }

  @Test(arguments: [1, 2])
  func `random nights, each split over files, are judged as the model judges them`(
    threads: Int
  ) throws {
    for seed in 100..<106 {
      var random = SplitMix64(seed: UInt64(seed))
      let clicks = randomClicks(500, &random)
      let workspace = try TestWorkspace()
      workspace.threads = threads
      var model = ClickModel(workspace.registry, asOf: workspace.asOf)
      for number in 0..<4 {
        let part = Array(clicks[number * 100..<(number + 2) * 100])
        let files = [Array(part[..<70]), Array(part[70..<71]), Array(part[71...])]
        let expected = model.night(files)
        try compare(try workspace.night(files), expected, model, "seed \(seed), night \(number)")
      }
    }
  }

  @Test(arguments: [1, 2])
  func `nights that are judged in many passes are judged as the model judges them`(
    threads: Int
  ) throws {
    var random = SplitMix64(seed: 200)
    let workspace = try TestWorkspace()
    workspace.threads = threads
    workspace.budget = 1_000
    var model = ClickModel(workspace.registry, asOf: workspace.asOf)
    for number in 0..<3 {
      let files = [randomClicks(300, &random)]
      let expected = model.night(files)
      try compare(try workspace.night(files), expected, model, "night \(number)")
    }
  }

  @Test(arguments: [1, 2, 3])
  func `clicks of many days in no order, dealt out to passes, are judged as the model judges them`(
    threads: Int
  ) throws {
    let days = (1...28).map { $0 < 10 ? "0\($0)" : "\($0)" }
    for seed in 300..<302 {
      var random = SplitMix64(seed: UInt64(seed))
      let workspace = try TestWorkspace()
      workspace.threads = threads
      // Pieces and passes of some 4 KiB.
      workspace.budget = 20_000
      var model = ClickModel(workspace.registry, asOf: workspace.asOf)
      for number in 0..<2 {
        let clicks = randomClicks(3_000, days: days, &random)
        let files = [Array(clicks[..<2_000]), Array(clicks[2_000...])]
        let expected = model.night(files)
        try compare(try workspace.night(files), expected, model, "seed \(seed), night \(number)")
      }
    }
  }

  @Test(arguments: [1, 2, 3], [false, true])
  func `clicks that are spilled beside the reading are judged as the model judges them`(
    threads: Int, isFetched: Bool
  ) throws {
    for (seed, near) in [(400, 20_000), (401, 0)] {
      var random = SplitMix64(seed: UInt64(seed))
      let workspace = try TestWorkspace()
      workspace.threads = threads
      // Chunks of two pages; a third of the clicks are near.
      workspace.budget = 200_000
      workspace.near = near
      workspace.isFetched = isFetched
      var model = ClickModel(workspace.registry, asOf: workspace.asOf)
      let clicks = randomClicks(4_000, &random)
      let files = [Array(clicks[..<3_000]), Array(clicks[3_000...])]
      let expected = model.night(files)
      try compare(try workspace.night(files), expected, model, "seed \(seed)")
    }
  }

  @Test func `neither order nor threads nor spilling change what is accepted`() throws {
    var random = SplitMix64(seed: 7)
    var clicks = randomClicks(600, &random)
    let first = try TestWorkspace()
    let plain = try first.night([clicks])
    for round in 0..<6 {
      clicks.shuffle(using: &random)
      let workspace = try TestWorkspace()
      workspace.threads = [1, 2, 8][round % 3]
      workspace.budget = round < 3 ? 10_000 : 64 << 20
      let night = try workspace.night([clicks])
      #expect(night.counts() == plain.counts())
      for program in 0..<3 {
        let ordinal = ProgramOrdinal(program)
        #expect(night.programs[ordinal]?.daily == plain.programs[ordinal]?.daily)
        let touches = try night.touches(program)
        #expect(try plain.touches(program) == touches)
      }
    }
  }

  @Test func `a run a day comes to what one run comes to`() throws {
    var random = SplitMix64(seed: 11)
    let clicks = randomClicks(600, &random)
    let one = try TestWorkspace()
    let whole = try one.night([clicks])
    let several = try TestWorkspace()
    let days = [
      clicks.filter { $0.at.contains("-30T") }, clicks.filter { !$0.at.contains("-30T") },
    ]
    var counts = FateCounts()
    var last: TestWorkspace.Night?
    for day in days {
      let night = try several.night([day])
      counts.add(night.counts())
      last = night
    }
    #expect(counts == whole.counts())
    let final = try #require(last)
    for program in 0..<3 {
      let touches = try final.touches(program)
      #expect(try whole.touches(program) == touches)
    }
  }

  @Test func `the segments are the same bytes for any number of threads`() throws {
    var random = SplitMix64(seed: 12)
    let clicks = randomClicks(600, &random)
    var found: [[ClickSegmentEntry]] = []
    for threads in [1, 2, 8] {
      let workspace = try TestWorkspace()
      workspace.threads = threads
      found.append(try workspace.night([clicks, clicks.reversed()]).segments)
    }
    #expect(found[0] == found[1])
    #expect(found[0] == found[2])
    #expect(found[0].map(\.day) == [20_542, 20_543])
  }
}
