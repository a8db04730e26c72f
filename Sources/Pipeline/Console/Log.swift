// Messages for people and for the system's journal: lines on standard error.

internal import Glibc

/// Writes one line a message, whole, from any thread.
public struct Log: Sendable {
  /// How much a message matters.
  public enum Level: Int, Comparable, Hashable, Sendable {
    case debug, info, warning, error

    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    var word: String {
      switch self {
      case .debug: "debug"
      case .info: "info"
      case .warning: "warning"
      case .error: "error"
      }
    }
  }

  /// Messages below this level are not written.
  public let minimum: Level
  private let terminal: Terminal
  private let descriptor: Int32

  /// Makes a log on standard error, coloured on a terminal unless NO_COLOR is set.
  public init(minimum: Level = .info) {
    self.init(minimum: minimum, descriptor: 2, terminal: Terminal(descriptor: 2))
  }

  init(minimum: Level, descriptor: Int32, terminal: Terminal) {
    self.minimum = minimum
    self.descriptor = descriptor
    self.terminal = terminal
  }

  /// Writes a message. One that cannot be written is lost: nothing depends on the log.
  public func write(_ level: Level, _ message: String) {
    guard level >= minimum else { return }
    let line = Array(line(level, message).utf8)
    try? Descriptor.write(line.span, to: descriptor, path: "standard error")
  }

  /// Writes a message of level ``Level/debug``.
  public func debug(_ message: String) { write(.debug, message) }
  /// Writes a message of level ``Level/info``.
  public func info(_ message: String) { write(.info, message) }
  /// Writes a message of level ``Level/warning``.
  public func warning(_ message: String) { write(.warning, message) }
  /// Writes a message of level ``Level/error``.
  public func error(_ message: String) { write(.error, message) }

  /// The line of a message; on a terminal it first wipes a progress line away.
  func line(_ level: Level, _ message: String) -> String {
    let start = terminal.isTerminal ? "\r\u{1B}[K" : ""
    let text = Self.visible(message)
    guard level != .info else { return "\(start)\(text)\n" }
    guard terminal.hasColour else { return "\(start)\(level.word): \(text)\n" }
    let colour = level == .error ? "31" : level == .warning ? "33" : "2"
    return "\(start)\u{1B}[\(colour)m\(level.word):\u{1B}[0m \(text)\n"
  }

  /// A text without control characters, so that no name in a message can forge a line or a colour.
  public static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      } else {
        shown.append(scalar)
      }
    }
    return String(shown)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
  }
}

/// What a descriptor leads to, as far as looks are concerned.
public struct Terminal: Hashable, Sendable {
  /// Whether it is a terminal.
  public let isTerminal: Bool
  /// Whether colours are wanted there.
  public let hasColour: Bool

  /// States both.
  public init(isTerminal: Bool, hasColour: Bool) {
    self.isTerminal = isTerminal
    self.hasColour = hasColour
  }

  /// Asks the system, and the variables NO_COLOR and TERM.
  public init(descriptor: Int32) {
    isTerminal = isatty(descriptor) == 1
    let noColour = unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false
    let isDumb = unsafe getenv("TERM").map { unsafe String(cString: $0) == "dumb" } ?? true
    hasColour = isTerminal && !noColour && !isDumb
  }
}
