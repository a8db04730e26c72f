// `payouts list`, `show`, `emit` and `statement`: what the workspace knows of payouts.
import Pipeline
import Stages

extension ParsedArguments {
  /// The workspace that was named.
  var workspaceArgument: Workspace { Workspace(self[Options.workspace] ?? ".") }
  /// The first operand.
  fileprivate var identifier: Text { Text(operands.first ?? "") }
}

enum PayoutsListCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    var filter = PayoutFilter()
    filter.batch = arguments[PayoutOptions.batch].map { Text($0) }
    filter.state = arguments[PayoutOptions.state].map { Text($0) }
    filter.affiliate = arguments[PayoutOptions.affiliate].map { Text($0) }
    filter.program = arguments[PayoutOptions.program].map { Text($0) }
    let payouts = try WorkspacePayouts(arguments.workspaceArgument).list(filter)
    let output = StandardOutput()
    if arguments.has(Options.json) {
      var json = JSONWriter(to: output, layout: .indented)
      json.beginObject()
      PayoutsText.write(payouts, to: &json)
      json.endObject()
      try json.endLine()
      try json.finish()
    } else {
      try PayoutsText.write(payouts, to: output)
    }
    try output.flush()
    return ExitStatus.done.rawValue
  }
}

enum PayoutsShowCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    let shown = try WorkspacePayouts(arguments.workspaceArgument).show(arguments.identifier)
    let output = StandardOutput()
    if arguments.has(Options.json) {
      var json = JSONWriter(to: output, layout: .indented)
      switch shown {
      case .payout(let payout): PayoutsText.write(payout, to: &json)
      case .batch(let batch): PayoutsText.write(batch, to: &json)
      }
      try json.endLine()
      try json.finish()
    } else {
      switch shown {
      case .payout(let payout): try PayoutsText.write(payout, to: output)
      case .batch(let batch): try PayoutsText.write(batch, to: output)
      }
    }
    try output.flush()
    return ExitStatus.done.rawValue
  }
}

enum PayoutsEmitCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    let files = try BatchFiles(arguments.workspaceArgument)
      .emit(arguments.identifier, to: arguments[PayoutOptions.out])
    let output = StandardOutput()
    if arguments.has(Options.json) {
      var json = JSONWriter(to: output, layout: .indented)
      json.beginObject()
      json.member("batch_id", arguments.identifier)
      json.key("files")
      json.beginArray()
      for file in files {
        json.beginObject()
        json.member("path", file.path)
        json.member("sha256", file.sha256)
        json.member("written", !file.wasThere)
        json.endObject()
      }
      json.endArray()
      json.endObject()
      try json.endLine()
      try json.finish()
    } else {
      for file in files {
        try output.write("\(file.wasThere ? "is there  " : "written   ")\(file.path)\n")
      }
      if files.isEmpty {
        try output.write("no payout of this batch stands in a file of a payment service\n")
      }
    }
    try output.flush()
    return ExitStatus.done.rawValue
  }
}

enum PayoutsStatementCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    let id = arguments.identifier
    let statements = try StoredStatements(arguments.workspaceArgument).statements(of: id)
    let output = StandardOutput()
    if arguments.has(PayoutOptions.html) {
      try output.write(try RemittanceStatement.html(statements, title: "Remittance \(id)"))
    } else {
      try output.write(RemittanceStatement.csv(statements))
    }
    try output.flush()
    return ExitStatus.done.rawValue
  }
}
