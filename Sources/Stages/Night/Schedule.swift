// A schedule: the JSON file that describes one batch job (SPEC 6). Comments are allowed.
public import Pipeline

/// A schedule that cannot be used.
public struct ScheduleFault: ExitCoded, CustomStringConvertible {
  public let file: String
  public let message: String

  public var exitStatus: ExitStatus { .configuration }
  public var description: String { "\(file): \(message)" }
}

/// One batch job.
public struct Schedule: Sendable {
  /// Files of one kind.
  public struct Input: Sendable {
    public var kind: InputKind
    /// A pattern, relative to the schedule's own file.
    public var path: String
    public var profile: String
    /// Whether it is an error that no file is there.
    public var isRequired: Bool

    public init(kind: InputKind, path: String, profile: String, isRequired: Bool) {
      self.kind = kind
      self.path = path
      self.profile = profile
      self.isRequired = isRequired
    }
  }

  public var name: String
  public var workspace: String
  /// What the paths are relative to.
  public var base: String
  public var inputs: [Input]
  public var settings: Settings
  /// Native program fields that hold where no row states them.
  public var programDefaults: JSONValue
  /// The names of the stages that run.
  public var stages: [String]
  /// The schedule as it was given, for the archive.
  public var source: [UInt8]

  /// All stages, in their order (SPEC 1).
  public static let allStages = [
    "ingest", "attribute", "score", "commission", "settle", "payout", "report", "publish",
  ]
  /// The profile of files in native columns.
  public static let nativeProfile = "native"

  public init(name: String, workspace: String, base: String, inputs: [Input]) {
    self.name = name
    self.workspace = workspace
    self.base = base
    self.inputs = inputs
    settings = Settings()
    programDefaults = .object([])
    stages = Self.allStages
    source = []
  }
}

extension Schedule {
  /// Reads a schedule file.
  ///
  /// - Throws: ``ScheduleFault`` for a wrong one, ``FileFault`` where it cannot be read.
  public init(file: String) throws {
    let bytes = try WholeFile.read(file)
    let reader: ScheduleReader
    do {
      reader = ScheduleReader(file: file, root: try JSONValue(bytes, dialect: .relaxed))
    } catch {
      throw ScheduleFault(file: file, message: error.description)
    }
    self = try reader.schedule()
    source = bytes
  }
}

/// Turns a schedule's members into values, and names what is wrong.
struct ScheduleReader {
  let file: String
  let root: JSONValue

  private static let keys = ["name", "workspace", "inputs", "settings", "programs", "stages"]

  func schedule() throws -> Schedule {
    guard let members = root.members else { throw fault("a schedule is one JSON object") }
    for member in members where !Self.keys.contains(member.name.string) {
      throw fault("unknown key \(member.name); known are \(Self.keys.joined(separator: ", "))")
    }
    let base = DirectoryTree.parent(of: file) ?? "."
    guard let workspace = root["workspace"]?.text?.string, !workspace.isEmpty else {
      throw fault("\"workspace\" must name a directory")
    }
    var schedule = Schedule(
      name: root["name"]?.text?.string ?? "run",
      workspace: LexicalPath.joined(base, workspace), base: base,
      inputs: try inputs())
    schedule.settings = try settings()
    schedule.stages = try stages()
    if let programs = root["programs"] {
      guard programs.members != nil else { throw fault("\"programs\" must be an object") }
      schedule.programDefaults = programs
    }
    try check(schedule)
    return schedule
  }

  func fault(_ message: String) -> ScheduleFault { ScheduleFault(file: file, message: message) }

  private func inputs() throws -> [Schedule.Input] {
    guard let list = root["inputs"]?.elements else { throw fault("\"inputs\" must be an array") }
    return try list.map { entry in
      let keys = ["kind", "path", "profile", "required"]
      for member in entry.members ?? [] where !keys.contains(member.name.string) {
        throw fault("unknown key \(member.name) in an input; known are \(keys)")
      }
      guard let word = entry["kind"]?.text?.string, let kind = InputKind(rawValue: word) else {
        let kinds = InputKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw fault("an input's \"kind\" must be one of \(kinds)")
      }
      guard let path = entry["path"]?.text?.string, !path.isEmpty else {
        throw fault("the input of kind \(word) needs a \"path\"")
      }
      if let required = entry["required"], required.truth == nil {
        throw fault("\"required\" of \(path) must be true or false")
      }
      let profile = entry["profile"]?.text?.string ?? Schedule.nativeProfile
      return Schedule.Input(
        kind: kind, path: path, profile: profile, isRequired: entry["required"]?.truth ?? true)
    }
  }

  private func stages() throws -> [String] {
    guard let list = root["stages"] else { return Schedule.allStages }
    guard let elements = list.elements else { throw fault("\"stages\" must be an array") }
    let names = elements.compactMap { $0.text?.string }
    for name in names where !Schedule.allStages.contains(name) {
      throw fault("unknown stage \(name); known are \(Schedule.allStages.joined(separator: ", "))")
    }
    let together = ["ingest", "attribute", "score", "commission", "settle"]
    guard together.allSatisfy(names.contains) else {
      throw fault("the stages \(together.joined(separator: ", ")) go together")
    }
    return Schedule.allStages.filter(names.contains)
  }

  private func check(_ schedule: Schedule) throws {
    let asksForPayouts = schedule.inputs.contains { $0.kind == .payoutRequests }
    guard schedule.stages.contains("payout") || !asksForPayouts else {
      throw fault("payout_requests need the stage payout")
    }
  }
}
