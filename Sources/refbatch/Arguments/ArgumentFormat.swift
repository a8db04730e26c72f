// How the text of one argument becomes a typed value, and what it has to look like.

/// Reads values of one type from the words of a command line.
struct ArgumentFormat<Value: Sendable>: Sendable {
  /// What a right value looks like, to follow "expected": `a whole number from 1 to 256`.
  let expected: String
  /// The words allowed, when there are only a few; the nearest one is offered for a wrong one.
  let words: [String]
  /// The value of a text, or nil where the text is not as expected.
  let read: @Sendable (String) -> Value?

  init(
    expected: String, words: [String] = [], read: @escaping @Sendable (String) -> Value?
  ) {
    self.expected = expected
    self.words = words
    self.read = read
  }
}

extension ArgumentFormat where Value == String {
  /// Any text but the empty one: a path, a name.
  static func text(_ meaning: String) -> ArgumentFormat {
    ArgumentFormat(expected: meaning) { $0.isEmpty ? nil : $0 }
  }

  /// One of a few words, spelled exactly so.
  static func word(of words: [String]) -> ArgumentFormat {
    ArgumentFormat(expected: "one of " + words.joined(separator: ", "), words: words) { text in
      words.first { $0.utf8.elementsEqual(text.utf8) }
    }
  }
}

extension ArgumentFormat where Value == Int {
  /// A whole number in decimal digits, without a sign.
  static func count(_ range: ClosedRange<Int>) -> ArgumentFormat {
    let expected =
      range.upperBound == .max
      ? "a whole number of at least \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return ArgumentFormat(expected: expected) { text in
      guard let number = wholeNumber(text.utf8), range.contains(number) else { return nil }
      return number
    }
  }
}

/// The value of decimal digits, and of nothing else; nil also where it is 2^63 or more.
func wholeNumber(_ digits: some Collection<UInt8>) -> Int? {
  guard !digits.isEmpty else { return nil }
  var number = 0
  for byte in digits {
    guard byte >= 0x30, byte <= 0x39 else { return nil }
    let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
    let (sum, carry) = tenfold.addingReportingOverflow(Int(byte - 0x30))
    guard !overflow, !carry else { return nil }
    number = sum
  }
  return number
}
