// The demo of samples/, run by the built program in a directory of its own, as a user would.

import Foundation

/// What a program left behind.
struct FinishedProgram {
  var status: Int32
  var output: String
}

/// One run of the demo. Its directory is removed with it.
final class GoldenDemo {
  /// Holds `inbox/`, `schedules/` and `workspace/`.
  let site: URL
  private let scratch: URL

  /// The folder of the package.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The program: REFBATCH_BINARY, or the one that stands beside the test bundle.
  static let binary: URL = {
    if let path = ProcessInfo.processInfo.environment["REFBATCH_BINARY"] {
      return URL(fileURLWithPath: path)
    }
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    return bundle.appendingPathComponent("refbatch")
  }()

  /// The business dates of the nights.
  static let dates = ["2026-03-30", "2026-03-31", "2026-04-01"]

  /// Makes an empty place.
  init() throws {
    scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("refbatch-golden-\(UUID().uuidString)")
    site = scratch.appendingPathComponent("demo")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: scratch) }

  var workspace: URL { site.appendingPathComponent("workspace") }

  /// Runs `samples/run-demo.sh`.
  func runScript() throws -> FinishedProgram {
    let script = Self.root.appendingPathComponent("samples/run-demo.sh")
    return try Self.run(script, [site.path], in: scratch)
  }

  /// Runs the nights one by one, each with its own options.
  ///
  /// - Parameter prepare: Is told of each night when its files have arrived in the inbox.
  func runNights(
    _ options: [String], prepare: (URL) throws -> Void = { _ in }
  ) throws -> [FinishedProgram] {
    let files = FileManager.default
    let (inbox, schedules) = (
      site.appendingPathComponent("inbox"), site.appendingPathComponent("schedules")
    )
    try files.createDirectory(at: inbox, withIntermediateDirectories: true)
    try files.createDirectory(at: schedules, withIntermediateDirectories: true)
    try files.copyItem(
      at: Self.root.appendingPathComponent("schedules/nightly.json"),
      to: schedules.appendingPathComponent("nightly.json"))
    return try Self.dates.enumerated().map { night, date in
      let folder = Self.root.appendingPathComponent("samples/night-\(night + 1)")
      for name in try files.contentsOfDirectory(atPath: folder.path) {
        try files.copyItem(
          at: folder.appendingPathComponent(name), to: inbox.appendingPathComponent(name))
      }
      try prepare(inbox)
      let words = ["run", "schedules/nightly.json", "--as-of", date] + options
      return try Self.run(Self.binary, words, in: site)
    }
  }

  /// Runs a program to its end; what it says is kept.
  static func run(
    _ program: URL, _ arguments: [String], in directory: URL
  ) throws -> FinishedProgram {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.standardOutput = pipe
    process.standardError = pipe
    var environment = ProcessInfo.processInfo.environment
    environment["REFBATCH"] = binary.path
    process.environment = environment
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return FinishedProgram(
      status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
  }
}

/// The files under some folders of a directory, by their paths.
struct FileTree {
  var files: [String: Data] = [:]

  /// Reads all files below `folders` of `directory` but `run.json`, which holds durations.
  init(_ directory: URL, _ folders: [String]) throws {
    for folder in folders {
      let names = try FileManager.default.subpathsOfDirectory(
        atPath: directory.appendingPathComponent(folder).path)
      for name in names where !name.hasSuffix("run.json") {
        let path = "\(folder)/\(name)"
        let file = directory.appendingPathComponent(path)
        var isDirectory: ObjCBool = false
        _ = unsafe FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory)
        if !isDirectory.boolValue { files[path] = try Data(contentsOf: file) }
      }
    }
  }

  /// What is not the same in both, one line a file, with the first line that differs.
  func differences(from expected: FileTree) -> [String] {
    Set(files.keys).union(expected.files.keys).sorted().compactMap { path in
      switch (files[path], expected.files[path]) {
      case (let found?, let wanted?) where found == wanted: nil
      case (let found?, let wanted?): "\(path): \(Self.firstDifference(found, wanted))"
      case (.some, nil): "\(path): not expected"
      case (nil, _): "\(path): missing"
      }
    }
  }

  private static func firstDifference(_ found: Data, _ wanted: Data) -> String {
    let lines = [found, wanted].map { $0.split(separator: 0x0A, omittingEmptySubsequences: false) }
    let common = zip(lines[0], lines[1]).prefix { $0 == $1 }.count
    func line(_ side: Int) -> String {
      guard common < lines[side].count else { return "(no more lines)" }
      return String(decoding: lines[side][common], as: UTF8.self)
    }
    return "line \(common + 1) is \(line(0)), expected \(line(1))"
  }
}
