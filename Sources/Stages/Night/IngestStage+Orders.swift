// Orders from their files: decoded on all threads, range by range.
import Pipeline

extension IngestStage {
  /// What one range of an orders file came to.
  private struct OrderRange: Sendable {
    var stretch: OrderStretch
    var rejects: [RejectedRow]
    var read: Int64
    /// Records that a profile does not take in.
    var setAside: [SetAsideRecord]
  }

  func readOrders(_ night: Night) throws -> OrderBins {
    var orders = OrderBins()
    guard let facts = night.facts else { return orders }
    let ipKey = try night.workspace.ipKey()
    let threads = night.request.threads
    for (number, file) in night.files.enumerated() where file.kind == .orders {
      let source = file.source
      let ranges = source.ranges(threads == 1 ? 1 : threads * 16)
      try streamShards(
        count: ranges.count, threads: threads, lookahead: threads * 2,
        work: { try Self.read(source, ranges[$0], file: Int32(number), facts, ipKey) },
        consume: { _, result in
          night.fates.countRead(file: Int32(number), result.read)
          night.fates.count(result.setAside, file: Int32(number))
          for rejected in result.rejects { night.reject(rejected) }
          orders.append(result.stretch)
        })
    }
    return orders
  }

  private static func read(
    _ source: RecordSource, _ range: RecordRange, file: Int32, _ facts: NightFacts,
    _ ipKey: ContentHash.Key
  ) throws -> OrderRange {
    let decoder = OrderDecoder(registry: facts.registry, asOf: facts.asOf, ipKey: ipKey)
    var rows: [OrderRow] = []
    var rejects: [RejectedRow] = []
    var setAside: [SetAsideRecord] = []
    var read: Int64 = 0
    try source.read(range) { batch in
      read += Int64(batch.count)
      if !batch.setAside.isEmpty { setAside.append(contentsOf: batch.setAside) }
      for row in 0..<batch.count {
        let origin = RowOrigin(file: file, line: Int32(clamping: batch.line(row)))
        switch decoder.decode(batch, row, origin) {
        case .row(let order): rows.append(order)
        case .rejected(let rejected): rejects.append(rejected)
        }
      }
    }
    return OrderRange(
      stretch: OrderStretch(rows), rejects: rejects, read: read, setAside: setAside)
  }
}
