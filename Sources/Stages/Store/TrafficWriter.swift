// Writes a night's daily traffic: names once for the whole store, counts by the names' numbers.
import Pipeline

/// The merge's hand on `traffic_days` and `traffic_names`.
struct TrafficWriter {
  private let run: Int64
  private let days: RowBatch
  private let names: RowBatch
  private let find: Statement
  private var nextName: Int64
  /// Whether the store had no names before this night.
  private let isFirst: Bool
  /// Whether the names of the night are numbered by their places.
  private var areNumbered = false
  private var ranks: TrafficRanks?
  /// By list and rank: the name's number in the store as far as it has 32 bits, 0 where it is not
  /// known yet.
  private var ranked: [[UInt32]] = []
  /// The numbers of the names that are new, and of those that have no rank, as far as they were met.
  private var plain: [[UInt8]: Int64] = [:]

  init(_ database: Database, run: Int64) throws {
    self.run = run
    days = RowBatch(database, insertInto: "traffic_days", "day, program, run, sources, pages")
    names = RowBatch(database, insertInto: "traffic_names", "no, name")
    find = try database.prepare("SELECT no FROM traffic_names WHERE name = ?1")
    nextName = try database.integer("SELECT coalesce(max(no), 0) + 1 FROM traffic_names")
    isFirst = nextName == 1
  }

  /// Takes the names of the night. On a first night they are written here, numbered by their places,
  /// so that each goes to the end of the table and of its index; where there are too many names,
  /// which of them have places depends on who came first, and they are numbered as they come.
  ///
  /// - Throws: ``DatabaseFault``.
  mutating func begin(_ ranks: TrafficRanks) throws {
    self.ranks = ranks
    ranked = TrafficList.allCases.map { [UInt32](repeating: 0, count: ranks.count($0)) }
    guard isFirst, ranks.isComplete else { return }
    areNumbered = true
    try ranks.forEachName { name in
      names.append(nextName)
      names.append(utf8: name.view)
      try names.endRow()
      nextName += 1
    }
    for list in TrafficList.allCases {
      for rank in ranked[list.rawValue].indices {
        ranked[list.rawValue][rank] = UInt32(exactly: ranks.place(list, rank) + 1) ?? 0
      }
    }
    plain[Array(TrafficNames.other.utf8)] =
      ranks.placeOfOthers < ranks.nameCount ? ranks.placeOfOthers + 1 : nil
  }

  /// Writes one programme's days.
  ///
  /// - Parameter rows: Of these clicks, where the names had numbers before.
  /// - Throws: ``DatabaseFault``.
  mutating func write(_ clicks: ProgramClicks, _ rows: TrafficDayRows?) throws {
    guard !clicks.traffic.isEmpty, let ranks else { return }
    if areNumbered, let rows {
      if rows.hasOthers { _ = try number(Array(TrafficNames.other.utf8)) }
      return try write(rows.days, rows.objects, clicks.program)
    }
    var objects = ObjectEncoder()
    for day in clicks.traffic {
      for list in TrafficList.allCases {
        try append(day.lists[list.rawValue], list, ranks, to: &objects)
        objects.endObject()
      }
    }
    try write(clicks.traffic.map(\.day), objects.finish(), clicks.program)
  }

  private func write(_ dayNumbers: [Int32], _ objects: EncodedTexts, _ program: ProgramOrdinal)
    throws
  {
    for (place, day) in dayNumbers.enumerated() {
      days.append(day)
      days.append(program)
      days.append(run)
      for list in TrafficList.allCases {
        objects.append(TrafficList.allCases.count * place + list.rawValue, to: days)
      }
      try days.endRow()
    }
  }

  private mutating func append(
    _ counts: TrafficCounts, _ list: TrafficList, _ ranks: TrafficRanks,
    to objects: inout ObjectEncoder
  ) throws {
    for entry in counts.entries {
      var number = entry.name >= 0 ? Int64(ranked[list.rawValue][Int(entry.name)]) : 0
      if number == 0 { number = try self.number(entry.name, of: counts, list, ranks) }
      objects.name(number)
      objects.value(entry.count)
    }
    if counts.others > 0 {
      objects.name(try number(Array(TrafficNames.other.utf8)))
      objects.value(counts.others)
    }
  }

  /// A name's number in the store. New ones are numbered as they come: programmes in the order of
  /// their ids, days, sources and pages, names in the order of their bytes.
  private mutating func number(
    _ name: Int32, of counts: TrafficCounts, _ list: TrafficList, _ ranks: TrafficRanks
  ) throws -> Int64 {
    guard name >= 0 else { return try number(counts.plainNames[Int(-1 - name)]) }
    let bytes = ranks.name(list, Int(name))
    let found = try plain[bytes] ?? stored(bytes) ?? add(bytes)
    ranked[list.rawValue][Int(name)] = UInt32(exactly: found) ?? 0
    return found
  }

  private mutating func number(_ name: [UInt8]) throws -> Int64 {
    if let known = plain[name] { return known }
    let found = try stored(name) ?? add(name)
    plain[name] = found
    return found
  }

  /// The number that a name has from earlier nights.
  private func stored(_ name: [UInt8]) throws -> Int64? {
    guard !isFirst else { return nil }
    defer { find.reset() }
    try find.bind(text: Text(String(decoding: name, as: UTF8.self)), at: 1)
    return try find.step() ? find.int(0) : nil
  }

  private mutating func add(_ name: [UInt8]) throws -> Int64 {
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
