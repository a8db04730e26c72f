// `refbatch payouts …` as a user types it, on the demo's workspace.

import Foundation
import Testing

@testable import refbatch

@Suite struct PayoutCommandsTests {
  private func payouts(_ demo: GoldenDemo, _ words: String...) throws -> FinishedProgram {
    let options = ["--workspace", "workspace"]
    return try GoldenDemo.run(GoldenDemo.binary, ["payouts"] + words + options, in: demo.site)
  }

  private func json(_ program: FinishedProgram) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(program.output.utf8))
    return try #require(value as? [String: Any])
  }

  private func digest(_ file: URL) throws -> String {
    let sums = try GoldenDemo.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["sha256sum", file.path],
      in: file.deletingLastPathComponent())
    return String(sums.output.prefix(64))
  }

  @Test func `payouts are listed, shown, stated and emitted again`() throws {
    let demo = try GoldenDemo()
    _ = try demo.runNights([])
    let all = try payouts(demo, "list")
    #expect(all.status == 0)
    #expect(all.output.hasPrefix("payout          batch"))
    let carla = try json(payouts(demo, "list", "--affiliate", "aff_carla", "--json"))
    let rows = try #require(carla["payouts"] as? [[String: Any]])
    #expect(rows.map { $0["amount"] as? String } == ["64.00", "72.00"])
    #expect(rows.map { $0["status"] as? String } == ["completed", "completed"])
    let batch = try #require(rows[1]["batch_id"] as? String)
    #expect(batch == "2026-03-31.1-fc9e5dad")

    let shown = try json(payouts(demo, "show", batch, "--json"))
    #expect((shown["files"] as? [Any])?.count == 4)
    #expect(try payouts(demo, "show", "paqsxcdbogwxwa").output.contains("retries     1\n"))

    let statement = try payouts(demo, "statement", "psc7vkxtsmzkzd")
    #expect(statement.output.contains("psc7vkxtsmzkzd,aff_carla,USD,adjustment,"))
    #expect(statement.output.contains(",-24.00,-2400\n"))
    let page = try payouts(demo, "statement", batch, "--html")
    #expect(page.output.hasPrefix("<!DOCTYPE html>"))
    #expect(page.output.components(separatedBy: "<section>").count == 6)

    let emitted = try payouts(demo, "emit", batch, "--out", "upload")
    #expect(emitted.status == 0)
    #expect(emitted.output.components(separatedBy: "written").count == 5)
    let name = "paypal-\(batch)-USD.csv"
    let published = try Data(
      contentsOf: demo.workspace.appendingPathComponent("out/2026-03-31.1/payouts/\(name)"))
    let copy = demo.site.appendingPathComponent("upload/\(name)")
    #expect(try Data(contentsOf: copy) == published)
    try Data("x".utf8).write(to: copy)
    #expect(try payouts(demo, "emit", batch, "--out", "upload").status == 65)
    #expect(try Data(contentsOf: copy) == Data("x".utf8))
  }

  @Test(
    arguments: [
      (["emit", "2026-03-31.1-fc9e5dae"], 64, "did you mean 2026-03-31.1-fc9e5dad?"),
      (["show", "nothing"], 64, "there is no payout or batch nothing"),
      (["list", "--batch", "x"], 64, "there is no batch x"),
      (["list", "--state", "payed"], 64, "expected one of pending"),
      (["lst"], 64, "did you mean payouts list?"), ([], 64, "one of payouts list"),
      (["approve", "x", "--by", "Eva", "--digest", "12"], 64, "expected 64 hexadecimal digits"),
    ] as [([String], Int32, String)])
  func `what cannot be done is said`(words: [String], status: Int32, message: String) throws {
    let demo = try GoldenDemo()
    _ = try demo.runNights([])
    let options = words.count > 1 ? ["--workspace", "workspace"] : []
    let finished = try GoldenDemo.run(
      GoldenDemo.binary, ["payouts"] + words + options, in: demo.site)
    #expect(finished.status == status)
    #expect(finished.output.contains(message), "\(finished.output)")
  }

  @Test func `with approval a batch is paid once somebody has approved it`() throws {
    let demo = try GoldenDemo()
    let nights = try demo.runNights([]) { inbox in
      let schedule = inbox.deletingLastPathComponent()
        .appendingPathComponent("schedules/nightly.json")
      let text = try String(contentsOf: schedule, encoding: .utf8)
      // The bank's answers to payouts that wait are rejected.
      let changed = text.replacingOccurrences(
        of: "// \"payout_approval\"", with: "\"payout_approval\""
      ).replacingOccurrences(of: "\"max_reject_share\": 0.05", with: "\"max_reject_share\": 1")
      try Data(changed.utf8).write(to: schedule)
    }
    for night in nights { try #require(night.status == 0, "\(night.output)") }
    func proposal(_ batch: String) -> URL {
      demo.workspace.appendingPathComponent("out/\(batch.prefix(12))/proposals/\(batch).csv")
    }
    func approve(_ batch: String, _ digest: String) throws -> FinishedProgram {
      let words = ["payouts", "approve", batch, "--workspace", "workspace", "--by", "Eva"]
      let options = ["--as-of", "2026-04-02T09:00:00Z", "--digest", digest]
      return try GoldenDemo.run(GoldenDemo.binary, words + options, in: demo.site)
    }
    let batch = "2026-04-01.1-b849e035"
    let waiting = try payouts(demo, "list", "--state", "proposed", "--batch", batch)
    #expect(waiting.output.contains("\(batch)  studio-north"))
    let sha256 = try digest(proposal(batch))
    #expect(try payouts(demo, "show", batch).output.contains("digest      \(sha256)\n"))
    #expect(try payouts(demo, "emit", batch).status == 65)
    #expect(try approve(batch, String(repeating: "0", count: 64)).status == 65)
    // Wise's answer of night 3 withdraws a payout of night 2.
    let changed = "2026-03-31.1-fc9e5dad"
    let refused = try approve(changed, try digest(proposal(changed)))
    #expect(refused.status == 65)
    #expect(refused.output.contains("payout pr5xd52hrtyiud waits for approval no more"))
    // Proposed again, what still waits stands in a batch that is named after that run.
    let again = try payouts(demo, "propose", changed, "--as-of", "2026-04-02T08:00:00Z")
    #expect(again.status == 0, "\(again.output)")
    #expect(again.output.contains("payouts as batch 2026-04-02.1-fc9e5dad\n"))
    #expect(again.output.contains("proposals/2026-04-02.1-fc9e5dad.csv\n"))
    #expect(try approve(changed, try digest(proposal(changed))).status == 65)
    let renewed = try digest(proposal("2026-04-02.1-fc9e5dad"))
    #expect(try approve("2026-04-02.1-fc9e5dad", renewed).status == 0)
    let released = try approve(batch, sha256)
    #expect(released.status == 0, "\(released.output)")
    #expect(released.output.contains("payouts of batch \(batch)"))
    #expect(try approve(batch, sha256).output.contains("nothing to do"))
    #expect(try payouts(demo, "emit", batch, "--out", "upload").status == 0)
    let verified = try GoldenDemo.run(
      GoldenDemo.binary, ["verify", "--workspace", "workspace"], in: demo.site)
    #expect(verified.status == 0, "\(verified.output)")
  }
}
