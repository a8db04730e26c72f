import Glibc
import Testing

@testable import Pipeline

struct DirectoryTreeTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func `making a directory makes those above it, and says which`() throws {
    #expect(try DirectoryTree.make(folder["a/b"], mode: 0o700) == [folder["a"], folder["a/b"]])
    #expect(try DirectoryTree.make(folder["a/b/c"]) == [folder["a/b/c"]])
    #expect(try DirectoryTree.make(folder["a/b/c/"]) == [])
    #expect(try folder.tree() == ["a/ 700", "a/b/ 700", "a/b/c/ 755"])
  }

  @Test func `a file in the way of a directory is a fault`() throws {
    try folder.put("a", "")
    let fault = #expect(throws: FileFault.self) { try DirectoryTree.make(folder["a"]) }
    #expect(fault == FileFault(path: folder["a"], operation: .makeDirectory, code: EEXIST))
    #expect(throws: FileFault.self) { try DirectoryTree.make(folder["a/b"]) }
  }

  @Test func `names are sorted by their bytes`() throws {
    for name in ["é", "z", "Z", "a b", "a", "10", "9", "e\u{301}"] { try folder.put(name, "") }
    let names = try DirectoryTree.list(folder.path).map(\.name)
    #expect(names == ["10", "9", "Z", "a", "a b", "e\u{301}", "z", "é"])
  }

  @Test func `removing follows no link`() throws {
    try folder.put("kept/file", "kept")
    try folder.put("gone/deep/er/file", "")
    try folder.link("gone/deep/link", to: folder["kept"])
    try DirectoryTree.remove(folder["gone"])
    try DirectoryTree.remove(folder["gone"])
    #expect(try folder.tree() == ["kept/ 755", "kept/file 644 kept"])
  }

  @Test func `a name that is no UTF-8 is refused, and can be removed`() throws {
    let name = (folder["d"] + "/bad").utf8CString.dropLast() + [CChar(bitPattern: 0xFF), 0]
    try DirectoryTree.make(folder["d"])
    #expect(unsafe mkdir(Array(name), 0o755) == 0)
    let fault = #expect(throws: FileFault.self) { try DirectoryTree.list(folder["d"]) }
    #expect(fault?.code == EILSEQ)
    try DirectoryTree.remove(folder["d"])
    #expect(try folder.tree() == [])
  }

  @Test(
    arguments: [
      ("/a/b", "/a"), ("/a", "/"), ("/", nil), ("a", nil), ("a/b/c", "a/b"), ("a/b/", "a"),
    ] as [(String, String?)])
  func `the directory of a path`(path: String, parent: String?) {
    #expect(DirectoryTree.parent(of: path) == parent)
  }
}

struct GlobTests {
  @Test(arguments: [
    ("*", "a.csv", true), ("*", ".hidden", false), (".*", ".hidden", true),
    ("*.csv", ".csv", false),
    ("*.csv", "a.csv", true), ("*.csv", "a.csv.gz", false), ("a?c", "abc", true),
    ("a?c", "ac", false), ("a?c", "aéc", true), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false),
    ("[!a-c]x", "dx", true), ("[]x]", "]", true), ("[a-]", "-", true), ("[ab", "[ab", true),
    ("\\*", "*", true), ("\\*", "a", false), ("*a*b*c", "xxaxbxbxc", true),
    ("*a*b*c", "xxaxbxbx", false), ("a*", "a", true), ("a**b", "axxb", true), ("?", "", false),
  ])
  func `a part of a pattern matches a name`(pattern: String, name: String, isMatch: Bool) {
    #expect(Glob(pattern).matches(name: name) == isMatch)
  }

  @Test(arguments: [
    ("*.csv", ["a.csv", "b.csv"]), ("./*.csv", ["a.csv", "b.csv"]), ("a.csv", ["a.csv"]),
    ("none.csv", []), ("x/*.csv", ["x/c.csv"]), ("*/*.csv", ["l/d.csv", "x/c.csv"]),
    ("**/*.csv", ["a.csv", "b.csv", "x/c.csv", "x/y/d.csv"]),
    ("x/**", ["x/c.csv", "x/y/d.csv"]), ("**/y/*", ["x/y/d.csv"]), ("x", []), ("none/*", []),
    ("**/**/d.csv", ["x/y/d.csv"]), ("[ab].csv", ["a.csv", "b.csv"]), ("a.csv/*", []),
    ("l/*.csv", ["l/d.csv"]),
  ])
  func `a pattern names the files under a directory`(pattern: String, files: [String]) throws {
    let folder = try ScratchFolder()
    for name in ["b.csv", "a.csv", ".c.csv", "x/c.csv", "x/y/d.csv", "x/.z/e.csv"] {
      try folder.put(name, "")
    }
    try folder.link("l", to: "x/y")
    #expect(try Glob(pattern).files(under: folder.path) == files.map { folder[$0] })
    #expect(try Glob(folder[pattern]).files(under: "/elsewhere") == files.map { folder[$0] })
  }
}
