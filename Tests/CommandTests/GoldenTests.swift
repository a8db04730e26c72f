// The demo of samples/ against samples/expected, byte by byte; samples/update-expected.sh rewrites
// what is expected.

import Foundation
import Testing

@Suite struct GoldenTests {
  private static let folders = ["out", "rejects"]

  private var expected: FileTree {
    get throws {
      try FileTree(GoldenDemo.root.appendingPathComponent("samples/expected"), Self.folders)
    }
  }

  @Test func `the demo writes the expected files byte by byte`() throws {
    let demo = try GoldenDemo()
    let script = try demo.runScript()
    try #require(script.status == 0, "\(script.output)")
    let found = try FileTree(demo.workspace, Self.folders)
    #expect(try found.differences(from: expected) == [])
  }

  @Test func `the demo says where the payouts are`() throws {
    let demo = try GoldenDemo()
    let script = try demo.runScript()
    for date in GoldenDemo.dates {
      let path = "\(demo.workspace.path)/out/\(date).1/payouts/payouts.csv"
      #expect(script.output.contains(path))
      #expect(FileManager.default.fileExists(atPath: path))
    }
  }

  @Test(arguments: ["1", "2", "8"])
  func `the number of threads changes no byte`(threads: String) throws {
    let demo = try GoldenDemo()
    for night in try demo.runNights(["--threads", threads]) {
      try #require(night.status == 0, "\(night.output)")
    }
    let found = try FileTree(demo.workspace, Self.folders)
    #expect(try found.differences(from: expected) == [])
  }

  @Test func `a night that comes again changes nothing`() throws {
    let demo = try GoldenDemo()
    _ = try demo.runNights([])
    let again = try GoldenDemo.run(
      GoldenDemo.binary,
      ["run", "schedules/nightly.json", "--as-of", "2026-04-01", "--nothing-to-do-code", "99"],
      in: demo.site)
    #expect(again.status == 99, "\(again.output)")
    let found = try FileTree(demo.workspace, Self.folders)
    #expect(try found.differences(from: expected) == [])
  }

  @Test func `files under other names change no payout`() throws {
    let demo = try GoldenDemo()
    let nights = try demo.runNights([]) { inbox in
      for name in try FileManager.default.contentsOfDirectory(atPath: inbox.path)
      where !name.contains("-renamed-") {
        let (first, rest) = (name.prefix { $0 != "-" }, name.drop { $0 != "-" })
        let twoWords = ["payout-requests", "nordgarn-orders", "paypal-result", "wise-result"]
        let prefix = twoWords.first { name.hasPrefix($0) } ?? String(first)
        let serial = String(9_999 - rest.utf8.reduce(0) { $0 &+ Int($1) } % 9_999)
        let new = "\(prefix)-renamed-\(serial)-\(name.suffix(20))"
        try FileManager.default.moveItem(
          at: inbox.appendingPathComponent(name), to: inbox.appendingPathComponent(new))
      }
    }
    for night in nights { try #require(night.status == 0, "\(night.output)") }
    let parts = ["payouts", "extracts"]
    let paths = GoldenDemo.dates.flatMap { date in parts.map { "out/\(date).1/\($0)" } }
    var (found, wanted) = (
      try FileTree(demo.workspace, paths),
      try FileTree(GoldenDemo.root.appendingPathComponent("samples/expected"), paths)
    )
    // The list of files names them.
    for date in GoldenDemo.dates {
      found.files["out/\(date).1/extracts/files.csv"] = nil
      wanted.files["out/\(date).1/extracts/files.csv"] = nil
    }
    #expect(found.differences(from: wanted) == [])
  }

  @Test func `what the demo leaves passes its own verification`() throws {
    let demo = try GoldenDemo()
    _ = try demo.runNights([])
    let verified = try GoldenDemo.run(
      GoldenDemo.binary, ["verify", "--workspace", "workspace"], in: demo.site)
    #expect(verified.status == 0, "\(verified.output)")
  }
}

/// That the demo keeps its promise to show every feature.
@Suite struct GoldenCoverageTests {
  private static let rejectReasons = [
    "bad_row", "bad_utf8", "missing_field", "bad_instant", "bad_value", "amount_precision",
    "in_future", "rate_out_of_range", "window_out_of_range", "minimum_out_of_range",
    "duplicate_email", "invite_conflict", "fee_cap", "self_referral", "currency_mismatch",
    "duplicate_code", "duplicate_lead", "unknown_affiliate", "unknown_program", "unknown_code",
    "unknown_target", "unknown_payout", "conflicting_duplicate", "already_resolved",
    "below_minimum",
  ]

