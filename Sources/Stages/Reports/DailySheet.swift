// `extracts/clicks_daily.csv`, from the night's own counts.
import Pipeline

/// A night's counts of clicks by code: by day, those of a day in the order of programme ids.
struct NightDays: Sendable {
  /// Each day and code at most once.
  fileprivate(set) var days: [Int32: [DailyClicks]] = [:]

  /// Takes one programme's counts, in the order of days.
  mutating func append(_ daily: [DailyClicks]) {
    var start = 0
    while start < daily.count {
      let day = daily[start].day
      var end = start + 1
      while end < daily.count, daily[end].day == day { end += 1 }
      days[day, default: []].append(contentsOf: daily[start..<end])
      start = end
    }
  }

  /// Adds what earlier runs counted for the same days and codes, as `export clicks_daily` has them.
  ///
  /// - Parameter run: The number of the run whose counts these are.
  /// - Throws: ``DatabaseFault``, ``StoreRowFault``.
  mutating func addEarlier(than run: Int64, in database: Database) throws {
    guard try hasEarlier(than: run, in: database) else { return }
    let earlier = try database.prepare("SELECT codes FROM clicks_days WHERE day = ? AND run < ?")
    for day in Array(days.keys) {
      // Taken out, so that nobody else holds what is changed.
      guard var counts = days.removeValue(forKey: day) else { continue }
      var places: [Int64: Int] = [:]
      for (place, daily) in counts.enumerated() { places[Int64(daily.code.index)] = place }
      try earlier.bind(int: Int64(day), at: 1)
      try earlier.bind(int: run, at: 2)
      while try earlier.step() {
        let isRead = unsafe earlier.withBlob(0) { json in
          unsafe DailyCodes.forEach(json) { code, clicks, filtered in
            guard let place = places[code] else { return }
            counts[place].clicks += clicks
            counts[place].filtered += filtered
          }
        }
        guard isRead else { throw StoreRowFault(column: 0, sql: earlier.sql) }
      }
      days[day] = counts
    }
  }

  /// Whether an earlier run counted clicks between the first and the last of these days.
  private func hasEarlier(than run: Int64, in database: Database) throws -> Bool {
    // The first run has the number 1, and nothing before it.
    guard run > 1, let first = days.keys.min(), let last = days.keys.max() else { return false }
    let query = try database.prepare(
      "SELECT EXISTS (SELECT 1 FROM clicks_days WHERE day BETWEEN ? AND ? AND run < ?)")
    try query.bind(int: Int64(first), at: 1)
    try query.bind(int: Int64(last), at: 2)
    try query.bind(int: run, at: 3)
    return try query.step() && query.int(0) == 1
  }
}

/// Counts of clicks by day, programme and code.
struct DailySheet {
  /// How many rows there are.
  var rows: Int64 { days.reduce(0) { $0 + Int64($1.count) } }

  /// By day, program_id and code.
  private var days: [[DailyClicks]] = []
  /// `,<program_id>,<code>,` of each code, one after another in the order of programme and code, so
  /// that neighbouring rows find theirs beside each other.
  private var names: [UInt8] = []
  /// Where a code's name starts and how long it is.
  private var places: [(start: Int32, count: Int32)] = []

  /// Sorts counts.
  init(_ night: NightDays, _ registry: Registry) {
    for day in night.days.keys.sorted() { days.append(night.days[day] ?? []) }
    let codes = registry.codes.indices.sorted { left, right in
      registry.codes[left].program != registry.codes[right].program
        ? registry.codes[left].program < registry.codes[right].program
        : registry.codes[left].code < registry.codes[right].code
    }
    nameCodes(codes, registry)
    sortCodes(codes, registry)
  }

  private mutating func nameCodes(_ codes: [Int], _ registry: Registry) {
    var bytes = RowEncoder(capacity: codes.count * 32)
    places = Array(repeating: (0, 0), count: codes.count)
    for code in codes {
      let start = bytes.count
      bytes.append(0x2C)
      bytes.append(field: registry.programs[registry.codes[code].program.position].id.text)
      bytes.append(0x2C)
      bytes.append(field: registry.codes[code].code.text)
      bytes.append(0x2C)
      places[code] = (Int32(start), Int32(bytes.count - start))
    }
    names = bytes.withBytes(from: 0) { $0.copied() }
  }

  /// Sorts the codes of each day and programme by their bytes.
  private mutating func sortCodes(_ codes: [Int], _ registry: Registry) {
    var ranks = [Int32](repeating: 0, count: codes.count)
    for (rank, code) in codes.enumerated() { ranks[code] = Int32(rank) }
    let programs = registry.codes.map(\.program.index)
    var sorter = DailySorter(ranks: ranks, programs: programs)
    for day in days.indices { sorter.sort(&days[day]) }
  }

  /// Writes the rows in blocks, each of one day.
  ///
  /// - Throws: What `put` throws.
  func write(to put: (EncodedRows) throws -> Void) throws {
    for day in days {
      for start in stride(from: 0, to: day.count, by: 16_384) {
        try put(rows(day[start..<min(day.count, start + 16_384)]))
      }
    }
  }

  private func rows(_ counts: ArraySlice<DailyClicks>) -> EncodedRows {
    var rows = RowEncoder(capacity: counts.count * 48)
    unsafe names.withUnsafeBufferPointer { names in
      for daily in counts {
        let name = places[daily.code.position]
        let bytes = unsafe UnsafeBufferPointer(
          rebasing: names[Int(name.start)..<Int(name.start + name.count)])
        rows.append(date: Int(daily.day))
        unsafe rows.append(raw: bytes)
        rows.append(decimal: daily.clicks)
        rows.append(0x2C)
        rows.append(decimal: daily.filtered)
        rows.append(0x0A)
      }
    }
    return rows.finish()
  }
}
