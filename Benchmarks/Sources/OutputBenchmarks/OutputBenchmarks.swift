// What the outputs of a run are made by: rows encoded a second, bytes digested a second. In CPU
// time of the measuring thread, best of several rounds.
import Glibc
import Pipeline

@main
struct OutputBenchmarks {
  static let rounds = 7
  static let rows = 500_000

  static func main() throws {
    let bytes = [UInt8](repeating: 0x61, count: 64 << 20)
    report("SHA-256, MB/s", Double(bytes.count) / 1e6) {
      _ = ByteView.withBytes(of: bytes) { SHA256.digest(of: $0) }
    }
    let sink = Nowhere()
    try report("CSVWriter, thousand rows/s", Double(rows) / 1e3) {
      var csv = try CSVWriter(to: sink, columns: ["id", "order", "at", "code", "amount"])
      for row in 0..<rows {
        csv.append(id(row).description)
        csv.append(order(row))
        csv.append(InstantText.text(milliseconds: instant(row)))
        csv.append("SAVE00000")
        csv.append(Int64(row) * 7)
        try csv.endRow()
      }
      try csv.finish()
    }
    let orders = (0..<rows).map(order)
    report("RowEncoder, thousand rows/s", Double(rows) / 1e3) {
      var encoder = RowEncoder(capacity: rows * 96)
      let code = ShortField(",SAVE00000,")
      for row in 0..<rows {
        encoder.append(hexadecimal: id(row))
        encoder.append(0x2C)
        encoder.append(field: orders[row])
        encoder.append(0x2C)
        encoder.append(instant: instant(row))
        encoder.append(code)
        encoder.append(decimal: Int64(row) * 7)
        encoder.append(0x0A)
      }
      let encoded = encoder.finish()
      precondition(encoded.count > rows, "rows were encoded")
    }
  }

  static func id(_ row: Int) -> Digest128 {
    Digest128(
      high: UInt64(row) &* 0x9E37_79B9_7F4A_7C15, low: UInt64(row) &* 0xD1B5_4A32_D192_ED03)
  }

  static func order(_ row: Int) -> Text { Text("o_\(1_000_000_000 + row)") }

  static func instant(_ row: Int) -> Int64 { 1_767_225_600_000 + Int64(row) * 15_517 }

  static func report(_ name: String, _ amount: Double, _ body: () throws -> Void) rethrows {
    var best = Double.infinity
    for _ in 0..<rounds {
      let start = seconds()
      try body()
      best = min(best, seconds() - start)
    }
    print("\(name): \(Int(amount / best))")
  }

  static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A sink that keeps nothing.
final class Nowhere: ByteSink {
  private(set) var count = 0
  func write(_ bytes: Span<UInt8>) { count += bytes.count }
}
