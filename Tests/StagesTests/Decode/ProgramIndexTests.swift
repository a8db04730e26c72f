import Pipeline
import Testing

@testable import Stages

@Suite("Programmes found by their ids")
struct ProgramIndexTests {
  @Test func `each is found, and nothing else`() {
    let ids = (0..<500).map { number in
      // Lengths on both sides of the sixteen bytes that are compared as words.
      Text(String(repeating: "p", count: number % 40) + "\(number)")
    }
    let programs = ids.enumerated().map { place, id in
      Program(
        id: ProgramID(id), ordinal: ProgramOrdinal(place),
        timeline: [.init(from: .distantPast, terms: Terms())], statuses: [])
    }
    let index = ProgramIndex(Registry(programs: programs, affiliates: [], codes: []))
    for (place, id) in ids.enumerated() {
      ByteView.lendBytes(of: id) { #expect(index.program($0) == ProgramOrdinal(place)) }
      ByteView.lendBytes(of: Text(id.string + "x")) { #expect(index.program($0) == nil) }
      ByteView.lendBytes(of: Text(String(id.string.dropLast()) + "\0")) {
        #expect(index.program($0) == nil)
      }
    }
    ByteView.lendBytes(of: "") { #expect(index.program($0) == nil) }
  }
}
