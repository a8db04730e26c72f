// `verify`: whether a workspace is what its runs left (SPEC 6). It reads everything and changes
// nothing.
public import Pipeline

/// `verify` of a workspace as of its last committed run.
public struct WorkspaceVerification {
  private let workspace: Workspace

  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Checks everything.
  ///
  /// - Returns: What is wrong; nothing for a sound workspace.
  /// - Throws: ``NoStore``, ``DatabaseFault`` or ``FileFault`` where something cannot be read at all.
  public func findings() throws -> [Finding] {
    let database = try workspace.openForReading()
    return try Verification(workspace: workspace.path, database: database).run()
  }
}

/// A check of a whole workspace.
public struct Verification {
  /// Checks one click segment against what the store lists, and throws what is wrong with it.
  public typealias SegmentCheck = (_ workspace: String, _ entry: ClickSegmentEntry) throws -> Void

  let workspace: String
  let database: Database
  private let checkSegment: SegmentCheck

  /// - Parameter checkSegment: Reads every byte of a segment unless told otherwise.
  public init(
    workspace: String, database: Database,
    checkSegment: @escaping SegmentCheck = { root, entry in
      try SegmentCatalog(root: root, entries: [entry]).verify()
    }
  ) {
    self.workspace = workspace
    self.database = database
    self.checkSegment = checkSegment
  }

  /// Checks everything, on one snapshot of the store.
  ///
  /// - Returns: What is wrong, in the order in which it was looked at; nothing for a sound
  ///   workspace.
  /// - Throws: ``DatabaseFault`` or ``FileFault`` where something cannot be read at all.
  public func run() throws -> [Finding] {
    let damage = try database.integrityCheck().map { Finding(path: Self.store, message: $0) }
    guard damage.isEmpty else { return damage }
    return try database.snapshot {
      var findings: [Finding] = []
      try checkFates(&findings)
      try checkLedger(&findings)
      try checkPayouts(&findings)
      try checkSpans(&findings)
      try checkSums(&findings)
      try checkOutputs(&findings)
      try checkMethodFiles(&findings)
      try checkApprovals(&findings)
      try checkArchive(&findings)
      try checkSegments(&findings)
      return findings
    }
  }

  static let store = "refbatch.sqlite"

  /// The SHA-256 and size of a file of the workspace; nil where there is none.
  func sha256(of path: String) throws -> (hexadecimal: String, byteCount: Int64)? {
    guard try FileInformation.of("\(workspace)/\(path)")?.kind == .file else { return nil }
    var digest = SHA256()
    let byteCount = try forEachBlock(of: path) { digest.update($0) }
    return (SHA256.hexadecimal(digest.finish()), byteCount)
  }

  /// The digest that a survey gives a file, and its size; nil where there is no file.
  ///
  /// It is ``FileSurvey/digest(of:)`` for files that do not fit the memory.
  func surveyDigest(of path: String) throws -> (digest: Digest128, byteCount: Int64)? {
    guard try FileInformation.of("\(workspace)/\(path)")?.kind == .file else { return nil }
    var blocks = ContentHash()
    let byteCount = try forEachBlock(of: path) { block in
      guard !block.isEmpty else { return }
      let digest = ContentHash.digest(of: block)
      for half in [digest.high, digest.low] { blocks.update(bigEndian: half) }
    }
    blocks.update(bigEndian: UInt64(byteCount))
    return (blocks.finish(), byteCount)
  }

  private func forEachBlock(of path: String, _ body: (ByteView) -> Void) throws -> Int64 {
    let file = try Descriptor(opening: "\(workspace)/\(path)", for: .read)
    var buffer = [UInt8](repeating: 0, count: FileSurvey.digestBlockBytes)
    var byteCount: Int64 = 0
    var count: Int
    repeat {
      count = try file.read(into: &buffer)
      ByteView.withBytes(of: buffer) { body($0.slice(from: 0, to: count)) }
      byteCount += Int64(count)
    } while count == buffer.count
    return byteCount
  }

  private func checkSegments(_ findings: inout [Finding]) throws {
    var listed: Set<Text> = []
    let query = """
      SELECT s.day, r.name, s.path, s.rows, s.digest, s.bytes
      FROM segments s JOIN runs r ON r.no = s.run ORDER BY s.day, s.run
      """
    try database.forEachRow(query) { row in
      let entry = ClickSegmentEntry(
        day: Int32(clamping: row.int()), run: row.text().string, path: row.text().string,
        rows: row.int(), digest: try row.digest(), byteCount: row.int())
      listed.insert(Text(entry.path))
      do {
        guard try FileInformation.of("\(workspace)/\(entry.path)") != nil else {
          return findings.append(Finding(path: entry.path, message: "missing"))
        }
        try checkSegment(workspace, entry)
      } catch {
        findings.append(Finding(path: entry.path, message: "\(error)"))
      }
    }
    for path in try files(under: "clicks") where !listed.contains(Text(path)) {
      findings.append(Finding(path: path, message: "no run lists this segment"))
    }
  }

  /// The files below a directory of the workspace, sorted by their paths; none where it is missing.
  func files(under directory: String) throws -> [String] {
    guard try FileInformation.of("\(workspace)/\(directory)")?.kind == .directory else { return [] }
    var found: [String] = []
    for entry in try DirectoryTree.list("\(workspace)/\(directory)") {
      let path = "\(directory)/\(entry.name)"
      if entry.kind == .directory { found += try files(under: path) } else { found.append(path) }
    }
    return found
  }
}

extension ContentHash {
  /// Takes in the eight bytes of a word, the most significant first.
  fileprivate mutating func update(bigEndian word: UInt64) {
    let shifts = stride(from: UInt64(56), through: 0, by: -8)
    ByteView.withBytes(of: shifts.map { UInt8(truncatingIfNeeded: word >> $0) }) { update($0) }
  }
}
