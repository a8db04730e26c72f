// The one way in which a run's files reach their places: staged and synced before the commit,
// renamed after it. Whether a run is committed only the store knows.

/// The files of one run, on their way from `staging/<run>/` to their places in a workspace.
///
/// The order is: stage (``write(_:mode:)``, ``adopt(_:)``), ``seal()``, the store's commit,
/// ``publish(observing:)``. A crash before the commit leaves files that the next
/// ``recover(workspace:observing:isCommitted:)`` removes; a crash after it leaves files that
/// `recover` brings to their places. Files may be staged from several threads.
public final class Publication: Sendable {
  /// The directory that holds everything.
  public let workspace: String
  /// The run's name.
  public let run: String
  let root: String
  private let state = Guarded(State())
  /// Staged files whose bytes are not known to have reached the disk, on their way there.
  private let unsynced = EarlySynchronization()

  private struct State: Sendable {
    /// By relative path; nil while a file is being written.
    var files: [Text: StagedFileFacts?] = [:]
    /// Staged directories, relative to the run's own.
    var directories: Set<Text> = []
    /// Whether nothing may be added any more.
    var isSealed = false
  }

  /// Starts the files of a run. ``recover(workspace:observing:isCommitted:)`` comes first.
  ///
  /// - Throws: ``FileFault``; ``PublicationFault`` for a name that is no file name.
  public init(workspace: String, run: String) throws {
    guard Self.isContained(run), !run.utf8.contains(0x2F) else {
      throw PublicationFault.badPath(run)
    }
    self.workspace = workspace
    self.run = run
    root = "\(workspace)/staging/\(run)"
    try DirectoryTree.make("\(workspace)/staging")
    try DirectoryTree.remove(root)
    try DirectoryTree.make(root, mode: 0o700)
  }

  /// The complete staged files, sorted by the bytes of their paths.
  public var files: [StagedFileFacts] {
    let complete = state.withLock { state in state.files.values.compactMap(\.self) }
    return complete.sorted { Text($0.relativePath) < Text($1.relativePath) }
  }

  /// Begins a file.
  ///
  /// - Parameter relativePath: Its final path in the workspace, such as `out/<run>/report.json`.
  /// - Parameter mode: Its permissions; nil for 0600 under `archive/` and `rejects/`, else 0644.
  /// - Throws: ``FileFault``; ``PublicationFault`` for a path that is staged already or leads out.
  public func write(_ relativePath: String, mode: UInt32? = nil) throws -> StagedFile {
    let path = try stagingPath(for: relativePath)
    try begin(relativePath)
    let mode = mode ?? (Self.isPrivate(relativePath) ? 0o600 : 0o644)
    let descriptor = try Descriptor(opening: path, for: .create(mode: mode))
    return StagedFile(relativePath, of: self, descriptor: descriptor)
  }

  /// Where to put a file oneself before ``adopt(_:)``; its directory is made.
  ///
  /// - Throws: ``FileFault``; ``PublicationFault`` for a path that leads out of the workspace.
  public func stagingPath(for relativePath: String) throws -> String {
    guard Self.isContained(relativePath) else { throw PublicationFault.badPath(relativePath) }
    let path = "\(root)/\(relativePath)"
    guard let relative = DirectoryTree.parent(of: relativePath),
      let directory = DirectoryTree.parent(of: path)
    else { return path }
    let mode: UInt32 = Self.isPrivate(relativePath) ? 0o700 : 0o755
    try DirectoryTree.make(directory, mode: mode)
    state.withLock { state in
      var ancestor: String? = relative
      while let path = ancestor, state.directories.insert(Text(path)).inserted {
        ancestor = DirectoryTree.parent(of: path)
      }
    }
    return path
  }

  /// Takes in a file that stands complete at its ``stagingPath(for:)``.
  ///
  /// - Parameters:
  ///   - sha256: Its digest where it is known; nil to read the file for it.
  ///   - byteCount: How long it must be, where that is known.
  ///   - isDurable: Whether its bytes are known to have reached the disk.
  /// - Throws: ``FileFault``; ``PublicationFault`` for a path that is staged already, and for a file
  ///   that is not there or not as long as it must be.
  @discardableResult
  public func adopt(
    _ relativePath: String, sha256: String? = nil, byteCount: Int64? = nil,
    isDurable: Bool = false
  ) throws -> StagedFileFacts {
    let path = try stagingPath(for: relativePath)
    try begin(relativePath)
    if let byteCount, try FileInformation.of(path)?.byteCount != byteCount {
      throw PublicationFault.incomplete(relativePath, byteCount: byteCount)
    }
    let (digest, bytes) =
      if let sha256, let byteCount { (sha256, byteCount) } else {
        try Self.digest(of: path, known: sha256)
      }
    let facts = StagedFileFacts(relativePath: relativePath, bytes: bytes, sha256: digest)
    state.withLock { $0.files[Text(relativePath)] = .some(facts) }
    if !isDurable { unsynced.add(path) }
    return facts
  }

