// A click's source and page on their way through a night: numbers where their names are known to
// the whole process, the names themselves where there are too many of them.
import Pipeline

/// What a click record carries of its source and page.
@safe struct TrafficMark {
  /// `source << 20 | page`; 0 is `direct` and no page.
  var word: UInt32
  /// Where the word is ``named``.
  var source: RawReader
  var page: RawReader

  /// Stands for names that follow the click's id.
  static let named = UInt32.max
  static let pageBits: UInt32 = 20
  /// Most names that have numbers; the numbers begin with 1.
  static let mostSources = 4_094
  static let mostPages = 65_534

  static var none: TrafficMark { TrafficMark(word: 0, source: .nothing, page: .nothing) }

  /// The word of two numbers.
  @inline(__always) static func word(source: Int32, page: Int32) -> UInt32 {
    UInt32(bitPattern: source) << pageBits | UInt32(bitPattern: page)
  }

  /// Bytes behind the click's id.
  @inline(__always) var namedBytes: Int {
    word == Self.named ? 4 &+ source.count &+ page.count : 0
  }
}

/// What of a click's traffic is counted by name.
enum TrafficList: Int, CaseIterable { case sources, pages }
