// From what a schedule or a command line calls a profile to how its files are read.
public import Pipeline

/// How the files of an input are read: in native columns, or by a profile.
public enum InputProfile: Sendable {
  /// Native columns; nil leaves the format to the file's name.
  case native(name: String, delimiter: UInt8?)
  case mapped(ResolvedProfile)
  /// A payment service's result file, which is no sequence of records.
  case service(ServiceProfile)

  /// The profile that a text names.
  ///
  /// - Parameters:
  ///   - text: `native` and its like, a built-in profile's name or a profile file's path; then
  ///     perhaps `:` and settings, as in `shopify-orders:base=total,program_id=shop`.
  ///   - base: What a path is relative to.
  /// - Throws: ``ProfileFault``, ``InputFault`` for a profile of another kind.
  public init(_ text: String, relativeTo base: String, kind: InputKind) throws {
    if let native = NativeProfile.delimiters.first(where: { $0.profile == text }) {
      let isPlain = native.profile == Schedule.nativeProfile
      self = .native(name: text, delimiter: isPlain ? nil : native.delimiter)
      return
    }
    if let service = try ServiceProfile.of(text, kind) {
      self = .service(service)
      return
    }
    let resolved = try ResolvedProfile(text, relativeTo: base)
    guard resolved.profile.kind == kind else {
      throw InputFault(
        "the profile \(resolved.profile.name) reads \(resolved.profile.kind.rawValue), "
          + "not \(kind.rawValue)", .configuration)
    }
    self = .mapped(resolved)
  }

  /// What tells its files from those of other profiles in the store; it changes with the profile.
  public var identity: String {
    switch self {
    case .native(let name, _): name
    case .mapped(let resolved): resolved.identity
    case .service(let service): service.rawValue
    }
  }

  /// The profile, where it is not the native columns.
  var mapping: ResolvedProfile? {
    if case .mapped(let resolved) = self { resolved } else { nil }
  }

  /// The payment service whose result files these are.
  var service: ServiceProfile? {
    if case .service(let service) = self { service } else { nil }
  }

  /// Opens a file.
  ///
  /// - Parameter asOf: The run's instant, for profiles that let it stand for a missing one.
  /// - Throws: a ``FileRefusal``.
  public func open(
    _ path: String, kind: InputKind, asOf: Instant, threads: Int
  ) throws -> RecordSource {
    try open(path, kind: kind, asOf: asOf, threads: threads, notes: ProfileNotes())
  }

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - asOf: The run's instant, for profiles that let it stand for a missing one.
  ///   - notes: Where doubtful things are counted.
  /// - Throws: a ``FileRefusal``.
  func open(
    _ path: String, kind: InputKind, asOf: Instant, threads: Int,
    notes: ProfileNotes
  ) throws -> RecordSource {
    switch self {
    case .native(_, let delimiter):
      let isJSON = path.contains(".jsonl") || path.contains(".ndjson")
      let format: RecordFormat? = delimiter.map { isJSON ? .jsonl : .csv(delimiter: $0) }
      return try RecordSource(
        path: path, displayName: path, format: format, columns: kind.request, threads: threads)
    case .service:
      // Its content is asked for whole.
      return try RecordSource(
        path: path, displayName: path, format: .jsonl, columns: kind.request, threads: threads)
    case .mapped(let resolved):
      return try RecordSource(
        path: path, displayName: path,
        mapping: ProfileMapping(resolved.profile, asOf: asOf, notes: notes), threads: threads)
    }
  }
}

/// A profile with everything that it takes over from others.
public struct ResolvedProfile: Sendable {
  /// As it was asked for.
  public let text: String
  public let profile: Profile
  /// The whole of it as JSON.
  public let json: JSONValue
  /// Name and digest.
  public let identity: String

  private static let mostAncestors = 8

  /// - Throws: ``ProfileFault`` for a profile that there is not or that is wrong.
  public init(_ text: String, relativeTo base: String) throws {
    let colon = text.firstIndex(of: ":")
    let name = String(text[..<(colon ?? text.endIndex)])
    let settings = colon.map { String(text[text.index(after: $0)...]) } ?? ""
    var json = try Self.json(name, relativeTo: base, depth: 0)
    json = try Self.apply(settings, to: json, text)
    try self.init(json, text: text, file: name)
  }

  private init(_ json: JSONValue, text: String, file: String) throws {
    self.text = text
    self.json = json
    profile = try ProfileReader.profile(json, file: file)
    let digest = ByteView.withBytes(of: json.canonicalText) { ContentHash.digest(of: $0) }
    identity = "\(profile.name)#\(digest.description.prefix(16))"
  }

