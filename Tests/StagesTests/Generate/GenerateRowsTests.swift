// The rows of a sample: how many of what, and what refers to what.

import Foundation
import Stages
import Testing

/// The tables of one sample, by kind and night.
private struct SampleTables: Sendable {
  private let summaries: [SampleFileSummary]
  private let tables: [[[String: String]]]

  /// Writes a sample, reads it back and takes it away.
  init(_ options: SampleOptions) throws {
    let folder = SampleFolder()
    summaries = try folder.write(options)
    tables = try summaries.map { try csvRows($0.path) }
  }

  func rows(_ kind: SampleKind, night: Int) -> [[String: String]] {
    let place = summaries.firstIndex { $0.kind == kind && $0.night == night }
    return place.map { tables[$0] } ?? []
  }

  func summary(_ kind: SampleKind, night: Int) -> SampleFileSummary? {
    summaries.first { $0.kind == kind && $0.night == night }
  }

  /// A sample without malformed rows, for all tests of this file.
  static let sound = Result {
    try SampleTables(
      smallSample {
        $0.clicks = 20_000
        $0.orders = 6_000
        $0.rejectsPerMillion = 0
      })
  }
}

struct GenerateRowsTests {
  private let tables: SampleTables

  init() throws { tables = try SampleTables.sound.get() }

  @Test func `shares of rows are as asked for`() throws {
    let folder = SampleFolder()
    let summaries = try folder.write(
      smallSample {
        $0.clicks = 40_000
        $0.orders = 20_000
      })
    for file in summaries where file.kind == .clicks || file.kind == .orders {
      let parts = [file.duplicates, file.malformed, file.late, file.amendments]
        .map { $0 * 1_000_000 / file.rows }
      #expect((45_000...55_000).contains(parts[0]), "\(file)")
      #expect((500...1_600).contains(parts[1]), "\(file)")
      #expect(file.night == 1 ? parts[2] == 0 : (3_500...6_500).contains(parts[2]), "\(file)")
      let amended = (26_000...34_000).contains(parts[3])
      #expect(file.kind == .clicks ? parts[3] == 0 : amended, "\(file)")
    }
  }

  @Test func `repeated clicks are repeated byte for byte`() {
    let rows = tables.rows(.clicks, night: 1)
    let named = rows.filter { $0["click_id"] != nil }
    let distinct = Set(named.map { $0["click_id"] ?? "" })
    let contents = Set(named)
    #expect(contents.count == distinct.count)
    let repeats = rows.count - Set(rows).count
    #expect(repeats == tables.summary(.clicks, night: 1)?.duplicates)
  }

  @Test func `one malformed row is there of each kind that was asked for`() throws {
    let tables = try SampleTables(
      smallSample {
        $0.nights = 1
        $0.rejectsPerMillion = 100_000
      })
    let clicks = tables.rows(.clicks, night: 1)
    let instants = clicks.map { $0["occurred_at"] ?? "" }
    #expect(instants.contains("yesterday"))
    #expect(instants.contains("2026-13-01T00:00:00Z"))
    #expect(instants.contains { $0 > "2026-04-20" && $0 < "2026-06" })
    #expect(clicks.contains { $0["code"] == "NOSUCHCODE" })
    #expect(clicks.contains { $0["code"] == nil })
    #expect(clicks.contains { $0["click_id"]?.contains("\u{FFFD}") == true })
    let orders = tables.rows(.orders, night: 1)
    let amounts = orders.map { $0["amount"] ?? "" }
    #expect(["abc", "12.3x", "-5.00", "12.345"].allSatisfy(amounts.contains))
    #expect(orders.contains { $0["amount"] == nil && $0["amount_minor"] == nil })
    #expect(orders.contains { $0["status"] == "shipped" })
    #expect(orders.contains { $0["program_id"] == "prog_none" })
  }

  @Test func `late clicks belong to an earlier day`() {
    let rows = tables.rows(.clicks, night: 2)
    let late = Set(
      rows.filter { ($0["occurred_at"] ?? "9") < "2026-04-01T00:00:00" }
        .map { $0["click_id"] ?? "" })
    let told = tables.summary(.clicks, night: 2)?.late ?? 0
    #expect(told > 60)
    // Repeats of the night before are of an earlier day, too.
    #expect((told...told + 60).contains(late.count), "\(late.count) of \(told)")
  }

  @Test func `late clicks can win orders of the night before anew`() {
    let orders = tables.rows(.orders, night: 1)
    let visitors = Set(orders.compactMap { $0["visitor_id"] })
    let late = tables.rows(.clicks, night: 2)
      .filter { ($0["occurred_at"] ?? "9") < "2026-04-01T00:00:00" }
    #expect(late.count { visitors.contains($0["visitor_id"] ?? "") } > 20)
  }

