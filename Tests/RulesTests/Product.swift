// The built program in a directory of its own: writes a night's files, runs it, reads its exports.

import Foundation
import Pipeline

/// What a command left behind.
struct CommandOutcome {
  var status: Int32
  var output: [UInt8]
  var errors: String
}

struct Product {
  /// Holds `in/`, `ws/` and the schedule.
  let directory: URL

  /// The program: REFBATCH_BINARY, or the one that stands beside the test bundle.
  static let binary: URL = {
    if let path = ProcessInfo.processInfo.environment["REFBATCH_BINARY"] {
      return URL(fileURLWithPath: path)
    }
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let beside = bundle.appendingPathComponent("refbatch")
    if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return root.appendingPathComponent(".build/debug/refbatch")
  }()

  /// Makes an empty place under the system's directory for such things.
  init(_ name: String) {
    directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("refbatch-rules-\(ProcessInfo.processInfo.processIdentifier)")
      .appendingPathComponent(name)
    try? FileManager.default.removeItem(at: directory)
    try? FileManager.default.createDirectory(
      at: directory.appendingPathComponent("in"), withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: directory) }

  /// Writes a night's files and the schedule.
  func write(_ night: Night, naming: Naming) throws {
    for file in night.files {
      let bytes = file.rendered(naming: naming).bytes
      try Data(bytes).write(to: directory.appendingPathComponent("in/" + file.name))
    }
    let inputs = Kind.allCases.flatMap { kind in
      ["csv", "jsonl"].map { ending in
        "{\"kind\":\"\(kind.rawValue)\",\"path\":\"in/\(kind.rawValue)-*.\(ending)\","
          + "\"required\":false}"
      }
    }
    let fee = Decimal128(String(night.settings.defaultFee)).map { decimal in
      var percent = decimal
      percent.places += 2
      return percent.canonical
    }
    let schedule =
      "{\"name\":\"rules\",\"workspace\":\"ws\",\"inputs\":[\(inputs.joined(separator: ","))],"
      + "\"settings\":{\"max_reject_share\":1,\"open_days\":\(night.settings.openDays),"
      + "\"default_fee_percentage\":\(fee ?? "0")}}\n"
    try Data(schedule.utf8).write(to: directory.appendingPathComponent("schedule.json"))
  }

  /// Runs the schedule.
  func run(asOf: Int64, threads: Int = 2) throws -> CommandOutcome {
    try Self.command([
      "run", "--schedule", directory.appendingPathComponent("schedule.json").path,
      "--as-of", printed(asOf), "--threads", String(threads),
    ])
  }

  var workspace: URL { directory.appendingPathComponent("ws") }

  /// The lines of an export as they were printed.
  func exported(_ name: String) throws -> [UInt8] {
    let outcome = try Self.command([
      "export", name, "--workspace", workspace.path, "--format", "jsonl",
    ])
    guard outcome.status == 0 else {
      throw ExportFault(name: name, status: outcome.status, errors: outcome.errors)
    }
    return outcome.output
  }

  func export(_ name: String) throws -> [Record] { FlatJSON.records(try exported(name)) }

  /// The rejects of a run, from all its files.
  func rejects(_ run: String) -> [Record] {
    let folder = workspace.appendingPathComponent("rejects/\(run)")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().flatMap { name -> [Record] in
      let data = try? Data(contentsOf: folder.appendingPathComponent(name))
      return FlatJSON.records(Array(data ?? Data()))
    }
  }

  /// A CSV of the run's own, without quotes that span lines.
  func table(_ run: String, _ path: String) -> [Record]? {
    let file = workspace.appendingPathComponent("out/\(run)/\(path)")
    guard let data = try? Data(contentsOf: file) else { return nil }
    return PlainCSV.records(Array(data))
  }

  static func command(_ arguments: [String]) throws -> CommandOutcome {
    let process = Process()
    process.executableURL = binary
    process.arguments = arguments
    let errorFile = FileManager.default.temporaryDirectory
      .appendingPathComponent("refbatch-rules-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: errorFile.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: errorFile) }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errorFile)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let printed = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let errors = (try? Data(contentsOf: errorFile)) ?? Data()
    return CommandOutcome(
      status: process.terminationStatus, output: Array(printed),
      errors: String(decoding: errors, as: UTF8.self))
  }
}

struct ExportFault: Error, CustomStringConvertible {
  var name: String
  var status: Int32
  var errors: String
  var description: String { "export \(name) ended with \(status): \(errors)" }
}

/// A reader of the product's CSV files: header, commas, doubled quotes.
enum PlainCSV {
  static func records(_ bytes: [UInt8]) -> [Record] {
    var rows: [[Text]] = []
    var row: [Text] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var justClosed = false
    func text(_ bytes: [UInt8]) -> Text { Text(String(decoding: bytes, as: UTF8.self)) }
    for byte in bytes {
      switch byte {
      case 0x22:
        isQuoted.toggle()
        // A quote that opens again right after closing stands for itself.
        if isQuoted, justClosed { cell.append(byte) }
      case 0x2C where !isQuoted:
        row.append(text(cell))
        cell = []
      case 0x0A where !isQuoted:
        if cell.last == 0x0D { cell.removeLast() }
        row.append(text(cell))
        rows.append(row)
        row = []
        cell = []
      default: cell.append(byte)
      }
      justClosed = byte == 0x22 && !isQuoted
    }
    guard let header = rows.first else { return [] }
    return rows.dropFirst().map { row in
      Dictionary(zip(header, row)) { _, last in last }
    }
  }
}
