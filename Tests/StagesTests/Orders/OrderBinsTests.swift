import Foundation
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite("Orders by programme")
struct OrderBinsTests {
  private static func registry(programs: Int) -> Registry {
    // Ids whose order is not that of the ordinals.
    let programs = (0..<programs).map { number in
      Program(
        id: ProgramID(Text("p\(number * 7919 % 1000)")), ordinal: ProgramOrdinal(number),
        timeline: [.init(from: .distantPast, terms: Terms())], statuses: [])
    }
    return Registry(programs: programs, affiliates: [], codes: [])
  }

  private static func row(
    _ number: Int, _ program: ProgramOrdinal, idBytes: Int = 0
  ) -> OrderRow {
    let id = "order-\(number)" + String(repeating: "x", count: idBytes)
    return OrderRow(
      origin: RowOrigin(file: 0, line: Int32(number)), content: Digest128(high: 1, low: 0),
      program: program, id: OrderID(Text(id)),
      occurredAt: Instant(milliseconds: Int64(number)),
      amount: WrittenAmount(digits: 1, fractionDigits: 0, isMinor: true))
  }

  @Test(arguments: [0, 150_000, 1 << 30], [0, 100_000, 1 << 30])
  func `each programme gets its rows in the order of lines, spilled or not`(
    limit: Int, near: Int
  ) throws {
    let folder = NSTemporaryDirectory() + "refbatch-bins-" + UUID().uuidString
    try DirectoryTree.make(folder)
    defer { try? DirectoryTree.remove(folder) }
    let registry = Self.registry(programs: 30)
    let bins = OrderBins(registry, memoryLimit: limit, nearBytes: near, spillDirectory: folder)
    var random = SplitMix64(seed: 3)
    var expected = [[Int]](repeating: [], count: 30)
    var number = 0
    for _ in 0..<3 {
      let draft = OrderBins.Draft()
      var stretches: [OrderStretch] = []
      for _ in 0..<3_000 {
        // The last programme has no rows, the first one most.
        let program = min(Int(random.next() % 29), Int(random.next() % 29))
        expected[program].append(number)
        if let full = try bins.take(Self.row(number, ProgramOrdinal(program)), draft) {
          stretches.append(full)
        }
        number += 1
      }
      if let rest = try bins.finish(draft) { stretches.append(rest) }
      bins.append(stretches)
    }
    #expect(try DirectoryTree.list(folder).isEmpty, "a spill file has no name")
    let ordered = registry.programsInOrder
    let buckets = [Array(ordered[..<1]), Array(ordered[1..<20]), Array(ordered[20...])]
    #expect(
      bins.counts(of: buckets) == buckets.map { $0.reduce(0) { $0 + expected[$1.position].count } })
    #expect(bins.spills(atMost: 1 << 30, of: buckets[0]) || limit > 150_000)
    #expect(!bins.spills(atMost: 100, of: buckets[0]), "too many to be read ahead")
    for bucket in buckets {
      for (program, rows) in zip(bucket, try bins.rows(of: bucket)) {
        #expect((0..<rows.count).map { Int(rows[$0].origin.line) } == expected[program.position])
        #expect((0..<rows.count).allSatisfy { rows[$0].program == program })
      }
      bins.release(bucket)
      if bucket != buckets[1] { bins.release(upTo: bucket) }
    }
  }

  @Test func `rows longer than a stretch are spilled and come back`() throws {
    let folder = NSTemporaryDirectory() + "refbatch-bins-" + UUID().uuidString
    try DirectoryTree.make(folder)
    defer { try? DirectoryTree.remove(folder) }
    let registry = Self.registry(programs: 2)
    let bins = OrderBins(registry, memoryLimit: 0, nearBytes: 0, spillDirectory: folder)
    let draft = OrderBins.Draft()
    var stretches: [OrderStretch] = []
    // Each is a stretch of its own, longer than the one before by a page.
    for number in 0..<40 {
      let row = Self.row(number, ProgramOrdinal(number % 2), idBytes: 300_000 + number * 4_096)
      if let full = try bins.take(row, draft) { stretches.append(full) }
    }
    #expect(stretches.count == 40)
    bins.append(stretches)
    for (program, rows) in zip(
      registry.programsInOrder, try bins.rows(of: registry.programsInOrder))
    {
      let lines = (0..<rows.count).map { Int(rows[$0].origin.line) }
      #expect(lines == (0..<40).filter { $0 % 2 == program.position })
    }
  }
}
