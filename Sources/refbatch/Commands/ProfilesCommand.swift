// `profiles`: the profiles that there are, and those that a file needs.
import Pipeline
import Stages

enum ProfilesCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    let action = arguments.operands.first ?? ""
    let isJSON = arguments.has(Options.json)
    let output = StandardOutput()
    guard action != "list" else {
      try list(isJSON: isJSON, to: output)
      try output.flush()
      return ExitStatus.done.rawValue
    }
    guard arguments.operands.count > 1 else {
      throw UsageError.missingArgument(
        action == "show" ? "NAME" : "FILE", command: "profiles \(action)")
    }
    let subject = arguments.operands[1]
    var status = ExitStatus.done
    switch action {
    case "show": try show(subject, isJSON: isJSON, to: output)
    case "detect": status = try detect(subject, isJSON: isJSON, to: output)
    default:
      var draft = ProfileDraft(
        try FileHead(path: subject),
        kind: arguments[ProfilesOptions.kind].flatMap(InputKind.init(rawValue:)),
        name: arguments[ProfilesOptions.name] ?? name(of: subject))
      try output.write(draft.text())
    }
    try output.flush()
    return status.rawValue
  }

  private static func name(of path: String) -> String {
    let base = path.split(separator: "/").last ?? "partner"
    return String(base.prefix { $0 != "." })
  }

  private static func list(isJSON: Bool, to output: StandardOutput) throws {
    let profiles = try BuiltinProfiles.all.map {
      try ResolvedProfile(source: $0.source, file: $0.name).profile
    }
    guard isJSON else {
      for profile in profiles {
        let mark = profile.evidence == .unconfirmed ? "  [header not confirmed]" : ""
        try output.write(
          "\(padded(profile.name, 30))\(padded(profile.kind.rawValue, 11))\(profile.title)\(mark)\n"
        )
      }
      return
    }
    var writer = JSONWriter(to: output, layout: .indented)
    writer.beginArray()
    for profile in profiles {
      writer.beginObject()
      writeFacts(profile, to: &writer)
      writer.endObject()
    }
    writer.endArray()
    try writer.endLine()
    try writer.finish()
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private static func writeFacts(_ profile: Profile, to writer: inout JSONWriter) {
    writer.member("name", profile.name)
    writer.member("kind", profile.kind.rawValue)
    writer.member("title", profile.title)
    writer.member("header", profile.evidence.rawValue)
    writer.member("base", profile.base.map { Text($0) })
    writer.key("bases")
    writer.beginArray()
    for base in profile.bases { writer.string(base.name) }
    writer.endArray()
    writer.member("note", profile.note)
  }

  private static func show(_ name: String, isJSON: Bool, to output: StandardOutput) throws {
    let resolved = try ResolvedProfile(name, relativeTo: ".")
    guard !isJSON, let source = BuiltinProfiles.source(of: name) else {
      return try output.write(resolved.json.canonicalText + "\n")
    }
    try output.write(source + "\n")
  }

  private static func detect(
    _ path: String, isJSON: Bool, to output: StandardOutput
  ) throws -> ExitStatus {
    let head = try FileHead(path: path)
    let matches = try ProfileDetection.matches(head)
    let native = ProfileDetection.nativeKind(head)
    let status: ExitStatus = matches.isEmpty && native == nil ? .dataRefused : .done
    guard isJSON else {
      try output.write(text(matches, head, path))
      return status
    }
    var writer = JSONWriter(to: output, layout: .indented)
    writer.beginObject()
    writer.member("file", path)
    writer.member("profile", matches.first.map { Text($0.profile.name) })
    writer.member("native", native.map { Text($0.rawValue) })
    writer.member("encoding", head.encoding.rawValue)
    writer.key("matches")
    writer.beginArray()
    for match in matches {
      writer.beginObject()
      writer.member("profile", match.profile.name)
      writer.member("kind", match.profile.kind.rawValue)
      writer.member("score", Int64(match.score))
      write(match.matched, "matched", to: &writer)
      write(match.missing, "missing", to: &writer)
      write(match.lacks, "lacks", to: &writer)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    try writer.endLine()
    try writer.finish()
    return status
  }

  private static func write(_ words: [String], _ name: String, to writer: inout JSONWriter) {
    writer.key(name)
    writer.beginArray()
    for word in words { writer.string(word) }
    writer.endArray()
  }

  private static func text(_ matches: [ProfileMatch], _ head: FileHead, _ path: String) -> String {
    var lines: [String] = []
    for match in matches.prefix(5) {
      lines.append(
        "\(padded(match.profile.name, 30))\(match.score)  (\(match.profile.kind.rawValue))")
      lines.append("    decided by \(match.matched.joined(separator: ", "))")
      if !match.missing.isEmpty {
        lines.append("    not there  \(match.missing.joined(separator: ", "))")
      }
      if !match.lacks.isEmpty {
        lines.append("    but lacks  \(match.lacks.joined(separator: ", ")), which it needs")
      }
    }
    if let kind = ProfileDetection.nativeKind(head) {
      lines.append("\(path) has the native columns of \(kind.rawValue), and needs no profile")
    } else if matches.isEmpty {
      lines.append(
        "no built-in profile fits \(path); its columns are \(head.names.joined(separator: ", "))")
      lines.append("write one from it: refbatch profiles new \(path) > partner.json5")
    }
    if head.isEncodingGuessed, let first = matches.first {
      lines.append(
        "it is no UTF-8; read as Windows-1252: \(first.profile.name):encoding=windows-1252")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
