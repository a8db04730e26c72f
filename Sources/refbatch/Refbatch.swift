// Where the program starts: words to a command, a command to an exit code.
import Glibc
import Pipeline

/// The version that `--version` prints; the changelog's newest.
let productVersion = "0.1.0"

@main
struct Refbatch {
  static func main() {
    StandardOutput.reportBrokenPipes()
    exit(status(of: Array(CommandLine.arguments.dropFirst())))
  }

  /// Runs a command line.
  private static func status(of words: [String]) -> Int32 {
    do {
      switch try CommandTable.parser.parse(words) {
      case .command(let arguments): return try run(arguments)
      case .help(let page): try show(page)
      case .version: try show("refbatch \(productVersion)\n")
      }
      return ExitStatus.done.rawValue
    } catch let error as UsageError {
      Log().error("\(error.description)")
      return UsageError.exitStatus
    } catch {
      return report(error)
    }
  }

  /// Says what went wrong, and names the exit code that it leads to.
  private static func report(_ error: any Error) -> Int32 {
    Log().error("\(error)")
    return ((error as? any ExitCoded)?.exitStatus ?? .failed).rawValue
  }

  private static func run(_ arguments: ParsedArguments) throws -> Int32 {
    switch arguments.command {
    case CommandTable.run.name: try RunCommand.run(arguments)
    case CommandTable.check.name: try CheckCommand.run(arguments)
    case CommandTable.export.name: try ExportCommand.run(arguments)
    case CommandTable.verify.name: try VerifyCommand.run(arguments)
    case CommandTable.runs.name: try RunsCommand.run(arguments)
    case CommandTable.payoutsList.name: try PayoutsListCommand.run(arguments)
    case CommandTable.payoutsShow.name: try PayoutsShowCommand.run(arguments)
    case CommandTable.payoutsEmit.name: try PayoutsEmitCommand.run(arguments)
    case CommandTable.payoutsApprove.name: try ProposalCommands.approve(arguments)
    case CommandTable.payoutsPropose.name: try ProposalCommands.propose(arguments)
    case CommandTable.payoutsStatement.name: try PayoutsStatementCommand.run(arguments)
    case CommandTable.serve.name: try ServeCommand.run(arguments)
    case CommandTable.token.name: try TokenCommand.run(arguments)
    case CommandTable.generate.name: try GenerateCommand.run(arguments)
    default: throw UsageError.missingCommand
    }
  }

  private static func show(_ text: String) throws {
    let output = StandardOutput()
    try output.write(text)
    try output.flush()
  }
}
