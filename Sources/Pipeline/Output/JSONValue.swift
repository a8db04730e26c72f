// A JSON value in memory: for settings, profiles and plans, not for rows by the million.

/// A JSON value. Numbers stay as they are spelled, and members in the order they are written.
public indirect enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number as spelled, such as `0.10`.
  case number(Text)
  case string(Text)
  case array([JSONValue])
  case object([Member])

  /// A named value in an object.
  public struct Member: Hashable, Sendable {
    /// The name.
    public let name: Text
    /// The value.
    public let value: JSONValue

    /// Names a value.
    public init(_ name: Text, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// The member of that name; nil when there is none, or this is no object.
  public subscript(name: Text) -> JSONValue? { members?.first { $0.name == name }?.value }

  /// The members of an object; nil for anything else.
  public var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The elements of an array; nil for anything else.
  public var elements: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The text of a string; nil for anything else.
  public var text: Text? { if case .string(let text) = self { text } else { nil } }

  /// The truth of `true` or `false`; nil for anything else.
  public var truth: Bool? { if case .bool(let truth) = self { truth } else { nil } }

  /// The spelling of a number; nil for anything else.
  public var spelling: Text? { if case .number(let spelling) = self { spelling } else { nil } }

  /// A number that is an integer of 64 bits, however it is spelled; nil for anything else.
  public var integer: Int64? { spelling.flatMap { Int64(JSONNumber.canonical($0.string)) } }

  /// Whether it is `null`.
  public var isNull: Bool { self == .null }

  /// What it is, for messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue {
  /// The one text that all spellings of this value share: names sorted by their bytes, no white
  /// space, each number in its shortest plain form.
  public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }

  private var canonicalBytes: [UInt8] {
    var bytes: [UInt8] = []
    appendCanonical(to: &bytes)
    return bytes
  }

  private func appendCanonical(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let truth): bytes.append(contentsOf: (truth ? "true" : "false").utf8)
    case .number(let spelling):
      bytes.append(contentsOf: JSONNumber.canonical(spelling.string).utf8)
    case .string(let text): bytes.append(quotingJSON: Array(text.utf8).span)
    case .array(let elements):
      Self.appendList(elements, "[", "]", to: &bytes) { element, bytes in
        element.appendCanonical(to: &bytes)
      }
    case .object(let members):
      let sorted = members.sorted { $0.name < $1.name }
      Self.appendList(sorted, "{", "}", to: &bytes) { member, bytes in
        bytes.append(quotingJSON: Array(member.name.utf8).span)
        bytes.append(0x3A)
        member.value.appendCanonical(to: &bytes)
      }
    }
  }

  private static func appendList<Item>(
    _ items: [Item], _ opening: String, _ closing: String, to bytes: inout [UInt8],
    each: (Item, inout [UInt8]) -> Void
  ) {
    bytes.append(contentsOf: opening.utf8)
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(0x2C) }
      each(item, &bytes)
    }
    bytes.append(contentsOf: closing.utf8)
  }
}
