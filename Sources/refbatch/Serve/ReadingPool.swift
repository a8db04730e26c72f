// Connections to the store. One serves all requests in turn; a list that is written in pieces keeps
// its own until it is written.
import Pipeline
import Stages

/// Lends readings of a workspace's store.
final class ReadingPool {
  /// The most lists that are written at the same time.
  static let most = 16
  /// How often it is looked whether the store is still the same file, in milliseconds.
  private static let lookEvery: Int64 = 250

  private let workspace: Workspace
  private var idle: [StoreReading] = []
  private var openedCount: Int64 = 0
  private var lentCount = 0
  private var identity: FileIdentity?
  private var nextLook: Int64 = 0
  /// Counts the files that have been the store.
  private(set) var generation = 0

  private struct FileIdentity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  init(_ workspace: Workspace) { self.workspace = workspace }

  /// A reading for one answer.
  ///
  /// - Throws: ``Refusal`` where too many lists are being written; ``DatabaseFault``, ``FileFault``,
  ///   ``NoStore``.
  func take(now: Int64) throws -> StoreReading {
    if now >= nextLook { try look(now) }
    guard lentCount < Self.most else {
      throw Refusal(kind: .unavailable, text: "Too many lists are being read; try again")
    }
    let reading = try idle.popLast() ?? opened()
    lentCount += 1
    return reading
  }

  private func opened() throws -> StoreReading {
    let reading = try StoreReading(of: workspace, cacheKibibytes: 2_048)
    openedCount += 1
    reading.ordinal = openedCount
    return reading
  }

  /// Takes a reading back, at the end of its answer.
  func giveBack(_ reading: StoreReading, of generation: Int) {
    reading.end()
    lentCount -= 1
    if generation == self.generation, idle.count < 4 { idle.append(reading) }
  }

  /// Forgets connections to a file that is not the store any more: a workspace that was restored, or
  /// whose first run has come.
  private func look(_ now: Int64) throws {
    let file = try FileInformation.of(workspace.storePath)
    guard file != nil || identity == nil else {
      // What there was is gone: that is no workspace without runs. It is looked for until it is back.
      idle.removeAll()
      throw Refusal(kind: .unavailable, text: "The store cannot be read")
    }
    nextLook = now + Self.lookEvery
    let found = file.map { FileIdentity(device: $0.device, inode: $0.inode) }
    // While nothing is committed a reading is of nothing, and is opened anew each time.
    let isNothing = idle.contains { $0.run == nil }
    guard found != identity || isNothing else { return }
    identity = found
    idle.removeAll()
    generation += 1
  }
}
