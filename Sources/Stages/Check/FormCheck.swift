// Judging files by their form and types alone, without a workspace: what `check` does.
import Pipeline

/// Checks files one after the other; equal rows are duplicates across all of them.
public struct FormCheck {
  /// Most rejected rows that are kept to be shown.
  private static let mostRejects = 20
  /// Most accepted rows that are shown as they were read.
  private static let mostSamples = 3
  private static let mostCodes = 100_000

  private let kind: InputKind
  private let profile: InputProfile
  private let asOf: Instant
  private let notes = ProfileNotes()
  private var seen: Set<Digest128> = []
  public private(set) var result = CheckResult()

  /// - Parameter asOf: What stands for the instant of rows without one, where a profile says so.
  public init(kind: InputKind, profile: InputProfile, asOf: Instant) {
    self.kind = kind
    self.profile = profile
    self.asOf = asOf
    if let mapped = profile.mapping?.profile {
      result.profile = mapped.name
      result.base = mapped.base
    }
  }

  /// Reads a file.
  ///
  /// - Throws: What the system refuses; a refused file is a finding, not an error.
  public mutating func check(path: String, threads: Int) throws {
    do {
      let source = try profile.open(path, kind: kind, asOf: asOf, threads: threads, notes: notes)
      if let service = profile.service { return try check(path: path, source, by: service) }
      let judge = RowJudge(kind: kind)
      for range in source.ranges(1) {
        try source.read(range) { batch in
          for row in 0..<batch.count { take(judge.judge(batch, row), path, batch, row) }
          result.passedOver += Int64(batch.passedOver)
          for record in batch.setAside {
            result.counts.rows += 1
            result.counts.count(record.fate)
          }
        }
      }
    } catch let refusal as FileRefusal where !refusal.isFailureOfTheSystem {
      result.refusals.append("\(refusal)")
    }
  }

  private mutating func check(
    path: String, _ source: RecordSource, by service: ServiceProfile
  ) throws {
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

  /// Says what looked doubtful in all files; once, after the last of them.
  public mutating func finish() {
    guard let mapped = profile.mapping?.profile else { return }
    let dates = mapped.columns.filter { kind.instants.contains($0.column) }.flatMap(\.rule.dates)
    result.warn(of: notes.total, dates: dates)
  }

  private mutating func take(
    _ judged: RowJudge.Judged, _ path: String, _ batch: RecordBatch, _ row: Int
  ) {
    result.counts.rows += 1
    switch judged {
    case .rejected(let rejected):
      result.counts.count(.rejected(rejected.reason))
      if result.rejects.count < Self.mostRejects { result.rejects.append((path, rejected)) }
    case .accepted(let accepted):
      guard seen.insert(accepted.content).inserted else { return result.counts.count(.duplicate) }
      result.counts.count(.accepted)
      if let amount = accepted.amount {
        result.amounts[amount.currency.code, default: 0] &+= amount.minorUnits
        if !accepted.hasCurrency { result.withoutCurrency += 1 }
        if !accepted.hasProgram { result.withoutProgram += 1 }
      }
      if let status = accepted.status { result.statuses[status, default: 0] += 1 }
      if let instant = accepted.instant { result.take(instant: instant) }
      if let code = accepted.code, result.codes.count < Self.mostCodes {
        result.codes.insert(code)
      }
      if batch.isMapped, result.samples.count < Self.mostSamples { keepSample(path, batch, row) }
    }
  }

  private mutating func keepSample(_ path: String, _ batch: RecordBatch, _ row: Int) {
    var fields: [(name: String, value: String)] = []
    for (place, name) in kind.request.names.enumerated() {
      let field = batch.field(row, place)
      if !field.isAbsent { fields.append((name, field.bytes.string())) }
    }
    result.samples.append(
      CheckResult.SampleRow(path: path, line: batch.line(row), fields: fields))
  }
}

/// Judges one row by its form and types.
private struct RowJudge: ~Copyable {
  enum Judged {
    case accepted(Accepted)
    case rejected(RejectedRow)
  }

  struct Accepted {
    var content: Digest128
    var amount: Money?
    var status: String?
    var instant: Instant?
    var code: Text?
    var hasCurrency = true
    var hasProgram = true

    init(content: Digest128) { self.content = content }
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
    case .row(let row): .accepted(Accepted(content: row[keyPath: digest]))
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
    var accepted = Accepted(content: digest)
    accepted.instant = instant
    accepted.code = batch.field(row, ClickColumn.code.rawValue).bytes.text()
    return .accepted(accepted)
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
      let gross = try order.amount.magnitude.minorUnits(in: currency)
      if let refunded = try order.refunded?.minorUnits(in: currency), refunded > gross {
        throw AmountFault(reason: .badValue, message: "the refund is above the amount")
      }
      var accepted = Accepted(content: order.content)
      accepted.amount = Money(minorUnits: order.amount.digits < 0 ? -gross : gross, currency)
      accepted.status = order.isCorrection ? "correction" : (order.status ?? .paid).word
      accepted.instant = order.occurredAt
      accepted.code = order.code
      accepted.hasCurrency = order.currency != nil
      accepted.hasProgram = order.code != nil || reads(batch, row, "program_id")
      return .accepted(accepted)
    } catch {
      return .rejected(
        RejectedRow(
          origin: origin, column: "amount", reason: error.reason, message: error.message,
          raw: batch.raw(row).copied()))
    }
  }
}

extension RowJudge {
  private func reads(_ batch: RecordBatch, _ row: Int, _ column: String) -> Bool {
    guard let place = kind.request.names.firstIndex(of: column) else { return false }
    return !batch.field(row, place).isAbsent
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
