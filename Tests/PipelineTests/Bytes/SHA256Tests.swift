// SHA-256 against the vectors of FIPS 180-4 and against the system's own program.

import Foundation
@testable import Pipeline
import TestSupport
import Testing

struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
        + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func `the vectors of the standard come out`(text: String, expected: String) {
    ByteView.withBytes(of: text) { #expect(SHA256.hexadecimal(of: $0) == expected) }
  }

  @Test func `a million times a comes out, whatever the pieces`() {
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
    var hash = SHA256()
    for index in 0..<1000 {
      let cut = index % 1000
      ByteView.withBytes(of: Array(piece[..<cut])) { hash.update($0) }
      ByteView.withBytes(of: Array(piece[cut...])) { hash.update($0) }
    }
    #expect(
      SHA256.hexadecimal(hash.finish())
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test(arguments: [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 4097])
  func `random bytes hash as sha256sum says`(count: Int) throws {
    var random = SplitMix64(seed: UInt64(count))
    let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sha256sum"]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(bytes))
    try input.fileHandleForWriting.close()
    let said = try #require(try output.fileHandleForReading.readToEnd())
    process.waitUntilExit()
    let expected = String(decoding: said.prefix(64), as: UTF8.self)
    ByteView.withBytes(of: bytes) { #expect(SHA256.hexadecimal(of: $0) == expected) }
  }

  @Test func `the processor's instructions come to what the steps of the standard come to`() throws
  {
    try #require(SHA256State.hasInstructions || !Self.cpuFlags.contains("sha_ni"))
    guard SHA256State.hasInstructions else { return }
    var random = SplitMix64(seed: 256)
    for round in 0..<200 {
      let start = round % 67
      let blocks = round % 9
      let bytes = (0..<start + 64 * blocks).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      var byInstructions = SHA256State()
      byInstructions.c = UInt32(truncatingIfNeeded: random.next())
      var byStep = byInstructions
      ByteView.withBytes(of: bytes) { view in
        byInstructions.takeByInstructions(view, from: start, blocks: blocks)
        byStep.takeStepByStep(view, from: start, blocks: blocks)
      }
      #expect(byInstructions.words == byStep.words)
    }
  }

  /// What the system says of the processor.
  private static let cpuFlags: Set<Substring> = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
    return Set(line.split(separator: " "))
  }()
}
