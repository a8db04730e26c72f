// Ages of what is payable: by the sums by day, and by the rows where as_of divides a day.
import Pipeline
import Testing

@testable import Stages

@Suite struct FinanceAgesTests {
  /// How many are not payable yet, then by age.
  private static func expected(_ payable: [Int64], asOf: Int64) -> [Int64] {
    var counts = [Int64](repeating: 0, count: FinanceFacts.ages.count + 2)
    for at in payable {
      // Payable since midnight is the first day; an age of 30 days holds the days 0 to 30.
      let place = ([-1] + FinanceFacts.ages).firstIndex { at > asOf - ($0 + 1) * Instant.day }
      counts[place ?? counts.count - 1] += 1
    }
    return counts
  }

  @Test(arguments: [0, 1, -1, 43_200_000, 86_399_999] as [Int64])
  func `what is owed has the age of its instant, whatever part of a day as_of is`(
    offset: Int64
  ) throws {
    let run = SampleRun(try SampleStore())
    let publication = try Publication(workspace: run.store.path, run: SampleRun.name)
    try run.fill()
    var inputs = try run.inputs(run.post(to: publication))
    inputs.asOf = inputs.asOf + offset
    var number: Int64 = 1_000
    for days in [-3, 0, 1, 30, 31, 32, 60, 61, 62, 90, 91, 92, 400] as [Int64] {
      for milliseconds in [-21_600_000, -1, 0, 1, 21_600_000] as [Int64] {
        number += 1
        let payable = inputs.asOf.milliseconds - days * Instant.day + milliseconds
        try run.store.database.execute(
          """
          INSERT INTO rewards (no, id, run, type, program, affiliate, credit, generation, sequence,
            currency, amount_minor, state, occurred_at, payable_at)
          VALUES (\(number), randomblob(16), 1, 1, 1, 1, 0, 0, 0, 'USD', 7, 1, 0, \(payable))
          """)
      }
    }
    try run.sum()
    var owed: [Int64] = []
    try run.store.database.forEachRow(
      "SELECT payable_at FROM (\(StoreSchema.everyReward)) WHERE state = 1"
    ) { owed.append($0.int()) }
    let facts = try FinanceFacts(inputs, emitted: EmittedPayouts(), held: [])
    let found = facts.accounts.reduce(
      into: [Int64](repeating: 0, count: FinanceFacts.ages.count + 2)
    ) { counts, account in
      counts[0] += account.notYetPayable.count
      for (place, age) in account.ageing.enumerated() { counts[place + 1] += age.count }
    }
    #expect(found == Self.expected(owed, asOf: inputs.asOf.milliseconds))
  }
}
