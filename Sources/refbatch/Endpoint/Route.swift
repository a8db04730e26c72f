// An endpoint: its path, who may read it, what it takes, and what answers it. Routing, checks, 405s
// and /openapi.json all follow this one description.
import Stages

/// Something that GET and HEAD can ask for.
struct Route: Sendable {
  /// Who is let in.
  enum Access: Sendable {
    /// Anyone, also without a token.
    case anyone
    /// The bearer of a token of one of these roles.
    case roles(Set<Role>)
    /// The bearer of any valid token, whatever its role.
    case anyRole
  }

  /// Begins with `/`; a part in braces, such as `{id}`, stands for any one part.
  var path: String
  var platform: Platform
  var access: Access
  /// A sentence for /openapi.json.
  var summary: String
  var parameters: [QueryParameter] = []
  /// What the body of a 200 looks like; nil for no JSON.
  var shape: Shape?
  /// The type of a 200's body, where it is neither JSON, nor a page, nor plain text.
  var bodyType: String?
  /// The input kind that changes what is shown here; named in the 405 of other methods.
  var writtenBy: InputKind?
  /// Whether its list is written in pieces, without a length.
  var isStreamed = false
  /// Whether the answer follows from the committed run alone, so that it has an ETag.
  var isOfRun = true
  /// Whether `serve --metrics-open` opens it to this machine.
  var isOfMetrics = false
  /// Answers a call.
  var handler: @Sendable (Call) throws -> Answer

  /// The parts of the path.
  var parts: [Substring] { path.split(separator: "/", omittingEmptySubsequences: false) }
}
