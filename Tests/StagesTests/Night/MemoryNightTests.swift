import Foundation
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite("Nights with little memory")
struct MemoryNightTests {
  /// A workspace that takes generated nights with so much memory.
  private final class Nights {
    static let count = 3
    let folder: String
    let memory: Int
    let threads: Int

    init(_ folder: String, memory: Int, threads: Int) {
      self.folder = folder
      self.memory = memory
      self.threads = threads
    }

    /// - Parameter change: What the sample has otherwise.
    static func generate(
      _ folder: String, _ change: (inout SampleOptions) -> Void = { _ in }
    ) throws {
      var options = SampleOptions()
      options.seed = 7
      options.clicks = 8_000
      options.orders = 2_500
      options.nights = count
      options.days = 12
      options.programs = 9
      options.affiliates = 40
      options.codes = 90
      options.latePerMillion = 200_000
      options.amendmentsPerMillion = 200_000
      change(&options)
      _ = try SampleNights(options: options).write(to: folder + "/in")
    }

    /// Puts the lines of a night's clicks and orders into another order; rows that have a line feed
    /// in them come apart, and are rejected.
    static func shuffle(_ folder: String, night: Int) throws {
      var random = SplitMix64(seed: 9)
      for kind in ["clicks", "orders"] {
        let path = "\(folder)/in/night-0\(night)/\(kind).csv"
        var lines = try WholeFile.read(path).split(separator: 0x0A)
        lines[1...].shuffle(using: &random)
        try WholeFile.replace(path, with: Array(lines.joined(separator: [0x0A])) + [0x0A])
      }
    }

    /// Runs a night, from 1.
    func run(_ night: Int) throws {
      let inputs = try DirectoryTree.list("\(folder)/in/night-0\(night)").compactMap { entry in
        InputKind(rawValue: entry.name.string.prefix { $0 != "." }.description).map { kind in
          Schedule.Input(
            kind: kind, path: "\(folder)/in/night-0\(night)/\(entry.name)",
            profile: Schedule.nativeProfile, isRequired: true)
        }
      }
      var schedule = Schedule(
        name: "memory", workspace: workspace, base: folder, inputs: inputs)
      schedule.settings.maxRejectShare = BasisPoints(10_000)
      let asOf = Instant(milliseconds: (20_544 + Int64(night - 1)) * Instant.day)
      let request = RunRequest(
        schedule: schedule, asOf: asOf, threads: threads, memory: memory)
      _ = try NightRun(request, log: Log(minimum: .error)).run()
    }

    var workspace: String { "\(folder)/ws-\(memory)-\(threads)" }

    /// What a reader finds of all nights.
    func outputs() throws -> [String: [UInt8]] {
      try files("out").merging(files("rejects")) { $1 }
    }

    /// Every file below a folder of the workspace, by its path there.
    func files(_ path: String) throws -> [String: [UInt8]] {
      var files: [String: [UInt8]] = [:]
      for entry in try DirectoryTree.list("\(workspace)/\(path)") {
        let inner = "\(path)/\(entry.name)"
        if entry.kind == .directory {
          files.merge(try self.files(inner)) { first, _ in first }
        } else {
          files[inner] = try WholeFile.read("\(workspace)/\(inner)")
        }
      }
      return files
    }

    /// The store's indexes: a first night makes some of them when its rows are there.
    func indexes() throws -> Set<String> {
      let database = try Database.open(path: workspace + "/refbatch.sqlite", mode: .readOnly)
      let names = try database.prepare("SELECT name FROM sqlite_schema WHERE type = 'index'")
      var indexes: Set<String> = []
      while try names.step() { indexes.insert(names.text(0).string) }
      return indexes
    }

