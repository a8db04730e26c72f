// Reading instants one after the other against reading each on its own.

import TestSupport
import Testing

@testable import Pipeline

struct InstantReaderTests {
  private static let samples = [
    "2026-03-31T12:00:00Z", "2026-03-31T23:59:59.999Z", "2026-03-31T24:00:00Z",
    "2026-03-31T12:60:00Z", "2026-03-31T12:00:60Z", "2026-03-31 12:00:00Z",
    "2026-03-31t12:00:00z", "2026-03-31T12:00:00.1Z", "2026-03-31T12:00:00.1239Z",
    "2026-03-31T12:00:00+02:00", "2026-03-31T00:30:00+02:00", "2026-03-31T12:00:00,123Z",
    "2026-03-31T12.00:00Z", "2026-03-31T1a:00:00Z", "2026-03-31T12:00:00", "2026-03-32T12:00:00Z",
    "2026-02-28T12:00:00Z", "0000-01-01T00:00:00Z", "1969-12-31T23:59:59.001Z",
    "9999-12-31T23:59:59.999Z", "yesterday", "", "2026-03-31T12:00:00ZZZZZ",
    "2026-03-31T12:00:00.é1Z",
  ]

  @Test func `what came before makes no difference`() {
    var random = SplitMix64(seed: 31)
    var reader = InstantReader()
    for _ in 0..<20_000 {
      var bytes = Array((Self.samples.randomElement(using: &random) ?? "").utf8)
      if Bool.random(using: &random), !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = UInt8.random(in: 0x2B...0x7A, using: &random)
      }
      let expected = ByteView.withBytes(of: bytes) { InstantText.scan($0) }
      #expect(ByteView.withBytes(of: bytes) { reader.scan($0) } == expected, "\(bytes)")
    }
  }
}
