// Packed files, through the system's own programs.

import Glibc
import Testing

@testable import Pipeline

private let columns = ColumnRequest(names: ["a", "b"], required: ["a"])

private func rows(_ count: Int) -> String {
  "a,b\n" + (0..<count).map { "\($0),\"x\n\"\"\($0)\"\"\"\n" }.joined()
}

private func open(_ name: String, _ folder: TemporaryFolder) throws(FileRefusal) -> RecordSource {
  try RecordSource(
    path: folder.path + "/" + name, displayName: name, format: nil, columns: columns, threads: 2)
}

/// How many descriptors this process has open.
private func openDescriptors() -> Int {
  (0..<256).count { fcntl(Int32($0), F_GETFD) >= 0 }
}

struct ArchiveTests {
  @Test(arguments: ["gzip", "zstd"])
  func `a packed file reads as the plain one`(program: String) throws {
    let folder = try TemporaryFolder()
    let text = rows(60_000)
    _ = try folder.write(text, as: "in.csv")
    try folder.run("\(program) -qk in.csv")
    let plain = try open("in.csv", folder)
    let packed = try open(program == "gzip" ? "in.csv.gz" : "in.csv.zst", folder)
    #expect(packed.ranges(4).count == 1)
    let expected = try plain.records(plain.ranges(3), columns: 2)
    #expect(try packed.records(packed.ranges(4), columns: 2) == expected)
    #expect(try packed.records(packed.ranges(4), columns: 2) == expected)
    #expect(packed.survey.byteCount < plain.survey.byteCount)
    // What is packed is not looked into.
    #expect((plain.survey.lineFeeds, packed.survey.lineFeeds) == (120_001, nil))
    #expect(expected.count == 60_000)
  }

  @Test func `members of gzip one after the other are one file`() throws {
    let folder = try TemporaryFolder()
    try folder.run("printf 'a,b\\n1,' | gzip > in.csv.gz; printf '2\\n' | gzip >> in.csv.gz")
    let source = try open("in.csv.gz", folder)
    #expect(
      try source.records(source.ranges(1), columns: 2).map(\.fields) == [
        [.text("1"), .text("2")]
      ])
  }

  @Test func `the first bytes of packed JSONL may be a byte order mark`() throws {
    let folder = try TemporaryFolder()
    try folder.run("printf '\\357\\273\\277{\"a\":1}\\n' | gzip > in.jsonl.gz")
    let source = try open("in.jsonl.gz", folder)
    let records = try source.records(source.ranges(1), columns: 1)
    #expect(records.map(\.line) == [1])
    #expect(records.map(\.fault) == [nil])
  }

  @Test(arguments: ["gzip", "zstd"])
  func `an archive that is cut off is refused after what it held`(program: String) throws {
    let folder = try TemporaryFolder()
    let name = program == "gzip" ? "in.csv.gz" : "in.csv.zst"
    _ = try folder.write(rows(200_000), as: "in.csv")
    try folder.run("\(program) -q in.csv; truncate -s -9 \(name)")
    let truncated = FileRefusal(file: name, kind: .truncatedArchive)
    var seen = 0
    #expect(throws: truncated) {
      let source = try open(name, folder)
      try source.read(source.ranges(1)[0]) { seen += $0.count }
    }
    #expect(seen > 1000)
  }

  @Test func `an archive with broken bytes is refused`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(rows(100), as: "in.csv")
    try folder.run(
      "gzip in.csv; printf '\\377\\377\\377\\377' | dd of=in.csv.gz bs=1 seek=40 conv=notrunc 2>/dev/null"
    )
    do {
      let source = try open("in.csv.gz", folder)
      _ = try source.records(source.ranges(1), columns: 2)
      Issue.record("it was read")
    } catch let refusal as FileRefusal {
      guard case .corruptArchive = refusal.kind else {
        Issue.record("\(refusal)")
        return
      }
    }
  }

  @Test func `what follows an archive in its file is refused`() throws {
    let folder = try TemporaryFolder()
    try folder.run("printf 'a,b\\n1,2\\n' | gzip > in.csv.gz; printf garbage >> in.csv.gz")
    let said = "gzip: stdin: decompression OK, trailing garbage ignored"
    #expect(throws: FileRefusal(file: "in.csv.gz", kind: .corruptArchive(said))) {
      try open("in.csv.gz", folder)
    }
  }

  @Test func `a program that is not installed is named`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      try folder.run("printf 'a,b\\n' | gzip > in.csv.gz")
      unsafe setenv("PATH", "/nowhere", 1)
      #expect(throws: FileRefusal(file: "in.csv.gz", kind: .missingProgram("gzip"))) {
        try open("in.csv.gz", folder)
      }
      unsafe setenv("PATH", "/usr/bin:/bin", 1)
    }
  }

  @Test func `an archive of nothing is zero bytes`() throws {
    let folder = try TemporaryFolder()
    try folder.run("printf '' | gzip > in.csv.gz; printf '' | zstd -q > in.csv.zst")
    for name in ["in.csv.gz", "in.csv.zst"] {
      #expect(throws: FileRefusal(file: name, kind: .zeroBytes)) { try open(name, folder) }
    }
  }

  @Test func `stopping early or at a broken end leaves no child and no descriptor`() async {
    // In a process of its own, because other tests have children and descriptors too.
    await #expect(processExitsWith: .success) {
      struct Enough: Error {}
      let folder = try TemporaryFolder()
      _ = try folder.write(rows(400_000), as: "in.csv")
      try folder.run("gzip -1k in.csv; zstd -q in.csv; truncate -s -9 in.csv.zst")
      let before = openDescriptors()
      for name in ["in.csv.gz", "in.csv.zst"] {
        let source = try open(name, folder)
        try #require(openDescriptors() == before + 1)
        #expect(throws: Enough.self) {
          try source.read(source.ranges(1)[0]) { _ in throw Enough() }
        }
        try #require(openDescriptors() == before + 1)
      }
      let source = try open("in.csv.zst", folder)
      #expect(throws: FileRefusal(file: "in.csv.zst", kind: .truncatedArchive)) {
        try source.records(source.ranges(1), columns: 2)
      }
      withExtendedLifetime(source) {}
      try #require(waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD)
    }
  }
}
