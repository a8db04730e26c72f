// The core of the rules: what `--core` leaves out, and what it keeps.

import Stages
import Testing

struct GenerateCoreTests {
  private let folder = SampleFolder()

  private func core(_ change: (inout SampleOptions) -> Void = { _ in }) throws
    -> [SampleFileSummary]
  {
    try folder.write(
      smallSample {
        $0.isCore = true
        $0.clicks = 20_000
        $0.orders = 6_000
        change(&$0)
      })
  }

  private func rows(_ kind: SampleKind, of files: [SampleFileSummary], night: Int = 1) throws
    -> [[String: String]]
  {
    let file = try #require(files.first { $0.kind == kind && $0.night == night })
    return try csvRows(file.path)
  }

  private func values(_ column: String, of rows: [[String: String]]) -> Set<String> {
    Set(rows.map { $0[column] ?? "" })
  }

  @Test func `only the first night has a registry and no night has referrals`() throws {
    let kinds = try core { $0.days = 2 }.map { "\($0.night) \($0.kind.rawValue)" }
    #expect(
      kinds == [
        "1 programs", "1 affiliates", "1 codes", "1 clicks", "1 orders", "2 clicks", "2 orders",
        "3 clicks", "3 orders",
      ])
  }

  @Test func `programs keep to the terms of the core`() throws {
    let programs = try rows(.programs, of: core())
    let expected: [(String, Set<String>)] = [
      ("status", ["active"]), ("currency", ["USD"]), ("attribution_model", ["last_click"]),
      ("evidence", ["visitor"]), ("payout_schedule", ["monthly"]), ("commission_rules", [""]),
      ("fraud_review_threshold", ["1.00"]), ("signup_bonus_minor", ["0"]), ("effective_at", [""]),
      ("max_clicks_per_ip_hour", ["1000000"]), ("attribution_window_days", ["7", "14", "30"]),
    ]
    for (column, set) in expected { #expect(values(column, of: programs) == set, "\(column)") }
    let tiers = values("tiers", of: programs)
    #expect(tiers.contains(""))
    #expect(tiers.count > 2)
    #expect(!tiers.contains { $0.contains("\"bonus_minor\":1") })
  }

  @Test func `every affiliate is paid and every code is good`() throws {
    let files = try core()
    let affiliates = try rows(.affiliates, of: files)
    #expect(affiliates.count == 120)
    #expect(values("status", of: affiliates) == ["active"])
    #expect(values("payment_method", of: affiliates) == ["MANUAL"])
    for column in ["invite_code", "master_id", "fee_percentage", "commission_rate"] {
      #expect(values(column, of: affiliates) == [""], "\(column)")
    }
    let codes = try rows(.codes, of: files)
    #expect(values("is_active", of: codes) == ["true"])
    #expect(values("expires_at", of: codes) == [""])
    #expect(values("max_uses", of: codes) == [""])
  }

  @Test func `every sound click has an id and every sound order its program and guest`() throws {
    let files = try core { $0.rejectsPerMillion = 0 }
    #expect(try !values("click_id", of: rows(.clicks, of: files)).contains(""))
    let orders = try rows(.orders, of: files)
    #expect(!values("program_id", of: orders).contains(""))
    #expect(values("currency", of: orders) == ["", "USD"])
    var guests: [String: Set<String>] = [:]
    for row in orders {
      guests[row["customer_id"] ?? "", default: []].insert(row["order_id"] ?? "")
    }
    #expect(guests.values.allSatisfy { $0.count == 1 })
    #expect(guests[""] == nil)
  }

  @Test func `an order is amended once at most`() throws {
    let files = try core { $0.rejectsPerMillion = 0 }
    var versions: [String: Set<String>] = [:]
    for night in 1...3 {
      for row in try rows(.orders, of: files, night: night) {
        versions[row["order_id"] ?? "", default: []].insert(row["updated_at"] ?? "")
      }
    }
    let counts = versions.values.map(\.count)
    #expect(counts.max() == 2)
    #expect(counts.count { $0 == 2 } > 100)
  }

  @Test func `dirt stays among the rows`() throws {
    let files = try core()
    for file in files where file.kind == .clicks || file.kind == .orders {
      #expect(file.duplicates > 0, "\(file)")
      #expect(file.malformed > 0, "\(file)")
    }
  }

  @Test func `bots stay among the clicks`() throws {
    let files = try core { $0.rejectsPerMillion = 0 }
    #expect(try values("user_agent", of: rows(.clicks, of: files)).contains("curl/8.5.0"))
  }
}