  /// Begins to bring a file to the disk that is not staged; ``seal()`` waits for it, and throws where
  /// the disk refuses it. Whoever commits what is in it syncs it once more.
  public func bringToDisk(_ path: String) { unsynced.add(path) }

  /// Makes everything that is staged durable, and makes sure that nothing stands in its way.
  ///
  /// The last step before the store's commit.
  ///
  /// - Throws: ``FileFault``; ``PublicationFault``.
  public func seal() throws {
    let (files, directories) = state.withLock { ($0.files, $0.directories) }
    for (path, facts) in files.sorted(by: { $0.key < $1.key }) where facts == nil {
      throw PublicationFault.unfinished(path.string)
    }
    try RollForward(workspace: workspace, root: root).rehearse()
    // What was removed meanwhile needs nothing.
    let paths = Set(files.keys.map { Text("\(root)/\($0)") })
    for path in try unsynced.finish() where paths.contains(Text(path)) {
      var file = try Descriptor(opening: path, for: .read)
      try file.synchronize()
    }
    // Each of these waits for the disk; at once they share its journal's commits.
    let made = directories.map { "\(root)/\($0)" } + [root, "\(workspace)/staging", workspace]
    try forEachWaiting(count: made.count) { place in
      try DirectoryTree.synchronize(made[place])
    }
    state.withLock { $0.isSealed = true }
  }

  /// Moves the files of the committed run to their places. Doing it again is harmless.
  ///
  /// - Parameter observing: Told after each step; what it throws ends the publication there.
  /// - Throws: ``FileFault``; ``PublicationFault``. The run stays committed, and the next
  ///   ``recover(workspace:observing:isCommitted:)`` goes on where this ended.
  public func publish(observing: (PublicationStep) throws -> Void = { _ in }) throws {
    precondition(state.withLock { $0.isSealed }, "only what is sealed can be published")
    try RollForward(workspace: workspace, root: root).run(observing: observing)
  }

  /// Removes everything that is staged, of a run that will not be committed.
  ///
  /// - Throws: ``FileFault``.
  public func discard() throws {
    state.withLock { $0 = State() }
    try DirectoryTree.remove(root)
  }

  private func begin(_ relativePath: String) throws {
    let isNew = state.withLock { state in
      precondition(!state.isSealed, "what is sealed takes no more files")
      guard state.files[Text(relativePath)] == nil else { return false }
      state.files[Text(relativePath)] = .some(nil)
      return true
    }
    guard isNew else { throw PublicationFault.badPath(relativePath) }
  }

  func complete(_ facts: StagedFileFacts, isSynced: Bool) {
    state.withLock { $0.files[Text(facts.relativePath)] = .some(facts) }
    if !isSynced { unsynced.add("\(root)/\(facts.relativePath)") }
  }

  func withdraw(_ relativePath: String) throws {
    let path = "\(root)/\(relativePath)"
    try DirectoryTree.removeFile(path)
    state.withLock { _ = $0.files.removeValue(forKey: Text(relativePath)) }
  }
}

extension Publication {
  private static func isPrivate(_ relativePath: String) -> Bool {
    let top = Text(String(relativePath.prefix { $0 != "/" }))
    return top == "archive" || top == "rejects"
  }

  /// Whether a relative path names something inside, and not in `staging` itself.
  private static func isContained(_ relativePath: String) -> Bool {
    let parts = relativePath.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
    let names = parts.map { Text(String(Substring($0))) }
    let isPlain = names.allSatisfy { name in
      !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(0)
    }
    return isPlain && names.first != "staging"
  }

  private static func digest(
    of path: String, known: String?
  ) throws -> (sha256: String, byteCount: Int64) {
    let file = try Descriptor(opening: path, for: .read)
    if let known { return (known, try file.information().byteCount) }
    var digest = SHA256()
    var byteCount: Int64 = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var count: Int
    repeat {
      count = try file.read(into: &buffer)
      unsafe buffer.span.extracting(first: count).withUnsafeBytes { unsafe digest.update($0) }
      byteCount += Int64(count)
    } while count == buffer.count
    return (digest.finish().hexadecimalText, byteCount)
  }
}
