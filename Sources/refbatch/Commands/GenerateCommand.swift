// `generate`: sample data of any size.
import Pipeline
import Stages

enum GenerateCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    guard let directory = arguments[GenerateOptions.out] else {
      throw UsageError.missingArgument("--out", command: arguments.command)
    }
    let isQuiet = arguments.has(Options.quiet)
    let progress = ProgressLine()
    let files = try SampleNights(options: arguments.sampleOptions).write(to: directory) { event in
      if !isQuiet { progress.update(event.file.path, done: Int64(event.file.rows)) }
    }
    progress.clear()
    let output = StandardOutput()
    if arguments.has(Options.json) {
      try writeJSON(files, to: output)
    } else if !isQuiet {
      for file in files { try output.write("\(file.path): \(file.rows) rows\n") }
    }
    try output.flush()
    return ExitStatus.done.rawValue
  }

  private static func writeJSON(_ files: [SampleFileSummary], to sink: any ByteSink) throws {
    var writer = JSONWriter(to: sink, layout: .indented)
    writer.beginArray()
    for file in files {
      writer.beginObject()
      writer.member("path", file.path)
      writer.member("rows", Int64(file.rows))
      writer.endObject()
    }
    writer.endArray()
    try writer.endLine()
    try writer.finish()
  }
}
