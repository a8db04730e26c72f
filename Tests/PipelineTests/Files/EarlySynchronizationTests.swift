// Files that are synchronised beside the work: what cannot be is said at the end.
import Glibc
import Testing

@testable import Pipeline

@Suite struct EarlySynchronizationTests {
  @Test func `files reach the disk, and one that is not there is handed back`() throws {
    let folder = try ScratchFolder()
    let syncs = EarlySynchronization()
    for number in 0..<40 {
      if number != 17 { try folder.put("\(number)", "text") }
      syncs.add(folder["\(number)"])
    }
    #expect(try syncs.finish() == [folder["17"]])
    #expect(try syncs.finish() == [])
  }

  @Test func `what the disk refuses is thrown each time`() {
    let syncs = EarlySynchronization()
    syncs.add("/dev/null")
    for _ in 0..<2 {
      #expect(throws: FileFault(path: "/dev/null", operation: .synchronize, code: EINVAL)) {
        try syncs.finish()
      }
    }
  }

  @Test func `a complete file that is removed again does not stop the publication`() throws {
    let folder = try ScratchFolder()
    let publication = try Publication(workspace: folder.path, run: "2026-03-31.1")
    for number in 0..<20 {
      let file = try publication.write("out/\(number)")
      try file.write("text")
      try file.close()
      if number % 2 == 0 { try file.discard() }
    }
    try publication.seal()
    try publication.publish()
    #expect(try folder.tree().count { $0.hasSuffix("text") } == 10)
  }
}
