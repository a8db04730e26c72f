// Path patterns: `*`, `?`, `[a-z]`, `[!a-z]`, `**` for any depth, and `\` before a literal sign.

/// A pattern that names files relative to a base directory.
///
/// A wildcard matches no slash, and no dot at the start of a name; `?` and a bracket match one
/// Unicode scalar. `**` as a whole part of the path stands for any directories, also none, and goes
/// through no symbolic link.
public struct Glob: Sendable {
  /// The pattern as written.
  public let pattern: String
  private let parts: [Part]

  private enum Part: Hashable {
    case literal(Text)
    case wildcard([Sign])
    case anyDepth
  }

  private enum Sign: Hashable {
    case scalar(Unicode.Scalar)
    case one
    case any
    case set([ClosedRange<Unicode.Scalar>], isInverted: Bool)
  }

  /// Reads a pattern. An unfinished bracket stands for itself.
  public init(_ pattern: String) {
    self.pattern = pattern
    var parts: [Part] = []
    for component in pattern.unicodeScalars.split(separator: "/") {
      if component.elementsEqual(["."]) { continue }
      let part = Self.part(Array(component))
      if part == .anyDepth, parts.last == .anyDepth { continue }
      parts.append(part)
    }
    self.parts = parts
  }

  /// The pattern that names just this path, whatever signs it has.
  public static func literal(_ path: String) -> String {
    String(path.flatMap { "*?[\\".contains($0) ? ["\\", $0] : [$0] })
  }

  /// The files the pattern names now, sorted by their bytes, each with the base in front unless
  /// the pattern starts with a slash.
  ///
  /// Wildcards name regular files alone; a pattern without any may name all but a directory.
  ///
  /// - Throws: ``FileFault`` when a directory on the way cannot be read.
  public func files(under base: String) throws(FileFault) -> [String] {
    var found: [String] = []
    let start = pattern.utf8.first == 0x2F ? "" : (base.isEmpty ? "." : base)
    try expand(parts[...], from: start, into: &found)
    return found.map { Text($0) }.sorted().map(\.string)
  }

  /// Whether a name matches a pattern of one part.
  func matches(name: String) -> Bool {
    guard parts.count == 1, let part = parts.first else { return false }
    return Self.matches(Text(name), part)
  }

  private func expand(
    _ rest: ArraySlice<Part>, from directory: String, into found: inout [String]
  ) throws(FileFault) {
    guard let part = rest.first else { return }
    let after = rest.dropFirst()
    if case .literal(let name) = part {
      try take(Self.join(directory, name), isWildcard: false, after, into: &found)
      return
    }
    guard let here = try FileInformation.of(directory.isEmpty ? "/" : directory),
      here.kind == .directory
    else { return }
    if part == .anyDepth { try expand(after, from: directory, into: &found) }
    for entry in try DirectoryTree.list(directory.isEmpty ? "/" : directory) {
      let path = Self.join(directory, entry.name)
      if part == .anyDepth {
        let isHidden = entry.name.utf8.first == 0x2E
        if entry.kind == .directory, !isHidden { try expand(rest, from: path, into: &found) }
        if after.isEmpty, entry.kind == .file, !isHidden { found.append(path) }
      } else if Self.matches(entry.name, part) {
        try take(path, isWildcard: true, after, into: &found)
      }
    }
  }

  /// Goes on below `path`, or takes it when the pattern ends there.
  private func take(
    _ path: String, isWildcard: Bool, _ rest: ArraySlice<Part>, into found: inout [String]
  ) throws(FileFault) {
    guard rest.isEmpty else { return try expand(rest, from: path, into: &found) }
    guard let there = try FileInformation.of(path) else { return }
    if isWildcard ? there.kind == .file : there.kind != .directory { found.append(path) }
  }

  private static func join(_ directory: String, _ name: Text) -> String {
    directory == "." ? name.string : "\(directory)/\(name)"
  }
}

extension Glob {
  private static func part(_ scalars: [Unicode.Scalar]) -> Part {
    if scalars == ["*", "*"] { return .anyDepth }
    var signs: [Sign] = []
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      switch scalar {
      case "*": if signs.last != .any { signs.append(.any) }
      case "?": signs.append(.one)
      case "[":
        if let (set, end) = set(scalars, from: index) {
          signs.append(set)
          index = end
        } else {
          signs.append(.scalar(scalar))
        }
      case "\\" where index < scalars.count:
        signs.append(.scalar(scalars[index]))
        index += 1
      default: signs.append(.scalar(scalar))
      }
    }
    return literal(signs) ?? .wildcard(signs)
  }

  /// The part as a plain name, when none of its signs is a wildcard.
  private static func literal(_ signs: [Sign]) -> Part? {
    var name = String.UnicodeScalarView()
    for sign in signs {
      guard case .scalar(let scalar) = sign else { return nil }
      name.append(scalar)
    }
    return .literal(Text(String(name)))
  }

  /// The bracket whose inside starts at `start`, and where the pattern goes on after it.
  private static func set(_ scalars: [Unicode.Scalar], from start: Int) -> (Sign, Int)? {
    var index = start
    let isInverted = index < scalars.count && (scalars[index] == "!" || scalars[index] == "^")
    if isInverted { index += 1 }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while index < scalars.count, scalars[index] != "]" || ranges.isEmpty {
      let low = scalars[index]
      index += 1
      guard index + 1 < scalars.count, scalars[index] == "-", scalars[index + 1] != "]" else {
        ranges.append(low...low)
        continue
      }
      let high = scalars[index + 1]
      if low <= high { ranges.append(low...high) }
      index += 2
    }
    guard index < scalars.count, !ranges.isEmpty else { return nil }
    return (.set(ranges, isInverted: isInverted), index + 1)
  }

  private static func matches(_ name: Text, _ part: Part) -> Bool {
    switch part {
    case .literal(let literal): return name == literal
    case .anyDepth: return false
    case .wildcard(let signs):
      let scalars = Array(name.string.unicodeScalars)
      if scalars.first == ".", signs.first != .scalar(".") { return false }
      return matches(scalars, signs)
    }
  }

  /// Matches with one step back to the last `*`, so in at most name × pattern steps.
  private static func matches(_ name: [Unicode.Scalar], _ signs: [Sign]) -> Bool {
    var (position, sign) = (0, 0)
    var retry: (position: Int, sign: Int)?
    while position < name.count {
      if sign < signs.count, signs[sign] == .any {
        retry = (position, sign + 1)
        sign += 1
      } else if sign < signs.count, accepts(signs[sign], name[position]) {
        position += 1
        sign += 1
      } else if let last = retry {
        retry = (last.position + 1, last.sign)
        (position, sign) = (last.position + 1, last.sign)
      } else {
        return false
      }
    }
    return signs[sign...].allSatisfy { $0 == .any }
  }

  private static func accepts(_ sign: Sign, _ scalar: Unicode.Scalar) -> Bool {
    switch sign {
    case .scalar(let wanted): scalar == wanted
    case .one: true
    case .any: false
    case .set(let ranges, let isInverted): ranges.contains { $0.contains(scalar) } != isInverted
    }
  }
}
