// What a profile costs: the rows of an orders file in native columns, read natively, by a profile
// that renames nothing, and from the same rows in another dress. One thread, medians of CPU time,
// page cache warm.
import Foundation
import Glibc
import Pipeline
import Stages

@main
struct ProfileBenchmarks {
  static let rounds = 7

  static func main() throws {
    guard CommandLine.arguments.count == 2 else { throw Usage() }
    let path = CommandLine.arguments[1]
    let folder = FileManager.default.temporaryDirectory.path + "/refbatch-profile-benchmark"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dressed = try Dress.dress(path, in: folder)
    let native = try measure(path, .init("native", relativeTo: ".", kind: .orders))
    report("native columns", native, native)
    report("the same bytes by a profile", try measure(path, plain()), native)
    report(
      "dates, marks and words rewritten",
      try measure(dressed, profile(Dress.profile, "dressed")), native)
  }

  struct Usage: Error, CustomStringConvertible {
    let description = "usage: ProfileBenchmarks FILE (an orders file of `refbatch generate`)"
  }

  static func profile(_ source: String, _ name: String) throws -> InputProfile {
    .mapped(try ResolvedProfile(source: source, file: name))
  }

  /// Native columns by a profile of the same names.
  static func plain() throws -> InputProfile {
    let names = OrderDecoder.layout.columns.map(\.name)
    let columns = names.map { "\"\($0)\": [\"\($0)\"]" }.joined(separator: ",")
    return try profile(
      "{\"name\": \"plain\", \"kind\": \"orders\", \"columns\": {\(columns)}}", "plain")
  }

  /// CPU time of the process so far.
  static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// CPU seconds and rows of reading all orders of a file.
  static func measure(_ path: String, _ profile: InputProfile) throws -> (Double, Int) {
    var seconds: [Double] = []
    var rows = 0
    let source = try profile.open(path, kind: .orders, asOf: .distantFuture, threads: 1)
    for _ in 0..<rounds {
      rows = 0
      let start = processorSeconds()
      do {
        let decoder = OrderDecoder(
          registry: try registry(), asOf: .distantFuture, ipKey: .none)
        for range in source.ranges(1) {
          try source.read(range) { batch in
            for row in 0..<batch.count {
              let origin = RowOrigin(file: 0, line: Int32(clamping: batch.line(row)))
              if decoder.decode(batch, row, origin).row != nil { rows += 1 }
            }
          }
        }
      }
      seconds.append(processorSeconds() - start)
    }
    return (seconds.sorted()[rounds / 2], rows)
  }

  /// The programmes that the generator makes.
  static func registry() throws -> Registry {
    let programs = (0..<2_000).map { number in
      let digits = String(number)
      let padded = String(repeating: "0", count: 4 - digits.utf8.count) + digits
      return Program(
        id: ProgramID(Text("prog_\(padded)")), ordinal: ProgramOrdinal(number), timeline: [],
        statuses: [])
    }
    return Registry(programs: programs, affiliates: [], codes: [])
  }

  static func report(_ name: String, _ found: (Double, Int), _ base: (Double, Int)) {
    let perRow = found.0 / Double(max(found.1, 1)) * 1e9
    let share = found.0 / base.0
    print(
      "  \(name): \(found.1) rows, \(Int(perRow)) ns a row, "
        + "\(Int((share * 100).rounded())) % of native")
  }
}
