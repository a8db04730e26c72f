// Command lines that are right, and the values they give.

import Stages
import Testing

@testable import refbatch

/// The arguments of a line of words, which has to be a command's.
func parsed(_ line: String) throws -> ParsedArguments {
  let words = line.split(separator: " ").map(String.init)
  guard case .command(let arguments) = try CommandTable.parser.parse(words) else {
    throw UsageError.missingCommand
  }
  return arguments
}

struct ArgumentsParsingTests {
  @Test(arguments: [
    "run --workspace work --threads 3", "run --workspace=work --threads=3",
    "run -w work --threads=3", "run -wwork --threads 3",
  ])
  func `a value may follow its option or be joined to it`(line: String) throws {
    let arguments = try parsed(line)
    #expect(arguments.command == "run")
    #expect(arguments[RunOptions.workspace] == "work")
    #expect(arguments[RunOptions.threads] == 3)
    #expect(arguments[RunOptions.memory] == nil)
    #expect(!arguments.has(RunOptions.strict))
  }

  @Test func `a joined value may start with a dash or have an equals sign`() throws {
    let arguments = try parsed("run --workspace=--odd=name --strict")
    #expect(arguments[RunOptions.workspace] == "--odd=name")
    #expect(arguments.has(RunOptions.strict))
  }

  @Test func `two dashes end the options`() throws {
    let arguments = try parsed("check --kind clicks -- --kind -x -- -")
    #expect(arguments[CheckOptions.kind] == "clicks")
    #expect(arguments.operands == ["--kind", "-x", "--", "-"])
  }

  @Test func `operands and options may be mixed`() throws {
    let arguments = try parsed("check a.csv --json b.csv -k orders c.csv")
    #expect(arguments.operands == ["a.csv", "b.csv", "c.csv"])
    #expect(arguments.has(Options.json))
  }

