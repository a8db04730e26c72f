public struct Finding { public var path: String; public var message: String }
public struct WorkspaceVerification {
  public init(_ w: Workspace) {}; public func findings() throws -> [Finding] { [] }
}
