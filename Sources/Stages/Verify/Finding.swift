// What verification finds wrong, one sentence each.

/// Something in a workspace that is not as it should be.
public struct Finding: Hashable, Sendable {
  /// The file it is in, relative to the workspace; `refbatch.sqlite` for the store.
  public let path: String
  /// What is wrong there.
  public let message: String

  public init(path: String, message: String) {
    self.path = path
    self.message = message
  }
}

extension Finding: CustomStringConvertible {
  public var description: String { "\(path): \(message)" }
}
