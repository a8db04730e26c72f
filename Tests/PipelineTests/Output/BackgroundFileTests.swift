import Foundation
import Pipeline
import Testing

struct BackgroundFileTests {
  private func inPublication(_ body: (Publication) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "refbatch-background-" + UUID().uuidString
    try DirectoryTree.make(folder)
    defer { try? DirectoryTree.remove(folder) }
    try body(Publication(workspace: folder, run: "r"))
  }

  private static func block(_ text: String) -> EncodedRows {
    var encoder = RowEncoder(capacity: 0)
    encoder.append(raw: Array(text.utf8))
    return encoder.finish()
  }

  @Test func `blocks stand in the file in their order, however many there are`() throws {
    try inPublication { publication in
      let file = BackgroundFile(try publication.write("out/r/a.csv"))
      var expected = ""
      for number in 0..<500 {
        let text = String(repeating: "\(number),", count: number % 97 * 20)
        file.write(Self.block(text))
        expected += text
      }
      file.write { put in
        try put(Self.block("made "))
        try put(Self.block("late"))
      }
      file.close()
      let facts = try file.finish()
      let path = try publication.stagingPath(for: "out/r/a.csv")
      let bytes = try WholeFile.read(path)
      #expect(String(decoding: bytes, as: UTF8.self) == expected + "made late")
      #expect(facts.bytes == Int64(bytes.count))
      #expect(facts.sha256 == ByteView.withBytes(of: bytes) { SHA256.hexadecimal(of: $0) })
      #expect(publication.files == [facts])
    }
  }

  private struct Refusal: Error {}

  @Test func `the first fault is kept for the end, and the file stays unfinished`() throws {
    try inPublication { publication in
      let file = BackgroundFile(try publication.write("out/r/a.csv"))
      file.write(Self.block("x"))
      file.write { _ in throw Refusal() }
      for _ in 0..<100 { file.write(Self.block("y")) }
      #expect(throws: Refusal.self) { try file.finish() }
      #expect(throws: PublicationFault.self) { try publication.seal() }
    }
  }
}
