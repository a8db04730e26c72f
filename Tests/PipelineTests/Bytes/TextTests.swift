import Pipeline
import TestSupport
import Testing

@Suite("Text as bytes")
struct TextTests {
  /// Words of few letters, so that many share a beginning; some with NULs, some not ASCII.
  private static func words(seed: UInt64) -> [Text] {
    var random = SplitMix64(seed: seed)
    let pieces = ["a", "b", "\0", "é", "ab", "z", "\u{1F600}"]
    return (0..<60).map { _ in
      let length = Int(random.next() % 24)
      return Text((0..<length).map { _ in pieces[Int(random.next() % 7)] }.joined())
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `texts are equal and ordered as their bytes are`(_ seed: UInt64) {
    let words = Self.words(seed: seed)
    for left in words {
      for right in words {
        let (first, second) = (Array(left.utf8), Array(right.utf8))
        #expect((left == right) == (first == second))
        #expect((left < right) == first.lexicographicallyPrecedes(second))
        let (key, other) = (left.sortKey, right.sortKey)
        if key != other { #expect((key < other) == (left < right)) }
      }
    }
  }

  @Test func `two spellings of one letter are two texts`() {
    #expect(Text("e\u{301}") != Text("\u{e9}"))
    #expect(Set([Text("e\u{301}"), Text("\u{e9}"), Text("\u{e9}")]).count == 2)
  }

  @Test func `a sort key is the first sixteen bytes`() {
    #expect(Text("").sortKey == (0, 0))
    #expect(Text("a").sortKey == (0x6100_0000_0000_0000, 0))
    #expect(Text("abcdefgh").sortKey == (0x6162_6364_6566_6768, 0))
    #expect(
      Text("abcdefghijklmnopq").sortKey == (0x6162_6364_6566_6768, 0x696A_6B6C_6D6E_6F70))
  }
}
