// Runs stages in order. It knows none of them by name.

/// What a runner tells while it runs.
public enum StageEvent: Hashable, Sendable {
  /// A stage begins; `position` counts from 1.
  case began(name: String, position: Int, count: Int)
  /// A stage has ended well.
  case ended(name: String, position: Int, count: Int)
}

/// A plan that cannot be run.
public enum PlanFault: Error, Hashable, Sendable {
  /// A stage needs what no stage before it makes.
  case missingInput(stage: String, artifact: Artifact)
  /// Two stages make the same thing; `first` is nil when it is given from outside.
  case twoMakers(artifact: Artifact, first: String?, second: String)
  /// Two stages have the same name.
  case sameName(stage: String)
}

extension PlanFault: ExitCoded {
  public var exitStatus: ExitStatus { .configuration }
}

extension PlanFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingInput(let stage, let artifact):
      "stage \(stage) needs \(artifact), which no stage before it makes. Add that stage."
    case .twoMakers(let artifact, let first, let second):
      "\(artifact) is made twice: \(first.map { "by \($0)" } ?? "from outside"), and by \(second)."
    case .sameName(let stage): "there are two stages \(stage). Name each once."
    }
  }
}

/// A checked sequence of stages.
public struct Runner<Context> {
  private let stages: [any Stage<Context>]

  /// Checks a plan.
  ///
  /// - Parameter given: What is there before the first stage.
  /// - Throws: ``PlanFault``, for the first stage that does not fit.
  public init(stages: [any Stage<Context>], given: [Artifact] = []) throws(PlanFault) {
    var names: Set<Text> = []
    var makers: [Artifact: String?] = [:]
    for artifact in given { makers[artifact] = .some(nil) }
    for stage in stages {
      guard names.insert(Text(stage.name)).inserted else { throw .sameName(stage: stage.name) }
      for artifact in stage.inputs where makers[artifact] == nil {
        throw .missingInput(stage: stage.name, artifact: artifact)
      }
      for artifact in stage.outputs {
        if let first = makers[artifact] {
          throw .twoMakers(artifact: artifact, first: first, second: stage.name)
        }
        makers[artifact] = .some(stage.name)
      }
    }
    self.stages = stages
  }

  /// The names of the stages, in order.
  public var names: [String] { stages.map(\.name) }

  /// Runs the stages in order, up to the first that fails.
  ///
  /// - Throws: What a stage throws.
  public func run(_ context: inout Context, observing: (StageEvent) -> Void = { _ in }) throws {
    for (index, stage) in stages.enumerated() {
      observing(.began(name: stage.name, position: index + 1, count: stages.count))
      try stage.run(&context)
      observing(.ended(name: stage.name, position: index + 1, count: stages.count))
    }
  }
}
