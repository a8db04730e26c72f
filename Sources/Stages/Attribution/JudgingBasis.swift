// What the verdicts on a programme's orders rest on besides clicks and orders. As long as it stays
// the same, an order that no new row touches keeps its winner and need not be judged again.
import Pipeline

extension Registry {
  /// A digest of everything in the registry and the settings that the judging of an order asks:
  /// windows, models, kinds of evidence, whether a click is required, pauses, the limits of codes,
  /// and how long conversions stay open.
  ///
  /// Rates, tiers and the like are not part of it: they are fixed when an order is attributed.
  ///
  /// - Parameter limitedCodes: The programme's codes that have a limit, in order.
  func judgingBasis(
    of program: ProgramOrdinal, limitedCodes: [CodeOrdinal], settings: Settings
  ) -> Digest128 {
    let program = self[program]
    var numbers: [Int64] = [settings.openDays, Int64(program.timeline.count)]
    for dated in program.timeline {
      let terms = dated.terms
      numbers += [
        dated.from.milliseconds, terms.windowMilliseconds, Int64(terms.model.rawValue),
        terms.requiresClick ? 1 : 0, Int64(terms.evidence.count),
      ]
      numbers += terms.evidence.map { Int64($0.rawValue) }
    }
    numbers.append(Int64(program.statuses.count))
    for dated in program.statuses {
      numbers += [dated.from.milliseconds, dated.status == .paused ? 1 : 0]
    }
    for code in limitedCodes { numbers += [Int64(code.index), self[code].maxUses ?? 0] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(numbers.count * 8)
    for number in numbers {
      for shift in stride(from: Int64(56), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }
    return ByteView.withBytes(of: bytes) { ContentHash.digest(of: $0) }
  }

  /// The codes that have a limit, by programme.
  func limitedCodes() -> [ProgramOrdinal: [CodeOrdinal]] {
    var limited: [ProgramOrdinal: [CodeOrdinal]] = [:]
    for code in codes where code.maxUses != nil {
      limited[code.program, default: []].append(code.ordinal)
    }
    return limited
  }
}
