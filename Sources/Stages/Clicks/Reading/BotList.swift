// Which user agents are bots (SPEC 9, Registry): a search for a dozen words in the lower-cased
// bytes, with a memory of the user agents seen last, which are few.
import Pipeline

/// Tells bots by their user agents; each thread has its own.
struct BotList {
  /// A user agent with any of these in it, lower-cased, is a bot.
  static let words = [
    "bot", "crawl", "spider", "slurp", "headless", "phantomjs", "curl/", "wget/",
    "python-requests", "scrapy", "facebookexternalhit", "preview",
  ]

  /// One step of the search: the next state by class of byte.
  private var steps: [UInt8] = []
  /// The class of each byte; all bytes in no word share class 0.
  private var classes = [UInt8](repeating: 0, count: 256)
  private var classCount = 1
  /// The state in which a word has been found; nothing leaves it.
  private var found: UInt8 = 0
  /// Verdicts by the user agent's digest.
  private var seen: [Verdict]

  private struct Verdict {
    var agent = Digest128(high: 0, low: 0)
    var isBot = false
  }

  private static let memory = 4_096

  init() {
    seen = Array(repeating: Verdict(), count: Self.memory)
    for byte in Self.words.joined().utf8 where classes[Int(byte)] == 0 {
      classes[Int(byte)] = UInt8(classCount)
      classes[Int(Self.upper(byte))] = UInt8(classCount)
      classCount += 1
    }
    buildSteps()
  }

  private static func upper(_ byte: UInt8) -> UInt8 {
    byte >= 0x61 && byte <= 0x7A ? byte - 0x20 : byte
  }

  /// The automaton of Aho and Corasick: a state is the longest beginning of a word read so far.
  private mutating func buildSteps() {
    let words = Self.words.map { Array($0.utf8) }
    var states: [[UInt8]] = [[]]
    for word in words {
      for length in 1..<word.count where !states.contains(Array(word.prefix(length))) {
        states.append(Array(word.prefix(length)))
      }
    }
    found = UInt8(states.count)
    let byteOfClass = (0..<classCount).map { number in
      UInt8(classes.firstIndex(where: { number != 0 && $0 == UInt8(number) }) ?? 0)
    }
    steps = Array(repeating: 0, count: (states.count + 1) * classCount)
    for number in 0..<classCount { steps[states.count * classCount + number] = found }
    for (state, beginning) in states.enumerated() {
      for number in 1..<classCount {
        let byte = byteOfClass[number]
        let read = beginning + [byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte]
        steps[state * classCount + number] = next(after: read, words: words, states: states)
      }
    }
  }

  private func next(after read: [UInt8], words: [[UInt8]], states: [[UInt8]]) -> UInt8 {
    if words.contains(where: { read.suffix($0.count).elementsEqual($0) }) { return found }
    for start in 0...read.count {
      if let state = states.firstIndex(of: Array(read[start...])) { return UInt8(state) }
    }
    return 0
  }

  /// Whether any word is in the user agent.
  func search(_ agent: RawReader) -> Bool {
    var state: UInt8 = 0
    for place in 0..<agent.count {
      state = steps[Int(state) &* classCount &+ Int(classes[Int(agent.byte(place))])]
    }
    return state == found
  }

  /// Whether the user agent is a bot's; an empty one is not.
  mutating func isBot(_ agent: RawReader) -> Bool {
    guard agent.count > 2 else { return false }
    let digest = ContentHash.digest(of: agent.view)
    let place = Int(truncatingIfNeeded: digest.low) & (Self.memory - 1)
    if seen[place].agent == digest { return seen[place].isBot }
    let isBot = search(agent)
    seen[place] = Verdict(agent: digest, isBot: isBot)
    return isBot
  }
}

extension RawReader {
  /// A copy of the bytes.
  var copied: [UInt8] { unsafe Array(UnsafeRawBufferPointer(start: base, count: count)) }
}
