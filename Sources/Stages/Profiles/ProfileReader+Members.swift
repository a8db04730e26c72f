// Single members of a profile's JSON, each with its faults.
import Pipeline

extension ProfileReader {
  func marks(
    _ value: JSONValue, _ path: String, _ defaults: (UInt8, UInt8)
  ) throws -> (UInt8, UInt8) {
    var (point, group) = defaults
    if let word = try text(value, "decimal", path) {
      guard word == "." || word == "," else { throw fault(path + ".decimal", "must be . or ,") }
      point = word == "." ? 0x2E : 0x2C
      group = word == "." ? 0x2C : 0x2E
    }
    if let word = try text(value, "thousands", path) {
      guard word.utf8.count == 1, let byte = word.utf8.first, byte != point else {
        throw fault(path + ".thousands", "must be one character, and not the decimal mark")
      }
      group = byte
    }
    return (point, group)
  }

  func checkedZone(_ zone: String, _ path: String) throws -> String {
    guard ZoneOffsets.isKnown(zone) else {
      throw fault(path, "\"\(zone)\" is no time zone; give one such as Europe/Berlin or UTC")
    }
    return zone
  }

  func checkedDates(_ forms: [String], _ path: String) throws -> [String] {
    for form in forms {
      do { _ = try DateForm(form) } catch { throw fault(path, "\"\(form)\": \(error.message)") }
    }
    guard !forms.isEmpty else { throw fault(path, "needs at least one form") }
    return forms
  }

  func fault(_ path: String, _ message: String) -> ProfileFault {
    ProfileFault(file: file, path: path, message: message)
  }

  func list(_ words: [String]) -> String { words.joined(separator: ", ") }

  func demandKeys(of value: JSONValue, _ known: [String], _ path: String) throws {
    guard let members = value.members else { throw fault(path, "must be an object") }
    for member in members where !known.contains(member.name.string) {
      throw fault(path, "unknown key \"\(member.name)\"; known are \(list(known))")
    }
  }

  func members(
    _ value: JSONValue, _ name: String, _ path: String = ""
  ) throws -> [JSONValue.Member] {
    guard let found = value[Text(name)] else { return [] }
    guard let members = found.members else {
      throw fault(path.isEmpty ? name : "\(path).\(name)", "must be an object")
    }
    return members
  }

  func text(_ value: JSONValue, _ name: String, _ path: String) throws -> String? {
    guard let found = value[Text(name)], !found.isNull else { return nil }
    guard let text = found.text ?? found.spelling else {
      throw fault(path.isEmpty ? name : "\(path).\(name)", "must be a text")
    }
    return text.string
  }

  func texts(_ value: JSONValue, _ name: String, _ path: String) throws -> [String] {
    guard let found = value[Text(name)], !found.isNull else { return [] }
    return try (found.elements ?? [found]).map { element in
      if let text = element.text ?? element.spelling { return text.string }
      if let truth = element.truth { return truth ? "true" : "false" }
      throw fault(path.isEmpty ? name : "\(path).\(name)", "must be a text or a list of texts")
    }
  }

  func truth(_ value: JSONValue, _ name: String, _ path: String) throws -> Bool {
    guard let found = value[Text(name)] else { return false }
    guard let truth = found.truth else { throw fault("\(path).\(name)", "must be true or false") }
    return truth
  }

  func word<Word: RawRepresentable<String>>(
    _ value: JSONValue, _ name: String, _ path: String
  ) throws -> Word? {
    guard let text = try text(value, name, path) else { return nil }
    guard let word = Word(rawValue: text) else {
      throw fault("\(path).\(name)", "\"\(text)\" is no word that is known here")
    }
    return word
  }
}
