import Glibc
import Testing

@testable import Pipeline

struct PublicationTests {
  private let folder: ScratchFolder
  private let run = "2026-03-31.1"

  init() throws { folder = try ScratchFolder() }

  private struct Interruption: Error {}

  /// Stages what a run makes: new directories, files for existing ones, one adopted file.
  private func stage(_ run: String) throws -> Publication {
    let publication = try Publication(workspace: folder.path, run: run)
    for path in [
      "out/\(run)/report.json", "out/\(run)/extracts/rewards.csv", "clicks/2026-03-30/\(run)-0.seg",
      "clicks/2026-03-31/\(run)-0.seg", "ledger/\(run).journal", "rejects/\(run)/a.rejects.jsonl",
    ] {
      let file = try publication.write(path)
      try file.write("text of \(path)")
      try file.close()
    }
    let archived = try publication.stagingPath(for: "archive/aa/bb")
    try folder.put("input.csv", "a,b\n")
    try FileCopy.archive(folder["input.csv"], to: archived)
    try publication.adopt("archive/aa/bb")
    try DirectoryTree.removeFile(folder["input.csv"])
    return publication
  }

  /// The workspace after one earlier run.
  private func earlier() throws {
    let publication = try Publication(workspace: folder.path, run: "2026-03-30.1")
    for path in ["out/2026-03-30.1/report.json", "clicks/2026-03-30/2026-03-30.1-0.seg"] {
      let file = try publication.write(path)
      try file.write("before")
      try file.close()
    }
    try publication.seal()
    try publication.publish()
  }

