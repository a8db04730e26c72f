// Taking a night's clicks in: reading on several threads into buckets of programmes, then judging
// bucket by bucket. The run's one entry point for clicks.
import Dispatch
public import Pipeline
import Synchronization

/// A night's clicks, from files to judged programmes.
///
/// Reading comes first, one call a file; then buckets are judged, each at most on one thread at a
/// time and released when it is done with. Nothing of the outcome depends on the number of
/// threads, on the order of files or on what was spilled.
public struct ClickIntake: Sendable {
  private let rules: ClickRules
  private let takesUnplaced: Bool
  private let memoryBudget: Int
  private let spillDirectory: String
  private let allowance: RejectAllowance
  /// What all writers hold together.
  private let memory: WaitingBytes
  private var writers: [ClickPartitionWriter] = []
  /// The names of sources and pages.
  private let traffic: TrafficBook
  /// Where the records of buckets lie that are being judged.
  private let rooms = ClickRooms()
  /// Where what was spilled of them lies.
  private let fetchRooms = ClickRooms()

  /// The rows read, and those of them that were rejected; each programme has the rest.
  public private(set) var fates = FateTally()
  /// Rejected rows by file and line, as far as they are kept. Some keep the record; that of the
  /// others has to be read again.
  public private(set) var rejects: [RejectedRow] = []

  /// Bytes of waiting clicks above which spilling begins, however much memory there is.
  public static let nearBytes = 40 << 20
  /// More ranges than threads, so that one slow core does not hold up the others.
  private static let rangesPerThread = 16

  /// - Parameters:
  ///   - ipKey: What the digests of IPs are keyed with.
  ///   - buckets: The programmes to take, in the order of their ids; a bucket is what is judged
  ///     at once. Clicks of other programmes are another shard's, and are not counted.
  ///   - takesUnplaced: Whether rows whose programme cannot be told (rejected ones) are counted
  ///     here: in one shard only.
  ///   - memoryBudget: Bytes of clicks kept in memory; the rest waits in unnamed files. The
  ///     clicks of one programme and UTC day are always judged at once, whatever their size.
  ///   - nearBytes: Bytes of waiting clicks above which they go to such a file as fast as the disk
  ///     takes them, where they can do so past the page cache.
  ///   - spillDirectory: Where those files are made.
  ///   - allowance: How much is kept of rejected rows.
  public init(
    facts: NightFacts, ipKey: ContentHash.Key, buckets: [[ProgramOrdinal]],
    takesUnplaced: Bool = true, memoryBudget: Int, nearBytes: Int = ClickIntake.nearBytes,
    spillDirectory: String, allowance: RejectAllowance = RejectAllowance()
  ) {
    rules = ClickRules(facts, ipKey: ipKey, buckets: buckets)
    self.takesUnplaced = takesUnplaced
    self.memoryBudget = memoryBudget
    self.spillDirectory = spillDirectory
    self.allowance = allowance
    memory = WaitingBytes(limit: memoryBudget / 5 * 4, near: nearBytes)
    traffic = TrafficBook(
      mostBytes: min(memoryBudget / 50, 8 << 20), seed: rules.tableSeed)
  }

  /// Reads a file's clicks.
  ///
  /// - Parameters:
  ///   - source: The file, opened with ``ClickColumn/request``.
  ///   - file: Its number in the run.
  ///   - threads: How many threads read at once.
  /// - Throws: ``ClickFault``, or what reading throws.
  public mutating func read(_ source: RecordSource, file: Int32, threads: Int) throws {
    let count = max(threads, 1)
    while writers.count < count {
      writers.append(
        ClickPartitionWriter(
          buckets: rules.buckets.count, memory: memory, spillDirectory: spillDirectory))
    }
    let ranges = source.ranges(count == 1 ? 1 : count * Self.rangesPerThread)
    let readings = (0..<count).map { _ in ClickReading() }
    let next = Atomic(0)
    let intake = self
    DispatchQueue.concurrentPerform(iterations: count) { number in
      readings[number].run(
        source, ranges, next: next, decoder: intake.decoder(of: number, file: file))
    }
    for reading in readings { if let fault = reading.fault { throw fault } }
    conclude(readings, file: file)
  }

  private func decoder(of thread: Int, file: Int32) -> ClickDecoder {
    ClickDecoder(
      rules: rules, file: file, takesUnplaced: takesUnplaced, writer: writers[thread],
      allowance: allowance, traffic: traffic)
  }

  private mutating func conclude(_ readings: [ClickReading], file: Int32) {
    for reading in readings {
      fates.countRead(file: file, reading.rows)
      fates.count(reading.setAside, file: file)
      fates.count(reading.rejects, file: file)
      rejects.append(contentsOf: reading.rejects.takeKept())
    }
    // Threads took what lay next.
    rejects.sort { $0.origin < $1.origin }
  }

  /// Gives the rejected rows away.
  mutating func takeRejects() -> [RejectedRow] {
    var taken: [RejectedRow] = []
    swap(&taken, &rejects)
    return taken
  }

