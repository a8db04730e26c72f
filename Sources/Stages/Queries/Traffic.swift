// Where accepted clicks came from and where they went, from the daily tables that the run keeps.
public import Pipeline

/// A source or a page, and how many accepted clicks it has.
public struct TrafficCount: Hashable, Sendable {
  public let name: Text
  public let clicks: Int64
}

/// What of traffic is counted.
public enum TrafficKind: Sendable {
  /// utm_source, else the referrer's host, else `direct`.
  case sources
  /// The path of the landing page.
  case pages

  fileprivate var column: String {
    switch self {
    case .sources: "sources"
    case .pages: "pages"
    }
  }
}

extension StoreReading {
  /// The ten most frequent of a programme by count, then by name; what a day's table left out as
  /// `(other)` is not among them.
  ///
  /// - Throws: ``DatabaseFault``.
  public func topTraffic(
    _ kind: TrafficKind, ofProgram program: Int64, _ period: Period, most: Int = 10
  ) throws -> [TrafficCount] {
    var counts: [Int64: Int64] = [:]
    try statements.with(
      """
      SELECT \(kind.column) FROM traffic_days WHERE program = ?1 AND day >= ?2 AND day < ?3
      """
    ) { row in
      try row.bind(int: program, at: 1)
      try row.bind(int: period.first, at: 2)
      try row.bind(int: period.end, at: 3)
      while try row.step() {
        _ = unsafe row.withBlob(0) { json in
          unsafe DailyCodes.forEach(json) { name, clicks, _ in counts[name, default: 0] += clicks }
        }
      }
    }
    if case .sources = kind {
      // What has no source is direct, also on days on which no click has one.
      let direct = try trafficName(of: TrafficNames.direct) ?? -1
      counts[direct] = nil
      let all = try clicks(ofProgram: program, period)
      counts[direct] = all - counts.values.reduce(0, +)
    }
    let sorted = counts.sorted { $0.value > $1.value }
    // Whatever ties with the last of them, and one more for `(other)`, is looked up by name.
    let least = sorted.count > most ? sorted[most].value : 0
    var named: [TrafficCount] = []
    for (name, clicks) in sorted.prefix(while: { $0.value >= least }) where clicks > 0 {
      let text = try trafficName(name)
      if text != TrafficNames.other { named.append(TrafficCount(name: text, clicks: clicks)) }
    }
    return Array(
      named.sorted { ($1.clicks, $0.name) < ($0.clicks, $1.name) }.prefix(most))
  }

  private func trafficName(of name: Text) throws -> Int64? {
    try statements.with("SELECT no FROM traffic_names WHERE name = ?1") { row in
      try row.bind(text: name, at: 1)
      return try row.step() ? row.int(0) : nil
    }
  }

  /// Accepted clicks.
  private func clicks(ofProgram program: Int64, _ period: Period) throws -> Int64 {
    try statements.with(
      """
      SELECT coalesce(sum(clicks), 0) FROM clicks_days
      WHERE program = ?1 AND day >= ?2 AND day < ?3
      """
    ) { row in
      try row.bind(int: program, at: 1)
      try row.bind(int: period.first, at: 2)
      try row.bind(int: period.end, at: 3)
      return try row.step() ? row.int(0) : 0
    }
  }

  private func trafficName(_ number: Int64) throws -> Text {
    if number < 0 { return TrafficNames.direct }
    return try statements.with("SELECT name FROM traffic_names WHERE no = ?1") { row in
      try row.bind(int: number, at: 1)
      return try row.step() ? row.text(0) : TrafficNames.other
    }
  }
}
