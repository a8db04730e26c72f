// Writes a night's daily traffic: names once for the whole store, counts by the names' numbers.
import Pipeline

/// The merge's hand on `traffic_days` and `traffic_names`.
struct TrafficWriter: ~Copyable {
  private let run: Int64
  private let days: RowBatch
  private let names: RowBatch
  private let find: Statement
  private var nextName: Int64
  private let isFirst: Bool
  /// By list and rank: the name's number in the store as far as it has 32 bits, 0 where it is not
  /// known yet.
  private var ranked: [UInt32] = []
  /// Where each list's ranks begin.
  private var firstRanks: [Int] = []
  private var plain: [[UInt8]: Int64] = [:]
  private var json: RowEncoder
  private let marks = (first: ShortField("\""), next: ShortField(",\""), colon: ShortField("\":"))

  init(_ database: Database, run: Int64) throws {
    let days = try RowBatch(
      database, insertInto: "traffic_days", "day, program, run, sources, pages")
    let names = try RowBatch(database, insertInto: "traffic_names", "no, name")
    let find = try database.prepare("SELECT no FROM traffic_names WHERE name = ?1")
    let next = try database.integer("SELECT coalesce(max(no), 0) + 1 FROM traffic_names")
    // The encoder is not copied, so that nothing may fail once it is there.
    self.run = run
    self.days = days
    self.names = names
    self.find = find
    nextName = next
    isFirst = next == 1
    json = RowEncoder(capacity: 4_096)
  }

  /// Writes one programme's days.
  ///
  /// - Throws: ``DatabaseFault``.
  mutating func write(_ clicks: ProgramClicks) throws {
    guard let ranks = clicks.trafficRanks else { return }
    if firstRanks.isEmpty { begin(ranks) }
    for day in clicks.traffic {
      days.append(day.day)
      days.append(clicks.program)
      days.append(run)
      for list in TrafficList.allCases {
        json.truncate(to: 0)
        json.append(UInt8(ascii: "{"))
        try append(day.lists[list.rawValue], list, ranks)
        json.append(UInt8(ascii: "}"))
        days.append(utf8: json)
      }
      try days.endRow()
    }
  }

  /// Makes room for the names of the night.
  private mutating func begin(_ ranks: TrafficRanks) {
    var total = 0
    for names in ranks.names {
      firstRanks.append(total)
      total += names.count
    }
    ranked = [UInt32](repeating: 0, count: total)
    plain.reserveCapacity(total)
  }

  private mutating func append(
    _ counts: TrafficCounts, _ list: TrafficList, _ ranks: TrafficRanks
  ) throws {
    let first = firstRanks[list.rawValue]
    for entry in counts.entries {
      var number = entry.name >= 0 ? Int64(ranked[first + Int(entry.name)]) : 0
      if number == 0 { number = try self.number(entry.name, of: counts, list, ranks) }
      append(number, entry.count)
    }
    if counts.others > 0 { append(try number(Array(TrafficNames.other.utf8)), counts.others) }
  }

  private mutating func append(_ name: Int64, _ count: Int64) {
    json.append(json.count > 1 ? marks.next : marks.first)
    json.append(decimal: name)
    json.append(marks.colon)
    json.append(decimal: count)
  }

  /// A name's number in the store. New ones are numbered as they come: programmes in the order of
  /// their ids, days, sources and pages, names in the order of their bytes.
  private mutating func number(
    _ name: Int32, of counts: TrafficCounts, _ list: TrafficList, _ ranks: TrafficRanks
  ) throws -> Int64 {
    guard name >= 0 else { return try number(counts.plainNames[Int(-1 - name)]) }
    let found = try number(ranks.names[list.rawValue][Int(name)])
    ranked[firstRanks[list.rawValue] + Int(name)] = UInt32(exactly: found) ?? 0
    return found
  }

  private mutating func number(_ name: [UInt8]) throws -> Int64 {
    if let known = plain[name] { return known }
    if !isFirst {
      defer { find.reset() }
      try find.bind(text: Text(String(decoding: name, as: UTF8.self)), at: 1)
      if try find.step() {
        plain[name] = find.int(0)
        return find.int(0)
      }
    }
    let number = nextName
    nextName += 1
    plain[name] = number
    names.append(number)
    names.append(utf8: name)
    try names.endRow()
    return number
  }

  /// Writes what is still on its way.
  ///
  /// - Throws: ``DatabaseFault``.
  func flush() throws {
    try names.flush()
    try days.flush()
  }
}
