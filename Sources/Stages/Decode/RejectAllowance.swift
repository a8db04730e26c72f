// How much is kept of a run's rejected rows.
import Pipeline
import Synchronization

/// What all threads may keep together of the rows that a run rejects.
///
/// Once more rows are rejected than the run may have, it stops before its commit, whatever else it
/// reads: from then on rejected rows are counted, by reason, and no longer kept. So a file that is
/// rejected row by row takes no more memory than one that just passes.
public final class RejectAllowance: Sendable {
  /// Bytes of records that are kept with their rows; others are read again when they are written.
  private static let rawBytes = 64 << 20

  private let rowsLeft: Atomic<Int>
  private let bytesLeft: Atomic<Int>

  /// - Parameters:
  ///   - mostRows: How many rejected rows a run may have and still commit; nil where that is not
  ///     known before all are read.
  ///   - mostBytes: How many bytes of their records are kept; nil for 64 MiB.
  public init(mostRows: Int? = nil, mostBytes: Int? = nil) {
    rowsLeft = Atomic(mostRows ?? .max)
    bytesLeft = Atomic(mostBytes ?? Self.rawBytes)
  }

  /// Takes a row of it. The first one above the limit is kept as well.
  ///
  /// - Returns: Whether the row is to be kept.
  func takeRow() -> Bool {
    guard rowsLeft.load(ordering: .relaxed) >= 0 else { return false }
    return rowsLeft.subtract(1, ordering: .relaxed).oldValue >= 0
  }

  /// Takes `count` bytes of it.
  ///
  /// - Returns: Whether there were as many left.
  func take(bytes count: Int) -> Bool {
    let before = bytesLeft.subtract(count, ordering: .relaxed).oldValue
    guard before >= count else {
      bytesLeft.add(count, ordering: .relaxed)
      return false
    }
    return true
  }
}

/// The rejected rows of one thread's part of a file.
struct RejectedRows: Sendable {
  /// Those that are kept.
  private(set) var kept: [RejectedRow] = []
  /// How many of the others there are for each reason.
  private(set) var dropped: [RejectReason: Int64] = [:]

  /// Takes a row, or counts it.
  mutating func append(
    _ reason: RejectReason, by allowance: RejectAllowance, _ row: () -> RejectedRow
  ) {
    if allowance.takeRow() {
      kept.append(row())
    } else {
      dropped[reason, default: 0] += 1
    }
  }

  /// Gives the kept rows away.
  mutating func takeKept() -> [RejectedRow] {
    var taken: [RejectedRow] = []
    swap(&taken, &kept)
    return taken
  }
}

extension FateTally {
  /// Counts rejected rows of one file, whether they are kept or not.
  mutating func count(_ rejects: RejectedRows, file: Int32) {
    for row in rejects.kept { count(.rejected(row.reason), file: file) }
    for (reason, number) in rejects.dropped { count(.rejected(reason), file: file, number) }
  }
}