  @Test func `amendments follow an order and are newer`() {
    var updates: [String: Set<String>] = [:]
    var nights: [String: Int] = [:]
    for night in 1...3 {
      var amendments = 0
      var ofEarlierNights = 0
      for row in tables.rows(.orders, night: night) {
        let id = row["order_id"] ?? ""
        // Without its Z, a whole second sorts before its own milliseconds.
        let updated = String((row["updated_at"] ?? "").dropLast())
        if nights[id] != nil, updates[id]?.contains(updated) == false {
          amendments += 1
          ofEarlierNights += nights[id] == night ? 0 : 1
          #expect(updated > String((row["occurred_at"] ?? "9").dropLast()))
        }
        updates[id, default: []].insert(updated)
        nights[id] = nights[id] ?? night
      }
      #expect(amendments == tables.summary(.orders, night: night)?.amendments)
      #expect(night == 1 || ofEarlierNights > amendments / 2)
    }
  }

  @Test func `nothing lies after its night`() {
    for night in 1...3 {
      let end = "2026-04-0\(night)T00:00:00"
      for kind in SampleKind.allCases {
        let rows = tables.rows(kind, night: night)
        let after = rows.count { row in
          ["occurred_at", "updated_at", "decided_at", "requested_at", "created_at"]
            .contains { (row[$0] ?? "") >= end }
        }
        #expect(after == 0, "\(kind) \(night)")
      }
    }
  }

  @Test func `orders name clicks that are there`() {
    var clicks: [String: [String: String]] = [:]
    var named = 0
    for night in 1...3 {
      for row in tables.rows(.clicks, night: night) {
        if let id = row["click_id"] { clicks[id] = row }
      }
      for row in tables.rows(.orders, night: night) {
        guard let id = row["click_id"] else { continue }
        named += 1
        let click = clicks[id]
        #expect(click != nil, "\(id)")
        guard row["code"] != nil, row["visitor_id"] != nil else { continue }
        #expect(click?["code"] == row["code"])
        #expect((click?["visitor_id"] ?? click?["fingerprint"]) == row["visitor_id"])
      }
    }
    #expect(named > 6_000)
  }

  @Test func `every kind of evidence is there`() {
    let rows = tables.rows(.orders, night: 1)
    func part(_ names: Set<String>) -> Int {
      rows.count { row in
        Set(["click_id", "code", "visitor_id"].filter { row[$0] != nil }) == names
      } * 100 / rows.count
    }
    #expect((38...52).contains(part(["click_id", "code", "visitor_id"])))
    #expect((18...28).contains(part(["code"])))
    #expect((23...35).contains(part(["visitor_id"])))
    #expect((1...6).contains(part([])))
    #expect(rows.contains { $0["program_id"] == nil && $0["code"] != nil })
  }

  @Test func `some visitors, codes and programs come far more often`() {
    let rows = tables.rows(.clicks, night: 1)
    for (column, most) in [("code", 3...15), ("visitor_id", 0...2)] {
      let counts = Dictionary(grouping: rows) { $0[column] ?? "" }.filter { !$0.key.isEmpty }
        .mapValues(\.count)
      let top = (counts.values.max() ?? 0) * 100 / rows.count
      #expect(most.contains(top), "\(column) \(top)")
      #expect(counts.count > 100)
    }
  }

  @Test func `signs of fraud are there`() {
    let orders = tables.rows(.orders, night: 1)
    let affiliates = tables.rows(.affiliates, night: 1)
    let own = Set(affiliates.compactMap { $0["email"] })
    let emails = orders.compactMap { $0["customer_email"] }
    let tagged = emails.compactMap { email -> String? in
      guard let tag = email.range(of: "+shop") else { return nil }
      return email.replacingCharacters(in: tag, with: "")
    }
    #expect(!tagged.isEmpty && tagged.allSatisfy(own.contains))
    #expect(emails.contains { own.contains($0.lowercased()) && $0 != $0.lowercased() })
    #expect(emails.contains { $0.hasSuffix("@mailinator.com") })
    let customers = Dictionary(grouping: orders) { $0["customer_id"] ?? "" }.mapValues(\.count)
    #expect(customers.contains { $0.key.hasPrefix("eager_") && $0.value > 5 })
    let addresses = Dictionary(grouping: orders) { $0["ip"] ?? "" }.mapValues(\.count)
    #expect(addresses.contains { $0.key.hasPrefix("192.0.2.") && $0.value > 10 })
    let floods = tables.rows(.clicks, night: 1).filter {
      $0["ip"]?.hasPrefix("203.0.113.") == true
    }
    #expect(floods.count > 110)
  }

