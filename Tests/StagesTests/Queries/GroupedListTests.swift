// The order of lists: newest first, then by id.
import Testing

@testable import Stages

struct GroupedListTests {
  @Test func `rows of a group stand newest first, those of one instant by id`() {
    var rows = UngroupedRows()
    rows.append(10, to: 2, time: 5, companion: 100)
    rows.append(11, to: 0, time: 7, companion: 101)
    rows.append(12, to: 2, time: 9, companion: 102)
    rows.append(13, to: 2, time: 5, companion: 103)
    rows.append(14, to: 2, time: -1, companion: 104)
    rows.append(15, to: 2, time: 5, companion: 105)
    let ids: [UInt32: String] = [10: "b", 13: "c", 15: "a"]
    let (list, companions) = rows.takeNewestFirst { ids[$0] ?? "" }
    #expect(Array(list[0]) == [11])
    #expect(Array(list[1]) == [])
    #expect(Array(list[2]) == [12, 15, 10, 13, 14])
    #expect(Array(list[3]) == [])
    #expect(companions == [101, 102, 105, 100, 103, 104])
  }

  @Test func `no rows are a list without groups`() {
    var rows = UngroupedRows()
    let (list, companions) = rows.takeNewestFirst { $0 }
    #expect(list.rows.isEmpty && companions.isEmpty)
    #expect(Array(list[0]) == [])
  }
}
