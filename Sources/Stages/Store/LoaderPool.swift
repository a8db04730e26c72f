// Connections that read the store as of the plan, each with its compiled queries, lent to whoever
// works on a bucket of programmes.
import Pipeline

/// Snapshot loaders that wait for the next bucket; there are as many as threads ever worked at once.
final class LoaderPool: Sendable {
  /// SAFETY: a loader is in the pool or with the one thread that took it out, never both, so that
  /// its connection and its statements serve one thread at a time.
  private struct Waiting: @unchecked Sendable {
    let loader: SnapshotLoader
  }

  private let waiting = Guarded<[Waiting]>([])
  private let path: String
  private let facts: NightFacts

  /// - Parameter path: The store's.
  init(path: String, facts: NightFacts) {
    self.path = path
    self.facts = facts
  }

  /// Lends a loader. One whose reading failed is not lent again.
  ///
  /// - Throws: ``DatabaseFault``, and what `body` throws.
  func withLoader<Result>(_ body: (SnapshotLoader) throws -> Result) throws -> Result {
    let ready = waiting.withLock { $0.popLast() }
    let loader = try ready?.loader ?? open()
    let result = try body(loader)
    let done = Waiting(loader: loader)
    waiting.withLock { $0.append(done) }
    return result
  }

  /// One transaction for all that it reads, which ends with the connection: else each query would
  /// lock and unlock the file.
  private func open() throws -> SnapshotLoader {
    let database = try Database.open(path: path, mode: .readOnly)
    try database.execute("BEGIN")
    return try SnapshotLoader(database: database, facts: facts)
  }
}