  private func texts(_ folders: [String], _ suffix: String) throws -> String {
    let tree = try FileTree(GoldenDemo.root.appendingPathComponent("samples/expected"), folders)
    return tree.files.filter { $0.key.hasSuffix(suffix) }.sorted { $0.key < $1.key }
      .map { String(decoding: $0.value, as: UTF8.self) }.joined()
  }

  @Test(arguments: Self.rejectReasons)
  func `every reason to reject a row is shown`(reason: String) throws {
    #expect(try texts(["rejects"], ".jsonl").contains("\"reason\":\"\(reason)\""))
  }

  @Test(arguments: [
    "affiliate_inactive", "program_paused", "code_inactive", "code_expired", "bot",
    "rate_limited", "stale", "other_payment",
  ])
  func `every reason to filter a row is shown`(reason: String) throws {
    #expect(try texts(["out"], "report.json").contains("\"reason\": \"\(reason)\""))
  }

  @Test(arguments: [
    ("conversions.csv", "approved,,click_id,last_click"),
    ("conversions.csv", ",visitor,linear,"), ("conversions.csv", ",visitor,position_based,"),
    ("conversions.csv", ",visitor,time_decay,"), ("conversions.csv", ",visitor,first_click,"),
    ("conversions.csv", "unattributed,no_evidence,"),
    ("conversions.csv", "unattributed,no_click_in_window,"),
    ("conversions.csv", "unattributed,code_exhausted,"),
    ("conversions.csv", "unattributed,program_paused,"),
    ("conversions.csv", "self_referral"), ("conversions.csv", "fast_conversion"),
    ("conversions.csv", "order_velocity"), ("conversions.csv", "shared_ip"),
    ("conversions.csv", "rate_limited_ip"), ("conversions.csv", "disposable_email"),
    ("rewards.csv", ",override,"), ("rewards.csv", ",signup_bonus,"),
    ("rewards.csv", ",tier_bonus,"), ("rewards.csv", ",reversed,"), ("rewards.csv", ",rejected,"),
    ("rewards.csv", ",paid,"), ("rewards.csv", ",-2400,"),
    ("payouts.csv", ",PAYPAL,"), ("payouts.csv", ",WISE,"), ("payouts.csv", ",SEPA,"),
    ("payouts.csv", ",ACH,"), ("payouts.csv", ",STRIPE,"), ("payouts.csv", ",MANUAL,"),
    ("payouts.csv", ",JPY,"), ("payouts.csv", ",EUR,"), ("payouts.csv", ",USD,"),
    ("payouts.csv", ",completed,"), ("payouts.csv", ",failed,"), ("payouts.csv", ",returned,"),
    ("payouts.csv", ",cancelled,"), ("payouts.csv", ",processing,"),
    ("held.csv", ",suspended\n"), ("held.csv", ",no_payment_details\n"),
    ("held.csv", ",below_minimum\n"), ("held.csv", ",negative_balance\n"),
    ("held.csv", ",formula\n"), ("held.csv", ",does_not_fit\n"),
    ("manifest.json", "payouts/ach-"), ("manifest.json", "payouts/paypal-"),
    ("manifest.json", "payouts/sepa-"), ("manifest.json", "payouts/wise-email-"),
    ("manifest.json", "payouts/wise-iban-"), ("manifest.json", "statements/2026-"),
    ("finance.csv", "clawed_back,lumen-coffee,USD,taken_out_now"),
    ("finance.csv", "fund,,EUR,SEPA"),
  ])
  func `every feature is shown`(file: String, words: String) throws {
    #expect(try texts(["out"], "/" + file).contains(words), "\(file) has no \(words)")
  }
}
