// Numbers, order and places of a night's sources and pages, against sorting and dictionaries.
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite struct NameListTests {
  private func add(_ names: [[UInt8]], to list: inout NameList) {
    for name in names {
      name.withRawReader(0, name.count) { reader in
        if list.number(of: reader) == nil { list.add(reader) }
      }
    }
  }

  private func name(_ list: NameList, _ number: Int) -> [UInt8] {
    list.with(number) { name in
      var copy: [UInt8] = []
      name.append(to: &copy)
      return copy
    }
  }

  /// Names that share beginnings, end in zeros or are nothing at all.
  private func randomNames(_ count: Int, seed: UInt64) -> [[UInt8]] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let shared = Array("/shared/beginning".utf8).prefix(Int.random(in: 0...17, using: &random))
      let rest = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        UInt8([0, 0x2F, 0x61, 0x62, 0xFF].randomElement(using: &random) ?? 0)
      }
      return shared + rest
    }
  }

  @Test func `names are numbered as they come and found again`() {
    let names = randomNames(5_000, seed: 7)
    var list = NameList(seed: 3)
    add(names, to: &list)
    var model: [[UInt8]: Int] = [:]
    for name in names where model[name] == nil { model[name] = model.count }
    #expect(list.count == model.count)
    for (name, number) in model {
      #expect(name.withRawReader(0, name.count) { list.number(of: $0) } == number)
      #expect(self.name(list, number) == name)
    }
    let unknown = Array("not there".utf8)
    #expect(unknown.withRawReader(0, unknown.count) { list.number(of: $0) } == nil)
  }

  @Test(arguments: [1, 2, 3, 40, 3_000])
  func `the order is that of the names' bytes`(count: Int) {
    var list = NameList(seed: 1)
    add(randomNames(count, seed: UInt64(count)), to: &list)
    for first in [0, 1] {
      let order = list.order(from: first).map { name(list, $0) }
      let model = (min(first, list.count)..<list.count).map { name(list, $0) }
        .sorted { $0.lexicographicallyPrecedes($1) }
      #expect(order == model)
    }
  }

  @Test func `both lists have places in one order, and a name of both one place`() {
    let book = TrafficBook(mostBytes: 1 << 20, seed: 5)
    func take(_ names: [String], _ list: TrafficList) {
      for name in names.map({ Array($0.utf8) }) {
        _ = name.withRawReader(0, name.count) { book.number($0, list) }
      }
    }
    take(["google", "/a", "bing", "direct", "(other)"], .sources)
    take(["/b", "/a", "/", "direct"], .pages)
    let ranks = book.ranks()
    var names: [String] = []
    ranks.forEachName { reader in
      var copy: [UInt8] = []
      reader.append(to: &copy)
      names.append(String(decoding: copy, as: UTF8.self))
    }
    #expect(names == ["(other)", "/", "/a", "/b", "bing", "direct", "google"])
    #expect(ranks.nameCount == 7)
    #expect(ranks.placeOfOthers == 0)
    #expect(ranks.isComplete)
    for list in TrafficList.allCases {
      for rank in 0..<ranks.count(list) {
        let name = String(decoding: ranks.name(list, rank), as: UTF8.self)
        #expect(names[Int(ranks.place(list, rank))] == name)
      }
    }
  }

  @Test func `a book that is full says so`() {
    let book = TrafficBook(mostBytes: 300, seed: 5)
    let names = (0..<9).map { Array("name \($0)".utf8) }
    let numbers = names.map { name in
      name.withRawReader(0, name.count) { book.number($0, .pages) }
    }
    #expect(numbers.prefix(3) == [1, 2, nil])
    #expect(!book.ranks().isComplete)
    #expect(book.ranks().placeOfOthers == book.ranks().nameCount)
  }
}