  @Test func `the registry is whole and refers to itself`() {
    let programs = tables.rows(.programs, night: 1)
    let affiliates = tables.rows(.affiliates, night: 1)
    let codes = tables.rows(.codes, night: 1)
    #expect(programs.count == 26)
    #expect(affiliates.count == 120)
    #expect(codes.count == 300)
    #expect(Set(codes.compactMap { $0["code"] }).count == 300)
    #expect(codes.allSatisfy { ($0["code"] ?? "").utf8.count <= 20 })
    let programNames = Set(programs.compactMap { $0["program_id"] })
    let affiliateNames = Set(affiliates.compactMap { $0["affiliate_id"] })
    #expect(codes.allSatisfy { programNames.contains($0["program_id"] ?? "") })
    #expect(codes.allSatisfy { affiliateNames.contains($0["affiliate_id"] ?? "") })
    #expect(Set(affiliates.compactMap { $0["email"] }).count == 120)
    #expect(Set(programs.compactMap { $0["currency"] }) == ["USD", "EUR", "JPY", "GBP"])
    #expect(Set(programs.compactMap { $0["attribution_model"] }).count == 5)
    #expect(Set(programs.compactMap { $0["attribution_window_days"] }).count == 6)
    #expect(programs.contains { $0["tiers"] != nil } && programs.contains { $0["tiers"] == nil })
    #expect(programs.contains { $0["commission_rules"] != nil })
    #expect(programs.contains { $0["status"] == "paused" && $0["status_at"] != nil })
    let inviters = Set(affiliates.compactMap { $0["master_id"] })
    #expect(!inviters.isEmpty && inviters.isSubset(of: affiliateNames))
  }

  @Test func `later nights change the registry and add to it`() {
    let codes = Set(tables.rows(.codes, night: 1).compactMap { $0["code"] })
    let affiliates = tables.rows(.affiliates, night: 2)
    let invited = affiliates.compactMap { $0["invite_code"] }
    #expect(invited.count == 1)
    #expect(invited.allSatisfy(codes.contains))
    #expect(affiliates.allSatisfy { $0["invite_code"] == nil || $0["master_id"] == nil })
    #expect(affiliates.contains { $0["payment_email"]?.contains(".new@") == true })
    #expect(tables.rows(.codes, night: 3).contains { !codes.contains($0["code"] ?? "") })
    let programs = tables.rows(.programs, night: 2)
    #expect(programs.allSatisfy { $0["effective_at"] == "2026-04-01T12:00:00Z" })
    #expect(programs.allSatisfy { $0["name"] == nil && $0["commission_rate"] != nil })
  }

  @Test func `bank details have right check digits`() {
    let details = tables.rows(.affiliates, night: 1).compactMap { $0["payment_details"] }
    var accounts = 0
    for text in details {
      let parts = text.split(separator: "\"").map(String.init)
      if let place = parts.firstIndex(of: "iban") {
        let iban = parts[place + 2]
        let digits = iban.dropFirst(4) + "1314" + iban.dropFirst(2).prefix(2)
        var rest = 0
        for byte in digits.utf8 { rest = (rest * 10 + Int(byte) - 48) % 97 }
        #expect(rest == 1, "\(iban)")
        accounts += 1
      }
      if let place = parts.firstIndex(of: "routing_number") {
        var sum = 0
        for (byte, weight) in zip(parts[place + 2].utf8, [3, 7, 1, 3, 7, 1, 3, 7, 1]) {
          sum += (Int(byte) - 48) * weight
        }
        #expect(sum % 10 == 0)
        accounts += 1
      }
    }
    #expect(accounts > 15)
  }

  @Test func `decisions follow what they decide`() {
    let referrals = tables.rows(.referrals, night: 1)
    let decisions = tables.rows(.decisions, night: 2)
    let made = Dictionary(
      referrals.map { ($0["referral_id"] ?? "", $0["occurred_at"] ?? "") },
      uniquingKeysWith: { first, _ in first })
    let onFirst = decisions.filter { made[$0["target_id"] ?? ""] != nil }
    #expect(onFirst.count == referrals.count * 8 / 10)
    #expect(onFirst.allSatisfy { ($0["decided_at"] ?? "") > (made[$0["target_id"] ?? ""] ?? "9") })
    let orders = Set(tables.rows(.orders, night: 1).compactMap { $0["order_id"] })
    let conversions = decisions.filter { $0["target"] == "conversion" }
    #expect(conversions.count > 15)
    #expect(
      conversions.allSatisfy { row in
        orders.contains(String((row["target_id"] ?? "").split(separator: "/").last ?? ""))
      })
    #expect(Set(decisions.compactMap { $0["action"] }) == ["approve", "reject"])
    #expect(tables.rows(.decisions, night: 1).count == referrals.count / 10)
  }

  @Test func `a longer first night is spread over its days`() throws {
    let tables = try SampleTables(
      smallSample {
        $0.days = 30
        $0.nights = 2
      })
    let days = Set(
      tables.rows(.clicks, night: 1).compactMap { $0["occurred_at"]?.prefix(10) }
        .filter { $0 >= "2026-03-02" && $0 <= "2026-03-31" })
    #expect(days.count == 30)
    #expect(tables.summary(.clicks, night: 2)?.rows == 200)
    #expect(tables.summary(.orders, night: 2)?.rows == 40)
  }
}
