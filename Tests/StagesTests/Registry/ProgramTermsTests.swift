import Pipeline
import Testing

@testable import Stages

@Suite("Dated terms")
struct ProgramTermsTests {
  private func program(_ runs: RegistryRuns, defaults: ProgramFields = ProgramFields()) -> Program {
    Registry(runs.records, defaults: defaults).programs[0]
  }

  private func hold(_ program: Program, _ instant: String) -> Int64 {
    program.terms(at: Instant(instant)).holdDays
  }

  @Test func `SPEC 2: a program's undated first row holds for all time`() throws {
    var runs = RegistryRuns()
    try runs.run(
      asOf: "2026-03-01T00:00:00Z",
      programs: RowsFromText.programs(#"{"program_id":"p","hold_days":7,"status":"paused"}"#))
    let program = program(runs)
    #expect(hold(program, "1970-01-01T00:00:00Z") == 7)
    #expect(program.isPaused(at: Instant("1970-01-01T00:00:00Z")))
  }

  @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
  func `SPEC 9, Registry: the latest effective_at ≤ t over the base, whatever the arrival`(
    _ order: [Int]
  ) throws {
    let lines = [
      #"{"program_id":"p","hold_days":1,"effective_at":"2026-01-01T00:00:00Z"}"#,
      #"{"program_id":"p","hold_days":2,"effective_at":"2026-02-01T00:00:00Z"}"#,
      #"{"program_id":"p","max_clicks_per_ip_hour":5,"effective_at":"2026-03-01T00:00:00Z"}"#,
    ]
    var runs = RegistryRuns()
    for place in order {
      try runs.run(asOf: "2026-04-01T00:00:00Z", programs: RowsFromText.programs(lines[place]))
    }
    let program = program(runs)
    #expect(hold(program, "2025-12-31T23:59:59.999Z") == 0)
    #expect(hold(program, "2026-01-01T00:00:00Z") == 1)
    #expect(hold(program, "2026-02-01T00:00:00Z") == 2)
    #expect(hold(program, "2026-05-01T00:00:00Z") == 2)
    #expect(program.terms(at: Instant("2026-03-01T00:00:00Z")).maxClicksPerIPHour == 5)
  }

  @Test func `SPEC 9, Registry: a later run's undated row replaces its fields in dated rows`()
    throws
  {
    var runs = RegistryRuns()
    try runs.run(
      asOf: "2026-03-01T00:00:00Z",
      programs: RowsFromText.programs(
        #"""
        {"program_id":"p","hold_days":1,"signup_bonus_minor":9,"effective_at":"2026-01-01T00:00:00Z"}
        """#,
        #"{"program_id":"p","hold_days":3,"effective_at":"2027-01-01T00:00:00Z"}"#))
    try runs.run(
      asOf: "2026-03-02T00:00:00Z",
      programs: RowsFromText.programs(
        #"{"program_id":"p","hold_days":5}"#,
        #"{"program_id":"p","hold_days":6,"effective_at":"2026-06-01T00:00:00Z"}"#))
    let program = program(runs)
    #expect(hold(program, "2025-01-01T00:00:00Z") == 5)
    #expect(hold(program, "2026-02-01T00:00:00Z") == 5)
    #expect(hold(program, "2026-06-01T00:00:00Z") == 6)
    #expect(hold(program, "2027-06-01T00:00:00Z") == 6)
    #expect(program.terms(at: Instant("2026-02-01T00:00:00Z")).signupBonusMinor == 9)
    #expect(program.terms(at: Instant("2025-02-01T00:00:00Z")).signupBonusMinor == 0)
  }

  @Test func `SPEC 9, Registry: in one run undated rows go first, whatever their updated_at`()
    throws
  {
    var runs = RegistryRuns()
    try runs.run(
      asOf: "2026-03-01T00:00:00Z",
      programs: RowsFromText.programs(
        #"""
        {"program_id":"p","hold_days":1,"effective_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}
        """#,
        #"{"program_id":"p","hold_days":2,"updated_at":"2026-02-01T00:00:00Z"}"#))
    let program = program(runs)
    #expect(runs.fates.accepted == 2)
    #expect(hold(program, "2025-06-01T00:00:00Z") == 2)
    #expect(hold(program, "2026-06-01T00:00:00Z") == 1)
  }

  @Test func `SPEC 10, Registry: a status holds from status_at, effective_at, updated_at, as_of`()
    throws
  {
    var runs = RegistryRuns()
    try runs.run(
      asOf: "2026-01-01T00:00:00Z", programs: RowsFromText.programs(#"{"program_id":"p"}"#))
    let changes = [
      #"{"program_id":"p","status":"paused","status_at":"2026-01-02T00:00:00Z"}"#,
      #"""
      {"program_id":"p","status":"active","effective_at":"2026-01-03T00:00:00Z","updated_at":"2026-01-09T00:00:00Z"}
      """#,
      #"{"program_id":"p","status":"paused","updated_at":"2026-01-10T00:00:00Z"}"#,
      #"{"program_id":"p","status":"active"}"#,
    ]
    for line in changes {
      try runs.run(asOf: "2026-02-01T00:00:00Z", programs: RowsFromText.programs(line))
    }
    let expected: [(String, Program.Status)] = [
      ("2026-01-02T00:00:00Z", .paused), ("2026-01-03T00:00:00Z", .active),
      ("2026-01-10T00:00:00Z", .paused), ("2026-02-01T00:00:00Z", .active),
    ]
    #expect(
      program(runs).statuses
        == expected.map { Program.DatedStatus(from: Instant($0.0), status: $0.1) })
  }

  @Test func `a schedule's defaults stand for fields never stated`() throws {
    var defaults = ProgramFields()
    defaults[.holdDays] = .integer(14)
    defaults[.payoutSchedule] = .text("weekly")
    var runs = RegistryRuns()
    try runs.run(
      asOf: "2026-01-01T00:00:00Z",
      programs: RowsFromText.programs(#"{"program_id":"p","hold_days":0}"#))
    let terms = program(runs, defaults: defaults).terms(at: Instant("2026-01-01T00:00:00Z"))
    #expect(terms.holdDays == 0)
    #expect(terms.payoutSchedule == .weekly)
    #expect(terms.payoutMinimumMinor == 5_000)
  }

  @Test func `a schedule's defaults take what a programs row takes`() throws {
    let fields = try ProgramFields(
      defaults: JSONValue(#"{"hold_days":14,"commission_rate":"0.2","name":null}"#), file: "s")
    #expect(fields[.holdDays] == .integer(14) && fields[.commissionRate] == .integer(2_000))
    #expect(fields[.name] == nil)
    for wrong in [#"{"hold_days":400}"#, #"{"status":"paused"}"#, #"{"x":1}"#] {
      #expect(throws: ScheduleFault.self) {
        try ProgramFields(defaults: JSONValue(wrong), file: "s")
      }
    }
  }

  @Test func `SPEC 10, Rows: older updated_at than stored is stale, one without is taken`() throws {
    var runs = RegistryRuns()
    try runs.run(
      asOf: "2026-01-01T00:00:00Z",
      programs: RowsFromText.programs(
        #"{"program_id":"p","hold_days":1,"updated_at":"2026-01-01T00:00:00Z"}"#))
    let stale = #"{"program_id":"p","hold_days":2,"updated_at":"2025-01-01T00:00:00Z"}"#
    try runs.run(
      asOf: "2026-01-02T00:00:00Z",
      programs: RowsFromText.programs(stale, #"{"program_id":"p","hold_days":3}"#))
    #expect(runs.fates.filtered == [.stale: 1])
    #expect(runs.fates.accepted == 1)
    #expect(program(runs).terms(at: Instant("2026-01-02T00:00:00Z")).holdDays == 3)
    try runs.run(asOf: "2026-01-03T00:00:00Z", programs: RowsFromText.programs(stale))
    #expect(runs.fates.duplicate == 1)
  }

  @Test func `SPEC 10, Rows: of equal rows the least is accepted, the others are duplicates`()
    throws
  {
    var runs = RegistryRuns()
    let line = #"{"program_id":"p","hold_days":1}"#
    try runs.run(
      asOf: "2026-01-01T00:00:00Z",
      programs: RowsFromText.programs(line, #"{"hold_days":"1","program_id":"p"}"#))
    #expect(runs.fates.accepted == 1 && runs.fates.duplicate == 1)
    try runs.run(asOf: "2026-01-02T00:00:00Z", programs: RowsFromText.programs(line))
    #expect(runs.fates.accepted == 0 && runs.fates.duplicate == 1)
    #expect(runs.last?.changedPrograms.isEmpty == true)
  }
}