    /// The last run's payouts: as its files show them, and as the store has them.
    func payouts() throws -> (files: [String], store: [String]) {
      let database = try Database.open(path: workspace + "/refbatch.sqlite", mode: .readOnly)
      let last = try #require(try RunTables.last(database))
      func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
      let extract = ByteBuffer()
      try Export(.payouts, .csv, asOf: last.asOf, run: last.number).write(
        from: database, to: extract)
      let emitted = ByteBuffer()
      var table = try TableWriter(ExportName.payoutFileColumns, .csv, to: emitted)
      try database.forEachRow(PayoutRow.query("WHERE o.emitted_run = ?1"), [last.number]) { row in
        try PayoutRow(&row).write(to: &table)
        try table.endRow()
      }
      try table.finish()
      let out = "\(workspace)/out/\(last.name)"
      return (
        try ["extracts/payouts.csv", "payouts/payouts.csv"].map {
          text(try WholeFile.read("\(out)/\($0)"))
        }, [text(extract.bytes), text(emitted.bytes)]
      )
    }

    /// What the store exports.
    func exports() throws -> [String: [UInt8]] {
      let database = try Database.open(path: workspace + "/refbatch.sqlite", mode: .readOnly)
      let asOf = try #require(try RunTables.last(database)).asOf
      var exports: [String: [UInt8]] = [:]
      for name in ExportName.allCases {
        let buffer = ByteBuffer()
        try Export(name, .csv, asOf: asOf, run: nil).write(from: database, to: buffer)
        exports[name.word] = buffer.bytes
      }
      return exports
    }
  }

  @Test func `come to the same bytes as nights with plenty, and leave nothing spilled behind`()
    throws
  {
    let folder = NSTemporaryDirectory() + "refbatch-memory-" + UUID().uuidString
    defer { try? DirectoryTree.remove(folder) }
    try Nights.generate(folder)
    let plenty = Nights(folder, memory: 1 << 30, threads: 1)
    for night in 1...Nights.count {
      try plenty.run(night)
      let payouts = try plenty.payouts()
      #expect(payouts.files == payouts.store)
      #expect(night > 1 || payouts.files.allSatisfy { $0.split(separator: "\n").count > 10 })
    }
    let outputs = try plenty.outputs()
    let exports = try plenty.exports()
    #expect(try plenty.indexes().contains("conversions_by_order"))
    // So little that every click and every order is spilled, and few buckets fit at once.
    for (memory, threads) in [(1 << 18, 1), (1 << 18, 3), (64 << 20, 2)] {
      let little = Nights(folder, memory: memory, threads: threads)
      for night in 1...Nights.count { try little.run(night) }
      let found = try little.outputs()
      #expect(Set(found.keys) == Set(outputs.keys))
      for (path, bytes) in outputs { #expect(found[path] == bytes, "\(path)") }
      #expect(try little.exports() == exports)
      #expect(try little.indexes() == plenty.indexes())
      #expect(try DirectoryTree.list(little.workspace + "/staging").isEmpty)
    }
  }

  @Test func `of one programme with all orders come to the same bytes on any number of threads`()
    throws
  {
    let folder = NSTemporaryDirectory() + "refbatch-memory-" + UUID().uuidString
    defer { try? DirectoryTree.remove(folder) }
    try Nights.generate(folder) { options in
      options.programs = 1
      // More than from which on one programme is worked on by several threads.
      options.orders = 6_000
      options.clicks = 9_000
      options.days = 40
    }
    try Nights.shuffle(folder, night: 1)
    let one = Nights(folder, memory: 1 << 30, threads: 1)
    for night in 1...2 { try one.run(night) }
    let outputs = try one.outputs()
    let exports = try one.exports()
    #expect((exports["conversions"] ?? []).count(where: { $0 == 0x0A }) > 4_100)
    // With little memory the clicks, which stand in no order, are dealt out to many passes.
    for (memory, threads) in [(1 << 30, 2), (1 << 18, 1), (1 << 18, 3)] {
      let other = Nights(folder, memory: memory, threads: threads)
      for night in 1...2 { try other.run(night) }
      let found = try other.outputs()
      #expect(Set(found.keys) == Set(outputs.keys))
      for (path, bytes) in outputs { #expect(found[path] == bytes, "\(path)") }
      #expect(try other.exports() == exports)
    }
  }
}
