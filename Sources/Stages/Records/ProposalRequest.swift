// What somebody asks of a batch that waits for approval. It is the input of a run of its own.
public import Pipeline

/// A request about one proposal.
public struct ProposalRequest: Hashable, Sendable {
  public enum Step: Hashable, Sendable {
    /// Release the batch as the proposal with this SHA-256 states it.
    case approve(sha256: String, by: Text)
    /// Propose what is left of the batch again, as the registry is now.
    case renew

    /// What archive and manifest call it.
    public var word: String {
      switch self {
      case .approve: "approval"
      case .renew: "proposal"
      }
    }
  }

  public var batch: Text
  public var step: Step

  public init(batch: Text, step: Step) {
    self.batch = batch
    self.step = step
  }

  /// The name of its file in the archive.
  var name: String { "0001-\(step.word).json" }

  /// Where it stands in the archive, relative to the workspace.
  func archivePath(run: String) -> String { "archive/\(run)/\(name)" }

  /// The request that an archived file holds; nil for another file.
  public init?(archived bytes: [UInt8]) {
    guard let value = try? JSONValue(bytes), let batch = value["batch_id"]?.text else { return nil }
    self.batch = batch
    step = .renew
    guard let sha256 = value["proposal_sha256"]?.text?.string,
      let person = value["approved_by"]?.text
    else { return }
    step = .approve(sha256: sha256, by: person)
  }

  /// The SHA-256 of the file.
  var sha256: String { ByteView.withBytes(of: bytes) { SHA256.hexadecimal(of: $0) } }

  /// The file.
  var bytes: [UInt8] {
    var members: [(Text, JSONValue)] = [("batch_id", .string(batch))]
    if case .approve(let sha256, let person) = step {
      members.append(("proposal_sha256", .string(Text(sha256))))
      members.append(("approved_by", .string(person)))
    }
    let value = JSONValue.object(members.map { JSONValue.Member($0.0, $0.1) })
    return Array((value.canonicalText + "\n").utf8)
  }
}
