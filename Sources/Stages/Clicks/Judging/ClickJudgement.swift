// Judging the clicks of a bucket: a pure function of its clicks, the registry and the clicks that
// earlier runs stored. Programme and UTC day divide the work: identities, caps and equal contents
// all lie within one of them.
import Pipeline

/// Judges one bucket.
struct ClickJudgement {
  /// Marks beside the numbers of ``ClickState``.
  private static let duplicate: UInt8 = 254
  private static let open: UInt8 = 255

  private let rules: ClickRules
  private var sorted: SortedClicks
  private var items: [ClickItem]
  /// By place in `items`.
  private var verdicts: [UInt8]
  private var groups: [Group] = []
  private var histories: [Int: DayHistory] = [:]
  private var ties = ClickTies()
  /// Of the group at hand: clicks of one instant.
  private var sameInstants: [Range<Int>] = []
  private var takenIDs: ClickIDTable
  private var counter = IPCounter()
  private var encoder: ClickBlockEncoder
  private var traffic: TrafficCounter
  /// Of the group at hand.
  private var judged: [JudgedClick] = []

  /// The clicks of one programme and day.
  struct Group {
    var program: ProgramOrdinal
    var day: Int32
    var range: Range<Int>
    /// By hour: whether the cap could be reached.
    var capMatters: UInt32 = 0

    func capMatters(hour: Int) -> Bool { capMatters >> UInt32(hour) & 1 == 1 }
  }

  init(
    _ sorted: consuming SortedClicks, rules: ClickRules, bucket: Int, ranks: TrafficRanks
  ) {
    var sorted = sorted
    self.rules = rules
    items = sorted.takeItems()
    verdicts = Array(repeating: Self.open, count: items.count)
    takenIDs = ClickIDTable(seed: rules.tableSeed)
    encoder = ClickBlockEncoder(storedFiles: rules.storedFiles)
    traffic = TrafficCounter(ranks)
    self.sorted = sorted
    findGroups(rules.buckets[bucket])
  }

  private mutating func findGroups(_ programs: [ProgramOrdinal]) {
    var start = 0
    while start < items.count {
      let number = items[start].group
      var end = start + 1
      while end < items.count, items[end].group == number { end += 1 }
      let (program, day) = Int64(number).quotientAndRemainder(dividingBy: sorted.days)
      groups.append(
        Group(
          program: programs[Int(program)], day: Int32(sorted.firstDay + day), range: start..<end))
      start = end
    }
  }

  /// Judges everything; called once.
  ///
  /// - Parameter programs: What passes before found; this one adds to it.
  mutating func judge(
    history: SegmentCatalog, contents: any ClickContents, into programs: inout [JudgedProgram]
  ) throws {
    var postponed: [(group: Int, program: Int)] = []
    for number in groups.indices {
      let group = groups[number]
      if programs.last?.program != group.program {
        programs.append(JudgedProgram(program: group.program))
      }
      let blocks = try history.blocks(program: group.program, day: group.day)
      if !blocks.isEmpty { histories[number] = DayHistory(blocks, for: items[group.range]) }
      findCaps(number)
      orderTies(number)
      filter(number)
      if findTies(number) {
        postponed.append((number, programs.count - 1))
      } else {
        conclude(number, &programs[programs.count - 1])
      }
    }
    // The contents of all ties are read at once.
    try settleTies(contents)
    for (group, program) in postponed { conclude(group, &programs[program]) }
    for program in Set(postponed.map(\.program)) { programs[program].orderDays() }
  }

  // MARK: Before the order matters

  /// Finds the hours with more clicks than the least cap; in all others no cap can be reached.
  private mutating func findCaps(_ number: Int) {
    let group = groups[number]
    let leastCap = rules.programs[group.program.position].leastCap
    let earlier = histories[number]?.ipsByHour
    guard earlier != nil || Int64(group.range.count) > leastCap else { return }
    var clicks = [Int](repeating: 0, count: 24)
    for place in group.range { clicks[Self.hour(items[place])] &+= 1 }
    for hour in 0..<24 {
      let count = clicks[hour] + (earlier?[hour].count ?? 0)
      if Int64(count) > leastCap { groups[number].capMatters |= 1 << UInt32(hour) }
    }
  }

  private static func hour(_ item: ClickItem) -> Int {
    let time = item.key & (1 << ClickItem.timeBits - 1)
    return Int(time / UInt64(Instant.hour))
  }

  /// Orders clicks of one instant as far as records can, and marks equal contents.
  private mutating func orderTies(_ number: Int) {
    sameInstants.removeAll(keepingCapacity: true)
    let range = groups[number].range
    var start = range.lowerBound
    var key = items[start].key
    for place in range.dropFirst() {
      let next = items[place].key
      guard next != key else { continue }
      if place &- start > 1 { sameInstants.append(start..<place) }
      start = place
      key = next
    }
    if range.upperBound - start > 1 { sameInstants.append(start..<range.upperBound) }
    for tie in sameInstants { orderTie(tie) }
  }

