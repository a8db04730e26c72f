// The night's files on their way into the archive, beside the work on their rows.
import Dispatch
import Foundation
import Pipeline

/// Copies or links the inputs of a run on threads of its own, some files at once: each waits for the
/// disk, and those of many small files share its commits.
final class InputArchiving: Sendable {
  /// One file and where it goes, below the run's staging directory.
  struct Copy: Sendable {
    var source: String
    var destination: String
  }

  private let group = DispatchGroup()
  private let fault = Guarded<(any Error)?>(nil)
  private let isGivenUp = Guarded(false)
  private static let filesAtOnce = 4

  /// Begins.
  init(_ copies: [Copy], by way: FileCopy.Way) {
    group.enter()
    Thread { [self] in
      do {
        try forEachWaiting(count: copies.count, threads: Self.filesAtOnce) { [self] number in
          guard !isGivenUp.withLock({ $0 }) else { return }
          try FileCopy.archive(copies[number].source, to: copies[number].destination, by: way)
        }
      } catch { fault.withLock { $0 = error } }
      group.leave()
    }.start()
  }

  /// Waits until every file is in the archive and on the disk.
  ///
  /// - Throws: ``ChangedFile``, ``FileFault``.
  func finish() throws {
    group.wait()
    if let fault = fault.withLock({ $0 }) { throw fault }
  }

  /// Lets go of files that are not begun, and waits for those that are.
  func giveUp() {
    isGivenUp.withLock { $0 = true }
    group.wait()
  }
}

extension Night {
  /// Begins to put the night's files into the archive.
  func beginArchiving() throws {
    let way: FileCopy.Way = request.schedule.settings.archive == .link ? .link : .copy
    let copies = try files.indices.map { number in
      InputArchiving.Copy(
        source: files[number].path,
        destination: try publication.stagingPath(for: archivePath(number)))
    }
    archiving = copies.isEmpty ? nil : InputArchiving(copies, by: way)
  }

  /// Waits for the archive, and takes its files into the publication.
  ///
  /// - Throws: ``ChangedFile``, or ``FileRefusal`` for a file that changed since it was read.
  func finishArchiving() throws {
    try archiving?.finish()
    archiving = nil
    for (number, file) in files.enumerated() {
      try file.source.checkUnchanged()
      try publication.adopt(
        archivePath(number), sha256: file.digest.description,
        byteCount: Int64(file.source.survey.byteCount), isDurable: true)
    }
  }

  /// Where a file of this run stands in the archive.
  func archivePath(_ number: Int) -> String {
    let digits = String(number + 1)
    let padded = String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    return "archive/\(run)/\(padded)-\(files[number].name)"
  }
}
