import Glibc
import Testing

@testable import Pipeline

struct DescriptorTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func `a read fills the buffer, and less only at the end`() throws {
    try folder.put("f", "abcdefg")
    let file = try Descriptor(opening: folder["f"], for: .read)
    var buffer = [UInt8](repeating: 0, count: 5)
    #expect(try file.read(into: &buffer) == 5)
    #expect(buffer == Array("abcde".utf8))
    #expect(try file.read(into: &buffer) == 2)
    #expect(try file.read(into: &buffer) == 0)
    #expect(try file.read(into: &buffer, at: 3) == 4)
    #expect(buffer.prefix(4) == Array("defg".utf8)[...])
  }

  @Test func `creating demands that nothing is there, not even a dangling link`() throws {
    try folder.put("there", "old")
    try folder.link("link", to: "nowhere")
    for name in ["there", "link"] {
      let fault = #expect(throws: FileFault.self) {
        _ = try Descriptor(opening: folder[name], for: .create(mode: 0o600))
      }
      #expect(fault == FileFault(path: folder[name], operation: .create, code: EEXIST))
    }
    #expect(try folder.text("there") == "old")
  }

  @Test func `no child process inherits a descriptor`() throws {
    try folder.put("f", "")
    let file = try Descriptor(opening: folder["f"], for: .read)
    #expect(fcntl(file.number, F_GETFD) & FD_CLOEXEC == FD_CLOEXEC)
  }

  @Test func `a full disk is told as such`() throws {
    let full = try Descriptor(opening: "/dev/full", for: .readOrCreate(mode: 0o600))
    let fault = #expect(throws: FileFault.self) { try full.write([1, 2, 3].span) }
    #expect(fault?.isOutOfSpace == true)
    #expect(fault?.exitStatus == .inputOutput)
    #expect(
      fault?.description
        == "/dev/full: cannot write: No space left on device (errno 28)."
        + " Free some space, then run again.")
  }

  @Test func `a failed synchronisation is never tried again`() throws {
    var null = try Descriptor(opening: "/dev/null", for: .read)
    let first = #expect(throws: FileFault.self) { try null.synchronize() }
    let second = #expect(throws: FileFault.self) { try null.synchronize() }
    #expect(first == FileFault(path: "/dev/null", operation: .synchronize, code: EINVAL))
    #expect(second == first)
  }

  @Test func `reading a directory is refused with its path`() throws {
    let directory = try Descriptor(opening: folder.path, for: .read)
    var buffer = [UInt8](repeating: 0, count: 1)
    let fault = #expect(throws: FileFault.self) { try directory.read(into: &buffer) }
    #expect(fault == FileFault(path: folder.path, operation: .read, code: EISDIR))
  }

  @Test func `a missing path is no file, and has no information`() throws {
    #expect(try FileInformation.of(folder["none"]) == nil)
    #expect(try FileInformation.of(folder["none/below"]) == nil)
    let fault = #expect(throws: FileFault.self) {
      _ = try Descriptor(opening: folder["none"], for: .read)
    }
    #expect(fault?.isMissing == true)
  }

  @Test func `the information of a file changes with its bytes`() throws {
    try folder.put("f", "one")
    let before = try FileInformation.of(folder["f"])
    #expect(before?.kind == .file)
    #expect(before?.byteCount == 3)
    #expect(try FileInformation.of(folder["f"]) == before)
    try folder.put("f", "two!")
    #expect(try FileInformation.of(folder["f"]) != before)
  }

  @Test func `a replaced file is whole, and leaves nothing beside it`() throws {
    try WholeFile.replace(folder["f"], with: Array("one".utf8))
    try WholeFile.replace(folder["f"], with: Array("two".utf8), mode: 0o600)
    #expect(try folder.tree() == ["f 600 two"])
    try DirectoryTree.make(folder["d"])
    #expect(throws: FileFault.self) { try WholeFile.replace(folder["d"], with: [1]) }
    #expect(try folder.tree() == ["d/ 755", "f 600 two"])
  }
}
