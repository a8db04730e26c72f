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

  /// By file and state; the last place of a file's is for duplicates.
  private var counts: [Int64]
  private static let fates = 8
  private static let duplicates = 7
  /// By place of a code in the programme: clicks and filtered ones of the day at hand.
  private var today: [(clicks: Int64, filtered: Int64)] = []
  private var codesToday: [Int] = []
  private var limitedToday: Set<Key96> = []

  init(program: ProgramOrdinal, files: Int) {
    self.program = program
    counts = Array(repeating: 0, count: files * Self.fates)
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

  @inline(__always) mutating func countDuplicate(file: Int) {
    counts[file &* Self.fates &+ Self.duplicates] &+= 1
  }

  @inline(__always) mutating func count(
    _ state: ClickState, _ record: ClickRecord, codePlace: Int
  ) {
    counts[Int(record.origin.file) &* Self.fates &+ Int(state.rawValue)] &+= 1
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
    for place in counts.indices where counts[place] > 0 {
      let (file, fate) = place.quotientAndRemainder(dividingBy: Self.fates)
      let reason = ClickState(rawValue: UInt8(fate))?.fate ?? .duplicate
      tally.count(reason, file: Int32(file), counts[place])
    }
    return tally
  }
}