  /// A profile whose text is at hand.
  ///
  /// - Throws: ``ProfileFault``.
  public init(source: String, file: String) throws {
    let parsed = try Self.parse(Array(source.utf8), file: file)
    let json = try Self.inherited(parsed, file: file, base: ".", depth: 0)
    try self.init(json, text: file, file: file)
  }

  private static func parse(_ bytes: [UInt8], file: String) throws -> JSONValue {
    do {
      return try JSONValue(bytes, dialect: .relaxed)
    } catch {
      throw ProfileFault(
        file: "\(file):\(error.line):\(error.column)", path: "", message: error.words)
    }
  }

  private static func json(
    _ name: String, relativeTo base: String, depth: Int
  ) throws -> JSONValue {
    guard depth < mostAncestors else {
      throw ProfileFault(
        file: name, path: "extends", message: "profiles extend each other in a circle")
    }
    if let source = BuiltinProfiles.source(of: name) {
      let parsed = try parse(Array(source.utf8), file: name)
      return try inherited(parsed, file: name, base: base, depth: depth)
    }
    let isPath = name.contains("/") || name.contains(".")
    guard isPath else {
      let known =
        BuiltinProfiles.all.map(\.name) + ServiceProfile.allCases.map(\.rawValue)
        + NativeProfile.delimiters.map(\.profile)
      throw ProfileFault(
        file: name, path: "",
        message: "there is no profile of that name; built in are \(known.joined(separator: ", ")); "
          + "a file of your own is named by its path, such as ./\(name).json5")
    }
    let path = LexicalPath.joined(base, name)
    let bytes = try WholeFile.read(path)
    let parsed = try parse(bytes, file: path)
    return try inherited(
      parsed, file: path, base: DirectoryTree.parent(of: path) ?? ".", depth: depth)
  }

  private static func inherited(
    _ json: JSONValue, file: String, base: String, depth: Int
  ) throws -> JSONValue {
    guard let members = json.members else {
      throw ProfileFault(file: file, path: "", message: "a profile is one JSON object")
    }
    guard let parent = json["extends"] else { return json }
    guard let name = parent.text?.string else {
      throw ProfileFault(file: file, path: "extends", message: "must name a profile")
    }
    var merged = try self.json(name, relativeTo: base, depth: depth + 1)
    for member in members where member.name != "extends" {
      merged = merged.replacing(member.name, with: member.value, isDeep: true)
    }
    // What is laid over a built-in profile is somebody's own.
    if json["header"] == nil { merged = merged.replacing("header", with: .string("own")) }
    return merged
  }

  /// `base=total,program_id=shop`: settings of the profile, or constants of native columns.
  private static func apply(
    _ settings: String, to json: JSONValue, _ text: String
  ) throws -> JSONValue {
    var result = json
    for setting in settings.split(separator: ",") {
      guard let equals = setting.firstIndex(of: "=") else {
        throw ProfileFault(
          file: text, path: "", message: "\"\(setting)\" is no setting; write column=value")
      }
      let name = Text(String(setting[..<equals]))
      let value = JSONValue.string(Text(String(setting[setting.index(after: equals)...])))
      if ProfileReader.settings.contains(name.string) {
        result = result.replacing(name, with: value)
      } else {
        let columns = (result["columns"] ?? .object([]))
          .replacing(name, with: .object([JSONValue.Member("value", value)]))
        result = result.replacing("columns", with: columns)
      }
    }
    return result
  }
}

extension ProfileReader {
  /// What can be set where a profile is named.
  static let settings = ["base", "zone", "decimal", "thousands", "delimiter", "encoding", "others"]
}

extension JSONValue {
  /// The object with a member set; `isDeep` sets the members of `columns`, `bases` and `rows` one
  /// by one.
  fileprivate func replacing(
    _ name: Text, with value: JSONValue, isDeep: Bool = false
  ) -> JSONValue {
    var members = self.members ?? []
    guard let place = members.firstIndex(where: { $0.name == name }) else {
      members.append(Member(name, value))
      return .object(members)
    }
    var replacement = value
    let isGroup = ["columns", "bases", "rows"].contains(name.string)
    if isDeep, isGroup, let inner = value.members {
      replacement = inner.reduce(members[place].value) { merged, member in
        merged.replacing(member.name, with: member.value)
      }
    }
    members[place] = Member(name, replacement)
    return .object(members)
  }
}
