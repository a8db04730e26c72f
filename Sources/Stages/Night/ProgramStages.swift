// The stages that work on one programme at a time. Each file of a stage holds its rules; here
// stands what they need of each other.
import Pipeline

extension Artifact {
  static let programRows: Artifact = "programme rows"
  static let attributions: Artifact = "attributions"
  static let scores: Artifact = "fraud scores"
  static let commissions: Artifact = "commissions"
  static let settlements: Artifact = "settled rewards"
  static let payouts: Artifact = "payouts"
}

/// `attribute`: who earned what.
struct AttributeStage: Stage {
  let name = "attribute"
  let inputs: [Artifact] = [.programRows]
  let outputs: [Artifact] = [.attributions]

  func run(_ night: inout ProgramNight) throws { try night.attribute() }
}

/// `score`: signs of fraud.
struct ScoreStage: Stage {
  let name = "score"
  let inputs: [Artifact] = [.attributions]
  let outputs: [Artifact] = [.scores]

  func run(_ night: inout ProgramNight) throws { try night.score() }
}

/// `commission`: rates, tiers and rewards.
struct CommissionStage: Stage {
  let name = "commission"
  let inputs: [Artifact] = [.attributions, .scores]
  let outputs: [Artifact] = [.commissions]

  func run(_ night: inout ProgramNight) throws { try night.computeCommissions() }
}

/// `settle`: decisions, refunds and settlements.
struct SettleStage: Stage {
  let name = "settle"
  let inputs: [Artifact] = [.commissions]
  let outputs: [Artifact] = [.settlements]

  func run(_ night: inout ProgramNight) throws { try night.settle() }
}

/// `payout`: batches, retries and requests.
struct PayoutStage: Stage {
  let name = "payout"
  let inputs: [Artifact] = [.settlements]
  let outputs: [Artifact] = [.payouts]

  func run(_ night: inout ProgramNight) throws { try night.payOut() }
}
