// The files of a batch once more: `payouts emit`. They are the bytes that the run published, or none.
public import Pipeline

/// A file that cannot be written again.
struct EmissionFault: ExitCoded, CustomStringConvertible {
  let message: String
  var exitStatus: ExitStatus = .dataRefused

  var description: String { message }
}

/// Writes the files of a batch again.
public struct BatchFiles {
  /// What became of one file.
  public struct Written: Hashable, Sendable {
    public var path: String
    public var sha256: Text
    /// Whether it was there already, with the same bytes.
    public var wasThere: Bool
  }

  private let workspace: Workspace

  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Writes the files of a batch.
  ///
  /// - Parameter directory: Where to; nil for their places in the workspace.
  /// - Returns: Each file; none for a batch whose payouts stand in no service's file.
  /// - Throws: An error of usage for a batch that there is not; ``EmissionFault`` for one that waits
  ///   for approval, for a place that holds other bytes, and where the bytes cannot be had any more.
  public func emit(_ batch: Text, to directory: String?) throws -> [Written] {
    let database = try workspace.openForReading()
    let facts: BatchFacts = try database.snapshot {
      guard try PayoutBatches(database).contains(batch) else {
        throw try PayoutBatches(database).unknown(batch)
      }
      return try WorkspacePayouts.batch(batch, database)
    }
    guard facts.emittedIn != nil else {
      let message =
        facts.proposal != nil
        ? "batch \(batch) waits for approval, and has no files yet: refbatch payouts approve"
        : "batch \(batch) was never emitted"
      throw EmissionFault(message: message)
    }
    let contents = try facts.files.map { try bytes(of: $0, facts, database) }
    let places = facts.files.map { place(of: $0, directory) }
    let thereAlready = try zip(places, contents).map { try isThere($0, $1) }
    if let directory { try DirectoryTree.make(directory) }
    for (index, path) in places.enumerated() where !thereAlready[index] {
      try WholeFile.replace(path, with: contents[index])
    }
    return places.indices.map { index in
      Written(
        path: places[index], sha256: facts.files[index].sha256, wasThere: thereAlready[index])
    }
  }

  private func place(of file: BatchFacts.File, _ directory: String?) -> String {
    guard let directory else { return "\(workspace.path)/\(file.path)" }
    return "\(directory)/\(file.path.string.split(separator: "/").last ?? "")"
  }

  /// Whether a place holds these bytes.
  ///
  /// - Throws: ``EmissionFault`` where it holds others.
  private func isThere(_ path: String, _ bytes: [UInt8]) throws -> Bool {
    guard try FileInformation.of(path) != nil else { return false }
    guard try WholeFile.read(path) == bytes else {
      throw EmissionFault(
        message: "\(path) is another file, and is not overwritten; move it away, or give another "
          + "--out")
    }
    return true
  }

  /// The bytes that the run published: as they lie there, or made again.
  private func bytes(
    of file: BatchFacts.File, _ batch: BatchFacts, _ database: Database
  ) throws -> [UInt8] {
    func isRight(_ bytes: [UInt8]) -> Bool {
      Text(ByteView.withBytes(of: bytes) { SHA256.hexadecimal(of: $0) }) == file.sha256
    }
    let path = "\(workspace.path)/\(file.path)"
    if try FileInformation.of(path) != nil {
      let published = try WholeFile.read(path)
      if isRight(published) { return published }
    }
    let name = file.path.string.split(separator: "/").last.map { Text(String($0)) }
    let again = try remade(batch, database).first { Text($0.name) == name }?.bytes
    if let again, isRight(again) { return again }
    throw EmissionFault(
      message: "\(file.path) is missing or was changed, and cannot be made again, as the details "
        + "behind it have changed; take it from a backup, and see refbatch verify")
  }

  /// The files of a batch made from the store, with the details of now.
  private func remade(_ batch: BatchFacts, _ database: Database) throws -> [MethodFile] {
    guard let run = batch.emittedIn else { return [] }
    let emitted = try database.prepare("SELECT no, as_of FROM runs WHERE name = ?")
    try emitted.bind(text: run, at: 1)
    guard try emitted.step(), let name = RunName(run.string) else { return [] }
    let (number, asOf) = (emitted.int(0), Instant(milliseconds: emitted.int(1)))
    emitted.reset()
    let archived = "\(workspace.path)/archive/\(run)/schedule.json"
    let schedule = try FileInformation.of(archived) == nil ? nil : try Schedule(file: archived)
    let registry = Registry(try RegistryTables.load(from: database))
    var writer = MethodFilesWriter(
      EmissionTerms(
        asOf: asOf, runNumber: name.number, registry: registry,
        payers: schedule?.settings.payers ?? PayerSettings()))
    let query = PayoutRow.query("WHERE o.no IN (SELECT payout FROM emissions WHERE run = ?1)")
    let batches = try database.prepare(
      "SELECT batch_id FROM emissions WHERE payout = ? AND run = ?")
    try database.forEachRow(query, [number]) { row in
      var payout = try PayoutRow(&row)
      try batches.bind(int: payout.number, at: 1)
      try batches.bind(int: number, at: 2)
      if try batches.step() { payout.batch = batches.text(0) }
      batches.reset()
      writer.take(payout)
    }
    return writer.files
  }
}
