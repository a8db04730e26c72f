// A night's order rows by programme: as the ranges of the files brought them, none of them moved
// before its programme is worked on.

/// What one range of an orders file brought, and where each programme's rows stand in it.
struct OrderStretch: Sendable {
  private let rows: [OrderRow]
  /// Places in `rows`, programme by programme, in each as they stand in the file.
  private let places: [Int32]
  /// Each programme that has rows, ascending, and where its places begin.
  private let programs: [(position: Int32, start: Int32)]

  init(_ rows: [OrderRow]) {
    self.rows = rows
    // Programme and place in one word: words are sorted without a closure.
    var keys = rows.indices.map {
      UInt64(UInt32(bitPattern: rows[$0].program.index)) << 32 | UInt64(UInt32($0))
    }
    keys.sort()
    places = keys.map { Int32(truncatingIfNeeded: $0 & 0xFFFF_FFFF) }
    var programs: [(position: Int32, start: Int32)] = []
    for (place, key) in keys.enumerated() {
      let position = Int32(truncatingIfNeeded: key >> 32)
      if programs.last?.position != position {
        programs.append((position, Int32(truncatingIfNeeded: place)))
      }
    }
    self.programs = programs
  }

  /// Adds its rows to the counts of their programmes, which are by place in the registry.
  func addCounts(to counts: inout [Int]) {
    for index in programs.indices {
      counts[Int(programs[index].position)] += places(ofProgramAt: index).count
    }
  }

  /// How many rows of a programme are in it.
  func count(of program: ProgramOrdinal) -> Int {
    index(of: program).map { places(ofProgramAt: $0).count } ?? 0
  }

  /// Appends a programme's rows.
  func append(_ program: ProgramOrdinal, to orders: inout [OrderRow]) {
    guard let index = index(of: program) else { return }
    for place in places(ofProgramAt: index) { orders.append(rows[Int(place)]) }
  }

  private func places(ofProgramAt index: Int) -> ArraySlice<Int32> {
    let end = index + 1 < programs.count ? Int(programs[index + 1].start) : places.count
    return places[Int(programs[index].start)..<end]
  }

  private func index(of program: ProgramOrdinal) -> Int? {
    var (low, high) = (0, programs.count)
    while low < high {
      let middle = (low + high) / 2
      if programs[middle].position < program.index { low = middle + 1 } else { high = middle }
    }
    return low < programs.count && programs[low].position == program.index ? low : nil
  }
}

/// All order rows of a night.
struct OrderBins: Sendable {
  private var stretches: [OrderStretch] = []

  /// Adds what a range brought; ranges go in the order of files and lines.
  mutating func append(_ stretch: OrderStretch) { stretches.append(stretch) }

  /// Adds how many rows each programme has, by place in the registry.
  func addCounts(to counts: inout [Int]) {
    for stretch in stretches { stretch.addCounts(to: &counts) }
  }

  /// A programme's rows in the order of files and lines.
  func rows(of program: ProgramOrdinal) -> [OrderRow] {
    var rows: [OrderRow] = []
    rows.reserveCapacity(stretches.reduce(0) { $0 + $1.count(of: program) })
    for stretch in stretches { stretch.append(program, to: &rows) }
    return rows
  }
}
