// The extracts that are made of the night itself, beside those that `Export` makes of the store.
import Foundation
import Pipeline
import Testing

@testable import Stages

@Suite("Extracts made of the night itself")
struct ProgramExtractsTests {
  /// A workspace that takes generated nights.
  private final class Nights {
    let folder = NSTemporaryDirectory() + "refbatch-extracts-" + UUID().uuidString
    let nights: Int

    init(seed: UInt64, nights: Int) throws {
      self.nights = nights
      var options = SampleOptions()
      options.seed = seed
      options.clicks = 6_000
      options.orders = 1_500
      options.nights = nights
      options.days = 20
      options.programs = 6
      options.affiliates = 40
      options.codes = 90
      options.latePerMillion = 200_000
      options.amendmentsPerMillion = 200_000
      _ = try SampleNights(options: options).write(to: folder + "/in")
    }

    deinit { try? DirectoryTree.remove(folder) }

    /// Runs a night, from 1, and returns the run's name.
    func run(_ night: Int, threads: Int = 2) throws -> String {
      let digits = String(nights).utf8.count
      let number = String(night)
      let padded =
        String(repeating: "0", count: max(0, max(2, digits) - number.utf8.count)) + number
      let inputs = try DirectoryTree.list(folder + "/in/night-" + padded).compactMap { entry in
        InputKind(rawValue: entry.name.string.prefix { $0 != "." }.description).map { kind in
          Schedule.Input(
            kind: kind, path: folder + "/in/night-\(padded)/\(entry.name)",
            profile: Schedule.nativeProfile, isRequired: true)
        }
      }
      var schedule = Schedule(
        name: "extracts", workspace: folder + "/ws", base: folder, inputs: inputs)
      // Few days, so that later nights pay orders that they do not work with.
      schedule.settings.openDays = 5
      schedule.settings.maxRejectShare = BasisPoints(10_000)
      // 2026-03-31 is the business date of the first night.
      let asOf = Instant(milliseconds: (20_544 + Int64(night - 1)) * Instant.day)
      let request = RunRequest(
        schedule: schedule, asOf: asOf, threads: threads, memory: 512 << 20)
      let outcome = try NightRun(request, log: Log(minimum: .error)).run()
      return try #require(outcome.run)
    }

    func extract(_ name: ExportName, _ run: String) throws -> [String] {
      try lines(WholeFile.read(folder + "/ws/out/\(run)/extracts/\(name.word).csv"))
    }

    /// What the store says; of one run, or all of it.
    func export(_ name: ExportName, run: Int64?) throws -> [String] {
      let database = try Database.open(path: folder + "/ws/refbatch.sqlite", mode: .readOnly)
      let asOf = try #require(try RunTables.last(database)).asOf
      let buffer = ByteBuffer()
      try Export(name, .csv, asOf: asOf, run: run).write(from: database, to: buffer)
      return lines(buffer.bytes)
    }

    /// The best affiliates of the period, as `report.json` names them.
    func topAffiliates(_ run: String) throws -> [String] {
      let bytes = try WholeFile.read(folder + "/ws/out/\(run)/report.json")
      let report = try JSONSerialization.jsonObject(with: Foundation.Data(bytes)) as? [String: Any]
      let period = report?["period"] as? [String: Any]
      let totals = try #require(period?["top_affiliates"] as? [[String: Any]])
      return totals.map { total in
        ["currency", "program_id", "affiliate_id", "conversions", "affiliate_payout_minor"]
          .map { "\(total[$0] ?? "")" }.joined(separator: " ")
      }
    }

