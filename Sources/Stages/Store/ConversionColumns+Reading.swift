// Reading a conversion from its row of `conversion_rows`.
import Pipeline

/// One row of `conversion_rows`, read.
struct StoredConversion {
  /// With its first credit, if there is one.
  var conversion: Conversion
  /// The first credit's reward; further ones stand in `credits`.
  var reward: FoldedReward?
  var creditCount: Int64

  /// Reads the columns of ``PackedConversion/selected``.
  ///
  /// - Throws: ``StoreRowFault``.
  init(_ statement: Statement, registry: borrowing Registry, payouts: PayoutNames) throws {
    var cursor = ColumnCursor(statement)
    let number = cursor.int()
    cursor.skip(1)
    let id = OrderID(cursor.text())
    cursor.skip(1)
    let occurredAt = cursor.instant()
    let origin = cursor.int()
    let keysColumn = cursor.column + 1
    cursor.skip(1)
    var code = cursor.optionalText()
    let clickID = cursor.optionalText()
    let currency = try cursor.packedCurrency()
    let amount = cursor.int()
    let sku = cursor.optionalText()
    let category = cursor.optionalText()
    let marks = ConversionMarks(bits: cursor.int())
    let fraud = cursor.int()
    let generation = Int32(clamping: cursor.int())
    var credit = Self.credit(&cursor, occurredAt, orderClick: clickID, marks)
    let hold = credit?.hold ?? 0
    let rest = try cursor.rest()
    let payout = try cursor.optionalInt().map(payouts.payout)
    if marks.has(ConversionMarks.codeIsCredited), let credit {
      code = registry[credit.credit.code].code.text
    }
    let keys = try StoredKeys(statement, keysColumn, marks)
    guard let orderStatus = marks.coded(ConversionMarks.orderStatus, OrderStatus.self),
      let status = marks.coded(ConversionMarks.status, Conversion.Status.self)
    else { throw cursor.fault() }
    var order = OrderFacts(
      id: id, occurredAt: occurredAt, updatedAt: nil, code: code, clickID: clickID,
      visitor: keys.visitor, customer: keys.customer, email: keys.email,
      emailDomain: keys.emailDomain, ip: keys.ip, currency: currency, amountMinor: amount,
      refundedMinor: rest[.refunded], status: orderStatus, sku: sku, category: category)
    if marks.has(ConversionMarks.hasUpdatedAt) {
      order.updatedAt = occurredAt + (rest[.updated] ?? 0)
    }
    conversion = Conversion(
      order: order, content: keys.content,
      origin: StoredOrigin(file: origin >> 32, line: Int32(truncatingIfNeeded: origin)))
    conversion.storedRow = number
    conversion.status = status
    conversion.generation = generation
    conversion.flags = FraudFlags(rawValue: UInt8(truncatingIfNeeded: fraud & 63))
    conversion.score = BasisPoints(Int32(clamping: fraud >> 6))
    Self.judge(&conversion, marks)
    if payout != nil { conversion.isClosed = true }
    creditCount = credit == nil ? 0 : rest[.credits] ?? 1
    if credit != nil { try credit?.complete(rest, marks, cursor) }
    guard let credit else { return }
    conversion.credits = [credit.credit]
    guard let state = marks.optionalCoded(ConversionMarks.rewardState, Reward.State.self) else {
      return
    }
    reward = FoldedReward(
      state: payout?.state ?? state, amountMinor: rest[.reward] ?? credit.credit.payoutMinor,
      payableAt: occurredAt + (rest[.payable] ?? hold), payout: payout?.id)
  }

  private static func judge(_ conversion: inout Conversion, _ marks: ConversionMarks) {
    conversion.reason = marks.optionalCoded(ConversionMarks.reason, UnattributedReason.self)
    conversion.evidence = marks.optionalCoded(ConversionMarks.evidence, Evidence.self)
    conversion.model = marks.optionalCoded(ConversionMarks.model, AttributionModel.self)
    conversion.codeItselfCounts = marks.has(ConversionMarks.codeCounts)
    conversion.wasDecided = marks.has(ConversionMarks.decided)
    conversion.isClosed = marks.has(ConversionMarks.closed)
    conversion.meetsLimit = marks.has(ConversionMarks.meetsLimit)
  }

  /// A first credit, as far as its columns tell, and how long its reward is held.
  private struct FirstCredit {
    var credit: Credit
    var hold: Int64

