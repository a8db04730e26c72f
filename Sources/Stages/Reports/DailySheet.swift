// `extracts/clicks_daily.csv`, from the night's own counts.
import Pipeline

extension [DailyClicks] {
  /// The counts with what earlier runs counted for the same days and codes, as `clicks_daily` has
  /// them once the run's own are saved. To be called before that.
  ///
  /// - Throws: ``DatabaseFault``.
  func withEarlier(in database: Database, _ registry: Registry) throws -> [DailyClicks] {
    let known = try database.prepare("SELECT 1 FROM clicks_daily WHERE day = ? LIMIT 1")
    let counts = try database.prepare(
      "SELECT clicks, filtered FROM clicks_daily WHERE day = ? AND program = ? AND code = ?")
    var isKnown: [Int32: Bool] = [:]
    var all = self
    for place in indices {
      let daily = self[place]
      if isKnown[daily.day] == nil {
        try known.bind(int: Int64(daily.day), at: 1)
        isKnown[daily.day] = try known.step()
        known.reset()
      }
      guard isKnown[daily.day] == true else { continue }
      try counts.bind(int: Int64(daily.day), at: 1)
      try counts.bind(int: Int64(registry.codes[daily.code.position].program.index), at: 2)
      try counts.bind(int: Int64(daily.code.index), at: 3)
      if try counts.step() {
        all[place].clicks += counts.int(0)
        all[place].filtered += counts.int(1)
      }
      counts.reset()
    }
    return all
  }
}

/// Counts of clicks by day, programme and code.
struct DailySheet {
  /// How many rows there are.
  var rows: Int64 { Int64(order.count) }

  private let daily: [DailyClicks]
  private let registry: Registry
  /// Places in `daily`, by day, program_id and code.
  private var order: [Int32] = []

  /// Sorts counts that come in the order of programme ids, each day and code at most once.
  init(_ daily: [DailyClicks], _ registry: Registry) {
    self.daily = daily
    self.registry = registry
    order = Self.byDay(daily)
    sortCodes()
  }

  /// Places by day, those of a day in their order.
  private static func byDay(_ daily: [DailyClicks]) -> [Int32] {
    var counts: [Int32: Int] = [:]
    var last: (day: Int32, count: Int) = (0, 0)
    for place in daily.indices {
      if daily[place].day != last.day {
        counts[last.day, default: 0] += last.count
        last = (daily[place].day, 0)
      }
      last.count += 1
    }
    counts[last.day, default: 0] += last.count
    var starts: [Int32: Int] = [:]
    var start = 0
    for (day, count) in counts.sorted(by: { $0.key < $1.key }) {
      starts[day] = start
      start += count
    }
    var order = [Int32](repeating: 0, count: daily.count)
    var day: Int32 = 0
    var next = starts[day] ?? 0
    for place in daily.indices {
      if daily[place].day != day {
        starts[day] = next
        day = daily[place].day
        next = starts[day] ?? 0
      }
      order[next] = Int32(place)
      next += 1
    }
    return order
  }

  /// Sorts the codes of each day and programme by their bytes.
  private mutating func sortCodes() {
    let sorted = registry.codes.indices.sorted { registry.codes[$0].code < registry.codes[$1].code }
    var ranks = [Int32](repeating: 0, count: sorted.count)
    for (rank, code) in sorted.enumerated() { ranks[code] = Int32(rank) }
    let programs = registry.codes.map(\.program.index)
    var start = 0
    while start < order.count {
      let first = daily[Int(order[start])]
      let program = programs[first.code.position]
      var end = start + 1
      var isSorted = true
      var last = ranks[first.code.position]
      while end < order.count {
        let next = daily[Int(order[end])]
        guard next.day == first.day, programs[next.code.position] == program else { break }
        let rank = ranks[next.code.position]
        if rank < last { isSorted = false }
        last = rank
        end += 1
      }
      if !isSorted {
        order[start..<end].sort {
          ranks[daily[Int($0)].code.position] < ranks[daily[Int($1)].code.position]
        }
      }
      start = end
    }
  }

  /// Writes the rows in blocks.
  ///
  /// - Throws: What `put` throws.
  func write(to put: (EncodedRows) throws -> Void) throws {
    var start = 0
    while start < order.count {
      let end = min(order.count, start + 16_384)
      var rows = RowEncoder(capacity: (end - start) * 48)
      for place in start..<end { append(daily[Int(order[place])], to: &rows) }
      try put(rows.finish())
      start = end
    }
  }

  private func append(_ daily: DailyClicks, to rows: inout RowEncoder) {
    let code = daily.code.position
    rows.append(date: Int(daily.day))
    rows.append(0x2C)
    rows.append(field: registry.programs[registry.codes[code].program.position].id.text)
    rows.append(0x2C)
    rows.append(field: registry.codes[code].code.text)
    rows.append(0x2C)
    rows.append(decimal: daily.clicks)
    rows.append(0x2C)
    rows.append(decimal: daily.filtered)
    rows.append(0x0A)
  }
}