    /// The same out of all rows of the store.
    func greatest(upTo asOf: Instant) throws -> [String] {
      let database = try Database.open(path: folder + "/ws/refbatch.sqlite", mode: .readOnly)
      let query = """
        SELECT s.currency, p.program_id, a.affiliate_id,
          sum(coalesce(json_extract(e.value, '$[4]'), json_extract(e.value, '$[0]'))) AS credits,
          sum(coalesce(json_extract(e.value, '$[5]'), json_extract(e.value, '$[3]'))) AS minor
        FROM sales_days s, json_each(s.affiliates) e
        JOIN programs p ON p.no = s.program JOIN affiliates a ON a.no = CAST(e.key AS INTEGER)
        WHERE s.day BETWEEN ?1 AND ?2 GROUP BY 1, 2, 3 HAVING credits <> 0
        ORDER BY s.currency, minor DESC, p.program_id, a.affiliate_id
        """
      let days = PeriodFacts.days(upTo: asOf)
      var lines: [String] = []
      var places: [Text: Int] = [:]
      try database.forEachRow(query, [Int64(days.lowerBound), Int64(days.upperBound)]) { row in
        let currency = row.text()
        places[currency, default: 0] += 1
        guard places[currency, default: 0] <= PeriodFacts.topCount else { return }
        lines.append("\(currency) \(row.text()) \(row.text()) \(row.int()) \(row.int())")
      }
      return lines
    }

    private func lines(_ bytes: [UInt8]) -> [String] {
      bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// Whether the lines stand in that order among others.
  private func isPart(_ lines: [String], of others: [String]) -> Bool {
    var rest = others[...]
    for line in lines {
      guard let place = rest.firstIndex(of: line) else { return false }
      rest = rest[(place + 1)...]
    }
    return true
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `a first night's extracts are the store's`(seed: UInt64) throws {
    let nights = try Nights(seed: seed, nights: 1)
    let run = try nights.run(1)
    for name in ExportName.allCases {
      let found = try nights.extract(name, run)
      #expect(found == (try nights.export(name, run: 1)), "\(name.word)")
    }
    #expect(try nights.extract(.conversions, run).count > 1_000)
    #expect(try nights.extract(.rewards, run).count > 300)
  }

  @Test(arguments: [3, 4] as [UInt64])
  func `later nights list all that changed, and no order that shows no change`(seed: UInt64) throws
  {
    let nights = try Nights(seed: seed, nights: 5)
    var before: (conversions: [String], rewards: [String]) = ([], [])
    for night in 1...5 {
      let run = try nights.run(night, threads: night % 3 + 1)
      let number = Int64(night)
      for name in [.postings, .tiers, .tierUpgrades, .clicksDaily] as [ExportName] {
        let found = try nights.extract(name, run)
        #expect(found == (try nights.export(name, run: number)), "\(name.word) of night \(night)")
      }
      let conversions = try nights.export(.conversions, run: nil)
      let found = try nights.extract(.conversions, run)
      let ofStore = try nights.export(.conversions, run: number)
      #expect(Set(conversions).subtracting(before.conversions).isSubset(of: found))
      #expect(isPart(found, of: ofStore))
      #expect(Set(ofStore).subtracting(found).isSubset(of: before.conversions))
      // Time alone makes an approved reward payable.
      func timeless(_ lines: [String]) -> Set<String> {
        Set(lines.map { $0.replacingOccurrences(of: ",payable,", with: ",approved,") })
      }
      let rewards = try nights.export(.rewards, run: nil)
      let foundRewards = try nights.extract(.rewards, run)
      #expect(
        timeless(rewards).subtracting(timeless(before.rewards)).isSubset(
          of: timeless(foundRewards)))
      #expect(isPart(foundRewards, of: rewards))
      before = (conversions, rewards)
    }
  }

  @Test func `the best affiliates of a period are those of all runs together`() throws {
    let nights = try Nights(seed: 5, nights: 4)
    for night in 1...4 {
      let run = try nights.run(night)
      let asOf = Instant(milliseconds: (20_544 + Int64(night - 1)) * Instant.day)
      let found = try nights.topAffiliates(run)
      #expect(found == (try nights.greatest(upTo: asOf)), "night \(night)")
      #expect(found.count >= 20)
    }
  }
}
