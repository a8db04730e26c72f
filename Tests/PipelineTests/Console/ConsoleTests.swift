import Foundation
import Glibc
import Synchronization
import Testing

@testable import Pipeline

struct LogTests {
  private let plain = Terminal(isTerminal: false, hasColour: false)

  @Test(
    arguments: [
      (.debug, "debug: m\n"), (.info, "m\n"), (.warning, "warning: m\n"), (.error, "error: m\n"),
    ] as [(Log.Level, String)])
  func `a line in a pipe has its level and no colour`(level: Log.Level, line: String) {
    #expect(Log(minimum: .debug, descriptor: 2, terminal: plain).line(level, "m") == line)
  }

  @Test func `a line on a terminal wipes the progress away, and has colour where it is wanted`() {
    let colour = Log(
      minimum: .info, descriptor: 2, terminal: Terminal(isTerminal: true, hasColour: true))
    #expect(colour.line(.info, "m") == "\r\u{1B}[Km\n")
    #expect(colour.line(.error, "m") == "\r\u{1B}[K\u{1B}[31merror:\u{1B}[0m m\n")
    let grey = Log(
      minimum: .info, descriptor: 2, terminal: Terminal(isTerminal: true, hasColour: false))
    #expect(grey.line(.error, "m") == "\r\u{1B}[Kerror: m\n")
  }

  @Test func `a message cannot forge a line or a colour`() {
    #expect(Log.visible("a\nerror: b\u{1B}[31m\u{9B}é") == "a\\u{a}error: b\\u{1b}[31m\\u{9b}é")
  }

  @Test func `messages below the least level are not written`() throws {
    let folder = try ScratchFolder()
    let file = try Descriptor(opening: folder["log"], for: .readOrCreate(mode: 0o600))
    let log = Log(minimum: .warning, descriptor: file.number, terminal: plain)
    log.debug("a")
    log.info("b")
    log.warning("c")
    log.error("d")
    #expect(try folder.text("log") == "warning: c\nerror: d\n")
  }

  @Test func `a file is no terminal`() throws {
    let folder = try ScratchFolder()
    let file = try Descriptor(opening: folder["f"], for: .readOrCreate(mode: 0o600))
    #expect(Terminal(descriptor: file.number) == plain)
  }
}

struct ProgressLineTests {
  /// What a progress line writes when asked at these times, in milliseconds.
  private func written(isShown: Bool, at times: [UInt64]) throws -> String {
    let folder = try ScratchFolder()
    let file = try Descriptor(opening: folder["p"], for: .readOrCreate(mode: 0o600))
    let clock = Mutex(times.map { $0 * 1_000_000 })
    let progress = ProgressLine(descriptor: file.number, isShown: isShown) {
      clock.withLock { $0.removeFirst() }
    }
    for time in times { progress.update("ingest", done: Int64(time), of: 400) }
    progress.clear()
    progress.clear()
    return try folder.text("p")
  }

  @Test func `a terminal sees a line at most every tenth of a second`() throws {
    let line = { (text: String) in "\r\u{1B}[K\(text)" }
    #expect(
      try written(isShown: true, at: [0, 50, 99, 100, 150, 300])
        == line("ingest: 0 of 400 (0 %)") + line("ingest: 100 of 400 (25 %)")
        + line("ingest: 300 of 400 (75 %)") + line(""))
  }

  @Test func `a pipe sees nothing`() throws {
    #expect(try written(isShown: false, at: [0, 200]) == "")
  }

  @Test func `a line without a known whole has no share`() {
    #expect(ProgressLine.line("rows", done: 7, of: nil) == "rows: 7")
    #expect(ProgressLine.line("rows", done: 7, of: 0) == "rows: 7")
    let most = Int64.max
    #expect(ProgressLine.line("rows", done: most, of: most) == "rows: \(most) of \(most) (100 %)")
  }
}

struct StandardOutputTests {
  @Test func `a full disk is thrown, at the latest by the flush`() throws {
    let full = try Descriptor(opening: "/dev/full", for: .readOrCreate(mode: 0o600))
    let output = StandardOutput(descriptor: full.number)
    try output.write("small")
    let fault = #expect(throws: FileFault.self) { try output.flush() }
    #expect(fault == FileFault(path: "standard output", operation: .write, code: ENOSPC))
    #expect(throws: FileFault.self) { try output.write([UInt8](repeating: 0, count: 100_000)) }
  }

  @Test func `a reader that has gone is a typed fault`() throws {
    StandardOutput.reportBrokenPipes()
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let output = StandardOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    try output.write("x")
    let fault = #expect(throws: FileFault.self) { try output.flush() }
    #expect(fault?.isBrokenPipe == true)
    #expect(fault?.exitStatus == .inputOutput)
  }

  @Test func `everything arrives in order`() throws {
    let folder = try ScratchFolder()
    let file = try Descriptor(opening: folder["out"], for: .readOrCreate(mode: 0o600))
    let output = StandardOutput(descriptor: file.number)
    for number in 0..<20_000 { try output.write("\(number)\n") }
    try output.write([UInt8](repeating: 0x61, count: 200_000))
    try output.write("end")
    try output.flush()
    let text = (0..<20_000).map { "\($0)\n" }.joined() + String(repeating: "a", count: 200_000)
    #expect(try folder.text("out") == text + "end")
  }
}

struct ExitStatusTests {
  @Test func `the statuses are those of sysexits`() {
    let all: [Pipeline.ExitStatus] = [
      .done, .failed, .usage, .dataRefused, .inputOutput, .temporaryFailure, .configuration,
    ]
    #expect(all.map(\.rawValue) == [0, 1, 64, 65, 74, 75, 78])
  }
}