    mutating func complete(
      _ rest: ConversionRest, _ marks: ConversionMarks, _ cursor: ColumnCursor
    ) throws {
      guard let rule = marks.coded(ConversionMarks.rule, RateRule.self) else {
        throw cursor.fault()
      }
      credit.rule = rule
      if marks.has(ConversionMarks.isFlat) { credit.earning = .flat(rest[.flat] ?? 0) }
      credit.weight = rest[.weight] ?? 1
      credit.inviter = rest[.inviter].map { AffiliateOrdinal(Int($0)) }
      credit.fee = BasisPoints(Int32(clamping: rest[.fee] ?? 0))
      credit.overrideMinor = rest[.override] ?? 0
    }
  }

  private static func credit(
    _ cursor: inout ColumnCursor, _ occurredAt: Instant, orderClick: Text?,
    _ marks: ConversionMarks
  ) -> FirstCredit? {
    guard let code = cursor.optionalOrdinal(AffiliateCode.self) else {
      cursor.skip(7)
      return nil
    }
    let affiliate = cursor.ordinal(Affiliate.self)
    let clickID = cursor.optionalText() ?? orderClick ?? ""
    let clickAt = cursor.optionalInt().map { occurredAt + -$0 }
    var credit = Credit(
      code: code, affiliate: affiliate, clickID: clickID, clickAt: clickAt, weight: 1)
    let terms = cursor.int()
    credit.earning = .rate(BasisPoints(Int32(terms & 0x3FFF)))
    credit.share = BasisPoints(Int32(terms >> 14 & 0x3FFF))
    credit.tier = cursor.optionalText()
    credit.commissionMinor = cursor.int()
    credit.payoutMinor = cursor.int()
    return FirstCredit(credit: credit, hold: (terms >> 28) * Instant.day)
  }
}

/// The digests of a conversion, as `conversion_rows.keys` packs them: the content in eight bytes,
/// then those keys in twelve bytes each that the marks say are there.
struct StoredKeys {
  var content: Digest128
  var visitor: Digest128?
  var customer: Digest128?
  var email: Digest128?
  var emailDomain: Digest128?
  var ip: Digest128?

  init(_ statement: Statement, _ column: Int32, _ marks: ConversionMarks) throws {
    let present = marks.bits >> ConversionMarks.hasVisitor.shift & 31
    let unpacked: StoredKeys? = unsafe statement.withBlob(column) { bytes in
      guard bytes.count == 8 + 12 * present.nonzeroBitCount else { return nil }
      return unsafe StoredKeys(bytes, marks)
    }
    guard let unpacked else { throw StoreRowFault(column: column, sql: statement.sql) }
    self = unpacked
  }

  private init(_ bytes: UnsafeRawBufferPointer, _ marks: ConversionMarks) {
    content = unsafe Digest128(
      high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)), low: 0)
    var offset = 8
    visitor = unsafe Self.next(ConversionMarks.hasVisitor, marks, bytes, &offset)
    customer = unsafe Self.next(ConversionMarks.hasCustomer, marks, bytes, &offset)
    email = unsafe Self.next(ConversionMarks.hasEmail, marks, bytes, &offset)
    emailDomain = unsafe Self.next(ConversionMarks.hasEmailDomain, marks, bytes, &offset)
    ip = unsafe Self.next(ConversionMarks.hasIP, marks, bytes, &offset)
  }

  /// The next key, where there is one of this kind. The caller has counted the bytes.
  @inline(__always) private static func next(
    _ field: ConversionMarks.Field, _ marks: ConversionMarks, _ bytes: UnsafeRawBufferPointer,
    _ offset: inout Int
  ) -> Digest128? {
    guard marks.has(field) else { return nil }
    let high = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    let low = unsafe bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self)
    offset += 12
    return Digest128(
      high: UInt64(bigEndian: high), low: UInt64(UInt32(bigEndian: low)) << 32)
  }
}

/// The payouts by their numbers, read as they are asked for.
final class PayoutNames {
  /// A payout, and the state of what it carries.
  struct Carrier {
    let id: Text
    let state: Reward.State
  }

  private let query: Statement
  private var known: [Int64: Carrier] = [:]

  init(_ database: Database) throws {
    query = try database.prepare(
      "SELECT payout_id, status = \(Payout.Status.completed.rawValue) FROM payouts WHERE no = ?")
  }

  /// - Throws: ``MissingReference`` for a number that no payout has.
  func payout(_ number: Int64) throws -> Carrier {
    if let payout = known[number] { return payout }
    defer { query.reset() }
    try query.bind(int: number, at: 1)
    guard try query.step() else { throw MissingReference(table: "payouts", number: number) }
    let payout = Carrier(id: query.text(0), state: query.int(1) != 0 ? .paid : .inPayout)
    known[number] = payout
    return payout
  }
}
