// `export`, `runs` and `verify`: what the workspace holds.
import Pipeline
import Stages

enum ExportCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    let name = arguments.operands.first ?? ""
    let workspace = Workspace(arguments[Options.workspace] ?? ".")
    let format = arguments[ExportOptions.format] ?? "csv"
    let output = StandardOutput()
    try WorkspaceExport(workspace).write(name, format: format, to: output)
    try output.flush()
    return ExitStatus.done.rawValue
  }
}

enum RunsCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    let workspace = Workspace(arguments[Options.workspace] ?? ".")
    let format = arguments.has(Options.json) ? "jsonl" : "csv"
    let output = StandardOutput()
    try WorkspaceExport(workspace).write("runs", format: format, to: output)
    try output.flush()
    return ExitStatus.done.rawValue
  }
}

enum VerifyCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    let workspace = Workspace(arguments[Options.workspace] ?? ".")
    let findings = try WorkspaceVerification(workspace).findings()
    let output = StandardOutput()
    if arguments.has(Options.json) {
      var writer = JSONWriter(to: output, layout: .indented)
      writer.beginObject()
      writer.member("ok", findings.isEmpty)
      writer.key("findings")
      writer.beginArray()
      for finding in findings {
        writer.beginObject()
        writer.member("path", finding.path)
        writer.member("message", finding.message)
        writer.endObject()
      }
      writer.endArray()
      writer.endObject()
      try writer.endLine()
      try writer.finish()
    } else {
      for finding in findings { try output.write("\(finding.path): \(finding.message)\n") }
      if findings.isEmpty { try output.write("everything agrees\n") }
    }
    try output.flush()
    return (findings.isEmpty ? ExitStatus.done : .dataRefused).rawValue
  }
}
