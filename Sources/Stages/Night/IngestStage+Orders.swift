// Orders from their files: decoded on all threads, range by range.
import Pipeline

extension IngestStage {
  /// What one range of an orders file came to.
  private struct OrderRange: Sendable {
    var stretches: [OrderStretch] = []
    var rejects = RejectedRows()
    var read: Int64 = 0
    /// Records that a profile does not take in.
    var setAside: [SetAsideRecord] = []
  }

  func readOrders(_ night: Night, _ ipKey: ContentHash.Key) throws -> OrderBins? {
    guard let facts = night.facts else { return nil }
    let orders = OrderBins(
      facts.registry, memoryLimit: NightMemory(night.request.memory).orders,
      spillDirectory: night.workspace.spillDirectory)
    let threads = night.request.threads
    for (number, file) in night.files.enumerated() where file.kind == .orders {
      let source = file.source
      let ranges = source.ranges(threads == 1 ? 1 : threads * 16)
      try streamShards(
        count: ranges.count, threads: threads, lookahead: threads * 2,
        work: { [allowance = night.rejectAllowance] range in
          try Self.read(
            source, ranges[range], file: Int32(number), facts, ipKey, orders, allowance)
        },
        consume: { _, result in
          night.fates.countRead(file: Int32(number), result.read)
          night.fates.count(result.setAside, file: Int32(number))
          night.fates.count(result.rejects, file: Int32(number))
          night.rejects.append(contentsOf: result.rejects.kept)
          orders.append(result.stretches)
        })
    }
    return orders
  }

  private static func read(
    _ source: RecordSource, _ range: RecordRange, file: Int32, _ facts: NightFacts,
    _ ipKey: ContentHash.Key, _ orders: OrderBins, _ allowance: RejectAllowance
  ) throws -> OrderRange {
    let decoder = OrderDecoder(registry: facts.registry, asOf: facts.asOf, ipKey: ipKey)
    let draft = OrderBins.Draft()
    var found = OrderRange()
    try source.read(range) { batch in
      found.read += Int64(batch.count)
      if !batch.setAside.isEmpty { found.setAside.append(contentsOf: batch.setAside) }
      for row in 0..<batch.count {
        let origin = RowOrigin(file: file, line: Int32(clamping: batch.line(row)))
        if let order = decoder.lend(batch, row, origin) {
          if let stretch = try orders.take(order, draft) { found.stretches.append(stretch) }
          continue
        }
        switch decoder.carefully(batch, row, origin, findsProgram: true) {
        case .row(let order):
          if let stretch = try orders.take(order, draft) { found.stretches.append(stretch) }
        case .rejected(let rejected):
          found.rejects.append(rejected.reason, by: allowance) { rejected }
        }
      }
    }
    if let stretch = try orders.finish(draft) { found.stretches.append(stretch) }
    return found
  }
}
