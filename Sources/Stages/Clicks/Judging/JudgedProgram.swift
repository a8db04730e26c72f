// What a judgement counts of one programme while it goes.
import Pipeline

/// Clicks of one code on one UTC day.
public struct DailyClicks: Hashable, Sendable {
  /// The UTC day; 0 is 1970-01-01.
  public var day: Int32
  public var code: CodeOrdinal
  /// Accepted ones.
  public var clicks: Int64
  /// Filtered ones; duplicates are not counted (SPEC 9, Registry).
  public var filtered: Int64

  public init(day: Int32, code: CodeOrdinal, clicks: Int64, filtered: Int64) {
    self.day = day
    self.code = code
    self.clicks = clicks
    self.filtered = filtered
  }
}

/// An IP that was rate-limited, and when.
struct LimitedIP: Hashable, Sendable {
  var ip: Key96
  var day: Int32
}

/// The counts and blocks of one programme's new clicks.
struct JudgedProgram {
  let program: ProgramOrdinal
  private(set) var daily: [DailyClicks] = []
  private(set) var limited: Set<LimitedIP> = []
  /// By day.
  var blocks: [StoredClickBlock] = []
  /// By day: those with any source or page.
  var traffic: [TrafficDay] = []

  /// By state, one stretch for each file that any click came from; the last place is for duplicates.
  private var counts: [Int64] = []
  /// By file: where its stretch starts. Of a night's thousands of files most have no click of a
  /// programme's.
  private var stretches: [Int32: Int] = [:]
  private var fileAtHand: Int32 = -1
  private var stretchAtHand = 0
  private static let fates = 8
  private static let duplicates = 7
  /// By place of a code in the programme: clicks and filtered ones of the day at hand.
  private var today: [(clicks: Int64, filtered: Int64)] = []
  private var codesToday: [Int] = []
  private var limitedToday: Set<Key96> = []

  init(program: ProgramOrdinal) { self.program = program }

  /// Takes in what was found of the programme's later days.
  mutating func append(_ later: JudgedProgram) {
    daily.append(contentsOf: later.daily)
    limited.formUnion(later.limited)
    blocks.append(contentsOf: later.blocks)
    traffic.append(contentsOf: later.traffic)
    for (file, stretch) in later.stretches {
      turn(to: file)
      for fate in 0..<Self.fates { counts[stretchAtHand + fate] += later.counts[stretch + fate] }
    }
  }

  /// Has a file's counts at hand.
  private mutating func turn(to file: Int32) {
    fileAtHand = file
    if let stretch = stretches[file] {
      stretchAtHand = stretch
    } else {
      stretchAtHand = counts.count
      stretches[file] = stretchAtHand
      counts.append(contentsOf: repeatElement(0, count: Self.fates))
    }
  }

  /// Makes room to count the clicks of this many codes.
  mutating func startDay(codes: Int) {
    while today.count < codes { today.append((0, 0)) }
  }

  /// Puts days that came late into their order.
  mutating func orderDays() {
    blocks.sort { $0.day < $1.day }
    traffic.sort { $0.day < $1.day }
    daily.sort { $0.day != $1.day ? $0.day < $1.day : $0.code < $1.code }
  }

  @inline(__always) mutating func countDuplicate(file: Int32) {
    if file != fileAtHand { turn(to: file) }
    counts[stretchAtHand &+ Self.duplicates] &+= 1
  }

  @inline(__always) mutating func count(
    _ state: ClickState, _ record: ClickRecord, codePlace: Int
  ) {
    let file = record.origin.file
    if file != fileAtHand { turn(to: file) }
    counts[stretchAtHand &+ Int(state.rawValue)] &+= 1
    let before = today[codePlace]
    if before.clicks | before.filtered == 0 { codesToday.append(codePlace) }
    if state == .accepted {
      today[codePlace].clicks &+= 1
    } else {
      today[codePlace].filtered &+= 1
      if state == .rateLimited { limitedToday.insert(record.ip) }
    }
  }

  /// Moves the day's counts to the list.
  mutating func closeDay(_ day: Int32, codes: [Int32]) {
    for place in codesToday.sorted() {
      daily.append(
        DailyClicks(
          day: day, code: CodeOrdinal(Int(codes[place])), clicks: today[place].clicks,
          filtered: today[place].filtered))
      today[place] = (0, 0)
    }
    codesToday.removeAll(keepingCapacity: true)
    for ip in limitedToday { limited.insert(LimitedIP(ip: ip, day: day)) }
    limitedToday.removeAll(keepingCapacity: true)
  }

  /// The fates by file, without the rows read: those are counted where they are read.
  var fates: FateTally {
    var tally = FateTally()
    for (file, stretch) in stretches {
      for fate in 0..<Self.fates where counts[stretch + fate] > 0 {
        let reason = ClickState(rawValue: UInt8(fate))?.fate ?? .duplicate
        tally.count(reason, file: file, counts[stretch + fate])
      }
    }
    return tally
  }
}

extension [JudgedProgram] {
  /// Takes in what a later pass found, the first of its programmes may be the last one here.
  mutating func append(later programs: [JudgedProgram]) {
    var rest = programs[...]
    if let first = rest.first, last?.program == first.program {
      self[count - 1].append(first)
      rest = rest.dropFirst()
    }
    append(contentsOf: rest)
  }
}
