// Command lines that are wrong, and what is said about them.

import Testing

@testable import refbatch

struct ArgumentsErrorTests {
  @Test(arguments: [
    ([], "no command given; see refbatch --help"),
    (["rnu"], "unknown command rnu; did you mean run?"),
    (["gnerate"], "unknown command gnerate; did you mean generate?"),
    (["pay"], "unknown command pay; see refbatch --help"),
    (["help", "exprot"], "unknown command exprot; did you mean export?"),
    (["help", "run", "check"], "unexpected argument \"check\"; see refbatch help --help"),
    (["--verison"], "unknown option --verison; did you mean --version?"),
    (["-x"], "unknown option -x; see refbatch --help"),
    (["run", "--wrokspace", "x"], "unknown option --wrokspace; did you mean --workspace?"),
    (["run", "--wrokspace=x"], "unknown option --wrokspace; did you mean --workspace?"),
    (["run", "--zebra"], "unknown option --zebra; see refbatch run --help"),
    (["run", "-z"], "unknown option -z; see refbatch run --help"),
    (
      ["run", "--threads"],
      "--threads needs a value: a whole number from 1 to 256; see refbatch run --help"
    ),
    (
      ["run", "--threads", "--json"],
      "--threads needs a value: a whole number from 1 to 256; see refbatch run --help"
    ),
    (
      ["run", "--strict=yes"],
      "--strict takes no value, but \"yes\" was given; see refbatch run --help"
    ),
    (
      ["run", "-w", "a", "--workspace", "b"],
      "--workspace is given more than once; see refbatch run --help"
    ),
    (["run", "--json", "--json"], "--json is given more than once; see refbatch run --help"),
    (
      ["run", "-w", "x", "--threads", "0"],
      "--threads is \"0\"; expected a whole number from 1 to 256; see refbatch run --help"
    ),
    (
      ["run", "-w", "x", "--threads", "+4"],
      "--threads is \"+4\"; expected a whole number from 1 to 256; see refbatch run --help"
    ),
    (
      ["run", "-w", "x", "--memory", "lots"],
      "--memory is \"lots\"; expected a size such as 256MiB, 1GiB, 512M or a number of bytes; "
        + "see refbatch run --help"
    ),
    (
      ["run", "-w", "x", "--as-of", "31.3.2026"],
      "--as-of is \"31.3.2026\"; expected a day such as 2026-03-31, or an instant such as "
        + "2026-04-01T00:00:00Z; see refbatch run --help"
    ),
    (
      ["run", "-w", "x", "-i", "clikcs=*.csv"],
      "--input is \"clikcs=*.csv\"; expected KIND=GLOB or KIND=GLOB@PROFILE, with KIND one of "
        + "programs, affiliates, codes, clicks, orders, referrals, decisions, payout_requests, "
        + "settlements; did you mean clicks?"
    ),
    (
      ["run", "-w", "x", "-i", "clicks="],
      "--input is \"clicks=\"; expected KIND=GLOB or KIND=GLOB@PROFILE, with KIND one of "
        + "programs, affiliates, codes, clicks, orders, referrals, decisions, payout_requests, "
        + "settlements; see refbatch run --help"
    ),
    (
      ["run"],
      "one of SCHEDULE, --schedule, --workspace has to be given; see refbatch run --help"
    ),
    (
      ["run", "--input", "clicks=a"],
      "one of SCHEDULE, --schedule, --workspace has to be given; see refbatch run --help"
    ),
    (
      ["run", "a.json", "--schedule", "b.json"],
      "SCHEDULE and --schedule cannot be given together; see refbatch run --help"
    ),
    (
      ["run", "a.json", "--input", "clicks=a"],
      "SCHEDULE and --input cannot be given together; see refbatch run --help"
    ),
    (["run", "a.json", "b.json"], "unexpected argument \"b.json\"; see refbatch run --help"),
    (["run", ""], "SCHEDULE is \"\"; expected a name; see refbatch run --help"),
    (
      ["check", "--kind", "clicks"],
      "one of FILE, --profile has to be given; see refbatch check --help"
    ),
    (
      ["check", "a.csv"],
      "one of --kind, --profile has to be given; see refbatch check --help"
    ),
    (
      ["profiles", "detekt"],
      "ACTION is \"detekt\"; expected one of list, show, detect, new; did you mean detect?"
    ),
    (
      ["check", "a.csv", "--kind", "order"],
      "--kind is \"order\"; expected one of programs, affiliates, codes, clicks, orders, "
        + "referrals, decisions, payout_requests, settlements; did you mean orders?"
    ),
    (
      ["export", "payout", "-w", "x"],
      "NAME is \"payout\"; expected one of conversions, rewards, payouts, postings, "
        + "clicks_daily, tiers, tier_upgrades, referrals, runs, files; did you mean payouts?"
    ),
    (["export", "payouts"], "--workspace is missing; see refbatch export --help"),
    (
      ["verify", "--workspace", ""],
      "--workspace is \"\"; expected a directory; see refbatch verify --help"
    ),
    (["generate"], "--out is missing; see refbatch generate --help"),
    (
      ["generate", "-o", "x", "--date", "2026-02-30"],
      "--date is \"2026-02-30\"; expected a day such as 2026-03-31; see refbatch generate --help"
    ),
    (
      ["generate", "-o", "x", "--seed", "99999999999999999999"],
      "--seed is \"99999999999999999999\"; expected a whole number of at least 0; "
        + "see refbatch generate --help"
    ),
    (
      ["verify", "\u{1B}[31m\n"],
      "unexpected argument \"\\u{1b}[31m\\u{a}\"; see refbatch verify --help"
    ),
  ])
  func `a wrong command line is explained`(words: [String], message: String) {
    let error = #expect(throws: UsageError.self) { try CommandTable.parser.parse(words) }
    #expect(error?.description == message)
  }

  @Test func `a very long word is cut in the message`() {
    let word = String(repeating: "x", count: 1_000)
    let error = #expect(throws: UsageError.self) { try CommandTable.parser.parse([word]) }
    let shown = String(repeating: "x", count: 80)
    #expect(error?.description == "unknown command \(shown)...; see refbatch --help")
  }

  @Test func `input needs a workspace where nothing else names one`() {
    let parser = CommandLineParser(commands: [
      CommandDescription(
        name: "run", summary: "",
        options: [RunOptions.input.description, RunOptions.workspace.description],
        constraints: [.needs("--input", "--workspace")])
    ])
    #expect(throws: UsageError.needs("--input", "--workspace", command: "run")) {
      try parser.parse(["run", "--input", "clicks=a"])
    }
  }

  @Test func `usage errors end the program with 64`() { #expect(UsageError.exitStatus == 64) }

  @Test(arguments: [
    ("workspcae", "workspace"), ("workspace", "workspace"), ("jsn", "json"), ("quite", "quiet"),
  ])
  func `the nearest word is found`(text: String, word: String) {
    let words = CommandTable.run.allOptions.map(\.name)
    #expect(nearestWord(to: text, of: words) == word)
  }

  @Test func `of equally near words the first is taken and a far one is none`() {
    #expect(nearestWord(to: "rin", of: ["run", "ran"]) == "run")
    #expect(nearestWord(to: "xyz", of: ["run", "ran"]) == nil)
    #expect(nearestWord(to: "", of: ["run"]) == nil)
  }
}
