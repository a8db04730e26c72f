// Which user agents are bots (SPEC 9, Registry): a search for a dozen words in the lower-cased
// bytes, with a memory of the user agents seen last, which are few.
import Pipeline

/// A machine that finds any of some words in bytes, in one pass (Aho and Corasick).
struct WordMachine: Sendable {
  /// The next state, by state and class of byte.
  private var steps: [UInt8]
  /// The class of each byte; those in no word share class 0.
  private var classes = [UInt8](repeating: 0, count: 256)
  private let classCount: Int
  /// The state in which a word has been found; nothing leaves it.
  private static let found: UInt8 = 255

  /// - Parameter words: Lower-case ASCII words, together of less than 255 letters.
  init(words: [String]) {
    var count = 1
    for byte in words.joined().utf8 where classes[Int(byte)] == 0 {
      classes[Int(byte)] = UInt8(count)
      if byte >= 0x61, byte <= 0x7A { classes[Int(byte) - 0x20] = UInt8(count) }
      count += 1
    }
    classCount = count
    steps = Array(repeating: 0, count: 256 * count)
    for number in 0..<count { steps[Int(Self.found) * count + number] = Self.found }
    let states = plant(words)
    completeSteps(states)
  }

  /// Makes the tree of the words' beginnings.
  ///
  /// - Returns: How many states it has.
  private mutating func plant(_ words: [String]) -> Int {
    var states = 1
    for word in words {
      var state = 0
      for (place, byte) in word.utf8.enumerated() {
        let step = state * classCount + Int(classes[Int(byte)])
        if place == word.utf8.count - 1 {
          steps[step] = Self.found
        } else if steps[step] == 0 {
          steps[step] = UInt8(states)
          states += 1
        }
        state = Int(steps[step])
        if state == Int(Self.found) { break }
      }
    }
    return states
  }

  /// Adds where to go on when no word goes on: to the longest beginning that still fits.
  private mutating func completeSteps(_ states: Int) {
    var fallback = [Int](repeating: 0, count: states)
    var queue = (0..<classCount).map { Int(steps[$0]) }.filter { $0 != 0 && $0 < states }
    var place = 0
    while place < queue.count {
      let state = queue[place]
      place += 1
      for number in 0..<classCount {
        let step = state * classCount + number
        let other = steps[fallback[state] * classCount + number]
        if steps[step] == 0 || other == Self.found {
          steps[step] = other
        } else if steps[step] != Self.found {
          fallback[Int(steps[step])] = Int(other)
          queue.append(Int(steps[step]))
        }
      }
    }
  }

  /// Whether any word is in the bytes, whatever the case of their letters.
  func search(_ bytes: RawReader) -> Bool {
    var state: UInt8 = 0
    for place in 0..<bytes.count {
      state = steps[Int(state) &* classCount &+ Int(classes[Int(bytes.byte(place))])]
    }
    return state == Self.found
  }
}

/// Tells bots by their user agents; each thread has its own.
struct BotList {
  /// A user agent with any of these in it, lower-cased, is a bot.
  static let words = [
    "bot", "crawl", "spider", "slurp", "headless", "phantomjs", "curl/", "wget/",
    "python-requests", "scrapy", "facebookexternalhit", "preview",
  ]

  private static let machine = WordMachine(words: words)
  private let machine = Self.machine
  /// Verdicts by the user agent's hash.
  private var seen = Array(repeating: Verdict(), count: Self.memory)

  private struct Verdict {
    var hash: UInt64 = 0
    /// Bytes of the user agent; 0 where there is no verdict.
    var count: UInt32 = 0
    var isBot = false
  }

  private static let memory = 1_024

  init() {}

  /// Whether the user agent is a bot's; an empty one is not.
  ///
  /// - Parameter hash: Of the user agent, with a key that nobody outside knows.
  @inline(__always) mutating func isBot(_ agent: RawReader, hash: UInt64) -> Bool {
    let place = Int(truncatingIfNeeded: hash) & (Self.memory - 1)
    let known = seen[place]
    if known.hash == hash, Int(known.count) == agent.count { return known.isBot }
    return judge(agent, hash: hash, place)
  }

  @inline(never) private mutating func judge(
    _ agent: RawReader, hash: UInt64, _ place: Int
  ) -> Bool {
    let isBot = machine.search(agent)
    seen[place] = Verdict(
      hash: hash, count: UInt32(truncatingIfNeeded: agent.count), isBot: isBot)
    return isBot
  }
}

extension RawReader {
  /// A copy of the bytes.
  var copied: [UInt8] { unsafe Array(UnsafeRawBufferPointer(start: base, count: count)) }
}