  @Test func `a repeatable option keeps its values in order`() throws {
    let arguments = try parsed(
      "run -w work --input clicks=a/*.csv --input orders=b/*.csv@shopify-orders "
        + "-i payout_requests=x@y.csv@ --input codes=p=q@dir/own.json")
    #expect(
      arguments.all(RunOptions.input) == [
        InputArgument(kind: "clicks", glob: "a/*.csv", profile: nil),
        InputArgument(kind: "orders", glob: "b/*.csv", profile: "shopify-orders"),
        InputArgument(kind: "payout_requests", glob: "x@y.csv", profile: nil),
        InputArgument(kind: "codes", glob: "p=q", profile: "dir/own.json"),
      ])
  }

  @Test(arguments: [
    ("1", 1), ("268435456", 268_435_456), ("256MiB", 268_435_456), ("512M", 536_870_912),
    ("1GiB", 1_073_741_824), ("1g", 1_073_741_824), ("3kib", 3_072), ("2T", 2_199_023_255_552),
    ("1MB", 1_000_000), ("5b", 5),
  ])
  func `a size is read with its unit`(text: String, bytes: Int) throws {
    #expect(try parsed("run -w x --memory \(text)")[RunOptions.memory] == bytes)
  }

  @Test(arguments: [
    ("2026-03-31", 1_775_001_600_000), ("2024-02-29", 1_709_251_200_000),
    ("1970-01-01", 86_400_000), ("2026-12-31", 1_798_761_600_000),
    ("2026-04-01T00:00:00Z", 1_775_001_600_000),
    ("2026-04-01T02:00:00+02:00", 1_775_001_600_000),
    ("2026-03-31T18:30:00-05:30", 1_775_001_600_000),
    ("2026-04-01T00:00:00.5Z", 1_775_001_600_500),
    ("2026-04-01T00:00:00.123999Z", 1_775_001_600_123),
  ])
  func `a day counts until its end and an instant is itself`(
    text: String, milliseconds: Int
  ) throws {
    let instant = try parsed("run -w x --as-of \(text)")[RunOptions.asOf]
    #expect(instant == Instant(milliseconds: Int64(milliseconds)))
  }

  @Test(arguments: [
    "2026-02-29", "2026-13-01", "2026-3-31", "2026-04-01T00:00:00", "2026-04-01 00:00:00Z",
    "2026-04-01T24:00:00Z", "2026-04-01T23:59:60Z", "2026-04-01T00:00:00+24:00",
    "2026-04-01T00:00:00.Z", "2026-04-01T00:00:00+0200", "yesterday", "", "0000-01-01",
    "2026-04-01T00:00:00Zx", "２０２６-03-31",
  ])
  func `what is no instant is refused`(text: String) {
    #expect(throws: UsageError.self) {
      try CommandTable.parser.parse(["run", "-w", "x", "--as-of", text])
    }
  }

  @Test(arguments: ["0", "", "1.5GiB", "-1", "1PiB", "GiB", "9223372036854775807K", "1 GiB"])
  func `what is no size is refused`(text: String) {
    #expect(throws: UsageError.self) {
      try CommandTable.parser.parse(["run", "-w", "x", "--memory=" + text])
    }
  }

  @Test(arguments: [
    ("0", 0), ("1", 1_000_000), ("0.05", 50_000), ("0.000001", 1), ("1.000000", 1_000_000),
  ])
  func `a share is read in millionths`(text: String, millionths: Int) throws {
    let arguments = try parsed("generate --out x --rejects-share \(text)")
    #expect(arguments[GenerateOptions.rejectsShare] == millionths)
  }

  @Test(arguments: ["1.1", "2", ".5", "0.", "0.0000001", "-0.1", "1e-3", "0,1"])
  func `what is no share is refused`(text: String) {
    #expect(throws: UsageError.self) {
      try CommandTable.parser.parse(["generate", "-o", "x", "--rejects-share=" + text])
    }
  }

  @Test func `a sample has what generate is told`() throws {
    let arguments = try parsed(
      "generate --out x --seed 7 --clicks 10 --orders 5 --nights 3 --date 2026-01-02 --days 4 "
        + "--format mixed --gzip --programs 2 --affiliates 3 --codes 4 --duplicates-share 0.1 "
        + "--rejects-share 0.2 --late-share 0.3 --amendments-share 0.25 --core")
    var options = SampleOptions()
    options.seed = 7
    options.clicks = 10
    options.orders = 5
    options.nights = 3
    options.firstDate = SampleDay(number: 20_455)
    options.days = 4
    options.format = .mixed
    options.isCompressed = true
    options.programs = 2
    options.affiliates = 3
    options.codes = 4
    options.duplicatesPerMillion = 100_000
    options.rejectsPerMillion = 200_000
    options.latePerMillion = 300_000
    options.amendmentsPerMillion = 250_000
    options.isCore = true
    #expect(arguments.sampleOptions == options)
  }

  @Test func `the defaults in the help of generate are those of a sample`() throws {
    var words = ["generate", "--out", "x"]
    for option in CommandTable.generate.options {
      if let text = option.defaultText { words += [option.spelling, text] }
    }
    guard case .command(let arguments) = try CommandTable.parser.parse(words) else { return }
    #expect(arguments.values.count == 15)
    #expect(arguments.sampleOptions == SampleOptions())
  }

  @Test(arguments: [["--version"], ["version"]])
  func `the version can be asked for in two ways`(words: [String]) throws {
    guard case .version = try CommandTable.parser.parse(words) else {
      Issue.record("not the version")
      return
    }
  }

  @Test func `every command and option has a name of its own`() {
    let names = CommandTable.commands.map(\.name)
    #expect(Set(names).count == names.count)
    for command in CommandTable.commands {
      let spellings = command.allOptions.map(\.spelling)
      let shorts = command.allOptions.compactMap(\.short)
      #expect(Set(spellings).count == spellings.count, "\(command.name)")
      #expect(Set(shorts).count == shorts.count, "\(command.name)")
    }
  }

  @Test func `the examples in the help can be typed`() throws {
    for command in CommandTable.commands {
      for example in command.examples {
        let words = example.line.split(separator: " ").map { word in
          String(word.filter { $0 != "'" })
        }
        _ = try CommandTable.parser.parse(Array(words.prefix { $0 != ">" }.dropFirst()))
      }
    }
  }
}
