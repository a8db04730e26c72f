// What must not change what the product says: the order of rows in a file, how rows are split over
// files, the number of threads, and running once more.

import Foundation
import Pipeline
import Stages
import TestSupport
import Testing

/// Every export but `files` and `runs`, as printed.
private let exports =
  [
    "conversions", "rewards", "payouts", "postings", "clicks_daily", "tiers", "referrals",
  ] + sums

/// Views of what the store sums up.
private let sums = ["sales_daily", "totals", "code_totals", "traffic_daily"]

@Suite struct Metamorphic {
  @Test(arguments: [UInt64](1001...1006))
  func `the order of rows in a file changes nothing`(seed: UInt64) throws {
    let nights = Adversary.history(seed: seed, size: HistorySize())
    var random = SplitMix64(seed: seed)
    let shuffled = nights.map { night in
      var other = night
      for index in other.files.indices { other.files[index].rows.shuffle(using: &random) }
      return other
    }
    try expectSame(nights, shuffled, "shuffled-\(seed)")
  }

  @Test(arguments: [UInt64](1011...1016))
  func `the split of rows over files changes nothing`(seed: UInt64) throws {
    let nights = Adversary.history(seed: seed, size: HistorySize())
    let split = nights.map { night in
      var other = night
      other.files = night.files.flatMap(halves)
      return other
    }
    try expectSame(nights, split, "split-\(seed)")
  }

  @Test(arguments: [UInt64](1021...1024))
  func `the number of threads changes nothing`(seed: UInt64) throws {
    let nights = Adversary.history(seed: seed, size: HistorySize())
    let one = try printedExports(nights, "threads-\(seed)-1", threads: 1)
    for threads in [2, 8] {
      let other = try printedExports(nights, "threads-\(seed)-\(threads)", threads: threads)
      for name in exports { #expect(one[name] == other[name], "\(name), \(threads) threads") }
    }
  }

  @Test(arguments: [UInt64](1031...1034))
  func `the same schedule again commits nothing`(seed: UInt64) throws {
    let product = Product("again-\(seed)")
    let nights = Adversary.history(seed: seed, size: HistorySize())
    var ids: [String] = []
    for night in nights { try perform(night, product, threads: 2, &ids) }
    // A failed payout waits for the next run, which is then not idle.
    let waiting = try product.export("payouts").contains { $0["status"]?.string == "failed" }
    let before = try product.exported("runs")
    let again = try product.run(asOf: nights.last?.asOf ?? 0)
    #expect(again.status == 0)
    if !waiting { #expect(try product.exported("runs") == before) }
    product.remove()
  }

  @Test(arguments: [UInt64](1041...1056))
  func `the winners do not depend on the runs in which the rows arrived`(seed: UInt64) throws {
    let (atOnce, spread) = Adversary.arrivals(seed: seed)
    let expected = try winners(atOnce, "arrivals-\(seed)-a")
    let found = try winners(spread, "arrivals-\(seed)-b")
    #expect(expected == found)
  }

  /// Who won each order, and by what.
  private func winners(_ nights: [Night], _ name: String) throws -> [String] {
    let product = Product(name)
    var ids: [String] = []
    for night in nights { try perform(night, product, threads: 2, &ids) }
    let columns: [Text] = [
      "program_id", "order_id", "reason", "evidence", "affiliate_id", "code", "click_id",
      "click_at", "net_minor",
    ]
    let conversions = try product.export("conversions")
    product.remove()
    return conversions.map { record in
      columns.map { record[$0]?.string ?? "" }.joined(separator: " ")
    }
  }

  /// The file's rows in two files.
  private func halves(_ file: InputFile) -> [InputFile] {
    guard file.rows.count > 1 else { return [file] }
    let middle = file.rows.count / 2
    var first = file
    first.rows = Array(file.rows[..<middle])
    var second = file
    second.rows = Array(file.rows[middle...])
    second.name = "\(file.kind.rawValue)-second-" + file.name
    return [first, second]
  }

  private func expectSame(_ nights: [Night], _ others: [Night], _ name: String) throws {
    let expected = try printedExports(nights, name + "-a", threads: 2)
    let found = try printedExports(others, name + "-b", threads: 2)
    for export in exports { #expect(expected[export] == found[export], "\(export) of \(name)") }
  }

  /// The exports after the last night, as text that can be told.
  private func printedExports(
    _ nights: [Night], _ name: String, threads: Int
  ) throws -> [String: [String]] {
    let product = Product(name)
    var ids: [String] = []
    for night in nights { try perform(night, product, threads: threads, &ids) }
    var printed: [String: [String]] = [:]
    let store = try Workspace(product.directory.appendingPathComponent("ws").path).openForReading()
    for view in sums { printed[view] = try rows(of: view, store) }
    for export in exports where !sums.contains(export) {
      let lines = try product.exported(export).split(separator: 0x0A)
      printed[export] = lines.map { String(decoding: $0, as: UTF8.self) }
    }
    product.remove()
    return printed
  }

  /// A view's rows in their order, columns told apart by a bar.
  private func rows(of view: String, _ store: Database) throws -> [String] {
    let columns = try store.prepare(
      "SELECT group_concat(name, '||''|''||') FROM pragma_table_info(?)")
    try columns.bind(text: Text(view), at: 1)
    try columns.step()
    let all = try store.prepare("SELECT \(columns.text(0).string) AS row FROM \(view) ORDER BY 1")
    var rows: [String] = []
    while try all.step() { rows.append(all.text(0).string) }
    return rows
  }

  /// Runs one night; the payouts are numbered by their ids as they appear.
  private func perform(
    _ night: Night, _ product: Product, threads: Int, _ ids: inout [String]
  ) throws {
    let known = ids
    let naming: Naming = { what in
      guard case .payout(let number) = what, !known.isEmpty else { return "none" }
      return known[number % known.count]
    }
    try product.write(night, naming: naming)
    let outcome = try product.run(asOf: night.asOf, threads: threads)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let all = Set(try product.export("payouts").compactMap { $0["payout_id"] })
    let old = ids.map { Text($0) }
    ids += all.subtracting(old).sorted().map(\.string)
  }
}
