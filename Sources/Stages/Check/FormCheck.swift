// Judging files by their form and types alone, without a workspace: what `check` does.
import Pipeline

/// What a check of files came to.
public struct CheckResult: Sendable {
  public var counts = FateCounts()
  /// Gross amounts of accepted orders by currency, in minor units.
  public var amounts: [String: Int64] = [:]
  /// Rows by the status that they state.
  public var statuses: [String: Int64] = [:]
  /// The first rejected rows, with the path of their file.
  public var rejects: [(path: String, reject: RejectedRow)] = []
  /// Files that were refused as a whole.
  public var refusals: [String] = []

  public init() {}
}

/// Checks files one after the other; equal rows are duplicates across all of them.
public struct FormCheck {
  /// Most rejected rows that are kept to be shown.
  private static let mostRejects = 20

  private let kind: InputKind
  private var seen: Set<Digest128> = []
  public private(set) var result = CheckResult()

  public init(kind: InputKind) { self.kind = kind }

  /// Reads a file.
  ///
  /// - Throws: What the system refuses; a refused file is a finding, not an error.
  public mutating func check(path: String, profile: String, threads: Int) throws {
    do {
      if let service = try ServiceProfile.of(profile, kind) {
        return try check(path: path, by: service, threads: threads)
      }
      let format = try NativeProfile.format(profile, path: path)
      let source = try RecordSource(
        path: path, displayName: path, format: format, columns: kind.request, threads: threads)
      let judge = RowJudge(kind: kind)
      for range in source.ranges(1) {
        try source.read(range) { batch in
          for row in 0..<batch.count { take(judge.judge(batch, row), path) }
        }
      }
    } catch let refusal as FileRefusal where !refusal.isFailureOfTheSystem {
      result.refusals.append("\(refusal)")
    }
  }

  private mutating func check(path: String, by service: ServiceProfile, threads: Int) throws {
    let source = try RecordSource(
      path: path, displayName: path, format: .jsonl, columns: kind.request, threads: threads)
    var rows = ServiceRows(file: 0, asOf: .distantFuture, messages: nil)
    try rows.take(try service.report(of: source, name: path))
    for counts in rows.fates.files.values { result.counts.add(counts) }
    for rejected in rows.rejects.prefix(Self.mostRejects - result.rejects.count) {
      var located = rejected
      located.origin.line = rows.places[Int(rejected.origin.line) - 1].line
      result.rejects.append((path, located))
    }
    for row in rows.settlements {
      let isNew = seen.insert(row.settlement.content).inserted
      result.counts.count(isNew ? .accepted : .duplicate)
      if isNew { result.statuses[row.settlement.status.word, default: 0] += 1 }
    }
  }

  private mutating func take(_ judged: RowJudge.Judged, _ path: String) {
    result.counts.rows += 1
    switch judged {
    case .rejected(let rejected):
      result.counts.count(.rejected(rejected.reason))
      if result.rejects.count < Self.mostRejects { result.rejects.append((path, rejected)) }
    case .accepted(let content, let amount, let status):
      guard seen.insert(content).inserted else { return result.counts.count(.duplicate) }
      result.counts.count(.accepted)
      if let amount { result.amounts[amount.currency.code, default: 0] &+= amount.minorUnits }
      if let status { result.statuses[status, default: 0] += 1 }
    }
  }
}

/// Judges one row by its form and types.
private struct RowJudge: ~Copyable {
  enum Judged {
    case accepted(content: Digest128, amount: Money?, status: String?)
    case rejected(RejectedRow)
  }

  let kind: InputKind
  private let orders: OrderDecoder

  init(kind: InputKind) {
    self.kind = kind
    orders = OrderDecoder(registry: Registry(), asOf: .distantFuture, ipKey: .none)
  }

  func judge(_ batch: RecordBatch, _ row: Int) -> Judged {
    let origin = RowOrigin(file: 0, line: Int32(clamping: batch.line(row)))
    let asOf = Instant.distantFuture
    switch kind {
    case .programs: return judged(ProgramRow.decode(batch, row, origin), \.digest)
    case .affiliates: return judged(AffiliateRow.decode(batch, row, origin), \.digest)
    case .codes: return judged(CodeRow.decode(batch, row, origin), \.digest)
    case .referrals: return judged(ReferralRow.decode(batch, row, origin, asOf: asOf), \.digest)
    case .decisions: return judged(DecisionRow.decode(batch, row, origin, asOf: asOf), \.digest)
    case .payoutRequests:
      return judged(PayoutRequestRow.decode(batch, row, origin, asOf: asOf), \.digest)
    case .settlements:
      return judged(
        SettlementRow.decode(batch, row, origin, asOf: asOf), \.settlement.content)
    case .clicks: return judgeClick(batch, row, origin)
    case .orders: return judgeOrder(batch, row, origin)
    }
  }

  private func judged<Row>(
    _ decoded: Decoded<Row>, _ digest: KeyPath<Row, Digest128>
  ) -> Judged {
    switch decoded {
    case .row(let row): .accepted(content: row[keyPath: digest], amount: nil, status: nil)
    case .rejected(let rejected): .rejected(rejected)
    }
  }

  private func judgeClick(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin
  ) -> Judged {
    var reader = RowReader(batch, row, origin, RowLayout.clicks)
    let instant = reader.instant(ClickColumn.occurredAt.rawValue)
    if let rejection = reader.rejection { return .rejected(rejection) }
    let content = ClickContent.bytes(batch, row, instant: instant ?? .distantPast)
    let digest = ByteView.withBytes(of: content) { ContentHash.digest(of: $0) }
    return .accepted(content: digest, amount: nil, status: nil)
  }

  /// References are not judged here: an unknown programme or code is no fault.
  private func judgeOrder(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin
  ) -> Judged {
    let order: OrderRow
    switch orders.decodeForm(batch, row, origin) {
    case .row(let decoded): order = decoded
    case .rejected(let rejected): return .rejected(rejected)
    }
    let currency = order.currency ?? .usd
    do throws(AmountFault) {
      let gross = try order.amount.minorUnits(in: currency)
      if let refunded = try order.refunded?.minorUnits(in: currency), refunded > gross {
        throw AmountFault(reason: .badValue, message: "the refund is above the amount")
      }
      let amount = Money(minorUnits: gross, currency)
      return .accepted(
        content: order.content, amount: amount, status: (order.status ?? .paid).word)
    } catch {
      return .rejected(
        RejectedRow(
          origin: origin, column: "amount", reason: error.reason, message: error.message,
          raw: batch.raw(row).copied()))
    }
  }
}

extension RowLayout {
  /// The columns of clicks, for reading them row by row.
  fileprivate static let clicks = RowLayout(
    .clicks,
    ClickColumn.allCases.map { column in
      let isRequired = column == .occurredAt || column == .code
      return .init(column.name, column == .occurredAt ? .instant : .text, required: isRequired)
    })
}

extension OrderStatus {
  /// The word in files.
  public var word: String {
    switch self {
    case .paid: "paid"
    case .refunded: "refunded"
    case .partiallyRefunded: "partially_refunded"
    case .cancelled: "cancelled"
    case .chargeback: "chargeback"
    }
  }
}
