// Pages of help, whole.

import Testing

@testable import refbatch

/// The page that a line of words asks for.
private func page(_ words: [String]) throws -> String {
  guard case .help(let page) = try CommandTable.parser.parse(words) else { return "" }
  return page
}

struct ArgumentsHelpTests {
  @Test func `the page of the program is this`() throws {
    let expected = """
      refbatch: the nightly batch engine of an affiliate programme

      Usage: refbatch COMMAND [ARGUMENTS]

      Commands:
        run       take new input in and bring everything up to date
        check     judge input files without changing anything
        profiles  list, show, find and write profiles of partners' exports
        export    print the store's rows as CSV or JSONL
        payouts   list, show, emit again, approve and state payouts
        verify    check that store, ledger and files agree
        runs      list the committed runs
        serve     answer read-only HTTP requests with the last run's results
        token     make a token for a reader of the endpoint
        generate  write sample data of any size
        help      show help on the program or on one command
        version   show the program's version

      Options:
        -h, --help  Show this page, or a command's after its name.
        --version   Show the program's version.

      Exit codes:
        0   done, or nothing to do
        1   failed
        64  the command line is wrong
        65  input refused
        74  a file could not be read or written
        75  another run holds the workspace's lock; try again later
        78  a setting or a schedule is wrong

      See refbatch help COMMAND for a command's arguments and examples.

      """
    #expect(try page(["--help"]) == expected)
    #expect(try page(["help"]) == expected)
  }

  @Test func `the page of export is this`() throws {
    let expected = """
      refbatch export: print the store's rows as CSV or JSONL

      Usage: refbatch export NAME --workspace DIR [OPTIONS]

      Rows go to standard output, sorted, one header line first in CSV.

      Arguments:
        NAME  What to print: one of conversions, rewards, payouts, postings, clicks_daily, tiers,
              tier_upgrades, referrals, runs, files.

      Options:
        -w, --workspace DIR  The workspace: the directory with the store, the ledger and the outputs.
                             (required)
        -f, --format FORMAT  How the rows are written: csv or jsonl. (default: csv)
        -h, --help           Show this page.

      Examples:
        # all payouts for a spreadsheet
        refbatch export payouts --workspace work > payouts.csv

      """
    #expect(try page(["export", "--help"]) == expected)
    #expect(try page(["help", "export"]) == expected)
  }

  @Test func `the page of check is this`() throws {
    let expected = """
      refbatch check: judge input files without changing anything

      Usage: refbatch check [FILE...] [OPTIONS]

      Reads the files as a run would and says how many rows it would accept, and why it would reject
      others. Nothing is written.

      With a profile it also shows the first rows as they were read, and what looks doubtful: years of two
      digits, dates that read either way, several currencies, unknown codes.

      Arguments:
        FILE  A file to read, plain, .gz or .zst.

      Options:
        -k, --kind KIND        What the rows are: one of programs, affiliates, codes, clicks, orders,
                               referrals, decisions, payout_requests, settlements. (default: the
                               profile's)
        -p, --profile PROFILE  The profile that maps the files' columns: a name of `refbatch profiles
                               list` or a file. Without any FILE the profile itself is checked. (default:
                               native columns)
        -w, --workspace DIR    Also judge what rows refer to, by this workspace. Without it only form and
                               values are.
            --json             Print the facts as one JSON document on standard output.
        -h, --help             Show this page.

      Examples:
        # a profile of one's own
        refbatch check --profile partner.json5
        # an export of a shop
        refbatch check --kind orders --profile shopify-orders orders.csv

      Exit codes:
        0   every file can be taken in and no row is rejected
        65  a file is refused, or a row is rejected
        78  the profile is wrong

      """
    #expect(try page(["check", "--help"]) == expected)
    #expect(try page(["help", "check"]) == expected)
  }

  @Test func `the page of verify is this`() throws {
    let expected = """
      refbatch verify: check that store, ledger and files agree

      Usage: refbatch verify --workspace DIR [OPTIONS]

      Adds the ledger up, compares payouts with their postings and files with their digests, and has
      SQLite check its own file.

      Options:
        -w, --workspace DIR  The workspace: the directory with the store, the ledger and the outputs.
                             (required)
            --json           Print the facts as one JSON document on standard output.
        -h, --help           Show this page.

      Exit codes:
        0   everything agrees
        65  something does not; each finding is printed

      """
    #expect(try page(["verify", "--help"]) == expected)
    #expect(try page(["help", "verify"]) == expected)
  }

  @Test func `the page of help is this`() throws {
    let expected = """
      refbatch help: show help on the program or on one command

      Usage: refbatch help [COMMAND]

      Arguments:
        COMMAND  The command to explain; without it, a list of all.

      Options:
        -h, --help  Show this page.

      Examples:
        # what run takes
        refbatch help run

      """
    #expect(try page(["help", "--help"]) == expected)
    #expect(try page(["help", "help"]) == expected)
  }

  @Test func `the page of version is this`() throws {
    let expected = """
      refbatch version: show the program's version

      Usage: refbatch version

      Options:
        -h, --help  Show this page.

      """
    #expect(try page(["version", "--help"]) == expected)
    #expect(try page(["help", "version"]) == expected)
  }

  @Test(arguments: CommandTable.commands.map(\.name))
  func `a page fits its columns and names every argument`(name: String) throws {
    let text = try page([name, "-h"])
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= HelpPage.width && $0.last != " " })
    #expect(lines.last?.isEmpty == true)
    let command = try #require(CommandTable.commands.first { $0.name == name })
    for option in command.allOptions { #expect(text.contains(option.spelling)) }
    for operand in command.operands { #expect(text.contains(operand.name)) }
  }

  @Test func `help is shown wherever it is asked for`() throws {
    let run = try page(["help", "run"])
    #expect(run.hasPrefix("refbatch run: take new input in and bring everything up to date\n"))
    #expect(try page(["run", "-h"]) == run)
    #expect(try page(["run", "nightly.json", "--strict", "--help", "--no-such-option"]) == run)
  }

  @Test func `after two dashes it is an operand`() throws {
    let words = ["check", "--kind", "clicks", "--", "--help"]
    guard case .command(let arguments) = try CommandTable.parser.parse(words) else {
      Issue.record("help was shown")
      return
    }
    #expect(arguments.operands == ["--help"])
  }

  @Test func `every example fits its line`() {
    for command in CommandTable.commands {
      for example in command.examples { #expect(example.line.count <= 96, "\(example.line)") }
    }
  }
}
