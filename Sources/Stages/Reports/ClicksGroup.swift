// The clicks of one day and programme by code, from the rows of all runs that brought some.
import Pipeline

/// Adds up and writes the rows of `clicks_days` that belong together.
struct ClicksGroup {
  private let codes: ReferenceNames
  /// Only codes that this run brought clicks of are written.
  private let run: Int64?
  private var day: Int64 = 0
  private var program: Text = ""
  private var sums: [Int64: Sum] = [:]

  fileprivate struct Sum {
    var clicks: Int64 = 0
    var filtered: Int64 = 0
    var lastRun: Int64 = 0
  }

  init(_ codes: ReferenceNames, run: Int64?) {
    self.codes = codes
    self.run = run
  }

  /// Takes a row of (day, program_id, run, codes); one of another day or programme ends the group.
  mutating func take(_ row: Statement, to table: inout TableWriter) throws {
    let (rowDay, rowProgram, rowRun) = (row.int(0), row.text(1), row.int(2))
    if rowDay != day || rowProgram != program {
      try write(to: &table)
      (day, program) = (rowDay, rowProgram)
    }
    let isRead = unsafe row.withBlob(3) { json in
      unsafe DailyCodes.forEach(json) { code, clicks, filtered in
        sums[code, default: Sum()].add(clicks, filtered, run: rowRun)
      }
    }
    guard isRead else { throw StoreRowFault(column: 3, sql: row.sql) }
  }

  /// Writes what was gathered, by code, and is empty then.
  mutating func write(to table: inout TableWriter) throws {
    var named: [(code: Text, sum: Sum)] = []
    for (code, sum) in sums where run == nil || sum.lastRun == run {
      named.append((try codes.name(code), sum))
    }
    named.sort { $0.code < $1.code }
    let dayText = CivilDate(dayNumber: day).text
    for (code, sum) in named {
      table.append(dayText)
      table.append(program)
      table.append(code)
      table.append(sum.clicks)
      table.append(sum.filtered)
      try table.endRow()
    }
    sums.removeAll(keepingCapacity: true)
  }
}

extension ClicksGroup.Sum {
  fileprivate mutating func add(_ clicks: Int64, _ filtered: Int64, run: Int64) {
    self.clicks += clicks
    self.filtered += filtered
    lastRun = max(lastRun, run)
  }
}