  /// The names of sources and pages that the judged clicks are counted by, once all files are read.
  func trafficRanks() -> TrafficRanks { traffic.ranks() }

  /// Judges a bucket's clicks against those of earlier runs, and lets them go: called once for each.
  ///
  /// - Parameters:
  ///   - bucket: Which of the buckets; each on one thread at a time.
  ///   - history: The segments of earlier runs.
  ///   - contents: Where the contents of ties come from.
  /// - Returns: Every programme of the bucket, also those without new clicks.
  /// - Throws: ``ClickFault``, or what `contents` throws.
  public func judge(
    bucket: Int, history: SegmentCatalog, contents: any ClickContents
  ) throws -> [ProgramOrdinal: ProgramClicks] {
    try judge(bucket: bucket, fetched: nil, history: history, contents: contents)
  }

  /// Reads back what is spilled of a bucket, before it is judged; nil where nothing is, or where it is
  /// so much that it had better be read piece by piece.
  ///
  /// - Throws: ``ClickFault``.
  func fetch(bucket: Int) throws(ClickFault) -> FetchedClicks? {
    try ClickBucket(writers: writers, number: bucket, rules: rules)
      .fetch(atMost: min(shareOfJudging, Self.mostJudged), in: fetchRooms)
  }

  /// Judges a bucket's clicks against those of earlier runs, and lets them go: called once for each.
  ///
  /// - Parameters:
  ///   - bucket: Which of the buckets; each on one thread at a time.
  ///   - fetched: What ``fetch(bucket:)`` has read of it.
  ///   - threads: How many threads may work on a bucket of several passes.
  ///   - history: The segments of earlier runs.
  ///   - contents: Where the contents of ties come from.
  /// - Returns: Every programme of the bucket, also those without new clicks.
  /// - Throws: ``ClickFault``, or what `contents` throws.
  func judge(
    bucket: Int, fetched: FetchedClicks?, history: SegmentCatalog, contents: any ClickContents,
    threads: Int = 1
  ) throws -> [ProgramOrdinal: ProgramClicks] {
    let clicks = ClickBucket(writers: writers, number: bucket, rules: rules, fetched: fetched)
    // Where memory is scarce there is none for so many.
    let threads = shareOfJudging >= Self.mostJudged ? threads : min(threads, writers.count)
    let ranks = traffic.ranks()
    var judged: [JudgedProgram] = []
    let overflow = ClickBlockOverflow(limit: shareOfJudging, directory: spillDirectory)
    var passes = try clicks.passes(
      limit: min(shareOfJudging, Self.mostJudged), threads: threads
    ).map { (bucket: clicks, pass: $0) }
    let isDealt = passes.count > 1 && clicks.isScattered(over: passes.map(\.pass))
    if isDealt {
      passes = try clicks.dealt(
        to: passes.map(\.pass), keeping: shareOfJudging, spillDirectory: spillDirectory,
        threads: threads)
    }
    let work = passes
    let judgedByPass = try mapWaiting(count: work.count, threads: threads) { number in
      let (bucket, pass) = work[number]
      var programs = try judge(bucket, pass, ranks, history: history, contents: contents)
      try overflow.take(&programs)
      if isDealt { bucket.release() }
      return programs
    }
    for programs in judgedByPass { judged.append(later: programs) }
    clicks.release()
    var programs: [ProgramOrdinal: ProgramClicks] = [:]
    for program in rules.buckets[bucket] {
      programs[program] = ProgramClicks.historyOnly(program: program, history: history)
    }
    for program in judged {
      programs[program.program] = ProgramClicks(program, history: history)
    }
    return programs
  }

  /// Judges the clicks of one pass.
  private func judge(
    _ bucket: ClickBucket, _ pass: ClickPass, _ ranks: TrafficRanks, history: SegmentCatalog,
    contents: any ClickContents
  ) throws -> [JudgedProgram] {
    let room = try rooms.take(pass.bytes)
    defer { rooms.giveBack(room) }
    var judged: [JudgedProgram] = []
    var judgement = ClickJudgement(
      try SortedClicks(bucket, pass: pass, in: room), rules: rules, bucket: bucket.number,
      ranks: ranks)
    try judgement.judge(history: history, contents: contents, into: &judged)
    return judged
  }

  /// Bytes of clicks above which a bucket is judged in passes, however much memory there is: the few
  /// buckets that are larger cost less in passes than in rooms of their size.
  private static let mostJudged = 8 << 20

  /// Bytes of judged clicks that one thread keeps in memory, and the most that it judges at once.
  private var shareOfJudging: Int { max(memoryBudget / (8 * max(writers.count, 1)), 4_096) }

  /// Bytes of a bucket's clicks, wherever they wait.
  func byteCount(ofBucket bucket: Int) -> Int {
    ClickBucket(writers: writers, number: bucket, rules: rules).byteCount
  }
}
