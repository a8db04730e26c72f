// Of which programmes the verdicts on stored orders no longer rest on what they rested on.
import Pipeline

/// What verdicts rest on tonight beside what they rested on before.
struct JudgingBases: Sendable {
  /// By programme, where it is not what the store has.
  private(set) var new: [ProgramOrdinal: Digest128] = [:]
  /// The programmes whose open orders must all be judged again.
  private(set) var changed: Set<ProgramOrdinal> = []
  /// The programmes that were worked on before.
  private(set) var known: Set<ProgramOrdinal> = []
  /// The programmes whose basis is to be noted although nothing in it concerns a stored order.
  var unjudged: [ProgramOrdinal] { new.keys.filter { !changed.contains($0) }.sorted() }

  /// - Throws: ``DatabaseFault``.
  init(_ night: Night, _ facts: NightFacts) throws {
    var former: [ProgramOrdinal: Digest128] = [:]
    let rows = try night.database.prepare("SELECT program, basis FROM judging")
    while try rows.step() { former[ProgramOrdinal(Int(rows.int(0)))] = try rows.digest(1) }
    known = Set(former.keys)
    let codesBefore = Int32(clamping: night.registryNight?.former.codes.count ?? 0)
    for program in facts.registry.programs {
      let limits = facts.codes.limits(in: program.ordinal)
      func basis(_ limits: [CodeOrdinal: Int64]) -> Digest128 {
        facts.registry.judgingBasis(
          of: program.ordinal, limits: limits, settings: facts.settings)
      }
      let now = basis(limits)
      guard former[program.ordinal] != now else { continue }
      new[program.ordinal] = now
      // A code that tonight brings has earned nothing yet, and a stored order that names it was
      // judged in the run that brought the order: its limit changes no verdict.
      let asBefore = basis(limits.filter { $0.key.index < codesBefore })
      if former[program.ordinal] != asBefore { changed.insert(program.ordinal) }
    }
  }
}
