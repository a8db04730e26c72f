// Just enough of XML for a bank's messages: elements, text, entities, CDATA. A document type
// declaration is refused, and with it everything that could reach outside or grow.
import Pipeline

/// Something in an XML document.
enum XMLEvent: Equatable {
  /// An element begins; its name without the prefix.
  case start(String)
  case end(String)
  case text(String)
}

/// Goes over the bytes of a document. Namespaces and attributes are not looked at.
struct XMLEvents {
  private let bytes: [UInt8]
  private var place = 0
  private(set) var line = 1
  /// How many bytes have been gone over.
  var offset: Int { place }
  private var pending: XMLEvent?
  private var open: [String] = []

  private static let deepest = 64

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  /// The next event; nil at the end, where every element is closed.
  ///
  /// - Throws: ``ServiceReportFault`` for what is not well-formed.
  mutating func next() throws(ServiceReportFault) -> XMLEvent? {
    if let event = pending {
      pending = nil
      if case .end = event { open.removeLast() }
      return event
    }
    while place < bytes.count {
      guard bytes[place] == UInt8(ascii: "<") else { return .text(try text()) }
      if skips("<!--", to: "-->") || skips("<?", to: "?>") { continue }
      if begins("<![CDATA[") {
        let start = place + 9
        guard skips("<![CDATA[", to: "]]>") else { throw fault("ends within CDATA") }
        return .text(String(decoding: bytes[start..<(place - 3)], as: UTF8.self))
      }
      guard !begins("<!") else { throw fault("has a document type declaration, which is refused") }
      return try tag()
    }
    guard open.isEmpty else {
      throw fault("ends before </\(open.last ?? "")>: the file is cut off")
    }
    return nil
  }

  private func fault(_ message: String) -> ServiceReportFault { ServiceReportFault(line, message) }

  private func begins(_ word: StaticString) -> Bool {
    bytes[place...].starts(with: word.description.utf8)
  }

  /// Skips from one word to the end of the next other; false where the text does not begin so or
  /// never ends.
  private mutating func skips(_ start: StaticString, to end: StaticString) -> Bool {
    guard begins(start) else { return false }
    let word = Array(end.description.utf8)
    var found = place + start.utf8CodeUnitCount
    while found + word.count <= bytes.count {
      if bytes[found...].starts(with: word) {
        advance(to: found + word.count)
        return true
      }
      found += 1
    }
    return false
  }

  private mutating func advance(to end: Int) {
    line += bytes[place..<end].count { $0 == 0x0A }
    place = end
  }

  private mutating func text() throws(ServiceReportFault) -> String {
    let end = bytes[place...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    let raw = bytes[place..<end]
    let decoded = try decoded(raw)
    advance(to: end)
    return String(decoding: decoded, as: UTF8.self)
  }

  private func decoded(_ raw: ArraySlice<UInt8>) throws(ServiceReportFault) -> [UInt8] {
    guard raw.contains(UInt8(ascii: "&")) else { return Array(raw) }
    var decoded: [UInt8] = []
    var place = raw.startIndex
    while place < raw.endIndex {
      guard raw[place] == UInt8(ascii: "&") else {
        decoded.append(raw[place])
        place += 1
        continue
      }
      guard let end = raw[place...].prefix(12).firstIndex(of: UInt8(ascii: ";")),
        let character = Self.entity(String(decoding: raw[(place + 1)..<end], as: UTF8.self))
      else { throw fault("has an & that begins no known entity") }
      decoded.append(contentsOf: String(character).utf8)
      place = end + 1
    }
    return decoded
  }

  private static func entity(_ name: String) -> Character? {
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      let value =
        name.hasPrefix("#x")
        ? UInt32(name.dropFirst(2), radix: 16)
        : name.hasPrefix("#") ? UInt32(name.dropFirst(1)) : nil
      return value.flatMap(Unicode.Scalar.init).map(Character.init)
    }
  }

  private mutating func tag() throws(ServiceReportFault) -> XMLEvent {
    guard let end = endOfTag() else { throw fault("ends within a tag: the file is cut off") }
    var content = bytes[(place + 1)..<end]
    let closes = content.first == UInt8(ascii: "/")
    let isEmpty = !closes && content.last == UInt8(ascii: "/")
    if closes { content = content.dropFirst() }
    if isEmpty { content = content.dropLast() }
    let name = Self.localName(content)
    guard !name.isEmpty else { throw fault("has a tag without a name") }
    advance(to: end + 1)
    if closes {
      guard open.last == name else { throw fault("has </\(name)> where another element is open") }
      open.removeLast()
      return .end(name)
    }
    guard open.count < Self.deepest else { throw fault("is nested deeper than \(Self.deepest)") }
    open.append(name)
    if isEmpty { pending = .end(name) }
    return .start(name)
  }

  /// Where the tag's `>` stands, which is none of those in attributes.
  private func endOfTag() -> Int? {
    var quote: UInt8?
    for index in place..<bytes.count {
      let byte = bytes[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        return index
      }
    }
    return nil
  }

  private static func localName(_ content: ArraySlice<UInt8>) -> String {
    let name = content.prefix { $0 > 0x20 }
    let local = name.split(separator: UInt8(ascii: ":")).last ?? []
    return String(decoding: local, as: UTF8.self)
  }
}
