// Finding a profile's columns in a header: by name, in any order, whatever the case and the spaces.
import Pipeline

/// The names of a file's columns, to be found by how a profile spells them.
struct HeaderNames {
  /// As the file has them.
  let names: [String]
  private var exact: [Text: Int] = [:]
  private var folded: [Text: Int] = [:]
  /// Without what stands in parentheses at the end, for `Price(*)`.
  private var stems: [Text: Int] = [:]

  init(_ names: [String]) {
    self.names = names
    for (place, name) in names.enumerated().reversed() {
      exact[Text(name)] = place
      folded[Text(Self.folded(name))] = place
      let folded = Self.folded(name)
      if let open = folded.lastIndex(of: "("), folded.hasSuffix(")") {
        stems[Text(String(folded[..<open]))] = place
      }
    }
  }

  /// The place of a column; the exact spelling goes before a similar one, the first before others.
  func place(of name: String) -> Int? {
    if let place = exact[Text(name)] { return place }
    if name.hasSuffix("(*)") {
      let stem = Text(Self.folded(String(name.dropLast(3))))
      return stems[stem] ?? folded[stem]
    }
    return folded[Text(Self.folded(name))]
  }

  /// Small letters, without spaces, `_`, `-`, `.`, quote marks and byte order marks.
  static func folded(_ name: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in name.lowercased().unicodeScalars {
      switch scalar {
      case " ", "\t", "\u{A0}", "\u{FEFF}", "\u{200B}", "_", "-", ".", "\"", "'", "\r", "\n":
        continue
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// What stands in parentheses at the end of a name: `$` of `Price($)`.
  static func suffix(of name: String) -> String? {
    let edges: Set<Character> = [" ", "\t", "\"", "\u{A0}"]
    guard let last = name.lastIndex(where: { !edges.contains($0) }), name[last] == ")",
      let open = name[..<last].lastIndex(of: "(")
    else { return nil }
    return String(name[name.index(after: open)..<last])
  }
}
