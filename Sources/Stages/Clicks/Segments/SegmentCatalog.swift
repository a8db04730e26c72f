// The click segments of earlier runs, as the store lists them.
import Pipeline

/// The committed segments of a workspace; their directories are read when first asked for.
public final class SegmentCatalog: Sendable {
  /// By day, then run.
  public let entries: [ClickSegmentEntry]
  private let root: String
  /// By place in `entries`.
  private let directories: Guarded<[Int: ClickSegmentDirectory]>
  /// Places in `entries` by day.
  private let byDay: [Int32: [Int]]

  /// How many segments stay open at once: a process may have few files open.
  private static let mostOpen = 128

  /// - Parameters:
  ///   - root: The workspace, to which the entries' paths are relative.
  ///   - entries: What the store lists.
  public init(root: String, entries: [ClickSegmentEntry]) {
    self.root = root
    self.entries = entries.sorted { ($0.day, $0.run) < ($1.day, $1.run) }
    directories = Guarded([:])
    var byDay: [Int32: [Int]] = [:]
    for place in self.entries.indices { byDay[self.entries[place].day, default: []].append(place) }
    self.byDay = byDay
  }

  /// A catalogue of nothing: before the first run.
  public static let empty = SegmentCatalog(root: "", entries: [])

  private func directory(_ place: Int) throws(ClickFault) -> ClickSegmentDirectory {
    if let known = directories.withLock({ $0[place] }) { return known }
    let directory = try ClickSegmentDirectory(
      path: root + "/" + entries[place].path, entry: entries[place],
      staysOpen: directories.withLock { $0.count } < Self.mostOpen)
    directories.withLock { $0[place] = directory }
    return directory
  }

  /// A programme's block in one segment, not read yet.
  struct Listed: Sendable {
    let directory: ClickSegmentDirectory
    let entry: ClickBlockEntry
    var day: Int32 { directory.day }
  }

  /// The programme's blocks of one day, of every run.
  func listed(
    program: ProgramOrdinal, day: Int32
  ) throws(ClickFault) -> [Listed] {
    var found: [Listed] = []
    for place in byDay[day] ?? [] {
      let directory = try directory(place)
      if let entry = directory[program] { found.append(Listed(directory: directory, entry: entry)) }
    }
    return found
  }

  /// The programme's blocks of these days, of every run.
  func listed(
    program: ProgramOrdinal, days: ClosedRange<Int32>
  ) throws(ClickFault) -> [Listed] {
    var found: [Listed] = []
    // Entries are by day: the first of the range is found by halving.
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].day < days.lowerBound { low = middle + 1 } else { high = middle }
    }
    while low < entries.count, entries[low].day <= days.upperBound {
      let directory = try directory(low)
      if let entry = directory[program] { found.append(Listed(directory: directory, entry: entry)) }
      low += 1
    }
    return found
  }

  /// Reads the programme's blocks of one day.
  func blocks(program: ProgramOrdinal, day: Int32) throws(ClickFault) -> [ClickBlock] {
    var blocks: [ClickBlock] = []
    for listed in try listed(program: program, day: day) {
      blocks.append(try listed.directory.block(listed.entry))
    }
    return blocks
  }

  /// Reads every byte of every segment and compares it with its checksums.
  ///
  /// - Throws: ``ClickFault`` for the first that is damaged or missing.
  public func verify() throws(ClickFault) {
    for place in entries.indices {
      let directory = try directory(place)
      for program in directory.programs {
        if let entry = directory[program] { _ = try directory.block(entry) }
      }
    }
  }
}
