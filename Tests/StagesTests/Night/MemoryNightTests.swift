import Foundation
import Pipeline
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

    static func generate(_ folder: String) throws {
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
      _ = try SampleNights(options: options).write(to: folder + "/in")
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
    for night in 1...Nights.count { try plenty.run(night) }
    let outputs = try plenty.files("out").merging(plenty.files("rejects")) { $1 }
    let exports = try plenty.exports()
    // So little that every click and every order is spilled, and few buckets fit at once.
    for (memory, threads) in [(1 << 18, 1), (1 << 18, 3), (64 << 20, 2)] {
      let little = Nights(folder, memory: memory, threads: threads)
      for night in 1...Nights.count { try little.run(night) }
      let found = try little.files("out").merging(little.files("rejects")) { $1 }
      #expect(Set(found.keys) == Set(outputs.keys))
      for (path, bytes) in outputs { #expect(found[path] == bytes, "\(path)") }
      #expect(try little.exports() == exports)
      #expect(try DirectoryTree.list(little.workspace + "/staging").isEmpty)
    }
  }
}
