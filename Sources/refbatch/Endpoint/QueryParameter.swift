// A query parameter: its name, form, range and default. Both the checks and /openapi.json follow it.
import Pipeline

/// A parameter that an endpoint takes in its query.
struct QueryParameter: Sendable {
  /// How its text is read.
  enum Form: Sendable {
    /// A whole number; nil for no greatest value but that of 64 bits.
    case integer(least: Int64, most: Int64?)
    /// A decimal number of at most two places, between two whole numbers, read in hundredths.
    case hundredths(least: Int64, most: Int64)
    /// One of some words, exactly.
    case word([String])
    /// Any text that is not empty, such as an id.
    case text
    /// Any text; an empty one says as much as none, as a form's choice of nothing does.
    case choice
  }

  var name: String
  var form: Form
  /// As it would stand in the query; nil where its absence means something else.
  var standard: String?
  /// One sentence for /openapi.json.
  var summary: String

  /// A whole number with a default.
  static func integer(
    _ name: String, default standard: Int64, in range: ClosedRange<Int64>, _ summary: String
  ) -> QueryParameter {
    QueryParameter(
      name: name, form: .integer(least: range.lowerBound, most: range.upperBound),
      standard: String(standard), summary: summary)
  }

  /// A whole number with a default and no greatest value.
  static func integer(
    _ name: String, default standard: Int64, from least: Int64, _ summary: String
  ) -> QueryParameter {
    QueryParameter(
      name: name, form: .integer(least: least, most: nil), standard: String(standard),
      summary: summary)
  }

  /// An optional decimal number of at most two places.
  static func hundredths(
    _ name: String, in range: ClosedRange<Int64>, _ summary: String
  ) -> QueryParameter {
    QueryParameter(
      name: name, form: .hundredths(least: range.lowerBound, most: range.upperBound),
      summary: summary)
  }

  /// An optional word.
  static func word(_ name: String, of words: [String], _ summary: String) -> QueryParameter {
    QueryParameter(name: name, form: .word(words), summary: summary)
  }

  /// An optional text of a form, which may be empty.
  static func choice(_ name: String, _ summary: String) -> QueryParameter {
    QueryParameter(name: name, form: .choice, summary: summary)
  }

  /// An optional text.
  static func text(_ name: String, _ summary: String) -> QueryParameter {
    QueryParameter(name: name, form: .text, summary: summary)
  }
}

/// A parameter's value, checked.
enum ParameterValue: Hashable, Sendable {
  /// A whole number, or hundredths.
  case number(Int64)
  case text(Text)
}

/// Why a parameter's text is not taken.
struct ParameterFault: Hashable, Sendable {
  /// What is wrong.
  enum Reason: Hashable, Sendable {
    case notInteger
    /// A whole number beyond 64 bits where no greatest value is set.
    case tooLong
    case notDecimal
    case tooSmall(least: Int64)
    case tooLarge(most: Int64)
    case notOneOf([String])
    case empty
    case badText
  }

  var name: String
  /// As it was given.
  var input: String
  var reason: Reason
}

extension QueryParameter {
  /// Reads the text of a query.
  func read(_ text: String) -> Result<ParameterValue, ParameterReason> {
    switch form {
    case .integer(let least, let most): integer(text, least, most)
    case .hundredths(let least, let most): hundredths(text, least, most)
    case .word(let words):
      words.contains { $0.utf8.elementsEqual(text.utf8) }
        ? .success(.text(Text(text))) : .failure(ParameterReason(.notOneOf(words)))
    case .choice: .success(.text(Text(text)))
    case .text:
      text.isEmpty ? .failure(ParameterReason(.empty)) : .success(.text(Text(text)))
    }
  }

  private func integer(
    _ text: String, _ least: Int64, _ most: Int64?
  ) -> Result<ParameterValue, ParameterReason> {
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    let digits = isNegative ? text.utf8.dropFirst() : text.utf8[...]
    guard !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
      return .failure(ParameterReason(.notInteger))
    }
    guard let value = Int64(text) else {
      if isNegative { return .failure(ParameterReason(.tooSmall(least: least))) }
      return .failure(ParameterReason(most.map { .tooLarge(most: $0) } ?? .tooLong))
    }
    if value < least { return .failure(ParameterReason(.tooSmall(least: least))) }
    if let most, value > most { return .failure(ParameterReason(.tooLarge(most: most))) }
    return .success(.number(value))
  }

  private func hundredths(
    _ text: String, _ least: Int64, _ most: Int64
  ) -> Result<ParameterValue, ParameterReason> {
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    let parts = (isNegative ? text.utf8.dropFirst() : text.utf8[...])
      .split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let areDigits = parts.allSatisfy { part in
      !part.isEmpty && part.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
    guard areDigits, let whole = parts.first else { return .failure(ParameterReason(.notDecimal)) }
    let fraction = parts.count > 1 ? Array(parts[1]) : []
    guard fraction.dropFirst(2).allSatisfy({ $0 == 0x30 }) else {
      return .failure(ParameterReason(.notDecimal))
    }
    let places = (fraction.prefix(2) + [0x30, 0x30]).prefix(2)
    guard whole.count <= 12, let units = Int64(String(decoding: whole, as: UTF8.self)) else {
      return .failure(
        ParameterReason(isNegative ? .tooSmall(least: least) : .tooLarge(most: most)))
    }
    let size = places.reduce(units) { $0 * 10 + Int64($1 - 0x30) }
    let value = isNegative ? -size : size
    if value < least * 100 { return .failure(ParameterReason(.tooSmall(least: least))) }
    if value > most * 100 { return .failure(ParameterReason(.tooLarge(most: most))) }
    return .success(.number(value))
  }
}

/// A ``ParameterFault/Reason`` as an error.
struct ParameterReason: Error {
  let reason: ParameterFault.Reason

  init(_ reason: ParameterFault.Reason) { self.reason = reason }
}
