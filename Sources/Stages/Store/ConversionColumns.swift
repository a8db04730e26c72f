// A conversion as a row of `conversion_rows`: few and narrow columns, because a night writes
// hundreds of thousands of them. The view `conversions` shows them in plain columns.
import Pipeline

/// Reading and writing of rows of `conversion_rows`.
enum PackedConversion {
  static let columns = """
    no, program, order_id, run, occurred_at, origin, keys, code, click_id, currency, amount_minor, \
    sku, category, marks, fraud, generation, credit_code, credit_affiliate, credit_click_id, \
    click_before, terms, tier, commission_minor, payout_minor, rest
    """
  static let columnCount = 25
  /// The columns as `conversion_rows c` has them, then the payout's number from `payout_rows p`.
  static let selected =
    columns.split(separator: ",").map { "c.\($0.drop { $0 == " " })" }.joined(separator: ", ")
    + ", p.payout"

  /// Sets all columns but those that never change of the row with the number in the first place;
  /// takes the same values as an insertion.
  static let update: String = {
    let names = columns.split(separator: ",").map { $0.drop { $0 == " " } }
    let sets = names.enumerated()
      .filter { !["no", "program", "order_id"].contains($0.element) }
      .map { "\($0.element) = ?\($0.offset + 1)" }
    return "UPDATE conversion_rows SET \(sets.joined(separator: ", ")) WHERE no = ?1"
  }()

  /// Appends the row of an order, which is told by its place: an element of an array would be copied
  /// to be lent.
  ///
  /// - Parameter reward: The first credit's commission, where it has a reward. What payout carries
  ///   it is not the row's business.
  static func append(
    _ orders: borrowing [Conversion], _ place: Int, _ reward: FoldedReward?, number: Int64,
    program: ProgramOrdinal, run: Int64, registry: borrowing Registry, to batch: RowBatch
  ) {
    var marks = ConversionMarks(orders, place)
    var rest = ConversionRest()
    batch.append(number)
    batch.append(program)
    batch.append(orders[place].order.id.text)
    batch.append(run)
    batch.append(orders[place].order.occurredAt)
    batch.append(orders[place].origin.file << 32 | Int64(orders[place].origin.line))
    appendKeys(orders, place, to: batch)
    appendOrder(orders, place, &marks, &rest, registry, to: batch)
    if !orders[place].credits.isEmpty {
      note(orders[place].credits[0], orders[place].credits.count, reward, &marks, &rest)
      noteHold(reward, orders[place].order.occurredAt, &rest)
    }
    batch.append(marks.bits)
    batch.append(Int64(orders[place].score.value) << 6 | Int64(orders[place].flags.rawValue))
    batch.append(Int64(orders[place].generation))
    if orders[place].credits.isEmpty {
      for _ in 0..<8 { batch.appendNull() }
    } else {
      appendCredit(orders, place, reward, to: batch)
    }
    batch.append(rest.text)
  }

  private static func appendKeys(_ orders: borrowing [Conversion], _ place: Int, to batch: RowBatch)
  {
    batch.beginBlob(atMost: 68)
    batch.blob(orders[place].content.high)
    if let key = orders[place].order.visitor { batch.blobKey(key) }
    if let key = orders[place].order.customer { batch.blobKey(key) }
    if let key = orders[place].order.email { batch.blobKey(key) }
    if let key = orders[place].order.emailDomain { batch.blobKey(key) }
    if let key = orders[place].order.ip { batch.blobKey(key) }
    batch.endBlob()
  }

  private static func appendOrder(
    _ orders: borrowing [Conversion], _ place: Int, _ marks: inout ConversionMarks,
    _ rest: inout ConversionRest,
    _ registry: borrowing Registry, to batch: RowBatch
  ) {
    if let code = orders[place].order.code, !orders[place].credits.isEmpty,
      registry[orders[place].credits[0].code].code.text == code
    {
      marks.set(ConversionMarks.codeIsCredited, true)
      batch.appendNull()
    } else {
      batch.append(orders[place].order.code)
    }
    batch.append(orders[place].order.clickID)
    batch.append(orders[place].order.currency)
    batch.append(orders[place].order.amountMinor)
    batch.append(orders[place].order.sku)
    batch.append(orders[place].order.category)
    if let updated = orders[place].order.updatedAt, updated != orders[place].order.occurredAt {
      rest[.updated] = updated.milliseconds &- orders[place].order.occurredAt.milliseconds
    }
    rest[.refunded] = orders[place].order.refundedMinor
  }

  /// Notes a credit's small facts and what only few have.
  private static func note(
    _ credit: borrowing Credit, _ count: Int, _ reward: FoldedReward?,
    _ marks: inout ConversionMarks, _ rest: inout ConversionRest
  ) {
    marks.set(
      ConversionMarks.rewardState, reward?.payout == nil ? reward?.state : Reward.State.approved)
    marks.set(ConversionMarks.rule, Int64(credit.rule.rawValue))
    if case .flat(let amount) = credit.earning {
      marks.set(ConversionMarks.isFlat, true)
      rest[.flat] = amount
    }
    if count > 1 { rest[.credits] = Int64(count) }
    if credit.weight != 1 { rest[.weight] = credit.weight }
    if let inviter = credit.inviter { rest[.inviter] = Int64(inviter.index) }
    if credit.fee.value != 0 { rest[.fee] = Int64(credit.fee.value) }
    if credit.overrideMinor != 0 { rest[.override] = credit.overrideMinor }
    if let reward, reward.amountMinor != credit.payoutMinor { rest[.reward] = reward.amountMinor }
  }

  /// The whole days from the order to `payable_at`; nil where that is not how it is.
  private static func holdDays(_ reward: FoldedReward?, _ occurredAt: Instant) -> Int64? {
    guard let reward else { return 0 }
    let hold = reward.payableAt.milliseconds &- occurredAt.milliseconds
    return hold >= 0 && hold % Instant.day == 0 && hold < Instant.day << 20
      ? hold / Instant.day : nil
  }

  private static func noteHold(
    _ reward: FoldedReward?, _ occurredAt: Instant, _ rest: inout ConversionRest
  ) {
    guard let reward, holdDays(reward, occurredAt) == nil else { return }
    rest[.payable] = reward.payableAt.milliseconds &- occurredAt.milliseconds
  }

  private static func appendCredit(
    _ orders: borrowing [Conversion], _ place: Int, _ reward: FoldedReward?, to batch: RowBatch
  ) {
    let occurredAt = orders[place].order.occurredAt
    batch.append(orders[place].credits[0].code)
    batch.append(orders[place].credits[0].affiliate)
    if orders[place].credits[0].clickID == orders[place].order.clickID {
      batch.appendNull()
    } else {
      batch.append(orders[place].credits[0].clickID)
    }
    let clickAt = orders[place].credits[0].clickAt
    batch.append(clickAt.map { occurredAt.milliseconds &- $0.milliseconds })
    var terms = Int64(orders[place].credits[0].share.value) << 14
    if case .rate(let rate) = orders[place].credits[0].earning { terms |= Int64(rate.value) }
    batch.append(terms | (holdDays(reward, occurredAt) ?? 0) << 28)
    batch.append(orders[place].credits[0].tier)
    batch.append(orders[place].credits[0].commissionMinor)
    batch.append(orders[place].credits[0].payoutMinor)
  }
}
