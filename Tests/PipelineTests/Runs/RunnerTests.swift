import Pipeline
import Testing

struct RunnerTests {
  private struct Refusal: Error {}

  private struct Step: Stage {
    let name: String
    var inputs: [Artifact] = []
    var outputs: [Artifact] = []
    var fails = false

    func run(_ context: inout [String]) throws {
      context.append(name)
      if fails { throw Refusal() }
    }
  }

  @Test func `stages run in the order of the plan, and are told of`() throws {
    let runner = try Runner<[String]>(
      stages: [
        Step(name: "read", inputs: ["files"], outputs: ["rows"]),
        Step(name: "sum", inputs: ["rows"], outputs: ["total"]),
        Step(name: "print", inputs: ["rows", "total"]),
      ], given: ["files"])
    var context: [String] = []
    var events: [StageEvent] = []
    try runner.run(&context) { events.append($0) }
    #expect(context == ["read", "sum", "print"])
    #expect(runner.names == context)
    #expect(
      events.prefix(3) == [
        .began(name: "read", position: 1, count: 3), .ended(name: "read", position: 1, count: 3),
        .began(name: "sum", position: 2, count: 3),
      ])
    #expect(events.count == 6)
  }

  @Test func `the first stage that fails ends the run`() throws {
    let runner = try Runner<[String]>(
      stages: [Step(name: "a"), Step(name: "b", fails: true), Step(name: "c")])
    var context: [String] = []
    var events: [StageEvent] = []
    #expect(throws: Refusal.self) { try runner.run(&context) { events.append($0) } }
    #expect(context == ["a", "b"])
    #expect(events.last == .began(name: "b", position: 2, count: 3))
  }

  @Test func `an input that no stage before makes is refused`() {
    let late = [
      Step(name: "sum", inputs: ["rows"]), Step(name: "read", outputs: ["rows"]),
    ]
    #expect(throws: PlanFault.missingInput(stage: "sum", artifact: "rows")) {
      try Runner<[String]>(stages: late)
    }
    #expect(throws: PlanFault.missingInput(stage: "loop", artifact: "x")) {
      try Runner<[String]>(stages: [Step(name: "loop", inputs: ["x"], outputs: ["x"])])
    }
  }

  @Test func `a thing is made once`() {
    #expect(throws: PlanFault.twoMakers(artifact: "x", first: "a", second: "b")) {
      let steps = [Step(name: "a", outputs: ["x"]), Step(name: "b", outputs: ["x"])]
      return try Runner<[String]>(stages: steps)
    }
    #expect(throws: PlanFault.twoMakers(artifact: "x", first: nil, second: "a")) {
      try Runner<[String]>(stages: [Step(name: "a", outputs: ["x"])], given: ["x"])
    }
    #expect(throws: PlanFault.twoMakers(artifact: "x", first: "a", second: "a")) {
      try Runner<[String]>(stages: [Step(name: "a", outputs: ["x", "x"])])
    }
  }

  @Test func `a name is used once`() {
    let fault = #expect(throws: PlanFault.self) {
      try Runner<[String]>(stages: [Step(name: "a"), Step(name: "a")])
    }
    #expect(fault == .sameName(stage: "a"))
    #expect(fault?.exitStatus == .configuration)
    #expect(fault?.description == "there are two stages a. Name each once.")
  }
}
