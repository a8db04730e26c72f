// The stages from `attribute` to `payout`, programme by programme on the cores, and the merge of
// what they come to, in the order of programme ids, on the thread that owns the store.
import Dispatch
import Pipeline

/// The middle of the run: shards of programmes, each a pure function of the store as of the plan
/// and the night's rows, merged in order (SPEC 8).
struct ProgramsStage: Stage {
  let name = "programs"
  let inputs: [Artifact] = [.rows]
  let outputs: [Artifact] = [.programNights]
  /// The names of the stages that the schedule has.
  let names: [String]

  func run(_ night: inout Night) throws {
    guard let facts = night.facts, let intake = night.intake else { return }
    let plan = try ShardPlan(night, facts)
    let shards = ShardWork(
      plan: plan, facts: facts, intake: intake, bins: night.bins,
      stages: names, loaders: LoaderPool(path: night.workspace.storePath, facts: facts),
      threads: night.request.threads)
    try night.database.execute("BEGIN IMMEDIATE")
    let merge = try NightMerge(night, facts, isFirstRun: plan.isFirstRun)
    let log = night.log
    try log.timed("working through programmes") {
      try work(shards, merge, night)
    }
    try log.timed("finishing the merge") { try merge.finish() }
  }

  private func work(
    _ shards: ShardWork, _ merge: NightMerge, _ night: Night
  ) throws {
    let memory = NightMemory(night.request.memory)
    let ahead = ReadAhead(count: night.buckets.count, ahead: 2) { try shards.fetch($0) }
    let merged = MergedPrograms()
    try streamShards(
      count: night.buckets.count, threads: night.request.threads, room: shards.room(night.request),
      work: {
        merged.letGo()
        return try shards.work($0, ahead.take($0))
      },
      meanwhile: { try merge.begin(shards.intake.trafficRanks()) },
      consume: { bucket, worked in
        for program in worked {
          try merge.take(program)
          let ordinal = program.clicks.program
          if shards.plan.judgesAll(ordinal), let basis = shards.plan.bases.new[ordinal] {
            try merge.note(basis, of: ordinal, judgedAnew: true)
          }
        }
        merged.keep(worked)
        night.bins.release(upTo: night.buckets[bucket])
        memory.trim()
      })
    merged.letGoBeside()
    for program in shards.plan.bases.unjudged {
      if let basis = shards.plan.bases.new[program] {
        try merge.note(basis, of: program, judgedAnew: false)
      }
    }
  }
}

/// What the merge is done with, until a worker lets it go: to free what a programme is made of takes
/// time that the merge, for which all others wait, does not have.
private final class MergedPrograms: Sendable {
  private let programs = Guarded<[[WorkedProgram]]>([])

  func keep(_ worked: [WorkedProgram]) { programs.withLock { $0.append(worked) } }

  /// Frees what there is, on another thread.
  func letGoBeside() { DispatchQueue.global().async { self.letGo() } }

  /// Frees what there is, on the calling thread.
  func letGo() {
    _ = programs.withLock { programs in
      let taken = programs
      programs = []
      return taken
    }
  }
}
