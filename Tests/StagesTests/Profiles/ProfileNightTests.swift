// Whole nights on partners' exports: corrections of other nights' orders, identity, the archive.
import Foundation
import Pipeline
import Testing

@testable import Stages

struct ProfileNightTests {
  private static let programs = "program_id,currency,require_click\nmain,USD,false\n"
  private static let affiliates = "affiliate_id,email\na1,jane@example.com\n"
  private static let codes = "code,affiliate_id,program_id\nJANE,a1,main\n"

  private static func cj(_ id: Int, _ amount: String, original: Bool, _ posted: String) -> String {
    """
    \(id),new,item_sale,O1,\(original),2026-01-05T10:00:00Z,\(posted),\(amount),JANE

    """
  }

  private static let header =
    "commissionId,actionStatus,actionType,orderId,original,eventDate,postingDate,saleAmountUsd,"
    + "shopperId\n"

  private func conversion(_ job: SampleJob, _ outcome: RunOutcome) throws -> [String: String] {
    let run = try #require(outcome.run)
    let lines = try job.text(run, "extracts/conversions.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let names = try #require(lines.first)
    let cells = try #require(lines.dropFirst().first)
    return Dictionary(uniqueKeysWithValues: zip(names, cells))
  }

  @Test func `WooCommerce's refunds below zero change their orders`() throws {
    let job = try SampleJob()
    job.profiles = [.orders: "woocommerce-analytics-orders"]
    let outcome = try job.run(
      1, 10,
      [
        .programs: Self.programs, .affiliates: Self.affiliates, .codes: Self.codes,
        .orders: """
        Date,Order #,N. Revenue (formatted),Status,Customer type,Coupon(s),Net Sales
        2026-01-05 10:00:00,101,$120.00,completed,new,JANE,100
        2026-01-06 10:00:00,101,-$30.00,completed,new,,-30

        """,
      ])
    #expect(outcome.counts.accepted == 5)
    let found = try conversion(job, outcome)
    #expect(found["amount_minor"] == "10000")
    #expect(found["refunded_minor"] == "3000")
    #expect(found["net_minor"] == "7000")
  }

  @Test func `verify names a changed schedule, request or profile in the archive`() throws {
    let job = try SampleJob()
    job.profiles = [.orders: "cj-commissions"]
    try job.run(
      1, 10,
      [
        .programs: Self.programs, .affiliates: Self.affiliates, .codes: Self.codes,
        .orders: Self.header + Self.cj(1, "1.00", original: true, "2026-01-06T10:00:00Z"),
      ])
    #expect(try job.findings().isEmpty)
    let archive = "archive/2026-01-09.1"
    let profiles = try DirectoryTree.list("\(job.root)/ws/\(archive)/profiles").map {
      "profiles/" + $0.name.string
    }
    #expect(profiles.count == 1)
    for name in ["schedule.json", "run.json"] + profiles {
      let path = "\(job.root)/ws/\(archive)/\(name)"
      let bytes = try WholeFile.read(path)
      try WholeFile.replace(path, with: bytes + [0x20])
      let found = try job.findings().map { "\($0)" }
      #expect(found.count == 1)
      #expect(found.first?.hasPrefix("\(archive)/\(name): changed") == true, "\(found)")
      try WholeFile.replace(path, with: bytes)
    }
    #expect(try job.findings().isEmpty)
  }

  @Test func `a correction of another night changes its order, and once`() throws {
    let job = try SampleJob()
    job.profiles = [.orders: "cj-commissions"]
    let first = try job.run(
      1, 10,
      [
        .programs: Self.programs, .affiliates: Self.affiliates, .codes: Self.codes,
        .orders: Self.header + Self.cj(1, "100.005", original: true, "2026-01-06T10:00:00Z"),
      ])
    #expect(first.counts.accepted == 4)
    #expect(try conversion(job, first)["net_minor"] == "10001")
    let correction = Self.cj(2, "-30.00", original: false, "2026-01-11T10:00:00Z")
    let second = try job.run(1, 12, [.orders: Self.header + correction])
    #expect(second.counts.accepted == 1)
    var found = try conversion(job, second)
    #expect(found["amount_minor"] == "10001")
    #expect(found["refunded_minor"] == "3000")
    #expect(found["net_minor"] == "7001")
    // The same correction in another file, and the rest of the amount.
    let third = try job.run(
      1, 13,
      [
        .orders: Self.header + correction
          + Self.cj(3, "-70.01", original: false, "2026-01-12T10:00:00Z")
      ])
    #expect(third.counts.accepted == 1)
    #expect(third.counts.duplicate == 1)
    found = try conversion(job, third)
    #expect(found["net_minor"] == "0")
    #expect(try job.findings().isEmpty)
  }

  @Test func `a correction in one file with its order is applied after it`() throws {
    let job = try SampleJob()
    job.profiles = [.orders: "cj-commissions"]
    let outcome = try job.run(
      1, 20,
      [
        .programs: Self.programs, .affiliates: Self.affiliates, .codes: Self.codes,
        .orders: Self.header + Self.cj(2, "-30.00", original: false, "2026-01-06T10:00:00Z")
          + Self.cj(1, "100", original: true, "2026-01-06T10:00:00Z")
          + Self.cj(3, "5", original: false, "2026-01-07T10:00:00Z"),
      ])
    #expect(outcome.counts.accepted == 6)
    #expect(outcome.counts.rejectedTotal == 0)
    let found = try conversion(job, outcome)
    #expect(found["net_minor"] == "7500")
    #expect(found["refunded_minor"] == "2500")
  }

  @Test func `a correction without an order is rejected by its partner's line`() throws {
    let job = try SampleJob()
    job.profiles = [.orders: "cj-commissions"]
    job.maxRejectShare = "1"
    let outcome = try job.run(
      1, 20,
      [
        .programs: Self.programs, .affiliates: Self.affiliates, .codes: Self.codes,
        .orders: Self.header + Self.cj(2, "-30.00", original: false, "2026-01-06T10:00:00Z"),
      ])
    #expect(outcome.counts.rejected == [.unknownTarget: 1])
  }

  @Test func `rows set aside count as filtered, and the archive keeps the profile`() throws {
    let job = try SampleJob()
    job.profiles = [.orders: "shopify-orders"]
    let text = """
      Name,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Note Attributes,Refunded Amount
      #1,paid,USD,10.00,0,0,10.00,2026-01-05 10:00:00 +0000,ref: JANE,0.00
      #2,pending,USD,10.00,0,0,10.00,2026-01-05 10:00:00 +0000,,0.00
      #3,paid,USD,10.00,0,0,10.00,2026-01-05 10:00:00 +0000,,0.00

      """
    let files: [InputKind: String] = [
      .programs: Self.programs, .affiliates: Self.affiliates, .codes: Self.codes, .orders: text,
    ]
    let outcome = try job.run(1, 20, files)
    #expect(outcome.counts.filtered == [.unpaid: 1])
    #expect(outcome.counts.accepted == 5)
    #expect(try conversion(job, outcome)["affiliate_id"] == "a1")
    let run = try #require(outcome.run)
    let kept = try DirectoryTree.list("\(job.root)/ws/archive/\(run)/profiles").map(\.name.string)
    #expect(kept.count == 1)
    #expect(kept.first?.hasPrefix("shopify-orders-") == true)
    // The same file by the same profile is passed over; by another it is read again.
    #expect(try job.run(1, 20, [:]).run == nil)
    job.profiles = [.orders: "shopify-orders:base=total"]
    let again = try job.run(1, 20, [:])
    #expect(again.files == 1)
  }
}
