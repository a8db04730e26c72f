// Bytes per second of what every input byte goes through: the survey with its digest, the record
// readers, the hashes. Medians of several rounds over one file, page cache warm.
import Foundation
import Pipeline

@main
struct ReaderBenchmarks {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      throw Usage()
    }
    let path = CommandLine.arguments[1]
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    print("\(path): \(bytes.count) bytes; MB/s, median of \(rounds) rounds")
    for threads in [1, 2] {
      try report("survey and digest, \(threads) thread(s)", bytes.count) {
        _ = try open(path, threads)
      }
    }
    let source = try open(path, 2)
    try report("records with all fields, 1 thread", bytes.count) {
      var total = 0
      for range in source.ranges(1) {
        try source.read(range) { batch in
          for row in 0..<batch.count where batch.fault(row) == nil {
            for column in columns.indices { total &+= batch.field(row, column).bytes.count }
          }
        }
      }
      precondition(total > 0, "nothing was read")
    }
    try report("content hash, whole", bytes.count) {
      _ = ByteView.withBytes(of: bytes) { ContentHash.digest(of: $0) }
    }
    try report("SHA-256", bytes.count) {
      _ = ByteView.withBytes(of: bytes) { SHA256.digest(of: $0) }
    }
  }

  struct Usage: Error, CustomStringConvertible {
    let description = "usage: ReaderBenchmarks FILE (a clicks file of `refbatch generate`)"
  }

  static let rounds = 5
  static let columns = [
    "click_id", "occurred_at", "code", "visitor_id", "ip", "landing_page", "referrer",
    "utm_source", "utm_medium", "utm_campaign", "user_agent",
  ]

  static func open(_ path: String, _ threads: Int) throws -> RecordSource {
    try RecordSource(
      path: path, displayName: path, format: nil, columns: ColumnRequest(names: columns),
      threads: threads)
  }

  static func report(_ name: String, _ byteCount: Int, _ body: () throws -> Void) throws {
    let clock = ContinuousClock()
    var seconds: [Double] = []
    for _ in 0..<rounds {
      let duration = try clock.measure(body)
      seconds.append(
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18)
    }
    let median = seconds.sorted()[rounds / 2]
    print("  \(name): \(Int(Double(byteCount) / median / 1e6))")
  }
}