  private mutating func orderTie(_ range: Range<Int>) {
    if range.count == 2 {
      let (first, second) = (items[range.lowerBound], items[range.lowerBound + 1])
      if precedesInTie(second.record, first.record) {
        items[range.lowerBound] = second
        items[range.lowerBound + 1] = first
      }
    } else {
      items[range].sort { precedesInTie($0.record, $1.record) }
    }
    for place in range.dropFirst() {
      let record = items[place].record
      let before = items[place - 1].record
      if record.hasContent(of: before) { verdicts[place] = Self.duplicate }
    }
  }

  /// Equal contents of earlier runs, then the filters that do not depend on other clicks, in the
  /// order of SPEC 3.
  private mutating func filter(_ number: Int) {
    let group = groups[number]
    let program = rules.programs[group.program.position]
    let history = histories[number]
    for place in group.range where verdicts[place] == Self.open {
      let record = items[place].record
      if let history, history.contains(record) {
        verdicts[place] = Self.duplicate
        continue
      }
      let code = rules.codes[Int(record.code)]
      let instant = record.instant
      if !code.affiliateIsActive {
        verdicts[place] = ClickState.affiliateInactive.rawValue
      } else if program.isPaused(at: instant) {
        verdicts[place] = ClickState.programPaused.rawValue
      } else if !code.isActive {
        verdicts[place] = ClickState.codeInactive.rawValue
      } else if instant >= code.expiresAt {
        verdicts[place] = ClickState.codeExpired.rawValue
      } else if record.flags.contains(.isBot) {
        verdicts[place] = ClickState.bot.rawValue
      }
    }
  }

  /// Finds the clicks of one instant whose contents decide.
  ///
  /// - Returns: Whether there are any.
  private mutating func findTies(_ number: Int) -> Bool {
    let before = ties.runs.count
    for tie in sameInstants {
      let capMatters = groups[number].capMatters(hour: Self.hour(items[tie.lowerBound]))
      ties.examine(items[tie], capMatters: capMatters) { verdicts[$0] == Self.open }
    }
    return ties.runs.count > before
  }

  private mutating func settleTies(_ contents: any ClickContents) throws {
    guard !ties.runs.isEmpty else { return }
    let origins = ties.origins.sorted()
    let found = try contents.contents(of: origins)
    for origin in origins where found[origin] == nil { throw ClickFault.contentMissing(origin) }
    ties.settle(&items, &verdicts, contents: found)
  }

  // MARK: In order of processing

  /// Identities and the rate cap.
  private mutating func judgeInOrder(_ number: Int) {
    let group = groups[number]
    let history = histories[number]
    let program = rules.programs[group.program.position]
    takenIDs.reset(count: group.range.count + (history?.takenIDs.count ?? 0))
    for id in history?.takenIDs ?? [] { _ = takenIDs.take(id) }
    var takenWithoutID = Set(history?.takenWithoutID ?? [])
    var hourAtHand = -1
    for place in group.range where verdicts[place] == Self.open {
      let record = items[place].record
      let id = record.id
      let isFree =
        id.count > 0
        ? takenIDs.take(id) : takenWithoutID.insert(IdentityWithoutID(record)).inserted
      guard isFree else {
        verdicts[place] = Self.duplicate
        continue
      }
      verdicts[place] = ClickState.accepted.rawValue
      guard group.capMatters != 0, record.flags.contains(.hasIP) else { continue }
      let hour = Self.hour(items[place])
      guard group.capMatters(hour: hour) else { continue }
      if hour != hourAtHand {
        startHour(hour, from: place, in: group, history)
        hourAtHand = hour
      }
      if !counter.count(record.ip, upTo: program.cap(at: record.instant)) {
        verdicts[place] = ClickState.rateLimited.rawValue
      }
    }
  }

  /// Begins to count an hour with what earlier runs accepted.
  private mutating func startHour(
    _ hour: Int, from start: Int, in group: Group, _ history: DayHistory?
  ) {
    var end = start
    while end < group.range.upperBound, Self.hour(items[end]) == hour { end &+= 1 }
    let earlier = history?.ipsByHour[hour].ips ?? []
    counter.reset(count: end - start + earlier.count)
    for ip in earlier { counter.count(ip) }
  }

  // MARK: What came of it

  /// Judges in order, counts the fates and lays out the block.
  private mutating func conclude(_ number: Int, _ program: inout JudgedProgram) {
    judgeInOrder(number)
    let group = groups[number]
    let codes = rules.programs[group.program.position].codes
    judged.removeAll(keepingCapacity: true)
    program.startDay(codes: codes.count)
    var accepted: Int64 = 0
    for place in group.range {
      let record = items[place].record
      guard let state = ClickState(rawValue: verdicts[place]) else {
        program.countDuplicate(file: record.origin.file)
        continue
      }
      judged.append(JudgedClick(record: record, state: state))
      if state == .accepted {
        accepted &+= 1
        if record.flags.contains(.hasTraffic) { traffic.count(record) }
      }
      program.count(state, record, codePlace: Int(rules.codes[Int(record.code)].place))
    }
    program.closeDay(group.day, codes: codes)
    if let day = traffic.close(group.day, accepted: accepted) { program.traffic.append(day) }
    if let block = encoder.encode(
      judged, program: group.program, day: group.day, codes: codes, codeRules: rules.codes)
    {
      program.blocks.append(.kept(block))
    }
    histories[number] = nil
  }
}
