// The product against the model, over seeded histories: REFBATCH_SEEDS says how many (60),
// REFBATCH_FIRST_SEED where they start. A failing history is made again at ever greater sizes, the
// smallest failing one is told, and its files are left for inspection.

import Foundation
import Pipeline
import TestSupport
import Testing

private func environmentNumber(_ name: String, default fallback: UInt64) -> UInt64 {
  ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? fallback
}

private let seeds: [UInt64] = {
  let first = environmentNumber("REFBATCH_FIRST_SEED", default: 1)
  return Array(first..<first + environmentNumber("REFBATCH_SEEDS", default: 60))
}()

@Suite struct ModelComparison {
  @Test(arguments: seeds)
  func `the product and the model agree on every history`(seed: UInt64) throws {
    let full = try differences(seed, HistorySize(), "full-\(seed)")
    guard !full.isEmpty else { return }
    for (step, size) in HistorySize.shrunken.enumerated() {
      let found = try differences(seed, size, "small-\(seed)-\(step)")
      if !found.isEmpty {
        Issue.record("seed \(seed), size \(step):\n\(found.joined(separator: "\n"))")
        return
      }
    }
    Issue.record("seed \(seed), full size:\n\(full.joined(separator: "\n"))")
  }

  /// Runs one history; its directory stays where something differs.
  private func differences(
    _ seed: UInt64, _ size: HistorySize, _ name: String
  ) throws -> [String] {
    let product = Product(name)
    let nights = Adversary.history(seed: seed, size: size)
    let found = try Comparison.differences(nights, in: product)
    guard !found.isEmpty else {
      product.remove()
      return []
    }
    return found + ["the files are in \(product.directory.path)"]
  }
}
