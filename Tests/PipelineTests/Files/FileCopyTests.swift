import Glibc
import TestSupport
import Testing

@testable import Pipeline

struct FileCopyTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test(arguments: [
    0, 1, 4_095, 4_096, 65_536, 1_048_575, 1_048_576, 3_000_001, 4_194_303, 4_194_304, 4_194_305,
    8_388_607,
  ])
  func `a copy has the same bytes, for its owner alone`(byteCount: Int) throws {
    var random = SplitMix64(seed: 7)
    let bytes = (0..<byteCount).map { _ in UInt8.random(in: 0x20...0x7E, using: &random) }
    try WholeFile.replace(folder["source"], with: bytes)
    #expect(try FileCopy.archive(folder["source"], to: folder["copy"]) == Int64(byteCount))
    #expect(try folder.text("copy") == String(decoding: bytes, as: UTF8.self))
    #expect(try FileInformation.of(folder["copy"])?.mode == 0o600)
    #expect(
      try FileInformation.of(folder["copy"])?.inode != FileInformation.of(folder["source"])?.inode)
  }

  @Test func `a file that ends before its size is an error, not a crash`() throws {
    let block = DirectFile.mostBlockBytes
    try WholeFile.replace(folder["source"], with: [UInt8](repeating: 65, count: block + 10))
    let input = try Descriptor(opening: folder["source"], for: .read)
    let file = DirectFile(try Descriptor(opening: folder["copy"], for: .create(mode: 0o600)))
    let fault = #expect(throws: FileFault.self) {
      try file.appendBlocks(of: input, byteCount: Int64(3 * block))
    }
    #expect(fault?.code == EFAULT)
  }

  @Test func `a link is the same file`() throws {
    try folder.put("source", "abc")
    try folder.link("alias", to: "source")
    #expect(try FileCopy.archive(folder["alias"], to: folder["link"], by: .link) == 3)
    #expect(
      try FileInformation.ofLink(folder["link"])?.inode
        == FileInformation.of(folder["source"])?.inode)
  }

  @Test(arguments: [FileCopy.Way.copy, .link])
  func `what is at the destination stays`(way: FileCopy.Way) throws {
    try folder.put("source", "new")
    try folder.put("copy", "old")
    #expect(throws: FileFault.self) {
      try FileCopy.archive(folder["source"], to: folder["copy"], by: way)
    }
    #expect(try folder.text("copy") == "old")
  }

  @Test func `a file that gives other bytes than its size says has changed`() throws {
    let fault = #expect(throws: ChangedFile.self) {
      try FileCopy.archive("/proc/self/status", to: folder["copy"])
    }
    #expect(fault?.exitStatus == .temporaryFailure)
    #expect(try folder.tree() == [])
  }

  @Test(.enabled(if: ScratchFolder.hasOtherFilesystem))
  func `a link to another filesystem is a copy`() throws {
    try folder.put("source", "abc")
    let other = "/dev/shm/refbatch-copy-\(getpid())"
    defer { try? DirectoryTree.remove(other) }
    #expect(try FileCopy.archive(folder["source"], to: other, by: .link) == 3)
    #expect(try FileInformation.of(other)?.byteCount == 3)
  }
}
