import Pipeline
import Testing

@testable import Stages

struct WishedClickIDsTests {
  /// Ids of every length that differ in one byte, wherever it is.
  private static let ids: [Text] = (1...40).flatMap { length in
    [0, length / 2, length - 1].map { place in
      var bytes = [UInt8](repeating: 0x61, count: length)
      bytes[place] = 0x62
      return Text(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test func `every wished id may be had, and has its place`() {
    let wished = Self.ids.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    let table = WishedClickIDs(wished)
    let places = Set(wished).map { table.place(of: $0) }
    #expect(Set(places).count == Set(wished).count)
    #expect(places.allSatisfy { $0 >= 0 && $0 < table.count })
    for id in wished { #expect(RawReader.withBytes(of: id) { table.mayHave($0) }, "\(id)") }
    for id in Set(Self.ids).subtracting(wished) { #expect(table.place(of: id) == -1, "\(id)") }
  }

  @Test func `of ids that count up, most that are not wished are told by their last bytes`() {
    let ids = (0..<20_000).map { Text("c_\(String(1_000_000_000 + $0))") }
    let table = WishedClickIDs(Array(ids[..<200]))
    let passed = ids[200...].filter { id in RawReader.withBytes(of: id) { table.mayHave($0) } }
    #expect(passed.count < 2_000)
  }
}
