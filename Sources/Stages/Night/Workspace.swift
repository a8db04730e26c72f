// A workspace: the directory that holds a programme operator's store, clicks, ledger and outputs.
public import Pipeline

/// Where things stand in a workspace (SPEC 1).
public struct Workspace: Sendable {
  /// The directory.
  public let path: String

  public init(_ path: String) { self.path = path }

  public var storePath: String { "\(path)/refbatch.sqlite" }
  public var lockPath: String { "\(path)/lock" }
  public var spillDirectory: String { "\(path)/staging" }
  private var keyPath: String { "\(path)/ip-key" }

  /// Makes the directory where it is missing.
  ///
  /// - Throws: ``FileFault``.
  public func prepare() throws {
    try DirectoryTree.make(path)
    try DirectoryTree.make(spillDirectory)
  }

  /// Whether a store stands here.
  public func hasStore() throws -> Bool { try FileInformation.of(storePath) != nil }

  /// Opens the store for reading.
  ///
  /// - Throws: ``NoStore`` where there is none, else ``DatabaseFault``.
  public func openForReading() throws -> Database {
    guard try hasStore() else { throw NoStore(workspace: path) }
    return try Database.open(path: storePath, mode: .readOnly, schema: StoreSchema.schema)
  }

  /// The key that IP addresses are hashed with; made at random when first needed.
  ///
  /// - Throws: ``FileFault``.
  func ipKey() throws -> ContentHash.Key {
    if try FileInformation.of(keyPath) == nil {
      let key = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
      try WholeFile.replace(keyPath, with: key, mode: 0o600)
    }
    let bytes = try WholeFile.read(keyPath)
    func half(_ start: Int) -> UInt64 {
      bytes.dropFirst(start).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
    return ContentHash.Key(high: half(0), low: half(8))
  }
}

/// A workspace in which nothing has run yet.
public struct NoStore: ExitCoded, CustomStringConvertible {
  public let workspace: String

  public var exitStatus: ExitStatus { .usage }
  public var description: String {
    "\(workspace) holds no refbatch.sqlite; name another --workspace, or run something there first"
  }
}
