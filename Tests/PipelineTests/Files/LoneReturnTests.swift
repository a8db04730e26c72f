import Foundation
import Pipeline
import Testing

@Suite struct LoneReturnTests {
  @Test func `a file whose lines end in CR alone is refused, not read as a header without rows`()
    throws
  {
    let path = NSTemporaryDirectory() + "/lone-return-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "a,b\r1,2\r3,4\r".write(toFile: path, atomically: false, encoding: .utf8)
    #expect(throws: FileRefusal.self) {
      try RecordSource(
        path: path, displayName: "mac.csv", format: nil,
        columns: ColumnRequest(names: ["a", "b"], required: ["a"]), threads: 1)
    }
  }
}
