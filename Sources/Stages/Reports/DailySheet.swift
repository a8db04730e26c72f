// `extracts/clicks_daily.csv`, from the night's own counts.
import Pipeline

extension [DailyClicks] {
  /// The counts with what earlier runs counted for the same days and codes, as `export
  /// clicks_daily` has them.
  ///
  /// - Parameter run: The number of the run whose counts these are.
  /// - Throws: ``DatabaseFault``, ``StoreRowFault``.
  func withEarlier(than run: Int64, in database: Database) throws -> [DailyClicks] {
    guard try hasEarlier(than: run, in: database) else { return self }
    let earlier = try database.prepare("SELECT codes FROM clicks_days WHERE day = ? AND run < ?")
    var places: [Int32: [Int64: Int]] = [:]
    for place in indices {
      places[self[place].day, default: [:]][Int64(self[place].code.index)] = place
    }
    var all = self
    for (day, codes) in places {
      try earlier.bind(int: Int64(day), at: 1)
      try earlier.bind(int: run, at: 2)
      while try earlier.step() {
        let isRead = unsafe earlier.withBlob(0) { json in
          unsafe DailyCodes.forEach(json) { code, clicks, filtered in
            guard let place = codes[code] else { return }
            all[place].clicks += clicks
            all[place].filtered += filtered
          }
        }
        guard isRead else { throw StoreRowFault(column: 0, sql: earlier.sql) }
      }
    }
    return all
  }

  /// Whether an earlier run counted clicks between the first and the last of these days.
  private func hasEarlier(than run: Int64, in database: Database) throws -> Bool {
    guard let any = first else { return false }
    let (first, last) = reduce((any.day, any.day)) {
      (Swift.min($0.0, $1.day), Swift.max($0.1, $1.day))
    }
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
  var rows: Int64 { Int64(sorted.count) }

  /// By day, program_id and code.
  private var sorted: [DailyClicks] = []
  /// `,<program_id>,<code>,` of each code, one after another in the order of programme and code, so
  /// that neighbouring rows find theirs beside each other.
  private var names: [UInt8] = []
  /// Where a code's name starts and how long it is.
  private var places: [(start: Int32, count: Int32)] = []

  /// Sorts counts that come in the order of programme ids, each day and code at most once.
  init(_ daily: [DailyClicks], _ registry: Registry) {
    sorted = Self.byDay(daily)
    let codes = registry.codes.indices.sorted { left, right in
      registry.codes[left].program != registry.codes[right].program
        ? registry.codes[left].program < registry.codes[right].program
        : registry.codes[left].code < registry.codes[right].code
    }
    nameCodes(codes, registry)
    sortCodes(codes, registry)
  }

  /// Counts by day, those of a day in their order.
  private static func byDay(_ daily: [DailyClicks]) -> [DailyClicks] {
    // They come in runs of the same day, so few of them meet the dictionary.
    var counts: [Int32: Int] = [:]
    forEachRun(of: daily) { day, run in counts[day, default: 0] += run.count }
    var starts: [Int32: Int] = [:]
    var start = 0
    for (day, count) in counts.sorted(by: { $0.key < $1.key }) {
      starts[day] = start
      start += count
    }
    guard let any = daily.first else { return [] }
    var sorted = [DailyClicks](repeating: any, count: daily.count)
    forEachRun(of: daily) { day, run in
      var next = starts[day] ?? 0
      for place in run {
        sorted[next] = daily[place]
        next += 1
      }
      starts[day] = next
    }
    return sorted
  }

  private static func forEachRun(
    of daily: [DailyClicks], _ body: (Int32, Range<Int>) -> Void
  ) {
    var start = 0
    while start < daily.count {
      let day = daily[start].day
      var end = start + 1
      while end < daily.count, daily[end].day == day { end += 1 }
      body(day, start..<end)
      start = end
    }
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
    var start = 0
    while start < sorted.count {
      let first = sorted[start]
      let program = programs[first.code.position]
      var end = start + 1
      var isSorted = true
      var last = ranks[first.code.position]
      while end < sorted.count, sorted[end].day == first.day,
        programs[sorted[end].code.position] == program
      {
        let rank = ranks[sorted[end].code.position]
        if rank < last { isSorted = false }
        last = rank
        end += 1
      }
      if !isSorted {
        sorted[start..<end].sort { ranks[$0.code.position] < ranks[$1.code.position] }
      }
      start = end
    }
  }

  /// Writes the rows in blocks.
  ///
  /// - Throws: What `put` throws.
  func write(to put: (EncodedRows) throws -> Void) throws {
    var start = 0
    while start < sorted.count {
      let end = min(sorted.count, start + 16_384)
      var rows = RowEncoder(capacity: (end - start) * 48)
      unsafe names.withUnsafeBufferPointer { names in
        for place in start..<end {
          let daily = sorted[place]
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
      try put(rows.finish())
      start = end
    }
  }
}
