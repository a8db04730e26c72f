// What an order costs on its way from a row to a payout: reading it, and each stage of its
// programme. Made-up orders and clicks, the same for a seed; nanoseconds of CPU time an order.
import Foundation
import Glibc
import Pipeline
import Stages

@main
struct ProgramBenchmarks {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
    let programs = arguments.first ?? 40
    let orders = arguments.dropFirst().first ?? 2_500
    let night = MadeUpNight(programs: programs, orders: orders, seed: 1)
    let folder = try night.write()
    defer { try? FileManager.default.removeItem(at: folder) }
    print("\(programs) programmes, \(orders) orders and \(10 * orders) clicks each;")
    print("CPU nanoseconds an order, median of \(rounds) rounds")
    var costs: [(name: String, seconds: [Double])] = []
    for _ in 0..<rounds { try measure(night, folder, &costs) }
    for (name, seconds) in costs {
      let median = seconds.sorted()[seconds.count / 2]
      print("  \(name): \(Int(median * 1e9 / Double(programs * orders)))")
    }
    print("  bytes of an order's row at rest: \(MemoryLayout<OrderRow>.stride)")
    print("  bytes of a conversion with one credit: \(conversionBytes)")
  }

  static let rounds = 5
  static let conversionBytes =
    MemoryLayout<Conversion>.stride + MemoryLayout<Credit>.stride + 32

  /// One round: adds each part's seconds to its list.
  private static func measure(
    _ night: MadeUpNight, _ folder: URL, _ costs: inout [(name: String, seconds: [Double])]
  ) throws {
    var taken: [(String, Double)] = []
    func timed<Value>(_ name: String, _ body: () throws -> Value) rethrows -> Value {
      let start = processorSeconds()
      let value = try body()
      taken.append((name, processorSeconds() - start))
      return value
    }
    let rows = try timed("read and decode") { try night.readOrders(folder) }
    let clicks = try night.judgeClicks(folder)
    var nights = rows.map { program, rows in
      ProgramNight(
        facts: night.facts, snapshot: ProgramSnapshot(program: program), rows: rows,
        clicks: clicks[program]
          ?? ProgramClicks.historyOnly(program: program, history: .empty))
    }
    try timed("admit and attribute") {
      for place in nights.indices { try nights[place].attribute() }
    }
    try timed("score") { for place in nights.indices { try nights[place].score() } }
    try timed("commission") {
      for place in nights.indices { try nights[place].computeCommissions() }
    }
    try timed("settle") { for place in nights.indices { try nights[place].settle() } }
    try timed("payout") { for place in nights.indices { try nights[place].payOut() } }
    let paid = nights.reduce(0) { $0 + $1.payouts.count }
    precondition(paid > 0, "nothing was paid: the made-up night is of no use")
    for (place, (name, seconds)) in taken.enumerated() {
      if place == costs.count { costs.append((name, [])) }
      costs[place].seconds.append(seconds)
    }
  }

  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
