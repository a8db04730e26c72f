// The files of a night: which there are, which are new, and what they are called.
public import Pipeline

/// An input that a run cannot go on with.
public struct InputFault: ExitCoded, CustomStringConvertible {
  public let message: String
  public let exitStatus: ExitStatus

  init(_ message: String, _ exitStatus: ExitStatus = .dataRefused) {
    self.message = message
    self.exitStatus = exitStatus
  }

  public var description: String { message }
}

/// One new file of a night, opened.
struct NightFile: Sendable {
  var kind: InputKind
  /// What tells the profile, and each version of it, from others.
  var profile: String
  /// The profile, where it is not the native columns.
  var mapping: ResolvedProfile?
  /// As the schedule's pattern found it.
  var path: String
  var source: RecordSource
  /// What a service's result file says; nil for records in columns.
  var report: ServiceReport?

  /// Its base name.
  var name: String { String(path.split(separator: "/").last ?? "") }
  var digest: Digest128 { source.survey.digest }
}

/// A file that was refused and left out (`on_bad_file: skip`).
struct RefusedFile: Sendable {
  var path: String
  var message: String
}

/// The delimiters of native files, by profile.
enum NativeProfile {
  static let delimiters: [(profile: String, delimiter: UInt8)] = [
    ("native", 0x2C), ("native-semicolon", 0x3B), ("native-tab", 0x09), ("native-pipe", 0x7C),
  ]
}

/// The new files in the order of their content digests, and those that were left out.
typealias FoundFiles = (files: [NightFile], refused: [RefusedFile])

/// Finds and opens a night's files.
struct InputSearch {
  private let request: RunRequest

  init(_ request: RunRequest) { self.request = request }

  /// Looks for what the schedule names.
  ///
  /// - Parameter history: Which files are known; nil where none can be.
  /// - Throws: ``InputFault`` for a required input without a file, ``ProfileFault``,
  ///   ``FileRefusal`` for a bad file unless `on_bad_file` is `skip`.
  func newFiles(_ history: StoreHistory?) throws -> FoundFiles {
    let schedule = request.schedule
    var files: [NightFile] = []
    var refused: [RefusedFile] = []
    var seen: Set<[Text]> = []
    for input in schedule.inputs {
      let profile = try InputProfile(
        input.profile, relativeTo: schedule.base, kind: input.kind)
      let pattern = LexicalPath.joined(schedule.base, input.path)
      let paths = try Glob(pattern).files(under: "").map {
        $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0
      }
      if paths.isEmpty, input.isRequired {
        throw InputFault(
          "no file matches \(input.path) (\(input.kind.rawValue)); "
            + "set \"required\": false on that input if it may be missing")
      }
      for path in paths
      where seen.insert([Text(input.kind.rawValue), Text(input.profile), Text(path)]).inserted {
        do {
          if let file = try open(path, input.kind, profile, history) { files.append(file) }
        } catch let fault as FileRefusal {
          guard schedule.settings.onBadFile == .skip, !fault.isFailureOfTheSystem else {
            throw fault
          }
          refused.append(RefusedFile(path: path, message: "\(fault)"))
        }
      }
    }
    return (distinct(files), refused)
  }

  private func open(
    _ path: String, _ kind: InputKind, _ profile: InputProfile, _ history: StoreHistory?
  ) throws -> NightFile? {
    let identity = profile.identity
    if let history, !request.rehashes, let facts = try FileInformation.of(path),
      try history.hasFile(kind, identity, facts)
    {
      return nil
    }
    let source = try profile.open(
      path, kind: kind, asOf: request.asOf, threads: request.threads)
    if let history, try history.hasFile(kind, identity, source.survey.digest) { return nil }
    var file = NightFile(
      kind: kind, profile: identity, mapping: profile.mapping, path: path, source: source)
    file.report = try profile.service?.report(of: source, name: path)
    return file
  }

  /// In the order of (digest, kind, profile, path), each content once.
  private func distinct(_ files: [NightFile]) -> [NightFile] {
    func key(_ file: NightFile) -> (Digest128, Text, Text, Text) {
      (file.digest, Text(file.kind.rawValue), Text(file.profile), Text(file.path))
    }
    var last: NightFile?
    return files.sorted { key($0) < key($1) }.filter { file in
      defer { last = file }
      guard let last else { return true }
      return last.digest != file.digest || last.kind != file.kind || last.profile != file.profile
    }
  }
}

extension InputKind {
  /// The columns that a file of this kind is asked for.
  var request: ColumnRequest {
    switch self {
    case .programs: ProgramRow.layout.request
    case .affiliates: AffiliateRow.layout.request
    case .codes: CodeRow.layout.request
    case .clicks: ClickColumn.request
    case .orders: OrderDecoder.layout.request
    case .referrals: ReferralRow.layout.request
    case .decisions: DecisionRow.layout.request
    case .payoutRequests: PayoutRequestRow.layout.request
    case .settlements: SettlementRow.layout.request
    }
  }
}

extension ServiceProfile {
  /// The profile of an input; nil where its files are records in columns.
  ///
  /// - Throws: ``InputFault`` for a service's profile of an input that is no settlements.
  static func of(_ profile: String, _ kind: InputKind) throws(InputFault) -> ServiceProfile? {
    guard let service = ServiceProfile(rawValue: profile) else { return nil }
    guard kind == .settlements else {
      throw InputFault(
        "the profile \(profile) is for settlements, not for \(kind.word)", .configuration)
    }
    return service
  }
}
