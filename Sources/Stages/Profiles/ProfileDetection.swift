// Which built-in profile an export is likely to be for, and what says so.
public import Pipeline

/// How well a profile fits a file.
public struct ProfileMatch: Sendable {
  public let profile: Profile
  /// From 0 to 100.
  public let score: Int
  /// Columns of the file that decided it: those that tell this export from others.
  public let matched: [String]
  /// Such columns that the file lacks.
  public let missing: [String]
  /// Columns that the profile cannot do without, and that the file lacks.
  public let lacks: [String]
  /// How many of the profile's columns are there.
  public let columns: Int
}

/// Compares files with profiles by their column names.
public enum ProfileDetection {
  /// The least score that says something.
  public static let leastScore = 25

  /// The built-in profiles that a file may be for, the likeliest first.
  public static func matches(_ head: FileHead) throws -> [ProfileMatch] {
    let header = HeaderNames(head.names)
    let isJSON = head.format == .jsonl
    let parts = HeaderNames(isJSON ? head.names.flatMap(Self.parts) : [])
    return try BuiltinProfiles.all
      .map { try match(ResolvedProfile(source: $0.source, file: $0.name).profile, header, parts) }
      .filter { $0.score >= leastScore }
      .sorted { ($1.score, Text($0.profile.name)) < ($0.score, Text($1.profile.name)) }
  }

  /// The kind whose native columns a file has, so that it needs no profile; nil where it has not
  /// all that the kind needs.
  public static func nativeKind(_ head: FileHead) -> InputKind? {
    let names = Set(head.names.map { Text($0) })
    func has(_ name: String) -> Bool { names.contains(Text(name)) }
    return InputKind.allCases.first { kind in
      guard kind.request.required.allSatisfy(has) else { return false }
      return kind != .orders || has("amount") || has("amount_minor")
    }
  }

  /// The first and the last part of a JSON name such as `a.b`.
  private static func parts(_ name: String) -> [String] {
    let parts = name.split(separator: ".").map(String.init)
    return [parts.first ?? name, parts.last ?? name]
  }

  /// - Parameter parts: Of JSON names.
  private static func match(
    _ profile: Profile, _ header: HeaderNames, _ parts: HeaderNames
  ) -> ProfileMatch {
    func has(_ name: String) -> Bool {
      header.place(of: name) != nil || parts.place(of: name) != nil
    }
    let matched = profile.signature.filter(has)
    let lacks = profile.columns.filter { $0.rule.isRequired && !$0.rule.isFound(in: header) }
      .map { $0.rule.places.first?.column ?? $0.rule.join.first ?? $0.column }
    let found = profile.columns.filter { $0.rule.isFound(in: header) }
    let sources = profile.columns.filter { !$0.rule.places.isEmpty || !$0.rule.join.isEmpty }
    let share = 70 * matched.count / max(profile.signature.count, 1)
    let rest = 30 * found.count / max(sources.count, 1)
    // One name alone, such as Email, tells nothing, unless it is the export's own, and a body has and
    // needs no other.
    let isWhole =
      !parts.names.isEmpty && header.names.count == 1 && lacks.isEmpty
      && matched.first == profile.signature.first
    let isTold = matched.count > 1 || matched.count == 1 && isWhole
    let full = isWhole ? max(share + rest, leastScore) : share + rest
    let score = !isTold ? 0 : lacks.isEmpty ? full : full / 3
    return ProfileMatch(
      profile: profile, score: score, matched: matched,
      missing: profile.signature.filter { !has($0) }, lacks: lacks, columns: found.count)
  }
}
