// What the tables of traffic hold, by whichever way the names get their numbers.
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite struct TrafficWriterTests {
  /// A book with the names of three sources and four pages.
  private func book(_ mostBytes: Int = 1 << 20) -> TrafficBook {
    let book = TrafficBook(mostBytes: mostBytes, seed: 9)
    for (list, names) in [
      (TrafficList.sources, ["google", "(other)", "/b"]),
      (.pages, ["/b", "/a", "/c", "/"]),
    ] {
      for name in names.map({ Array($0.utf8) }) {
        _ = name.withRawReader(0, name.count) { book.number($0, list) }
      }
    }
    return book
  }

  /// The counts of a day by name.
  private func counts(
    _ list: TrafficList, _ named: [(String, Int64)], others: Int64 = 0, _ ranks: TrafficRanks
  ) -> TrafficCounts {
    var counts = TrafficCounts()
    for (name, count) in named {
      let rank = (0..<ranks.count(list)).first { ranks.name(list, $0) == Array(name.utf8) }
      if let rank {
        counts.entries.append(TrafficCounts.Entry(name: Int32(rank), count: count))
      } else {
        counts.entries.append(
          TrafficCounts.Entry(name: -1 - Int32(counts.plainNames.count), count: count))
        counts.plainNames.append(Array(name.utf8))
      }
    }
    counts.others = others
    return counts
  }

  private func clicks(_ ranks: TrafficRanks) -> ProgramClicks {
    var judged = JudgedProgram(program: ProgramOrdinal(4))
    judged.traffic = [
      TrafficDay(
        day: 20_000,
        lists: [
          counts(.sources, [("/b", 3), ("direct", 1), ("google", 2)], ranks),
          counts(.pages, [("/", 2), ("/b", 4)], others: 7, ranks),
        ]),
      TrafficDay(
        day: 20_001,
        lists: [counts(.sources, [("(other)", 5)], others: 6, ranks), counts(.pages, [], ranks)]),
    ]
    return ProgramClicks(judged, history: .empty)
  }

  private func rows(_ database: Database) throws -> [String] {
    var rows: [String] = []
    let statement = try database.prepare(
      "SELECT day, program, kind, name, clicks FROM traffic_daily ORDER BY 1, 2, 3, 4")
    while try statement.step() {
      rows.append((0..<5).map { statement.text($0).string }.joined(separator: " "))
    }
    return rows
  }

  private let expected = [
    "20000 4 page (other) 7", "20000 4 page / 2", "20000 4 page /b 4",
    "20000 4 source /b 3", "20000 4 source direct 1", "20000 4 source google 2",
    "20001 4 source (other) 11",
  ]

  private func write(_ ranks: TrafficRanks, encodedBefore: Bool, to database: Database, run: Int64)
    throws
  {
    var writer = try TrafficWriter(database, run: run)
    try writer.begin(ranks)
    let clicks = clicks(ranks)
    let rows = try DayRows(
      clicks, ProgramSums(), encodedBefore ? ranks : nil, period: 0...0)
    try writer.write(clicks, rows.traffic)
    try writer.flush()
  }

  @Test(arguments: [true, false], [1 << 20, 350])
  func `a first night writes names once and counts by their numbers`(
    encodedBefore: Bool, mostBytes: Int
  ) throws {
    let database = try SampleStore().database
    try write(
      book(mostBytes).ranks(), encodedBefore: encodedBefore && mostBytes > 350, to: database,
      run: 1)
    #expect(try rows(database) == expected)
  }

  @Test func `a name beyond the most frequent ones needs not be one of the night's`() throws {
    let database = try SampleStore().database
    let book = TrafficBook(mostBytes: 1 << 20, seed: 1)
    let ranks = book.ranks()
    var judged = JudgedProgram(program: ProgramOrdinal(0))
    judged.traffic = [
      TrafficDay(
        day: 1,
        lists: [
          counts(.sources, [("direct", 1)], others: 2, ranks), counts(.pages, [], others: 3, ranks),
        ])
    ]
    let clicks = ProgramClicks(judged, history: .empty)
    var writer = try TrafficWriter(database, run: 1)
    try writer.begin(ranks)
    try writer.write(
      clicks, DayRows(clicks, ProgramSums(), ranks, period: 0...0).traffic)
    try writer.flush()
    #expect(
      try rows(database) == ["1 0 page (other) 3", "1 0 source (other) 2", "1 0 source direct 1"])
  }

  @Test func `a later night finds the numbers of the first, and adds its own names`() throws {
    let database = try SampleStore().database
    try write(book().ranks(), encodedBefore: true, to: database, run: 1)
    let names = try database.integer("SELECT count(*) FROM traffic_names")
    try write(book().ranks(), encodedBefore: false, to: database, run: 2)
    #expect(try database.integer("SELECT count(*) FROM traffic_names") == names)
    let doubled = expected.map { row -> String in
      var words = row.split(separator: " ").map(String.init)
      words[words.count - 1] = String((Int(words[words.count - 1]) ?? 0) * 2)
      return words.joined(separator: " ")
    }
    #expect(try rows(database) == doubled)
  }
}