  @Test func `a published run stands in its places and nowhere else`() throws {
    try earlier()
    let publication = try stage(run)
    try publication.seal()
    try publication.publish()
    #expect(
      try folder.tree() == [
        "archive/ 700", "archive/aa/ 700", "archive/aa/bb 600 a,b\n",
        "clicks/ 755", "clicks/2026-03-30/ 755", "clicks/2026-03-30/2026-03-30.1-0.seg 644 before",
        "clicks/2026-03-30/\(run)-0.seg 644 text of clicks/2026-03-30/\(run)-0.seg",
        "clicks/2026-03-31/ 755",
        "clicks/2026-03-31/\(run)-0.seg 644 text of clicks/2026-03-31/\(run)-0.seg",
        "ledger/ 755", "ledger/\(run).journal 644 text of ledger/\(run).journal",
        "out/ 755", "out/2026-03-30.1/ 755", "out/2026-03-30.1/report.json 644 before",
        "out/\(run)/ 755", "out/\(run)/extracts/ 755",
        "out/\(run)/extracts/rewards.csv 644 text of out/\(run)/extracts/rewards.csv",
        "out/\(run)/report.json 644 text of out/\(run)/report.json",
        "rejects/ 700", "rejects/\(run)/ 700",
        "rejects/\(run)/a.rejects.jsonl 600 text of rejects/\(run)/a.rejects.jsonl",
        "staging/ 755",
      ])
  }

  @Test func `a closed file knows its size and its digest`() throws {
    let publication = try Publication(workspace: folder.path, run: run)
    let empty = try publication.write("out/b")
    let large = try publication.write("out/a")
    for _ in 0..<50_000 { try large.write("0123456789") }
    try large.write([UInt8](repeating: 0x61, count: 500_000))
    #expect(
      try empty.close()
        == StagedFileFacts(
          relativePath: "out/b", bytes: 0,
          sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
    let facts = try large.close()
    #expect(facts.bytes == 1_000_000)
    #expect(facts.sha256 == "a73f172c6bd63d91991579a3e924de9cef147df1fb41c17ad8ed9170d4e66578")
    #expect(publication.files.map(\.relativePath) == ["out/a", "out/b"])
    #expect(try publication.stagingPath(for: "out/a") == folder["staging/\(run)/out/a"])
    try DirectoryTree.rename(folder["staging/\(run)/out/a"], to: folder["staging/\(run)/out/c"])
    #expect(try publication.adopt("out/c").sha256 == facts.sha256)
  }

  @Test func `an interrupted publication is finished by the next start`() throws {
    var expected: [String] = []
    var stepCount = 0
    for interruptedAt in 0... {
      try DirectoryTree.remove(folder.path)
      try DirectoryTree.make(folder.path)
      try earlier()
      let publication = try stage(run)
      try publication.seal()
      var steps = 0
      let isInterrupted: Bool
      do {
        try publication.publish { _ in
          steps += 1
          if steps == interruptedAt { throw Interruption() }
        }
        isInterrupted = false
      } catch is Interruption {
        isInterrupted = true
      }
      let recovery = try Publication.recover(workspace: folder.path) { $0 == run }
      if interruptedAt == 0 {
        expected = try folder.tree()
        stepCount = steps
      }
      #expect(try folder.tree() == expected)
      // The very last step removes the staging directory, so nothing is left to recover.
      #expect(recovery.rolledForward == (isInterrupted && steps < stepCount ? [run] : []))
      #expect(recovery.removed == [])
      if !isInterrupted, interruptedAt > 0 { break }
    }
    #expect(stepCount == 14)
  }

  @Test func `an interrupted recovery is finished by the next one`() throws {
    try earlier()
    try stage(run).seal()
    var interruptions = 0
    while true {
      do {
        let recovery = try Publication.recover(
          workspace: folder.path,
          observing: { step in
            // A synchronisation is repeated by each recovery, so it alone is no progress.
            if case .synchronized = step { return }
            throw Interruption()
          },
          isCommitted: { $0 == run })
        #expect(recovery == Recovery())
        break
      } catch is Interruption {
        interruptions += 1
      }
    }
    #expect(interruptions == 10)
    #expect(try folder.tree("out/\(run)").count == 3)
    #expect(try folder.tree("staging") == [])
  }

  @Test func `a run that was not committed leaves nothing`() throws {
    try earlier()
    let before = try folder.tree()
    try stage(run).seal()
    let open = try Publication(workspace: folder.path, run: "2026-03-31.2").write("out/x/y")
    try open.write("half")
    try folder.put("staging/stray", "")
    try folder.put(".run.json.tmp-12-abc", "")
    try folder.put("failed/.run.json.tmp-12-abc", "")
    try folder.put("failed/run.json", "{}")
    let recovery = try Publication.recover(workspace: folder.path) { _ in false }
    #expect(recovery.rolledForward == [])
    #expect(
      recovery.removed == [
        "staging/\(run)", "staging/2026-03-31.2", "staging/stray", ".run.json.tmp-12-abc",
        "failed/.run.json.tmp-12-abc",
      ])
    try DirectoryTree.remove(folder["failed"])
    #expect(try folder.tree() == before)
  }

  @Test func `a discarded run leaves nothing`() throws {
    try earlier()
    let before = try folder.tree()
    let publication = try stage(run)
    try publication.discard()
    #expect(try folder.tree() == before)
    #expect(publication.files == [])
  }

  @Test func `a discarded file is as if it had never been begun`() throws {
    let publication = try Publication(workspace: folder.path, run: run)
    let file = try publication.write("rejects/\(run)/a")
    try file.discard()
    let again = try publication.write("rejects/\(run)/a")
    try again.close()
    #expect(publication.files.map(\.relativePath) == ["rejects/\(run)/a"])
  }

  @Test func `another file at the final place is found before the commit`() throws {
    try folder.put("ledger/\(run).journal", "something else")
    let publication = try stage(run)
    #expect(throws: PublicationFault.occupied(folder["ledger/\(run).journal"])) {
      try publication.seal()
    }
    #expect(try folder.text("ledger/\(run).journal") == "something else")
  }

  @Test func `the same file at the final place is taken for published`() throws {
    try folder.put("ledger/\(run).journal", "text of ledger/\(run).journal")
    let publication = try stage(run)
    try publication.seal()
    try publication.publish()
    let path = "ledger/\(run).journal"
    #expect(try folder.tree("ledger") == ["\(path) 644 text of \(path)"])
    #expect(try folder.tree("staging") == [])
  }

  @Test(arguments: ["file", "link", "fifo"])
  func `what is no directory in the place of one is refused`(what: String) throws {
    let publication = try stage(run)
    switch what {
    case "file": try folder.put("out", "")
    case "link": try folder.link("out", to: "nowhere")
    default: try folder.pipe("out")
    }
    #expect(throws: PublicationFault.occupied(folder["out"])) { try publication.seal() }
  }

  @Test(.enabled(if: ScratchFolder.hasOtherFilesystem))
  func `a final place on another filesystem is refused before the commit`() throws {
    let other = "/dev/shm/refbatch-\(getpid())"
    try DirectoryTree.make(other)
    defer { try? DirectoryTree.remove(other) }
    try folder.link("archive", to: other)
    let publication = try stage(run)
    #expect(throws: PublicationFault.otherFilesystem(folder["archive"])) { try publication.seal() }
  }

  @Test(arguments: ["", "/etc/x", "../x", "out/../../x", "out//x", "out/", "./x", "staging/x"])
  func `a path that does not stay inside the workspace is refused`(path: String) throws {
    let publication = try Publication(workspace: folder.path, run: run)
    #expect(throws: PublicationFault.badPath(path)) { try publication.write(path) }
    #expect(throws: PublicationFault.badPath(path)) { try publication.adopt(path) }
  }

  @Test func `a zero byte in a path is refused`() throws {
    let publication = try Publication(workspace: folder.path, run: run)
    #expect(throws: PublicationFault.badPath("out/a\0")) { try publication.write("out/a\0") }
  }

  @Test func `a path is staged once`() throws {
    let publication = try Publication(workspace: folder.path, run: run)
    try publication.write("out/a").close()
    #expect(throws: PublicationFault.badPath("out/a")) { try publication.write("out/a") }
    #expect(throws: PublicationFault.badPath("out/a")) { try publication.adopt("out/a") }
  }

  @Test func `a file that is not what was written is not taken in`() throws {
    let publication = try Publication(workspace: folder.path, run: run)
    try WholeFile.replace(publication.stagingPath(for: "out/short"), with: [1, 2, 3])
    for path in ["out/short", "out/missing"] {
      #expect(throws: PublicationFault.incomplete(path, byteCount: 4)) {
        try publication.adopt(path, sha256: "00", byteCount: 4)
      }
    }
    try WholeFile.replace(publication.stagingPath(for: "out/whole"), with: [1, 2, 3])
    #expect(try publication.adopt("out/whole", sha256: "00", byteCount: 3).bytes == 3)
  }

  @Test func `a file that was never closed keeps the run from being sealed`() throws {
    let publication = try Publication(workspace: folder.path, run: run)
    let file = try publication.write("out/a")
    try publication.write("out/b").close()
    #expect(throws: PublicationFault.unfinished("out/a")) { try publication.seal() }
    try file.close()
    #expect(throws: PublicationFault.unfinished("out/a")) { try file.close() }
    try publication.seal()
  }

  @Test(arguments: ["", "a/b", "..", "staging"])
  func `a run's name is a file name`(name: String) {
    #expect(throws: PublicationFault.badPath(name)) {
      try Publication(workspace: folder.path, run: name)
    }
  }

  @Test func `only what is sealed can be published`() async {
    await #expect(processExitsWith: .failure) {
      let folder = try ScratchFolder()
      try Publication(workspace: folder.path, run: "r").publish()
    }
  }
}
