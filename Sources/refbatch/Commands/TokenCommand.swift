// `token`: a signed token on standard output.
import Pipeline
import Stages

enum TokenCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    let workspace = Workspace(arguments[Options.workspace] ?? ".")
    let files = arguments.all(ServeOptions.secretFile)
    if files.isEmpty { try TokenSecret.makeIfMissing(in: workspace) }
    let keys = try TokenKeys(of: workspace, files: files)
    let word = arguments[ServeOptions.role] ?? ""
    let claims = Claims(
      role: Role(rawValue: word) ?? .affiliate,
      subject: Text(arguments[ServeOptions.subject] ?? ""),
      email: arguments[ServeOptions.email].map { Text($0) })
    let expiry = HTTPServer.seconds() + Int64(arguments[ServeOptions.ttl] ?? 3_600)
    let output = StandardOutput()
    try output.write(try keys.sign(claims, expiry: expiry) + "\n")
    try output.flush()
    return ExitStatus.done.rawValue
  }
}

extension TokenKeys {
  /// The secrets of some files; the workspace's own where none is named.
  ///
  /// - Throws: ``SecretFault``, ``FileFault``.
  init(of workspace: Workspace, files: [String]) throws {
    let paths = files.isEmpty ? [TokenSecret.path(of: workspace)] : files
    self.init(try paths.map { try TokenSecret.read($0) })
  }
}
