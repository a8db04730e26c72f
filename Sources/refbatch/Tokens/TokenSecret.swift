// The secrets that tokens are signed with, and the files that hold them (ENDPOINT T.4).
import Pipeline
import Stages

/// Why a secret's file is not taken.
enum SecretFault: ExitCoded, CustomStringConvertible {
  case missing(path: String)
  case tooShort(path: String, count: Int)
  case open(path: String, mode: UInt32)
  case noWorkspace(path: String)

  var exitStatus: ExitStatus { .configuration }

  var description: String {
    switch self {
    case .missing(let path):
      "\(path): there is no secret; make one with `refbatch token`, or name another --secret-file"
    case .tooShort(let path, let count):
      "\(path): the secret has \(count) bytes, and needs at least \(TokenSecret.least); "
        + "`openssl rand -hex 32` prints a good one"
    case .open(let path, let mode):
      "\(path): others may read or change the secret (mode \(String(mode, radix: 8))); "
        + "run `chmod 600` on it"
    case .noWorkspace(let path):
      "\(path) is no directory; name the --workspace whose results are read"
    }
  }
}

/// A shared secret.
struct TokenSecret: Sendable {
  /// The fewest bytes a secret may have: as many as the hash has.
  static let least = 32

  let code: HMACSHA256

  init(_ bytes: [UInt8]) { code = HMACSHA256(key: bytes) }

  /// Where a workspace's own secret stands.
  static func path(of workspace: Workspace) -> String { "\(workspace.path)/secret" }

  /// Reads a file's secret: its bytes less one newline at the end.
  ///
  /// - Throws: ``SecretFault``, ``FileFault``.
  static func read(_ path: String) throws -> TokenSecret {
    guard let file = try FileInformation.of(path) else { throw SecretFault.missing(path: path) }
    // The owner's group may read: that is how a service's secret is lent to it.
    guard file.mode & 0o027 == 0 else { throw SecretFault.open(path: path, mode: file.mode) }
    var bytes = try WholeFile.read(path)
    if bytes.last == 0x0A { bytes.removeLast() }
    guard bytes.count >= least else {
      throw SecretFault.tooShort(path: path, count: bytes.count)
    }
    return TokenSecret(bytes)
  }

  /// Makes a workspace's own secret at random where it is missing; only its owner may read it.
  ///
  /// - Throws: ``SecretFault``, ``FileFault``.
  static func makeIfMissing(in workspace: Workspace) throws {
    guard try FileInformation.of(workspace.path)?.kind == .directory else {
      throw SecretFault.noWorkspace(path: workspace.path)
    }
    let path = path(of: workspace)
    guard try FileInformation.of(path) == nil else { return }
    let random = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
    let text = SHA256.hexadecimal(random) + "\n"
    try WholeFile.replace(path, with: Array(text.utf8), mode: 0o600)
  }
}
